//! # Step 2: what is wrong, where, and what should it be?
//!
//! **Task.** Fill in `src/bad_value.rs`: `read` turns texts into settings, and whatever cannot be
//! used becomes a `BadValue` that tells a person how to mend it. All at once, and never the token.
//!
//! **Hint.** Decide what the message needs, and keep that, and no more, in `BadValue`.
//! More with `just hint 0 bad_value`.
//!
//! **Resources.** The chapter `book/src/0-environments.md`, "An error that can be mended"; the tour,
//! `just lesson 0 mistakes` and `just lesson 0 secret`; `str::parse` and `Duration::try_from_secs_f64`
//! in the standard library's documentation.

use std::panic;
use std::time::Duration;

use exercise_0::bad_value::{BadValue, Given, Place, Settings, read};

fn in_file(name: &str, text: &str, line: usize) -> Given {
    let place = Place::File {
        path: "spindle.toml".to_owned(),
        line,
    };
    Given {
        name: name.to_owned(),
        text: text.to_owned(),
        place,
    }
}

fn typed(name: &str, text: &str) -> Given {
    let place = Place::Argument(name.to_owned());
    Given {
        name: name.to_owned(),
        text: text.to_owned(),
        place,
    }
}

/// Reads the settings; a panic is told as what it is.
fn reading(given: &[Given]) -> Result<Settings, Vec<BadValue>> {
    panic::catch_unwind(|| read(given)).unwrap_or_else(|panic| {
        // What was not filled in yet must stay visible as such.
        let text = panic.downcast_ref::<&str>().copied().unwrap_or_default();
        if text.starts_with("not yet implemented") {
            panic::resume_unwind(panic);
        }
        let texts: Vec<&str> = given.iter().map(|given| given.text.as_str()).collect();
        panic!(
            "\n\n`read` panicked at {texts:?}.\nA setting comes from outside, so anything may stand there. \
             What cannot be used is an `Err`, never a panic.\n"
        )
    })
}

/// Checks that one bad value is refused with this message.
fn refused(given: Given, expected: &str, why: &str) {
    let text = given.text.clone();
    match reading(&[given]) {
        Ok(settings) => panic!(
            "\n\n{text:?} was taken, and became {settings:?}.\nexpected the error: {expected}\n{why}\n"
        ),
        Err(bad) => {
            let came: Vec<String> = bad.iter().map(BadValue::to_string).collect();
            assert!(
                came == [expected],
                "\n\nexpected: {expected}\ncame:     {}\n{why}\n",
                came.join("\n          ")
            );
        }
    }
}

#[test]
fn goal_1_good_values_are_read_and_the_rest_is_by_default() {
    let check = |given: &[Given], threads: u16, millis: u64, token: Option<&str>| {
        let settings = match reading(given) {
            Ok(settings) => settings,
            Err(bad) => panic!("\n\nThese values are fine, and were refused: {bad:?}\n"),
        };
        let came = (
            settings.threads,
            settings.delay,
            settings.token.as_ref().map(|t| t.expose()),
        );
        let expected = (threads, Duration::from_millis(millis), token);
        assert!(
            came == expected,
            "\n\nexpected: {expected:?}\ncame:     {came:?}\n"
        );
    };

    check(&[], 8, 1_000, None);
    check(&[typed("threads", "1")], 1, 1_000, None);
    check(
        &[typed("threads", "64"), in_file("delay", "0.25", 2)],
        64,
        250,
        None,
    );
    check(&[typed("delay", "0")], 8, 0, None);
    check(&[typed("delay", "3")], 8, 3_000, None);
    check(
        &[typed("token", "q7Zt0PaX3mKd8LwE")],
        8,
        1_000,
        Some("q7Zt0PaX3mKd8LwE"),
    );
}

#[test]
fn goal_2_the_message_names_setting_text_place_and_form() {
    refused(
        in_file("threads", "many", 3),
        "threads is \"many\" (spindle.toml, line 3), but must be a whole number from 1 to 64",
        "Whoever reads it knows where to look and what to write.",
    );
    let place = Place::Variable("SPINDLE_DELAY".to_owned());
    refused(
        Given {
            name: "delay".to_owned(),
            text: "soon".to_owned(),
            place,
        },
        "delay is \"soon\" (variable SPINDLE_DELAY), but must be a number of seconds, for example 0.5",
        "An example often says more than a rule.",
    );
    refused(
        typed("speed", "4"),
        "speed is \"4\" (argument --speed), but must be threads, delay or token",
        "A name that is no setting is a slip. To ignore it would be to do nothing, in silence.",
    );
}

#[test]
fn goal_3_what_is_out_of_range_is_refused_and_not_bent_into_it() {
    for text in [
        "0",
        "65",
        "-1",
        "70000",
        "99999999999999999999",
        "4.0",
        "",
        " 4",
        "4 ",
        "1e1",
        "٤",
    ] {
        refused(
            typed("threads", text),
            &format!(
                "threads is {text:?} (argument --threads), but must be a whole number from 1 to 64"
            ),
            "To take 64 where 65 was meant, or 8 where nothing could be read, is to do something else than \
             was asked for, in silence.",
        );
    }
}

#[test]
fn goal_4_a_delay_that_no_clock_can_wait_is_refused() {
    for text in ["-1", "-0.001", "nan", "inf", "1e300", "", "1s", "1,5"] {
        refused(
            typed("delay", text),
            &format!(
                "delay is {text:?} (argument --delay), but must be a number of seconds, for example 0.5"
            ),
            "\"nan\", \"inf\" and \"1e300\" are numbers for `f64`, but no time to wait. \
             `Duration::from_secs_f64` panics at them; look for its sibling that returns a `Result`.",
        );
    }
}

#[test]
fn goal_5_all_mistakes_are_told_at_once_in_their_order() {
    let given = [
        in_file("delay", "soon", 1),
        in_file("colour", "red", 2),
        typed("threads", "4"),
        typed("token", "short"),
    ];

    let bad = reading(&given).expect_err("three of the four are bad");

    let came: Vec<String> = bad.iter().map(BadValue::to_string).collect();
    let begin: Vec<&str> = came
        .iter()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(
        begin == ["delay", "colour", "token"],
        "\n\nexpected complaints about delay, colour and token, in this order.\ncame: {came:#?}\n\
         Who mends one mistake only to be told the next one soon gives up. Collect them.\n"
    );
}

#[test]
fn goal_6_a_token_is_shown_nowhere() {
    for text in [
        "hunter2",
        "hunter2hunter2hu!",
        "hunter2 hunter2h",
        "hunter2hunter2hä",
    ] {
        refused(
            in_file("token", text, 7),
            "token is hidden (spindle.toml, line 7), but must be 16 letters and digits",
            "Errors end up in logs. The place is enough to find it.",
        );
        let bad = reading(&[in_file("token", text, 7)]).expect_err("it is no token");
        let debug = format!("{bad:?}");
        assert!(
            !debug.contains("hunter2"),
            "\n\nThe debug form of the error shows the token:\n  {debug}\n\
             `expect`, `unwrap` and `dbg!` print that form. What is not kept in `BadValue` cannot be printed.\n"
        );
    }
    let settings = reading(&[typed("token", "hunter2hunter2hu")]).expect("16 letters and digits");
    let debug = format!("{settings:?}");
    assert!(
        !debug.contains("hunter2"),
        "\n\nThe debug form of the settings shows the token:\n  {debug}\n"
    );
    assert!(
        debug.contains("token"),
        "\n\nThat there is a token may be seen: {debug}\n"
    );
}

#[test]
fn goal_7_what_a_terminal_would_obey_is_escaped() {
    refused(
        typed("threads", "4\u{1b}[2J\n\"x\""),
        "threads is \"4\\u{1b}[2J\\n\\\"x\\\"\" (argument --threads), but must be a whole number from 1 to 64",
        "ESC [ 2 J clears the screen of whoever reads the error. `{:?}` of a text escapes it, and adds the quotes.",
    );
}
