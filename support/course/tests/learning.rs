//! What a learner does all day: play a lesson, run a step, be stuck, reset, look at the solution.

mod common;

use std::fs;
use std::process::Command;

use common::{Lifeline, Mini, SUM_SOLVED, SUM_WRONG, WAIT_HANGS_WITH_A_CHILD, WAIT_SOLVED};

const SUM: &str = "exercises/1-demo/src/sum.rs";
const WAIT: &str = "exercises/1-demo/src/wait.rs";

#[test]
fn a_lesson_gets_its_words_and_its_exit_code_is_passed_on() {
    let mini = Mini::new();

    mini.course("lesson 1").says(0, &["played []"]);
    mini.course("lesson demo part --list")
        .says(0, &["played [\"part\", \"--list\"]"]);
    mini.course("lesson 1-demo fail")
        .says(7, &["played [\"fail\"]"]);
}

#[test]
fn commands_work_in_every_folder_of_the_course_and_say_so_outside() {
    let mini = Mini::new();

    let mut below = mini.command("lesson 1");
    below.current_dir(mini.path("exercises/1-demo/src"));
    common::run(below).says(0, &["played []"]);

    let mut outside = mini.command("lesson 1");
    outside.current_dir(mini.root.parent().unwrap());
    common::run(outside).says(
        1,
        &[
            "is not inside the course's folder",
            "next: go to the folder",
        ],
    );
}

#[test]
fn lessons_are_listed_and_what_is_mistyped_is_guessed() {
    let mini = Mini::new();

    mini.course("lesson")
        .says(0, &[" 1  demo", "what a demo is"]);
    mini.course("lesson demp")
        .says(2, &["there is no lesson `demp`", "did you mean `demo`?"]);
    mini.course("lesson 4")
        .says(2, &["there is no lesson `4`", "`cargo lesson` lists"]);
    mini.course("excercise 1")
        .says(2, &["did you mean `exercise`?"]);
    mini.course("exercise 1 summ")
        .says(2, &["did you mean `sum`?"]);
    mini.course("exercise").says(
        2,
        &[
            "needs to know which lesson",
            "usage: cargo course exercise N",
        ],
    );
    mini.course("reset 1 1 now")
        .says(2, &["`reset` has no use for `now`"]);
    mini.course("1")
        .says(2, &["`cargo lesson 1` plays lesson 1"]);
}

#[test]
fn commands_are_spelled_as_the_learner_came_in() {
    let mini = Mini::new();
    let mut by_just = mini.command("hint 1 1");
    by_just.env("COURSE_FRONT", "just");

    common::run(by_just).says(0, &["Still stuck? just hint 1 1 2"]);
    mini.course("hint 1 1")
        .says(0, &["Still stuck? cargo course hint 1 1 2"]);
}

#[test]
fn a_step_goes_from_stub_to_wrong_to_solved_and_the_next_one_follows() {
    let mini = Mini::new();

    mini.course("exercise 1").says(
        1,
        &[
            "Step 1: add two numbers",
            "0 of 2 tests pass",
            "not yet implemented: add the two",
            "Edit:     exercises/1-demo/src/sum.rs",
            "Hint:     cargo course hint 1 1",
        ],
    );

    mini.write(SUM, SUM_WRONG);
    mini.course("exercise 1 sum").says(
        1,
        &[
            "1 of 2 tests pass",
            "ok    zero_changes_nothing",
            "red   two_and_two_are_four",
            "count it on your fingers",
        ],
    );
    let filtered = mini.course("exercise 1 1 zero");
    filtered.says(
        0,
        &[
            "1 of 1 test passes of those you named",
            "All tests: cargo course exercise 1 1",
        ],
    );
    filtered.is_silent_about("Solved");
    filtered.is_silent_about("two_and_two");
    mini.course("exercise 1 1 nothing_like_it")
        .says(2, &["no test of this step has `nothing_like_it`"]);

    mini.write(SUM, SUM_SOLVED);
    mini.course("exercise 1 1").says(
        0,
        &[
            "Solved: 2 of 2 tests pass",
            "Next:     cargo course exercise 1 2",
        ],
    );
    mini.course("exercise 1").says(
        1,
        &[
            "Step 1 is solved (2 of 2). Compare: cargo course solution 1 1\nNow step 2:\n",
            "Step 2: come back",
        ],
    );
    mini.course("progress").says(
        0,
        &[
            "1 sum            solved       2 of 2",
            "2 wait           not yet      0 of 1",
            "1 of 2 steps solved.",
            "Next: cargo course exercise 1 2",
        ],
    );

    mini.write(WAIT, WAIT_SOLVED);
    mini.course("exercise 1")
        .says(0, &["All steps of exercise 1 are solved."]);
    mini.course("progress 1").says(
        0,
        &["2 of 2 steps solved.", "Next: cargo course progress\n"],
    );
    mini.write("capstone/README.md", "");
    mini.course("progress")
        .says(0, &["Next: the first crawl, cargo course capstone --help"]);
}

#[test]
fn the_first_compile_is_announced_and_the_second_is_quiet() {
    let mini = Mini::new();

    mini.course("lesson 1")
        .says(0, &["Compiling lesson 1 for the first time"]);
    mini.course("lesson 1").is_silent_about("Compiling");
    mini.course("exercise 1")
        .says(1, &["Compiling exercise 1 for the first time"]);
    mini.write(SUM, SUM_WRONG);
    mini.course("exercise 1").is_silent_about("Compiling");
}

#[test]
fn a_step_that_does_not_compile_is_no_red_test() {
    let mini = Mini::new();
    mini.write(SUM, "pub fn sum(a: i32, b: i32) -> i32 { a + }\n");

    let ran = mini.course("exercise 1 1");

    ran.says(
        1,
        &[
            "It does not compile",
            "error: expected expression",
            "exercises/1-demo/src/sum.rs",
        ],
    );
    ran.is_silent_about("tests pass");
    let progress = mini.course("progress");
    progress.says(
        0,
        &[
            "exercises/1-demo/src/sum.rs does not compile,\n  so none of its 2 steps can be judged",
            "Next: cargo course exercise 1 1",
        ],
    );
    progress.is_silent_about("0 of 2");

    // The error of one step's file stops the other step too.
    let other = mini.course("exercise 1 2");
    other.says(
        1,
        &[
            "The error is in the file of step 1",
            "Edit:     exercises/1-demo/src/sum.rs",
        ],
    );
    other.is_silent_about("src/wait.rs");
}

#[test]
fn a_red_test_says_what_first_and_where_last_and_nothing_twice() {
    let mini = Mini::new();

    let ran = mini.course("exercise 1 1");
    ran.says(
        1,
        &[
            "red   two_and_two_are_four\n          not yet implemented: add the two\n          at exercises/1-demo/src/sum.rs:3:5\n",
            "red   zero_changes_nothing  (the same as two_and_two_are_four)",
            "One test in full: cargo course exercise 1 1 NAME",
        ],
    );

    mini.write(SUM, "pub fn sum(_: i32, _: i32) -> i32 {\n    7\n}\n");
    mini.course("exercise 1 1").says(
        1,
        &[
            "          assertion `left == right` failed: count it on your fingers\n            left: 7\n           right: 4\n          at exercises/",
            "          assertion `left == right` failed\n            left: 7\n           right: 5\n\nEdit:",
        ],
    );
}

#[test]
fn two_tests_that_wait_in_vain_for_the_same_thing_are_enough() {
    let mini = Mini::new();
    let tests = "exercises/1-demo/tests/step_2_wait.rs";
    let goal = |n: u32| {
        format!(
            "#[test]\nfn goal_{n}() {{\n    let (_sender, inbox) = std::sync::mpsc::channel::<()>();\n    inbox.recv_timeout(std::time::Duration::from_millis(3100)).expect(\"an answer\");\n}}\n"
        )
    };
    mini.write(tests, &[1, 2, 3].map(goal).concat());

    mini.course("exercise 1 2").says(
        1,
        &[
            "red     goal_1",
            "red     goal_2  (the same as goal_1)",
            "not run goal_3",
            "so the others were not run",
            "0 of 3 tests pass",
        ],
    );
}

#[test]
fn a_test_that_hangs_is_named_and_ended_with_its_children() {
    let mini = Mini::new();
    mini.write(WAIT, WAIT_HANGS_WITH_A_CHILD);
    let lifeline = Lifeline::at(&mini.path("alive"));
    let mut exercise = mini.command("exercise 1 2");
    exercise.env("COURSE_LIMIT", "1");

    common::run(exercise).says(
        1,
        &[
            "hangs it_comes_back",
            "still running after 1 second and was ended",
        ],
    );

    lifeline.expect("here");
    lifeline.expect("gone");
}

#[test]
fn whatever_ends_the_runner_ends_the_test_and_its_children_too() {
    for signal in ["INT", "TERM", "KILL"] {
        if common::is_ignored(signal) {
            common::say_aloud(&format!(
                "SKIPPED: SIG{signal} is ignored here, as in a job that a script started with `&`"
            ));
            continue;
        }
        let mini = Mini::new();
        mini.write(WAIT, WAIT_HANGS_WITH_A_CHILD);
        let lifeline = Lifeline::at(&mini.path("alive"));
        let mut exercise = mini.command("exercise 1 2");
        exercise.env("COURSE_LIMIT", "600");
        let mut runner = exercise.spawn().unwrap();
        lifeline.expect("here");

        let kill = format!("kill -s {signal} {}", runner.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );

        lifeline.expect("gone");
        common::wait(&mut runner);
    }
}

#[test]
fn a_program_that_ends_itself_is_not_taken_for_solved() {
    let mini = Mini::new();

    mini.write(WAIT, "pub fn wait() { std::process::exit(0) }\n");
    mini.course("exercise 1 2").says(
        1,
        &[
            "dies  it_comes_back",
            "ended the whole program with exit code 0",
        ],
    );

    mini.write(WAIT, "pub fn wait() { std::process::abort() }\n");
    mini.course("exercise 1 2")
        .says(1, &["dies  it_comes_back"]);

    mini.write(
        WAIT,
        "pub fn wait() { down(0); }\n#[expect(unconditional_recursion)]\nfn down(n: u64) -> u64 { down(n + 1) + std::hint::black_box([n; 100])[3] }\n",
    );
    mini.course("exercise 1 2")
        .says(1, &["it overflowed its stack"]);
}

#[test]
fn endless_output_does_not_flood_the_learner_and_one_hang_is_enough() {
    let mini = Mini::new();
    mini.write(
        SUM,
        "pub fn sum(a: i32, b: i32) -> i32 { loop { println!(\"still here\"); } }\n",
    );
    let mut exercise = mini.command("exercise 1 1");
    exercise.env("COURSE_LIMIT", "1");

    let ran = common::run(exercise);

    ran.says(
        1,
        &[
            "hangs   two_and_two_are_four",
            "is there a loop that never ends",
            "still here",
            "bytes left out",
            "not run zero_changes_nothing",
        ],
    );
    assert!(ran.out.lines().count() < 60, "{}", ran.out);
}

#[test]
fn hints_come_one_at_a_time() {
    let mini = Mini::new();

    let first = mini.course("hint 1 1");
    first.says(0, &["Hint 1 of 3: A nudge", "Which sign?"]);
    first.is_silent_about("The name");
    mini.course("hint 1 sum 3").says(
        0,
        &[
            "Hint 3 of 3: Almost the code",
            "    ## not a heading\n    a + …\n",
            "cargo course solution 1 1",
        ],
    );
    mini.course("hint 1 sum 3").is_silent_about("```");
    mini.course("hint 1 1 4").says(2, &["hints 1 to 3"]);
    mini.course("hint 1 1 x").says(2, &["hints 1 to 3"]);
    mini.course("hint 1").says(0, &["Which sign?"]);
}

#[test]
fn a_reset_keeps_the_learners_file_and_never_overwrites_one() {
    let mini = Mini::new();
    let starter = mini.read(SUM);

    mini.course("reset 1 1")
        .says(0, &["is the starter already. Nothing to do."]);
    assert!(!mini.path("exercises/1-demo/src/sum.rs.kept-1").exists());

    for (nth, own) in [SUM_WRONG, SUM_SOLVED].iter().enumerate() {
        mini.write(SUM, own);
        let kept = format!("exercises/1-demo/src/sum.rs.kept-{}", nth + 1);
        mini.course("reset 1 sum")
            .says(0, &[&kept, "cargo course exercise 1 1"]);
        assert_eq!(mini.read(SUM), starter);
        assert_eq!(mini.read(&kept), *own);
    }

    fs::remove_file(mini.path(SUM)).unwrap();
    mini.course("reset 1 1")
        .says(0, &["There was no exercises/1-demo/src/sum.rs to keep."]);
    assert_eq!(mini.read(SUM), starter);

    // What was kept aside is no part of the program.
    mini.write("exercises/1-demo/src/sum.rs.kept-3", "no Rust at all");
    mini.course("exercise 1 1").says(1, &["0 of 2 tests pass"]);
}

#[test]
fn a_reset_works_after_a_commit() {
    let mini = Mini::new();
    let starter = mini.read(SUM);
    let git = |arguments: &str| {
        let done = Command::new("git")
            .args([
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@example.org",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(arguments.split(' '))
            .current_dir(&mini.root)
            .output();
        assert!(
            done.is_ok_and(|output| output.status.success()),
            "git {arguments}"
        );
    };
    git("init --quiet");
    mini.write(SUM, SUM_SOLVED);
    git("add --all");
    git("commit --quiet --message solved");

    mini.course("reset 1 1").says(0, &["Kept your file as"]);

    assert_eq!(mini.read(SUM), starter);
}

#[test]
fn a_solution_is_not_shown_by_accident() {
    let mini = Mini::new();

    let asked = mini.course("solution 1 1");
    asked.says(1, &["not solved yet", "cargo course solution 1 1 --yes"]);
    asked.is_silent_about("a + b");
    mini.course("solution 1 1 --yes")
        .says(0, &["-    todo!(\"add the two\")", "+    a + b"]);

    mini.write(SUM, "pub fn sum(a: i32, b: i32) -> i32 {\n    b + a\n}\n");
    mini.course("solution 1 1")
        .says(0, &["-    b + a", "+    a + b"]);
    mini.write(SUM, SUM_SOLVED);
    mini.course("solution 1 1")
        .says(0, &["are the same, line by line"]);
}

#[test]
fn nobody_reading_is_no_crash() {
    let mini = Mini::new();
    let mut help = mini.command("help");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    help.stdout(writer).stderr(std::process::Stdio::piped());

    let mut help = help.spawn().unwrap();
    common::wait(&mut help);
    let output = help.wait_with_output().unwrap();

    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
