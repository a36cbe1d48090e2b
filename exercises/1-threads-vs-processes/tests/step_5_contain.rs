//! # Step 5: a crash that stays where it happened
//!
//! **Task.** Fill in `src/contain.rs`: `in_threads` turns panics into values, `in_process` turns the
//! end of a program into one.
//!
//! **Hint.** `join` returns a `Result`, and so should you. More with `just hint 1 contain`.
//!
//! **Resources.** The chapter `book/src/1-threads-vs-processes.md`, "What breaks, and how far"; the
//! tour, `just lesson 1 crash`; `std::thread::ScopedJoinHandle::join`, `Any::downcast_ref`,
//! `std::process::ExitStatus`.

mod harness;

use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use exercise_1::contain::{Crash, in_process, in_threads};
use harness::{Meeting, same, within};

#[test]
fn goal_1_a_panic_becomes_a_value_and_the_others_finish() {
    let outcomes = within("Four short items should be done at once.", || {
        in_threads(&[2, 0, 5, 0], |n| {
            assert!(*n != 0, "zero");
            10 / n
        })
    });

    same!(
        outcomes,
        [Ok(5), Err("zero".to_owned()), Ok(2), Err("zero".to_owned())],
        "Items 1 and 3 (counted from 0) panicked with the word `zero`. The others have results,\n\
         and everything is in the order of the items."
    );
}

#[test]
fn goal_2_the_words_of_a_panic_come_in_two_types() {
    let outcomes = within("Three short items should be done at once.", || {
        in_threads(&[1, 2, 3], |n| match n {
            1 => panic!("a literal"),
            2 => panic!("item {n} is bad"),
            _ => std::panic::panic_any(42_u8),
        })
    });

    let said: Vec<String> = outcomes
        .into_iter()
        .map(|outcome: Result<(), _>| outcome.unwrap_err())
        .collect();
    same!(
        said,
        ["a literal", "item 2 is bad", "a panic without words"],
        "`panic!(\"text\")` carries a `&'static str`, `panic!(\"text {{n}}\")` a `String`, and `panic_any` anything."
    );
}

#[test]
fn goal_3_all_run_at_the_same_time() {
    let met = within("Six items wait for each other.", || {
        let meeting = Meeting::new(6);
        in_threads(&[(); 6], |()| meeting.attend())
    });

    assert!(
        met.iter().all(|met| *met == Ok(true)),
        "\n\nEach of six items waited for the others, and some of them never came.\n\
         Start all of them, then join all of them.\n"
    );
}

/// A program that is a few lines of shell.
fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

#[track_caller]
fn run(script: &'static str, input: &[u8]) -> Result<Vec<u8>, Crash> {
    let input = input.to_vec();
    within(
        "The program was waiting, and so were you. A pipe holds 64 KiB: whoever writes more waits until somebody\n\
         reads. Write and read at the same time. And a program that reads to the end of its input needs that end.",
        move || in_process(shell(script), &input),
    )
}

#[test]
fn goal_4_a_program_gets_its_input_and_returns_its_output() {
    let output = run("tr a-z A-Z", b"hello").expect("this program ends well");

    same!(String::from_utf8_lossy(&output), "HELLO");
}

#[test]
fn goal_5_input_and_output_may_be_larger_than_a_pipe() {
    let input: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();

    let output = run("cat", &input).expect("this program ends well");

    assert!(
        output == input,
        "\n\nA million bytes went in, and {} came out, or others.\n",
        output.len()
    );
}

#[test]
fn goal_6_how_a_program_ended_decides() {
    match run("echo half a result; exit 3", b"") {
        Err(Crash::Ended(status)) => {
            same!(status.code(), Some(3), "The program ended with code 3.")
        }
        other => panic!(
            "\n\nThe program ended with code 3: its output is worth nothing.\ncame: {other:?}\n"
        ),
    }
    match run("kill -9 $$", b"") {
        Err(Crash::Ended(status)) => same!(status.signal(), Some(9), "A signal ended the program."),
        other => panic!("\n\nThe program was killed by a signal.\ncame: {other:?}\n"),
    }
    match in_process(Command::new("/there/is/no/such/program"), b"") {
        Err(Crash::NotStarted(_)) => {}
        other => panic!("\n\nThere is no such program.\ncame: {other:?}\n"),
    }
}

#[test]
fn goal_7_a_program_need_not_read_its_input() {
    let input = vec![b'x'; 1_000_000];

    match run("echo enough", &input) {
        Ok(output) => same!(String::from_utf8_lossy(&output), "enough\n"),
        Err(crash) => panic!(
            "\n\nThe program ended well without reading its input, and that was reported as {crash:?}.\n\
             Writing to a pipe that nobody reads any more fails with `BrokenPipe`. Whether that matters,\n\
             the exit status tells.\n"
        ),
    }
}
