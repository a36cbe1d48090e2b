//! A program at work is interrupted by Ctrl-C, 200 times, and each item is accounted for.
//!
//! The program is the lesson's own, in the role in which the tour shows it: four workers write
//! `done 7` for each item at the moment at which it is done, and the end writes `left 8` for each item
//! that was not. The signal is a real one and comes at a random moment of the work.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use rustix::process::{Pid, Signal, kill_process};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-2");
const ROUNDS: u64 = 200;
/// As many rounds at a time, so that the program is not alone on its core.
const AT_ONCE: u64 = 4;
const ITEMS: usize = 10_000;

/// What one round came to.
struct Account {
    lost: usize,
    twice: usize,
    done: usize,
    results: Option<usize>,
    code: Option<i32>,
}

/// Interrupts the program some time after it began, at most 4 ms.
fn interrupt(role: &str, random: u64) -> Account {
    let mut child = Command::new(PROGRAM)
        .args(["--as-child", role])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the lesson's program starts");
    let keep_open = child.stdin.take();
    let mut output = BufReader::new(child.stdout.take().expect("it is a pipe"));
    let mut line = String::new();
    output.read_line(&mut line).expect("the child writes");
    assert_eq!(line, "ready\n");

    // This is no wait for something to have happened: any moment will do, that is the point.
    let pid = Pid::from_child(&child);
    let signal = thread::spawn(move || {
        thread::sleep(Duration::from_micros(random % 4_000));
        kill_process(pid, Signal::INT).expect("the child waits for us to reap it");
    });
    let mut text = String::new();
    output
        .read_to_string(&mut text)
        .expect("the child writes text");
    signal.join().expect("the signal was sent");
    let code = child.wait().expect("it is our child").code();
    drop(keep_open);

    let (mut done, mut left, mut results) = (vec![0; ITEMS], vec![0; ITEMS], None);
    for line in text.lines() {
        let (word, number) = line.split_once(' ').expect("a word and a number");
        let number: usize = number.parse().expect("a number");
        match word {
            "done" => done[number] += 1,
            "left" => left[number] += 1,
            "results" => results = Some(number),
            other => panic!("the child says {other:?}"),
        }
    }
    let said = |item: usize| done[item] + left[item];
    Account {
        lost: (0..ITEMS).filter(|item| said(*item) == 0).count(),
        twice: (0..ITEMS).filter(|item| said(*item) > 1).count(),
        done: done.iter().sum(),
        results,
        code,
    }
}

/// A small generator, so that a failing round can be played again.
fn random(seed: u64, round: u64) -> u64 {
    let mut x = (seed ^ round.wrapping_mul(0x9e37_79b9_7f4a_7c15)) | 1;
    for _ in 0..3 {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    x
}

#[test]
fn ctrl_c_at_any_moment_loses_no_item_and_does_none_twice() {
    let seed = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(1, |now| now.as_nanos() as u64);

    let interrupted: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE)
            .map(|first| {
                scope.spawn(move || {
                    let rounds = (first..ROUNDS).step_by(AT_ONCE as usize);
                    rounds
                        .filter(|round| {
                            let account = interrupt("jobs", random(seed, *round));
                            let (lost, twice) = (account.lost, account.twice);
                            assert_eq!(
                                (lost, twice),
                                (0, 0),
                                "lost and doubled; seed {seed}, round {round}"
                            );
                            let done = Some(account.done);
                            assert_eq!(
                                account.results, done,
                                "a result was lost; seed {seed}, round {round}"
                            );
                            assert_eq!(account.code, Some(130), "seed {seed}, round {round}");
                            account.done > 0 && account.done < ITEMS
                        })
                        .count()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .sum()
    });

    // Otherwise this test would have shown nothing.
    assert!(
        interrupted > 100,
        "only {interrupted} of {ROUNDS} signals came in the middle; seed {seed}"
    );
}

#[test]
fn a_program_that_just_exits_loses_items_and_this_test_would_see_it() {
    let lost = (0..10).any(|round| interrupt("jobs-abrupt", random(7, round)).lost > 0);

    assert!(lost, "ten exits without an end, and nothing was lost");
}
