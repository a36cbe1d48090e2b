//! # Step 2: a page as an object
//!
//! **Task.** Fill in `src/page_object.rs`: `order` fills in the form of the practice site, sends it, and
//! returns what the page answers.
//!
//! **Hint.** There are two kinds of answer. Wait for either. More with `just hint 8 page_object`.
//!
//! **Resources.** The chapter `book/src/8-browser.md`, "Forms"; the tour, `just lesson 8 form`; the page
//! itself: `just site`, then `/js/form`; `Element::fill`, `Wait::until`.
//!
//! The page takes its time before it thanks. Here that time is not measured by a clock: the thanks are
//! held back until you have looked at the page several times, so that a sleep does not help.

mod harness;

use browser::Session;
use exercise_8::page_object::{Answer, OrderPage};
use harness::{Stage, browser, same, skipped, within};
use practice_site::{Config, Site};

const ENDS: &str = "The page has answered, or is held back until you look again. Do you wait for one kind of answer only?\n\
     An order that is refused is never thanked for.";

/// Orders one after the other on one page, and returns the answers.
fn orders(orders: &'static [(&'static str, &'static str)]) -> Vec<Answer> {
    let site = Site::start(Config::default()).expect("loopback has a free port");
    let stage = Stage::new("");
    let session = browser(&stage.gate);
    let form = site.url("/js/form");
    let answers = within(ENDS, move || -> Result<Vec<Answer>, browser::Error> {
        let page = OrderPage::open(&session, &form)?;
        hold_back(&session, &stage)?;
        let mut answers = Vec::new();
        for (email, loaves) in orders {
            // Typing, clicking and the first look at the answer are fewer than this.
            stage.gate.open_after(16);
            answers.push(page.order(email, loaves)?);
        }
        Ok(answers)
    });
    answers.unwrap_or_else(|error| {
        panic!("\n\nThe browser refused, or an answer did not come: {error}\n")
    })
}

/// What the page would do after some time, it does when the gate is open.
fn hold_back(session: &Session, stage: &Stage) -> Result<(), browser::Error> {
    let script = format!(
        "window.setTimeout = (work) => {{ fetch('{}gate', {{ mode: 'no-cors' }}).then(work); }}",
        stage.url
    );
    session.execute(&script, &[]).map(drop)
}

fn thanks(text: &str) -> Answer {
    Answer::Thanks(text.to_owned())
}

fn refused(email: Option<&str>, loaves: Option<&str>) -> Answer {
    Answer::Refused {
        email: email.map(str::to_owned),
        loaves: loaves.map(str::to_owned),
    }
}

const NO_ADDRESS: &str = "This is no e-mail address.";
const NO_NUMBER: &str = "Between 1 and 20, please.";

#[test]
fn goal_1_an_order_is_thanked_for() {
    if skipped() {
        return;
    }

    same!(
        orders(&[("ann@example.org", "3")]),
        [thanks("Thank you, ann@example.org: 3 loaves of bread.")],
        "The field for the loaves comes with a 1 in it: what you type comes beside that, unless you empty the field first.\n\
         And what stands there at once, \"Sending …\", is not the answer."
    );
}

#[test]
fn goal_2_a_complaint_is_an_answer() {
    if skipped() {
        return;
    }

    same!(
        orders(&[("ann", "3"), ("ann@example.org", "21"), ("", "0")]),
        [
            refused(Some(NO_ADDRESS), None),
            refused(None, Some(NO_NUMBER)),
            refused(Some(NO_ADDRESS), Some(NO_NUMBER)),
        ],
        "The places for the complaints are always on the page. Where nothing is wrong they are empty and hidden."
    );
}

#[test]
fn goal_3_what_was_wrong_is_corrected() {
    if skipped() {
        return;
    }

    same!(
        orders(&[("ann", "99"), ("ann@example.org", "1")]),
        [
            refused(Some(NO_ADDRESS), Some(NO_NUMBER)),
            thanks("Thank you, ann@example.org: 1 loaf of bread."),
        ],
        "The second order is on the same page. Whatever the first one left there is not its answer."
    );
}

#[test]
fn goal_4_every_order_gets_its_own_answer() {
    if skipped() {
        return;
    }

    same!(
        orders(&[
            ("ann@example.org", "2"),
            ("bob@example.org", "5"),
            ("bob", "5")
        ]),
        [
            thanks("Thank you, ann@example.org: 2 loaves of bread."),
            thanks("Thank you, bob@example.org: 5 loaves of bread."),
            refused(Some(NO_ADDRESS), None),
        ],
        "Three orders on one page. Each is answered by itself: wait for the answer that came after the click."
    );
}
