//! # Step 1: start all, then wait for all
//!
//! **Task.** Fill in `src/join.rs`: `run_all` runs every task on a thread of its own, at the same
//! time, and returns what they returned, in order.
//!
//! **Hint.** Two loops, not one. More with `just hint 1 join`.
//!
//! **Resources.** The chapter `book/src/1-threads-vs-processes.md`, "Wait for all of them"; the tour,
//! `just lesson 1 join`; `std::thread::spawn`, `JoinHandle::join`, `std::panic::resume_unwind`.

mod harness;

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use exercise_1::join::run_all;
use harness::{LIMIT, Meeting, same, start, within, words};

type Task<T> = Box<dyn FnOnce() -> T + Send>;

#[test]
fn goal_1_results_come_in_the_order_of_the_tasks() {
    let lengths = within("Three short tasks should be done at once.", || {
        run_all(
            ["one", "three", "eleven"]
                .map(|word| move || word.len())
                .into(),
        )
    });

    same!(
        lengths,
        [3, 5, 6],
        "Each task returned the length of a word."
    );

    let none = within("No task should take no time.", || {
        run_all(Vec::<Task<u8>>::new())
    });

    same!(
        none,
        Vec::<u8>::new(),
        "Without tasks there are no results."
    );
}

#[test]
fn goal_2_all_tasks_run_at_the_same_time() {
    const TASKS: usize = 8;
    let meeting = Arc::new(Meeting::new(TASKS));
    let tasks: Vec<Task<bool>> = (0..TASKS)
        .map(|_| {
            let meeting = Arc::clone(&meeting);
            Box::new(move || meeting.attend()) as Task<bool>
        })
        .collect();

    let met = within(
        "Each task waits for the other seven, so all eight must be running.\n\
         Is the first one joined before the second one is started?",
        move || run_all(tasks),
    );

    assert!(
        met.iter().all(|met| *met),
        "\n\nEach of {TASKS} tasks waited for the others, and some of them never came.\n\
         Tasks that run one after another cannot meet. A `join` right after its `spawn` waits for that thread\n\
         before the next one is started: start all of them first, keep the handles, and join afterwards.\n"
    );
}

#[test]
fn goal_3_whoever_is_done_first_does_not_come_first() {
    // The first task can only end after the last one has begun to.
    let meeting = Arc::new(Meeting::new(2));
    let (early, late) = (Arc::clone(&meeting), meeting);
    let tasks: Vec<Task<&str>> = vec![
        Box::new(move || {
            early.attend();
            thread::yield_now();
            "first"
        }),
        Box::new(|| "second"),
        Box::new(move || {
            late.pass();
            "third"
        }),
    ];

    let results = within("Three short tasks should be done at once.", || {
        run_all(tasks)
    });

    same!(
        results,
        ["first", "second", "third"],
        "The first task was done last. Its result belongs in the first place all the same:\n\
         join the handles in the order in which you made them."
    );
}

#[test]
fn goal_4_each_task_has_a_thread_of_its_own() {
    let threads = within("Four short tasks should be done at once.", || {
        let mut threads = run_all(vec![|| thread::current().id(); 4]);
        threads.push(thread::current().id());
        threads
    });

    for (index, thread) in threads.iter().enumerate() {
        assert!(
            !threads[..index].contains(thread),
            "\n\nTwo tasks ran on one thread, or one ran on the caller's: {threads:?}.\n\
             (The last in the list is the caller's.)\n"
        );
    }
}

#[test]
fn goal_5_a_panic_reaches_the_caller_with_its_own_words() {
    let tasks: Vec<Task<u8>> = vec![
        Box::new(|| 1),
        Box::new(|| panic!("item 2 is broken")),
        Box::new(|| panic!("item 3 too")),
    ];

    let outcome = within("Three short tasks should be done at once.", || {
        panic::catch_unwind(AssertUnwindSafe(|| run_all(tasks)))
    });

    let said = match outcome {
        Ok(results) => panic!("\n\nA task panicked, and `run_all` returned {results:?}.\n"),
        Err(payload) => words(payload.as_ref()),
    };
    same!(
        said,
        "item 2 is broken",
        "`join` brings the payload of the panic as its error. `unwrap` would panic anew, with words of its own\n\
         (`called Result::unwrap() on an Err value: Any`), and the reason would be lost.\n\
         `std::panic::resume_unwind(payload)` passes the panic on as it was."
    );
}

#[test]
fn goal_6_nobody_is_left_running_after_a_panic() {
    let (open_gate, gate) = mpsc::channel::<()>();
    let tasks: Vec<Task<()>> = vec![
        Box::new(|| panic!("at once")),
        // Runs until the test opens the gate.
        Box::new(move || _ = gate.recv_timeout(LIMIT)),
    ];

    let running = start(move || panic::catch_unwind(AssertUnwindSafe(|| run_all(tasks))).is_err());
    let gave_up_early = running.ends_within(Duration::from_millis(200));
    drop(open_gate);
    let panicked = running.finish("Both tasks have ended, so `run_all` should be over.");

    assert!(
        !gave_up_early,
        "\n\nThe first task panicked at once, and `run_all` was over while the second was still running.\n\
         A thread that nobody joins goes on in the dark. Join all of them first, and only then pass the panic on.\n"
    );
    assert!(
        panicked,
        "\n\nA task panicked, so `run_all` should panic.\n"
    );
}
