//! # Step 5: when the call itself is the promise
//!
//! **Task.** Set up the mock in `src/mock.rs` so that it says exactly what is promised.
//!
//! **Hint.** One expectation for each person: with whom, how many times, with which answer.
//! More with `just hint 7 mock`.
//!
//! **Resources.** The chapter `book/src/7-tdd.md`, "When not to mock"; the tour, `just lesson 7 doubles`;
//! <https://docs.rs/mockall>, "Call counts" and "Matching arguments".

mod harness;

use exercise_7::mock::{Loan, MockMailer, TODAY, expectant_mailer, loans};
use harness::verdict;

/// A version of the code under test.
type Remind = fn(&[Loan], u32, &mut MockMailer);

/// Runs a version with the learner's mock. The mock complains while it works, or when it is dropped.
fn judged(remind: Remind) -> Result<(), String> {
    verdict(move || {
        let mut mailer = expectant_mailer();
        remind(&loans(), TODAY, &mut mailer);
    })
}

#[test]
fn goal_1_the_mock_accepts_code_that_keeps_the_promises() {
    let right: [(&str, Remind); 4] = [
        ("in the order of the loans", versions::right),
        ("in another order", versions::backwards),
        ("with other words in the mail", versions::other_words),
        (
            "with all first tries before any second one",
            versions::first_tries_first,
        ),
    ];
    for (how, remind) in right {
        let ended = judged(remind);

        assert_eq!(
            ended,
            Ok(()),
            "\n\nThis version keeps all three promises; it sends its mails {how}. Your mock (left) complains.\n\
             A mock that insists on more than was promised breaks with every change.\n"
        );
    }
}

#[test]
fn goal_2_nobody_is_forgotten() {
    must_be_caught(versions::sends_nothing, "no mail is sent at all");
    must_be_caught(
        versions::forgets_the_last,
        "dan, who has a book overdue, gets no mail",
    );
}

#[test]
fn goal_3_nobody_gets_two_mails() {
    must_be_caught(
        versions::one_for_each_book,
        "ann gets two mails, one for each book",
    );
}

#[test]
fn goal_4_nobody_is_bothered_without_need() {
    must_be_caught(
        versions::bothers_bob,
        "bob gets a mail, and his book is due today",
    );
}

#[test]
fn goal_5_a_failed_mail_is_tried_once_more() {
    must_be_caught(
        versions::gives_up_at_once,
        "a mail that could not be sent is not tried again",
    );
}

#[test]
fn goal_6_and_not_a_third_time() {
    must_be_caught(
        versions::tries_for_ever,
        "dan's mailbox is tried three times",
    );
    must_be_caught(
        versions::sends_to_cyd_again,
        "cyd's mail went out at the second try, and she gets a third",
    );
}

fn must_be_caught(broken: Remind, behaviour: &str) {
    assert_eq!(
        judged(versions::right),
        Ok(()),
        "\n\nA mock that complains about everybody catches nobody: goal 1 comes first.\n"
    );
    assert!(
        judged(broken).is_err(),
        "\n\nThis went unnoticed: {behaviour}.\nYour mock is content with a version that does this. \
         How many times is each call promised?\n"
    );
}

/// What your mock is judged by. You will learn more if you do not look.
mod versions {
    use exercise_7::mock::{Loan, Mailer, MockMailer};

    fn overdue(loans: &[Loan], today: u32) -> Vec<&'static str> {
        let mut people = Vec::new();
        for loan in loans.iter().filter(|loan| loan.due < today) {
            if !people.contains(&loan.to) {
                people.push(loan.to);
            }
        }
        people
    }

    fn send(mailer: &mut MockMailer, to: &str, tries: usize) {
        for _ in 0..tries {
            if mailer.send(to, "Please bring your books back.") {
                break;
            }
        }
    }

    pub fn right(loans: &[Loan], today: u32, mailer: &mut MockMailer) {
        overdue(loans, today)
            .iter()
            .for_each(|to| send(mailer, to, 2));
    }

    pub fn backwards(loans: &[Loan], today: u32, mailer: &mut MockMailer) {
        overdue(loans, today)
            .iter()
            .rev()
            .for_each(|to| send(mailer, to, 2));
    }

    pub fn other_words(loans: &[Loan], today: u32, mailer: &mut MockMailer) {
        for to in overdue(loans, today) {
            let n = loans
                .iter()
                .filter(|loan| loan.to == to && loan.due < today)
                .count();
            let text = format!("{n} of your books are overdue.");
            if !mailer.send(to, &text) {
                mailer.send(to, &text);
            }
        }
    }

    pub fn first_tries_first(loans: &[Loan], today: u32, mailer: &mut MockMailer) {
        let text = "Please bring your books back.";
        let failed: Vec<&str> = overdue(loans, today)
            .into_iter()
            .filter(|to| !mailer.send(to, text))
            .collect();
        failed.iter().for_each(|to| send(mailer, to, 1));
    }

    pub fn sends_nothing(_loans: &[Loan], _today: u32, _mailer: &mut MockMailer) {}

    pub fn forgets_the_last(loans: &[Loan], today: u32, mailer: &mut MockMailer) {
        right(&loans[..loans.len() - 1], today, mailer);
    }

    pub fn one_for_each_book(loans: &[Loan], today: u32, mailer: &mut MockMailer) {
        loans
            .iter()
            .filter(|loan| loan.due < today)
            .for_each(|loan| send(mailer, loan.to, 2));
    }

    pub fn bothers_bob(loans: &[Loan], today: u32, mailer: &mut MockMailer) {
        right(loans, today + 1, mailer);
    }

    pub fn gives_up_at_once(loans: &[Loan], today: u32, mailer: &mut MockMailer) {
        overdue(loans, today)
            .iter()
            .for_each(|to| send(mailer, to, 1));
    }

    pub fn tries_for_ever(loans: &[Loan], today: u32, mailer: &mut MockMailer) {
        overdue(loans, today)
            .iter()
            .for_each(|to| send(mailer, to, 3));
    }

    pub fn sends_to_cyd_again(loans: &[Loan], today: u32, mailer: &mut MockMailer) {
        right(loans, today, mailer);
        send(mailer, "cyd", 1);
    }
}
