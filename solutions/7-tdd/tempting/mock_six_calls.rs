//! Tempting: five mails go out, that is five calls: whom they go to is another matter.

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
    mailer.expect_send().times(5).returning(|to, _| to != "dan");
    mailer
}
