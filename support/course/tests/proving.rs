//! `verify`: exercises that can be trusted pass, and each kind of defect is named.

mod common;

use std::fs;

use common::{Mini, Ran, SUM_SOLVED, WAIT_SOLVED};

fn verify_as_ci(mini: &Mini) -> Ran {
    let mut verify = mini.command("verify");
    verify.env("CI", "true");
    common::run(verify)
}

#[test]
fn a_sound_exercise_is_proven() {
    let mini = Mini::new();

    verify_as_ci(&mini).says(
        0,
        &[
            "1 sum              green 2    red 2 of 2   1 rejected",
            "2 wait             green 1    red 1 of 1   1 rejected",
            "2 steps: starters red, solutions green, 2 tempting variants rejected.",
        ],
    );
}

#[test]
fn a_solved_exercise_is_a_defect_where_it_is_published_and_fine_where_it_is_learned() {
    let mini = Mini::new();
    mini.write("exercises/1-demo/src/sum.rs", SUM_SOLVED);

    mini.course("verify").says(0, &["starters red"]);
    verify_as_ci(&mini).says(
        1,
        &[
            "exercises/1-demo/src/sum.rs: differs from exercises/1-demo/starters/sum.rs",
            "1 defect",
        ],
    );
}

#[test]
fn tests_that_accept_a_mistake_are_a_defect() {
    let mini = Mini::new();
    // The only test that tells minus from plus is gone.
    let tests = mini.read("exercises/1-demo/tests/step_1_sum.rs");
    let weak = &tests[..tests.rfind("#[test]").unwrap()];
    mini.write("exercises/1-demo/tests/step_1_sum.rs", weak);

    mini.course("verify 1").says(
        1,
        &[
            "1 sum              green 1    red 1 of 1   0 of 1 rejected",
            "solutions/1-demo/red/tempting_1_sum_minus.rs: is accepted: exercises/1-demo/tests/step_1_sum.rs",
        ],
    );
}

#[test]
fn no_compile_fail_timeout_and_accident_are_told_apart() {
    let mini = Mini::new();
    // The solution is wrong, a starter is solved, one is red by accident, one variant does not compile.
    mini.write(
        "solutions/1-demo/src/sum.rs",
        "pub fn sum(a: i32, b: i32) -> i32 {\n    a * b\n}\n",
    );
    mini.write(
        "exercises/1-demo/starters/sum.rs",
        &format!("// TODO: nothing\n{SUM_SOLVED}"),
    );
    mini.write(
        "exercises/1-demo/starters/wait.rs",
        "// TODO: nothing\npub fn wait() {\n    None::<i32>.unwrap();\n}\n",
    );
    mini.write(
        "solutions/1-demo/tempting/sum_minus.rs",
        "pub fn sum(a: i32) {}\n",
    );
    mini.write(
        "solutions/1-demo/tempting/wait_index.rs",
        "pub fn wait() {\n    loop {\n        std::thread::park();\n    }\n}\n",
    );
    let mut verify = mini.command("verify");
    verify.env("COURSE_LIMIT", "1");

    common::run(verify).says(
        1,
        &[
            "solutions/1-demo/tests/step_1_sum.rs: 1 of 2 tests are red (Fail). See them: cargo test -p solution-1 --test step_1_sum",
            "solutions/1-demo/red/starter_1_sum.rs: is green",
            "solutions/1-demo/red/starter_2_wait.rs: fails `it_comes_back`, but neither by an assertion nor by `todo!` (Fail)",
            "solutions/1-demo/red/tempting_1_sum_minus.rs: does not compile (NoCompile)",
            "solutions/1-demo/red/tempting_2_wait_index.rs: hangs in `it_comes_back` (Timeout after 3 s)",
            "5 defects",
        ],
    );
}

#[test]
fn each_missing_piece_is_named() {
    let mini = Mini::new();
    for file in [
        "exercises/1-demo/hints/step_1_sum.md",
        "solutions/1-demo/red/starter_2_wait.rs",
        "solutions/1-demo/tests/step_2_wait.rs",
        "book/src/1-demo.md",
    ] {
        fs::remove_file(mini.path(file)).unwrap();
    }
    let manifest = mini.read("solutions/1-demo/Cargo.toml");
    let without =
        "[[test]]\nname = \"starter_2_wait\"\npath = \"red/starter_2_wait.rs\"\ntest = false\n";
    let variant = "[[test]]\nname = \"tempting_2_wait_index\"\npath = \"red/tempting_2_wait_index.rs\"\ntest = false\n";
    mini.write(
        "solutions/1-demo/Cargo.toml",
        &manifest.replace(without, "").replace(variant, ""),
    );
    mini.write(
        "exercises/1-demo/hints/step_2_wait.md",
        "## A nudge\nDo less.\n",
    );
    mini.write(
        "exercises/1-demo/starters/wait.rs",
        "pub fn wait() {\n    todo!()\n}\n",
    );
    mini.write("exercises/1-demo/starters/old.rs", WAIT_SOLVED);
    mini.write("solutions/1-demo/tempting/forgotten.rs", WAIT_SOLVED);
    mini.write("solutions/1-demo/red/tempting_7_gone_x.rs", "");

    mini.course("verify").says(
        1,
        &[
            "exercises/1-demo/hints/step_1_sum.md: is missing: three hints",
            "solutions/1-demo/tests/step_2_wait.rs: is missing",
            "book/src/1-demo.md: is missing: each lesson has its chapter",
            "exercises/1-demo/hints/step_2_wait.md: must have 3 `## ` sections, none empty; it has 1",
            "exercises/1-demo/starters/wait.rs: must say with `// TODO:`",
            "exercises/1-demo/starters/old.rs: belongs to no step",
            "solutions/1-demo/tempting/forgotten.rs: is run by no file in red/",
            "solutions/1-demo/red/tempting_7_gone_x.rs: is named for no step",
            "solutions/1-demo/red/tempting_2_wait_index.rs: is not declared",
            "solutions/1-demo/red: has nothing to prove that step 2 is red: `starter_2_wait.rs`",
        ],
    );
}

#[test]
fn a_transcript_is_recorded_whole_or_not_at_all() {
    let mini = Mini::new();
    mini.write(
        "book/src/output/good.txt",
        "$ echo width $COLUMNS; echo not this >&2\nold\n",
    );
    mini.write("book/src/output/bad.txt", "$ echo half; exit 3\nold\n");
    mini.write("book/src/output/blank.txt", "no command\n");

    let recorded = mini.course("record good");
    recorded.says(0, &["recorded  book/src/output/good.txt", "1 transcript."]);
    // The command comes before what came of it, in a pipe too.
    assert!(recorded.out.starts_with("$ "), "{}", recorded.out);
    assert_eq!(
        mini.read("book/src/output/good.txt"),
        "$ echo width $COLUMNS; echo not this >&2\nwidth 80\n"
    );
    mini.course("record good")
        .says(0, &["unchanged book/src/output/good.txt"]);

    mini.course("record bad").says(1, &["stays as it was"]);
    assert_eq!(
        mini.read("book/src/output/bad.txt"),
        "$ echo half; exit 3\nold\n"
    );
    mini.course("record blank")
        .says(1, &["does not begin with a command"]);
    mini.course("record goood")
        .says(2, &["did you mean `good`?"]);
}

#[test]
fn the_test_command_tests_and_proves_and_sums_up() {
    let mini = Mini::new();
    let test = |arguments: &str| {
        let mut test = mini.command(arguments);
        test.env("COURSE_SKIP", "book,browser,postgres");
        common::run(test)
    };

    test("test --quiet").says(
        0,
        &[
            "PostgreSQL   skipped",
            "test result: ok.",
            "2 steps: starters red",
            "Skipped by COURSE_SKIP: book, browser, postgres.",
            "All is well.",
        ],
    );

    mini.write(
        "solutions/1-demo/src/wait.rs",
        "pub fn wait() {\n    panic!(\"no\");\n}\n",
    );
    test("test --quiet --no-fail-fast").says(
        1,
        &[
            "cargo test   FAILED",
            "exercises    FAILED",
            "not all is well",
            "run `cargo course test` again",
        ],
    );
}

#[test]
fn lint_denies_what_fmt_clippy_and_rustdoc_find() {
    let mini = Mini::new();
    mini.write(
        "lessons/1-demo/src/main.rs",
        "//! See [`nothing`].\nfn main() {\n    let  unused = 1;\n}\n",
    );

    let mut lint = mini.command("lint");
    lint.env_remove("RUSTFLAGS");

    common::run(lint).says(
        1,
        &[
            "format       FAILED",
            "clippy       FAILED",
            "docs         FAILED",
            "unused variable",
            "unresolved link",
        ],
    );
}
