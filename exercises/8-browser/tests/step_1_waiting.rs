//! # Step 1: wait for what you need, and not for a while
//!
//! **Task.** Fill in `src/waiting.rs`: `wait_for_text` waits until an element says what it should say.
//!
//! **Hint.** A loop, a look, a clock, and a rest. More with `just hint 8 waiting`.
//!
//! **Resources.** The chapter `book/src/8-browser.md`, "Waiting"; the tour, `just lesson 8 wait`;
//! `Session::find`, `Element::text`, `Error::may_pass`.
//!
//! The pages here come from a server of the test. What you wait for is held back until you have looked
//! several times: so a sleep does not help, however long it is, and no test takes longer than it must.

mod harness;

use std::time::Duration;

use browser::{Refusal, Session};
use exercise_8::waiting::{WaitError, wait_for_text};
use harness::{Stage, browser, same, skipped, within};

/// What your function returned, in a form that can be compared and that reads well in a failure.
#[derive(Debug, PartialEq)]
enum Came {
    Text(String),
    TimedOut { last: Option<String> },
    Refused(Option<Refusal>),
}

const ENOUGH: Duration = Duration::from_secs(5);
const LOOK_AGAIN: &str = "What you waited for is held back until you have looked at the page several times. Whoever sleeps first and\n\
     then looks once does not find it, however long the sleep is: look, rest for some milliseconds, look again.";

/// Opens the page and waits for `css` to say `expected`, while the gate opens after so many looks.
fn wait(
    page: &'static str,
    css: &'static str,
    expected: &'static str,
    looks: Option<usize>,
    limit: Duration,
) -> Came {
    let stage = Stage::new(page);
    let session = browser(&stage.gate);
    open(&session, &stage);
    if let Some(looks) = looks {
        stage.gate.open_after(looks);
    }
    within(
        "A wait ends when its limit is over, whatever the page does, and at once when waiting is of no use.",
        move || match wait_for_text(&session, css, |text| text == expected, limit) {
            Ok(text) => Came::Text(text),
            Err(WaitError::TimedOut { last }) => Came::TimedOut { last },
            Err(WaitError::Browser(error)) => Came::Refused(error.refusal().cloned()),
        },
    )
}

fn open(session: &Session, stage: &Stage) {
    session
        .open(&stage.url)
        .unwrap_or_else(|error| panic!("\n\nThe test's own page did not load: {error}\n"));
}

const READY: &str = "<p id=state>Done.</p>";

#[test]
fn goal_1_what_is_there_is_returned_at_the_first_look() {
    if skipped() {
        return;
    }

    let came = wait(READY, "#state", "Done.", None, Duration::ZERO);

    same!(
        came,
        Came::Text("Done.".to_owned()),
        "It was there from the start. No time to wait is no reason not to look: look first, then ask the clock."
    );
}

#[test]
fn goal_2_a_text_that_comes_later_is_awaited() {
    if skipped() {
        return;
    }
    let page = "<p id=state>Loading …</p><script>
        fetch('/gate').then(() => { document.getElementById('state').textContent = 'Done.' })
    </script>";

    let came = wait(page, "#state", "Done.", Some(8), ENOUGH);

    same!(came, Came::Text("Done.".to_owned()), "{LOOK_AGAIN}");
}

#[test]
fn goal_3_an_element_that_comes_later_is_awaited() {
    if skipped() {
        return;
    }
    let page = "<body><script>
        fetch('/gate').then(() => { document.body.innerHTML = '<p id=state>Done.</p>' })
    </script>";

    let came = wait(page, "#state", "Done.", Some(6), ENOUGH);

    same!(
        came,
        Came::Text("Done.".to_owned()),
        "The element itself came later. That it is not there is an error of `find`, and one that may pass.\n{LOOK_AGAIN}"
    );
}

#[test]
fn goal_4_an_element_that_was_replaced_is_found_again() {
    if skipped() {
        return;
    }
    let page = "<body><p id=state>Loading …</p><script>
        fetch('/gate').then(() => { document.body.innerHTML = '<p id=state>Done.</p>' })
    </script>";

    let came = wait(page, "#state", "Done.", Some(8), ENOUGH);

    same!(
        came,
        Came::Text("Done.".to_owned()),
        "The script threw the element away and put another in its place, with the same id. An element that you have\n\
         found once stands for the old one: find it again for each look.\n{LOOK_AGAIN}"
    );
}

#[test]
fn goal_5_what_never_comes_is_given_up_with_what_was_there() {
    if skipped() {
        return;
    }
    let page = "<p id=state>Loading …</p>";

    let came = wait(page, "#state", "Done.", None, Duration::from_millis(200));
    same!(
        came,
        Came::TimedOut {
            last: Some("Loading …".to_owned())
        },
        "It never came, so the time runs out. What the element said at last helps whoever looks for the reason."
    );

    let came = wait(page, "#other", "Done.", None, Duration::from_millis(200));
    same!(
        came,
        Came::TimedOut { last: None },
        "There never was such an element."
    );
}

#[test]
fn goal_6_a_mistake_is_not_waited_for() {
    if skipped() {
        return;
    }

    let came = wait(READY, "p[", "Done.", None, Duration::from_secs(3_600));

    same!(
        came,
        Came::Refused(Some(Refusal::InvalidSelector)),
        "`p[` is no CSS, and it will be none in an hour. Only an error that may pass is a reason to wait."
    );
}
