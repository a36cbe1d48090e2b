//! Stages and the word to stop, through their public face.

use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

use coordination::{Refused, Shutdown, Stage};
use crossbeam_channel::{RecvTimeoutError, bounded};

const PATIENCE: Duration = Duration::from_secs(20);
const MOMENT: Duration = Duration::from_millis(5);

#[test]
fn the_workers_of_a_stage_work_at_the_same_time() {
    // Each item is done only when three are under way.
    let met = Barrier::new(3);
    let shutdown = Shutdown::new();

    let mut workers: Vec<usize> = thread::scope(|scope| {
        let work = |_: usize, item: &u32| {
            met.wait();
            item * 2
        };
        let stage = Stage::start(scope, "worker", 3, 3, &shutdown, work).expect("threads start");
        (1..=3).for_each(|item| stage.submit(item).expect("there is room"));
        let done = (0..3).map(|_| stage.results().recv_timeout(PATIENCE).expect("they meet"));
        let done: Vec<_> = done.collect();
        assert!(done.iter().all(|done| done.result == Ok(done.item * 2)));
        let finished = stage.finish();
        assert!(finished.done.is_empty() && finished.unprocessed.is_empty());
        done.iter().map(|done| done.worker).collect()
    });

    workers.sort_unstable();
    assert_eq!(workers, [1, 2, 3]);
}

#[test]
fn a_panic_is_the_result_of_its_item_and_the_worker_goes_on() {
    let shutdown = Shutdown::new();

    let finished = thread::scope(|scope| {
        let work = |_: usize, item: &u32| {
            if *item == 2 {
                std::panic::resume_unwind(Box::new("no twos"));
            }
            *item
        };
        let stage = Stage::start(scope, "worker", 1, 3, &shutdown, work).expect("threads start");
        (1..=3).for_each(|item| stage.submit(item).expect("there is room"));
        stage.finish()
    });

    let results: Vec<_> = finished
        .done
        .into_iter()
        .map(|done| (done.item, done.result))
        .collect();
    assert_eq!(
        results,
        [(1, Ok(1)), (2, Err("no twos".to_owned())), (3, Ok(3))]
    );
}

#[test]
fn after_a_shutdown_what_was_not_begun_comes_back_in_order() {
    let shutdown = Shutdown::new();
    let (begun, has_begun) = mpsc::channel();
    let (go, may_go) = bounded::<()>(0);

    let finished = thread::scope(|scope| {
        let work = move |_: usize, item: &u32| {
            begun.send(*item).expect("the test listens");
            let _ = may_go.recv_timeout(PATIENCE);
        };
        let stage = Stage::start(scope, "worker", 1, 4, &shutdown, work).expect("threads start");
        (1..=4).for_each(|item| stage.submit(item).expect("there is room"));
        assert_eq!(has_begun.recv_timeout(PATIENCE), Ok(1));
        shutdown.request();
        drop(go);
        assert_eq!(stage.submit(5), Err(Refused::ShuttingDown(5)));
        assert_eq!(stage.try_submit(6), Err(Refused::ShuttingDown(6)));
        stage.finish()
    });

    let done: Vec<u32> = finished.done.iter().map(|done| done.item).collect();
    assert_eq!((done, finished.unprocessed), (vec![1], vec![2, 3, 4]));
}

#[test]
fn whoever_waits_for_room_hears_of_the_shutdown_and_keeps_the_item() {
    let shutdown = Shutdown::new();
    let (go, may_go) = bounded::<()>(0);

    thread::scope(|scope| {
        // Nobody is done before the word comes, so soon there is room for no further item.
        let work = move |_: usize, _: &u32| may_go.recv_timeout(PATIENCE).is_ok();
        let stage = Stage::start(scope, "worker", 1, 1, &shutdown, work).expect("threads start");
        let requests = shutdown.clone();
        let waiting = scope.spawn(move || {
            thread::sleep(MOMENT); // to let the submit wait; the result is the same if it does not
            requests.request();
            drop(go);
        });
        let mut refused = None;
        for item in 2..20 {
            if let Err(error) = stage.submit(item) {
                refused = Some((item, error.into_item()));
                break;
            }
        }
        waiting.join().expect("it does not panic");
        let (item, back) = refused.expect("the word came while nobody took items");
        assert_eq!(item, back);
        drop(stage.finish());
    });
}

#[test]
fn a_stage_that_is_finished_while_full_of_results_does_not_hang() {
    let shutdown = Shutdown::new();

    let finished = thread::scope(|scope| {
        let work = |_: usize, item: &u32| *item;
        let stage = Stage::start(scope, "worker", 2, 1, &shutdown, work).expect("threads start");
        // Room for one that waits, two at work, and one result.
        (1..=3).for_each(|item| stage.submit(item).expect("there is room"));
        stage.finish()
    });

    let mut done: Vec<u32> = finished.done.into_iter().map(|done| done.item).collect();
    done.sort_unstable();
    assert_eq!(done, [1, 2, 3]);
}

#[test]
fn the_word_ends_a_pause_a_wait_and_a_select_of_every_clone_and_child() {
    let shutdown = Shutdown::new();
    let (clone, child) = (shutdown.clone(), shutdown.child());
    let grandchild = child.child();
    let ends = clone.receiver();
    assert_eq!(ends.recv_timeout(MOMENT), Err(RecvTimeoutError::Timeout));
    assert!(!child.wait_timeout(MOMENT));

    thread::scope(|scope| {
        let pause = scope.spawn(|| clone.wait_timeout(PATIENCE));
        let wait = scope.spawn(|| grandchild.wait());
        let select = scope.spawn(|| ends.recv_timeout(PATIENCE));
        shutdown.request();

        assert!(pause.join().expect("it does not panic"));
        wait.join().expect("it does not panic");
        let ended = select.join().expect("it does not panic");
        assert_eq!(ended, Err(RecvTimeoutError::Disconnected));
    });
    assert!(child.is_requested());
}

#[test]
fn a_child_is_stopped_alone() {
    let shutdown = Shutdown::new();
    let child = shutdown.child();

    child.request();

    assert!(child.is_requested());
    assert!(!shutdown.is_requested());
}
