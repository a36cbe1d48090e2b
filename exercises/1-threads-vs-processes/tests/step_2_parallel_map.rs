//! # Step 2: k threads that share a list
//!
//! **Task.** Fill in `src/parallel_map.rs`: `parallel_map` lets `n_workers` threads share the items,
//! each taking the next one when it is done.
//!
//! **Hint.** An `AtomicUsize` can hand out numbers so that nobody gets the same one. More with
//! `just hint 1 parallel_map`.
//!
//! **Resources.** The chapter `book/src/1-threads-vs-processes.md`, "A pool of k"; the tour,
//! `just lesson 1 downloads`; `std::thread::scope`, `AtomicUsize::fetch_add`.

mod harness;

use std::collections::HashSet;
use std::sync::Mutex;
use std::thread::{self, ThreadId};

use exercise_1::parallel_map::parallel_map;
use harness::{Meeting, lock, same, within};

/// An item that cannot be copied.
#[derive(Debug)]
struct Word(String);

fn words(words: &[&str]) -> Vec<Word> {
    words.iter().map(|word| Word((*word).to_owned())).collect()
}

#[test]
fn goal_1_results_come_in_the_order_of_the_items() {
    let lengths = within("Five short items should be done at once.", || {
        // The items belong to this closure; the workers only borrow them.
        let items = words(&["a", "bb", "ccc", "dddd", "eeeee"]);
        parallel_map(&items, 2, |word| word.0.len())
    });

    same!(
        lengths,
        [1, 2, 3, 4, 5],
        "Each result is the length of a word."
    );
}

#[test]
fn goal_2_as_many_work_at_the_same_time_as_were_asked_for() {
    const WORKERS: usize = 4;
    let met = within(
        "Four items wait for each other, and four workers were asked for.",
        || {
            let meeting = Meeting::new(WORKERS);
            parallel_map(&[(); WORKERS], WORKERS, |()| meeting.attend())
        },
    );

    assert!(
        met.iter().all(|met| *met),
        "\n\nEach of {WORKERS} items waited for the others, and some of them never came: they were not all being\n\
         worked on at the same time. Two usual reasons: a `join` right after its `spawn`, and a lock that is held\n\
         while `work` runs. (In `while let Some(item) = queue.lock().unwrap().pop() {{ … }}` the lock is held\n\
         until the end of the braces.)\n"
    );
}

#[test]
fn goal_3_no_more_threads_than_asked_for_and_each_item_once() {
    const ITEMS: usize = 60;
    let seen: Vec<(usize, ThreadId)> = within("Sixty short items should be done at once.", || {
        let items: Vec<usize> = (0..ITEMS).collect();
        let calls = Mutex::new(Vec::new());
        parallel_map(&items, 3, |item| {
            lock(&calls).push((*item, thread::current().id()))
        });
        calls.into_inner().unwrap_or_default()
    });

    let threads: HashSet<ThreadId> = seen.iter().map(|(_, thread)| *thread).collect();
    assert!(
        threads.len() <= 3,
        "\n\nThree workers were asked for, and {} different threads did the work.\n\
         A thread costs microseconds and a stack; a worker takes one item after another.\n",
        threads.len()
    );
    let mut items: Vec<usize> = seen.into_iter().map(|(item, _)| item).collect();
    items.sort_unstable();
    same!(
        items,
        (0..ITEMS).collect::<Vec<_>>(),
        "Each of {ITEMS} items should be done exactly once."
    );
}

#[test]
fn goal_4_a_slow_item_holds_up_one_worker_and_no_other() {
    const ITEMS: usize = 20;
    let others_came = within(
        "Nineteen short items and a slow one should be done at once.",
        || {
            let all_others = Meeting::new(ITEMS);
            let items: Vec<usize> = (0..ITEMS).collect();
            let came = parallel_map(&items, 2, |item| match item {
                // The first item is done only when all the others are.
                0 => all_others.attend(),
                _ => {
                    all_others.pass();
                    true
                }
            });
            came[0]
        },
    );

    assert!(
        others_came,
        "\n\nItem 0 waited until items 1 to {} were done. There are two workers, so the other one could have done\n\
         all of them; but some were kept for the worker that was busy with item 0.\n\
         Whoever deals the items out beforehand, half each, does not know which of them are slow.\n",
        ITEMS - 1
    );
}

#[test]
fn goal_5_odd_numbers_of_workers_and_items_work_too() {
    let check = |n_items: usize, n_workers: usize| {
        let doubled = within("A few short items should be done at once.", move || {
            let items: Vec<usize> = (0..n_items).collect();
            parallel_map(&items, n_workers, |item| item * 2)
        });
        let expected: Vec<usize> = (0..n_items).map(|item| item * 2).collect();
        same!(
            doubled,
            expected,
            "{n_items} items were shared by {n_workers} workers."
        );
    };

    check(0, 3);
    check(1, 3);
    check(3, 100);
    check(5, 1);
    // Nobody to do the work would mean that it is never done.
    check(5, 0);
}
