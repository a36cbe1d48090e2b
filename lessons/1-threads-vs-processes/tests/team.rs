//! Teams of named workers: who ends when, and who learns of a panic.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use workers::{Activity, Change, Error, Observer, parallel, team};

const LIMIT: Duration = Duration::from_secs(20);

#[test]
fn a_joined_worker_returns_its_value_and_borrows_from_the_caller() {
    let text = String::from("borrowed");

    let length = team(&Observer::nobody(), |team| {
        team.spawn("measure", |_| text.len())?
            .join()
            .map_err(Error::from)
    });

    assert_eq!(
        length
            .expect("nobody panicked")
            .expect("one thread can be started"),
        8
    );
}

#[test]
fn a_worker_carries_its_name_in_the_system_too() {
    let names = team(&Observer::nobody(), |team| {
        let worker = team.spawn("fetch\0 1", |worker| {
            (
                worker.name().to_owned(),
                thread::current().name().map(str::to_owned),
            )
        })?;
        Ok::<_, Error>((worker.name().to_owned(), worker.join()?))
    });

    let (outside, (inside, system)) = names.expect("nobody panicked").expect("one thread");
    assert_eq!(
        (outside.as_str(), inside.as_str()),
        ("fetch? 1", "fetch? 1")
    );
    assert_eq!(system.as_deref(), Some("fetch? 1"));
}

#[test]
fn a_panic_that_nobody_joined_reaches_the_caller_with_the_workers_name() {
    let ended = AtomicUsize::new(0);

    let outcome = team(&Observer::nobody(), |team| -> Result<(), Error> {
        let _well = team.spawn("well", |_| ended.fetch_add(1, Ordering::SeqCst))?;
        let _bad = team.spawn("bad", |_| panic!("page {} is broken", 7))?;
        let _well = team.spawn("well too", |_| ended.fetch_add(1, Ordering::SeqCst))?;
        Ok(())
    });

    let panicked = outcome.expect_err("one of them panicked");
    assert_eq!(panicked.worker, "bad");
    assert_eq!(panicked.message, "page 7 is broken");
    assert_eq!(
        panicked.to_string(),
        "worker bad panicked: page 7 is broken"
    );
    assert_eq!(ended.into_inner(), 2);
}

#[test]
fn a_panic_that_was_joined_is_not_reported_a_second_time() {
    let outcome = team(&Observer::nobody(), |team| {
        let joined = team.spawn("bad", |_| panic!("seen"))?.join();
        Ok::<_, Error>(joined.map(|()| "not reached"))
    });

    let joined = outcome
        .expect("the only panic was joined")
        .expect("one thread");
    assert_eq!(joined.expect_err("it panicked").message, "seen");
}

#[test]
fn of_two_panics_the_first_is_reported() {
    let (first_is_over, wait) = mpsc::channel();
    let first_is_over = Mutex::new(first_is_over);
    let observer = Observer::new(move |event| {
        if let ("first", Change::Panicked { .. }) = (event.worker, event.change) {
            let _ = first_is_over.lock().expect("nobody panics here").send(());
        }
    });

    let outcome = team(&observer, |team| -> Result<(), Error> {
        let _second = team.spawn("second", move |_| {
            wait.recv_timeout(LIMIT).expect("the first one panics");
            panic!("after that")
        })?;
        let _first = team.spawn("first", |_| panic!("before"))?;
        Ok(())
    });

    assert_eq!(outcome.expect_err("both panicked").worker, "first");
}

#[test]
fn a_panic_without_words_is_a_panic() {
    let outcome = team(&Observer::nobody(), |team| {
        team.spawn("odd", |_| std::panic::panic_any(7_u8))
            .map(|worker| worker.join())
    });

    let joined = outcome.expect("it was joined").expect("one thread");
    assert_eq!(
        joined.expect_err("it panicked").message,
        "a panic without words"
    );
}

#[test]
fn an_observer_is_told_of_the_whole_life_of_a_worker() {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let telling = Arc::clone(&told);
    let observer = Observer::new(move |event| {
        telling
            .lock()
            .expect("nobody panics here")
            .push(format!("{} {:?}", event.worker, event.change));
    });

    team(&observer, |team| {
        let worker = team.spawn("w", |worker| worker.turns_to(Activity::Waiting, "a job"));
        worker.map(|worker| worker.join())
    })
    .expect("nobody panicked")
    .expect("one thread")
    .expect("nobody panicked");

    assert_eq!(
        *told.lock().expect("nobody panics here"),
        [
            "w Started",
            "w Turned { activity: Waiting, label: \"a job\" }",
            "w Ended"
        ]
    );
}

#[test]
fn a_map_keeps_the_order_and_runs_as_many_as_were_asked_for() {
    const WORKERS: usize = 4;
    // A barrier opens only when all four are there at the same time.
    let together = Barrier::new(WORKERS);
    let items: Vec<usize> = (0..WORKERS * 3).collect();

    let (results, threads) = bounded(move || {
        let results = parallel::map(&items, WORKERS, "w", &Observer::nobody(), |worker, item| {
            together.wait();
            (item * 2, worker.name().to_owned())
        });
        results
            .expect("nobody panicked")
            .into_iter()
            .unzip::<_, _, Vec<_>, Vec<_>>()
    });

    assert_eq!(
        results,
        (0..WORKERS * 3).map(|item| item * 2).collect::<Vec<_>>()
    );
    let mut names = threads;
    names.sort();
    names.dedup();
    assert_eq!(names, ["w 1", "w 2", "w 3", "w 4"]);
}

#[test]
fn a_map_without_items_or_without_workers_is_fine() {
    let map =
        |items: &[u8], n| parallel::map(items, n, "w", &Observer::nobody(), |_, item| item + 1);

    assert_eq!(map(&[], 3).expect("nobody panicked"), []);
    assert_eq!(map(&[1, 2], 0).expect("nobody panicked"), [2, 3]);
}

#[test]
fn a_map_stops_at_a_panic_and_names_the_worker() {
    let begun = AtomicUsize::new(0);
    let items = vec![(); 1_000];

    let outcome = parallel::map(&items, 1, "w", &Observer::nobody(), |_, ()| {
        if begun.fetch_add(1, Ordering::SeqCst) == 2 {
            panic!("the third");
        }
    });

    let error = outcome.expect_err("an item panicked");
    assert_eq!(error.to_string(), "worker w 1 panicked: the third");
    assert_eq!(begun.into_inner(), 3);
}

/// Runs something that could wait for ever if it were wrong, and fails after a limit instead.
fn bounded<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, done) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    done.recv_timeout(LIMIT)
        .expect("it should have been over long ago")
}

#[test]
fn a_worker_survives_a_piece_of_work_that_panics_and_answers_for_it() {
    let answers = team(&Observer::nobody(), |team| {
        let worker = team.spawn("reader", |me| {
            ["good", "bad", "good"].map(|page| {
                me.attempt(|| {
                    assert_ne!(page, "bad", "this page cannot be read");
                    page.len()
                })
                .map_err(|panicked| (panicked.worker, panicked.message.lines().count() > 0))
            })
        })?;
        Ok::<_, Error>(worker.join()?)
    });

    let answers = answers.expect("no panic is left over").expect("one thread");
    assert_eq!(answers, [Ok(4), Err(("reader".to_owned(), true)), Ok(4)]);
}
