//! # Step 6: stop, and lose nothing
//!
//! **Task.** Fill in `src/shutdown.rs`: a pool of workers that can be finished (all that waits is worked
//! on) and stopped (what waits is handed back), at any moment, while others are handing items in.
//!
//! **Hint.** Write down the three fates of an item. At which line does each item get its fate, and
//! under which lock? More with `just hint 2 shutdown`.
//!
//! **Resources.** The chapter `book/src/2-locks-semaphores-channels.md`; the tour, `just lesson 2`;
//! steps 2 and 3; `std::panic::catch_unwind`.

mod harness;

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use exercise_2::shutdown::{Pool, Report};
use harness::{
    Event, GRACE, LIMIT, MEETING_LIMIT, Meeting, comes_true_within, lock, passed_on, same, start,
    within, words,
};

const WORKED_ON: &str =
    "There are idle workers, and work. Who hands an item in has to wake somebody.";
const ENDS: &str = "The pool was told to end, and some thread waits for ever. This concerns everybody: workers that wait\n\
     for an item, and callers that wait for room. Ring for all of them. And who is woken has to leave the loop:\n\
     does each `while` that waits ask whether the end has come?";
const PANICS: &str = "A panic of one item must be counted, and the worker must go on. Here a worker seems to have ended with its\n\
     item: put the work, and nothing else, into `catch_unwind`.";

/// Work that waits at a gate, so that a test knows what is being worked on.
struct Gate {
    inside: Meeting,
    open: Event,
}

impl Gate {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            inside: Meeting::new(usize::MAX),
            open: Event::default(),
        })
    }

    fn pass(&self) {
        self.inside.pass();
        self.open.wait(LIMIT * 2);
    }

    #[track_caller]
    fn wait_for(&self, n: usize) {
        assert!(
            comes_true_within(MEETING_LIMIT, || self.inside.present() >= n),
            "\n\n{n} items should be worked on at the same time by now, and {} are.\n{WORKED_ON}\n\
             And whoever works must not hold the lock meanwhile.\n",
            self.inside.present()
        );
    }
}

#[test]
fn goal_1_a_pool_that_is_finished_has_done_everything() {
    let (report, mut seen) = within(WORKED_ON, || {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        let pool = Pool::start(3, 10, move |item: u32| lock(&kept).push(item));
        for item in 0..100 {
            same!(pool.submit(item), Ok(()), "The pool is open.");
        }
        pool.finish();
        let report = pool.join();
        let seen = lock(&seen).clone();
        (report, seen)
    });

    seen.sort_unstable();
    same!(
        seen,
        (0..100).collect::<Vec<_>>(),
        "A hundred items were handed in, and the pool was finished: each should be worked on once."
    );
    same!(
        report,
        Report {
            done: 100,
            failed: 0,
            handed_back: Vec::new()
        }
    );
}

#[test]
fn goal_2_workers_work_at_the_same_time() {
    let met = within(ENDS, || {
        let meeting = Arc::new(Meeting::new(4));
        let met = Arc::new(AtomicUsize::new(0));
        let (inside, counted) = (Arc::clone(&meeting), Arc::clone(&met));
        let pool = Pool::start(4, 10, move |_: u32| {
            counted.fetch_add(usize::from(inside.attend()), Ordering::SeqCst);
        });
        for item in 0..4 {
            same!(pool.submit(item), Ok(()));
        }
        pool.join();
        met.load(Ordering::SeqCst)
    });

    same!(
        met,
        4,
        "Four workers, and four items that wait for each other. They did not meet: does a worker hold the lock\n\
         while it works? (In `while let Some(item) = queue.lock().unwrap().pop_front() {{ … }}` it is held until the\n\
         end of the braces.)"
    );
}

#[test]
fn goal_3_stopping_finishes_what_was_begun_and_hands_back_the_rest() {
    let gate = Gate::new();
    let inside = Arc::clone(&gate);
    let pool = Arc::new(Pool::start(2, 10, move |_: u32| inside.pass()));
    for item in 0..7 {
        let pool = Arc::clone(&pool);
        same!(within(WORKED_ON, move || pool.submit(item)), Ok(()));
        // Two items are begun before the others come, so that it is known which.
        if item < 2 {
            gate.wait_for(item as usize + 1);
        }
    }

    let stopping = Arc::clone(&pool);
    within(
        "`stop` does not wait for those at work. That is what `join` is for.",
        move || stopping.stop(),
    );
    let late = Arc::clone(&pool);
    same!(
        within(ENDS, move || late.submit(99)),
        Err(99),
        "The pool has been stopped, so nothing gets in any more."
    );
    let pool = Arc::into_inner(pool).expect("nobody else has it any more");
    let joining = start(move || pool.join());
    assert!(
        !joining.ends_within(GRACE),
        "\n\nTwo items are still being worked on, and `join` returned. Who counts on it and ends the program cuts them off.\n"
    );
    gate.open.happen();

    same!(
        joining.finish(ENDS),
        Report {
            done: 2,
            failed: 0,
            handed_back: vec![2, 3, 4, 5, 6]
        },
        "Items 0 and 1 were begun before the stop: they are finished. Items 2 to 6 were waiting: they are handed\n\
         back, in their order, and nobody begins them."
    );
}

#[test]
fn goal_4_who_waits_for_room_gets_the_item_back() {
    let gate = Gate::new();
    let inside = Arc::clone(&gate);
    let pool = Arc::new(Pool::start(1, 1, move |_: u32| inside.pass()));
    let submit = |item| {
        let pool = Arc::clone(&pool);
        start(move || pool.submit(item))
    };
    same!(submit(0).finish(WORKED_ON), Ok(()));
    gate.wait_for(1);
    same!(submit(1).finish(WORKED_ON), Ok(()));
    let waiting = [2, 3, 4].map(submit);
    for waiting in &waiting {
        assert!(
            !waiting.ends_within(GRACE),
            "\n\nOne item is being worked on, one is waiting, and there is room for one. `submit` let another one in.\n"
        );
    }

    pool.stop();

    for (item, waiting) in (2..).zip(waiting) {
        same!(
            waiting.finish(ENDS),
            Err(item),
            "Item {item} waited for room when the pool was stopped. Let in now, it would lie in a queue that nobody\n\
             takes from any more. Its owner has to get it back."
        );
    }
    gate.open.happen();
    let pool = Arc::into_inner(pool).expect("nobody else has it any more");
    same!(
        within(ENDS, move || pool.join()),
        Report {
            done: 1,
            failed: 0,
            handed_back: vec![1]
        },
        "Item 0 was begun, item 1 was in the queue, and the others were refused."
    );
}

#[test]
fn goal_5_a_panic_concerns_one_item() {
    let report = within(PANICS, || {
        let pool = Pool::start(1, 10, |item: u32| {
            if item.is_multiple_of(3) {
                panic::resume_unwind(Box::new("this item is bad"));
            }
        });
        for item in 0..9 {
            same!(
                pool.submit(item),
                Ok(()),
                "A bad item is no reason to refuse the next one."
            );
        }
        // `join` may find a worker that has ended with its item, and panic too.
        panic::catch_unwind(AssertUnwindSafe(|| pool.join()))
            .unwrap_or_else(|panic| panic!("\n\n`join` panicked: {}\n{PANICS}\n", words(&*panic)))
    });

    same!(
        report,
        Report {
            done: 6,
            failed: 3,
            handed_back: Vec::new()
        },
        "Three of nine items make the work panic. The one worker should count them and go on; a worker that ends\n\
         with its item leaves nobody to do the rest."
    );
}

#[test]
fn goal_6_idle_workers_hear_of_the_end() {
    for stop in [true, false] {
        within(ENDS, move || {
            let pool = Pool::start(4, 1, |_: u32| {});
            // Only so that they are asleep, most of the time.
            thread::sleep(Duration::from_millis(20));
            if stop {
                pool.stop();
            }
            pool.finish();
            same!(pool.submit(1), Err(1), "The pool has ended.");
            same!(
                pool.join(),
                Report {
                    done: 0,
                    failed: 0,
                    handed_back: Vec::new()
                }
            );
        });
    }
}

#[test]
fn goal_7_a_stop_is_not_taken_back() {
    let gate = Gate::new();
    let inside = Arc::clone(&gate);
    let report = within(ENDS, move || {
        let pool = Pool::start(1, 10, move |_: u32| inside.pass());
        same!(pool.submit(0), Ok(()));
        gate.wait_for(1);
        same!(pool.submit(1), Ok(()));
        pool.stop();
        pool.finish();
        gate.open.happen();
        // `join` finishes a pool that nobody has told to end. This one has been told.
        pool.join()
    });

    same!(
        report,
        Report {
            done: 1,
            failed: 0,
            handed_back: vec![1]
        },
        "The pool was stopped, and finished afterwards (`join` does so too). Stopped is stopped: item 1 had not been\n\
         begun, and is handed back."
    );
}

/// Says so when it is dropped.
struct Gone(Arc<AtomicUsize>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn goal_8_a_dropped_pool_leaves_no_thread_behind() {
    let gone = Arc::new(AtomicUsize::new(0));
    let kept = Gone(Arc::clone(&gone));
    within(ENDS, move || {
        let pool = Pool::start(3, 10, move |_: u32| {
            let _ = &kept;
        });
        same!(pool.submit(1), Ok(()));
        drop(pool);
    });

    same!(
        gone.load(Ordering::SeqCst),
        1,
        "The pool was dropped, and its threads still hold the work: they wait for items that nobody can hand in.\n\
         `drop` has to tell them, and to wait until they have ended."
    );
}

#[test]
fn goal_9_every_item_has_one_fate() {
    const CALLERS: u32 = 4;
    const EACH: u32 = 200;
    for round in 0..30 {
        let (done, back, refused) = within(ENDS, move || {
            let done = Arc::new(Mutex::new(Vec::new()));
            let kept = Arc::clone(&done);
            let pool = Pool::start(2, 3, move |item: u32| lock(&kept).push(item));
            let refused = thread::scope(|scope| {
                let pool = &pool;
                let call = |caller: u32| {
                    let items = caller * EACH..(caller + 1) * EACH;
                    items
                        .filter_map(|item| pool.submit(item).err())
                        .collect::<Vec<_>>()
                };
                let callers: Vec<_> = (0..CALLERS)
                    .map(|caller| scope.spawn(move || call(caller)))
                    .collect();
                // Sometimes early, sometimes late.
                thread::sleep(Duration::from_micros(round * 20));
                pool.stop();
                callers
                    .into_iter()
                    .flat_map(|caller| caller.join().unwrap_or_else(passed_on))
                    .collect::<Vec<_>>()
            });
            let report = pool.join();
            let done = lock(&done).clone();
            same!(
                report.done,
                done.len(),
                "So many items were worked on to the end."
            );
            (done, report.handed_back, refused)
        });

        let counts = format!(
            "{} worked on, {} handed back, {} refused, of {} handed in",
            done.len(),
            back.len(),
            refused.len(),
            CALLERS * EACH
        );
        let mut all = [done, back, refused].concat();
        all.sort_unstable();
        assert!(
            all == (0..CALLERS * EACH).collect::<Vec<_>>(),
            "\n\n{counts}. Some item has no fate, or two.\n\
             Look for an item that gets in after the workers were told to end, and for one that is both begun and handed back.\n"
        );
    }
}
