//! `watch`, as an editor and a learner treat it.

mod common;

use std::fs;
use std::io::Write as _;

use common::{Going, Lifeline, Mini, SUM_SOLVED, SUM_WRONG, WAIT_HANGS_WITH_A_CHILD, WAIT_SOLVED};

const SUM: &str = "exercises/1-demo/src/sum.rs";
const WAIT: &str = "exercises/1-demo/src/wait.rs";

/// What `watch` says when it waits for a save.
const WAITING: &str = "Save a file to run again";

#[test]
fn a_save_runs_the_tests_again_until_the_last_step_is_solved() {
    let mini = Mini::new();
    let mut watch = Going::start(mini.command("watch 1"));
    // A closed stdin takes the keys away and nothing else.
    drop(watch.child.stdin.take());
    watch.until("not yet implemented: add the two");
    watch.until(WAITING);

    mini.write(SUM, "this is not Rust");
    watch.until("It does not compile");
    watch.until(WAITING);

    mini.write(SUM, SUM_WRONG);
    watch.until("1 of 2 tests pass");
    watch.until(WAITING);

    // As many editors save: the old file goes, then a new one takes its name.
    fs::remove_file(mini.path(SUM)).unwrap();
    watch.until("sum.rs is gone");
    watch.until(WAITING);
    mini.write("new", SUM_SOLVED);
    fs::rename(mini.path("new"), mini.path(SUM)).unwrap();
    watch.until("Solved: 2 of 2 tests pass");

    watch.until("Step 2: come back");
    watch.until(WAITING);
    mini.write(WAIT, WAIT_SOLVED);
    watch.until("Solved: 1 of 1 test passes");
    watch.until("All steps of exercise 1 are solved.");
    assert_eq!(common::wait(&mut watch.child).code(), Some(0));
}

#[test]
fn a_save_ends_a_hanging_test_and_runs_again() {
    let mini = Mini::new();
    mini.write(WAIT, WAIT_HANGS_WITH_A_CHILD);
    let lifeline = Lifeline::at(&mini.path("alive"));
    let mut command = mini.command("watch 1 wait");
    command.env("COURSE_LIMIT", "600");
    let mut watch = Going::start(command);
    lifeline.expect("here");

    mini.write(WAIT, WAIT_SOLVED);

    lifeline.expect("gone");
    watch.until("Solved: 1 of 1 test passes");
    // The step that was passed over comes next.
    watch.until("Step 1: add two numbers");
}

#[test]
fn keys_show_hints_and_end_it_even_while_a_test_hangs() {
    let mini = Mini::new();
    let mut watch = Going::start(mini.command("watch 1 1"));
    let mut keys = watch.child.stdin.take().unwrap();
    watch.until(WAITING);

    keys.write_all(b"h\n").unwrap();
    watch.until("Hint 1 of 3: A nudge");
    keys.write_all(b"h\nh\nh\n").unwrap();
    watch.until("Hint 2 of 3");
    watch.until("Hint 3 of 3");
    watch.until("That was the last hint");
    keys.write_all(b"q\n").unwrap();
    assert_eq!(common::wait(&mut watch.child).code(), Some(0));

    mini.write(WAIT, WAIT_HANGS_WITH_A_CHILD);
    let lifeline = Lifeline::at(&mini.path("alive"));
    let mut command = mini.command("watch 1 2");
    command.env("COURSE_LIMIT", "600");
    let mut watch = Going::start(command);
    let mut keys = watch.child.stdin.take().unwrap();
    lifeline.expect("here");
    keys.write_all(b"q\n").unwrap();
    lifeline.expect("gone");
    assert_eq!(common::wait(&mut watch.child).code(), Some(0));
}
