//! Step 5: when the call itself is the promise.
//!
//! A library sends reminders. Nothing comes back from a mail, so a test can only look at the calls: this
//! is what mocks are for. Here is what the code under test promises:
//!
//! 1. Everybody with a book overdue gets one mail, and only one, however many books it is.
//! 2. Whoever has none overdue gets none. A book that is due today is not overdue.
//! 3. A mail that cannot be sent is tried once more, and not a third time.
//!
//! It does *not* promise in which order people get their mails, and what exactly the mails say.
//! A mock that insists on more than the promise fails code that is right.
//!
//! You set up the mock; the judge runs it against right versions of the code and wrong ones.

use mockall::mock;
use mockall::predicate::{always, eq};

/// Sends mails.
pub trait Mailer {
    /// Sends a mail, and says whether that worked.
    fn send(&mut self, to: &str, text: &str) -> bool;
}

mock! {
    /// The mock: `expect_send()` starts an expectation. It checks them when it is dropped.
    pub Mailer {}
    impl Mailer for Mailer {
        fn send(&mut self, to: &str, text: &str) -> bool;
    }
}

/// A book that is lent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loan {
    /// The address of the one who has it.
    pub to: &'static str,
    /// The book.
    pub title: &'static str,
    /// The day by which it must be back, counted from some day 0.
    pub due: u32,
}

/// The day on which the reminders are sent.
pub const TODAY: u32 = 100;

/// Returns the loans that your mock is made for.
///
/// ann has two books overdue, bob has one that is due today, cyd has one overdue and her mailbox fails
/// once, dan has one overdue and his mailbox always fails.
pub fn loans() -> Vec<Loan> {
    vec![
        Loan {
            to: "ann",
            title: "Emma",
            due: 90,
        },
        Loan {
            to: "bob",
            title: "Ulysses",
            due: TODAY,
        },
        Loan {
            to: "cyd",
            title: "Momo",
            due: 99,
        },
        Loan {
            to: "ann",
            title: "Dune",
            due: 80,
        },
        Loan {
            to: "dan",
            title: "Walden",
            due: 1,
        },
    ]
}

/// Returns a mock that expects what the promise says for [`loans`], no less and no more.
pub fn expectant_mailer() -> MockMailer {
    let mut mailer = MockMailer::new();
    // `always()` for the text: what it says is not promised. `times` is what is. There is no sequence:
    // the order is not promised either.
    mailer
        .expect_send()
        .with(eq("ann"), always())
        .times(1)
        .return_const(true);
    mailer.expect_send().with(eq("bob"), always()).never();
    // Fails once: the answer depends on how often it was asked, so it is a function with a memory.
    let mut tries = 0;
    mailer
        .expect_send()
        .with(eq("cyd"), always())
        .times(2)
        .returning(move |_, _| {
            tries += 1;
            tries == 2
        });
    mailer
        .expect_send()
        .with(eq("dan"), always())
        .times(2)
        .return_const(false);
    mailer
}
