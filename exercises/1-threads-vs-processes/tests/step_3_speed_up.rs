//! # Step 3: who did how much, and what that is worth
//!
//! **Task.** Fill in `src/speed_up.rs`: `share_out` lets workers share items of unknown cost and
//! tells what each did, `speed_up` says what that is worth, `amdahl` what the best could be.
//!
//! **Hint.** The last one to finish decides. More with `just hint 1 speed_up`.
//!
//! **Resources.** The chapter `book/src/1-threads-vs-processes.md`, "What more workers are worth"; the
//! tour, `just lesson 1 amdahl`; step 2.
//!
//! No test here looks at a clock. Time passes in units of work, and a worker gets on only when it is
//! the next to be done: so the same shares come out on any machine, busy or not.

mod harness;

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Instant;

use exercise_1::speed_up::{Share, amdahl, share_out, speed_up};
use harness::{MEETING_LIMIT, lock, same, within};

/// Time that passes in units of work.
struct WorkClock {
    workers: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    now: u64,
    /// When those who are at work will be done, with the number of the item.
    at_work: Vec<(u64, usize)>,
    /// Items that nobody has begun.
    waiting: usize,
    complaint: Option<String>,
}

impl WorkClock {
    fn new(workers: usize, items: usize) -> Self {
        let state = State {
            waiting: items,
            ..State::default()
        };
        Self {
            workers,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// Does an item of this cost: returns when it is the next one to be done.
    fn work(&self, item: usize, cost: u64) -> u64 {
        let mut state = lock(&self.state);
        let done_at = state.now + cost;
        state.at_work.push((done_at, item));
        state.waiting = state.waiting.saturating_sub(1);
        self.changed.notify_all();
        let end = Instant::now() + MEETING_LIMIT;
        loop {
            let everybody_is_busy = state.at_work.len() == self.workers || state.waiting == 0;
            let next = state.at_work.iter().min().copied();
            if (everybody_is_busy && next == Some((done_at, item))) || state.complaint.is_some() {
                break;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let (busy, waiting) = (state.at_work.len(), state.waiting);
                state.complaint = Some(format!(
                    "{} workers were asked for, and only {busy} of them had an item although {waiting} were left",
                    self.workers
                ));
                break;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.now = state.now.max(done_at);
        state.at_work.retain(|(_, other)| *other != item);
        self.changed.notify_all();
        cost
    }
}

/// Lets workers share items of these costs, and returns their shares, the largest first.
#[track_caller]
fn shares(costs: &'static [u64], workers: usize) -> Vec<Share> {
    let (mut shares, complaint) = within("A few items should be shared at once.", move || {
        let clock = WorkClock::new(workers, costs.len());
        let items: Vec<(usize, u64)> = costs.iter().copied().enumerate().collect();
        let shares = share_out(&items, workers, |(item, cost)| clock.work(*item, *cost));
        (shares, lock(&clock.state).complaint.clone())
    });
    if let Some(complaint) = complaint {
        panic!(
            "\n\n{complaint}.\n\
             Nobody should be idle while items are left. That happens when the items are dealt out beforehand,\n\
             and when one worker is waited for before the next is started.\n"
        );
    }
    shares.sort_by_key(|share| std::cmp::Reverse((share.work, share.items)));
    shares
}

#[test]
fn goal_1_every_worker_tells_what_it_did() {
    let shares = shares(&[1, 1, 1, 1, 1, 1], 3);

    same!(
        shares,
        vec![Share { items: 2, work: 2 }; 3],
        "Six items of one unit each, three workers: two items each."
    );
}

#[test]
fn goal_2_whoever_is_done_takes_the_next() {
    let shares = shares(&[8, 1, 1, 1, 1, 1, 1, 1, 1], 2);

    same!(
        shares,
        [Share { items: 8, work: 8 }, Share { items: 1, work: 8 }],
        "One item is 8 units of work, eight items are 1 unit each. While one worker does the large one,\n\
         the other can do all the small ones."
    );
    same!(
        speed_up(&shares),
        2.0,
        "Both did 8 of 16 units: twice as fast as one alone."
    );
}

#[test]
fn goal_3_the_largest_share_decides() {
    // The large item comes last: when it is begun, all the others are nearly done.
    let shares = shares(&[1, 1, 1, 1, 1, 1, 1, 1, 8], 2);

    same!(
        shares,
        [Share { items: 5, work: 12 }, Share { items: 4, work: 4 }],
        "The small items are shared, 4 each; then one worker does the large one, and the other has nothing left."
    );
    let expected = 16.0 / 12.0;
    same!(
        speed_up(&shares),
        expected,
        "All is done when the last worker is: 16 units of work in the time of 12."
    );
}

#[test]
fn goal_4_the_speed_up_is_about_work_not_about_items() {
    let share = |items, work| Share { items, work };
    let check =
        |shares: &[Share], expected: f64, why: &str| same!(speed_up(shares), expected, "{why}");

    check(
        &[share(10, 30)],
        1.0,
        "One worker is as fast as one worker.",
    );
    check(
        &[share(1, 30), share(29, 30)],
        2.0,
        "Both had 30 units; that one had more items does not matter.",
    );
    check(
        &[share(5, 90), share(5, 10)],
        100.0 / 90.0,
        "The second was idle most of the time.",
    );
    check(
        &[share(4, 20), share(0, 0), share(0, 0)],
        1.0,
        "Three workers, of whom one did everything.",
    );
    check(&[], 1.0, "Nothing to do is done as fast by anybody.");
    check(
        &[share(0, 0), share(0, 0)],
        1.0,
        "Nothing to do is done as fast by anybody.",
    );
}

#[test]
fn goal_5_what_cannot_be_shared_sets_the_limit() {
    let check = |serial: f64, workers: usize, expected: f64| {
        let came = amdahl(serial, workers);
        assert!(
            (came - expected).abs() < 1e-9,
            "\n\nexpected: {expected}\ncame:     {came}\n\n\
             The part {serial} cannot be shared, and there are {workers} workers.\n\
             One worker takes 1. The serial part still takes {serial}; what is left of it is divided by the workers.\n"
        );
    };

    check(0.0, 8, 8.0);
    check(1.0, 8, 1.0);
    check(0.5, 1, 1.0);
    check(0.5, 2, 1.0 / 0.75);
    check(0.1, 10, 1.0 / 0.19);
    check(0.25, 1_000_000_000, 1.0 / (0.25 + 0.75e-9));
}
