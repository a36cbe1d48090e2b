//! Tempting: the mail's text, copied from the code.

use mockall::mock;
use mockall::predicate::eq;

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
    // `eq("Please bring your books back.")` for the text: what it says is not promised. `times` is what is. There is no sequence:
    // the order is not promised either.
    mailer
        .expect_send()
        .with(eq("ann"), eq("Please bring your books back."))
        .times(1)
        .return_const(true);
    mailer
        .expect_send()
        .with(eq("bob"), eq("Please bring your books back."))
        .never();
    // Fails once: the answer depends on how often it was asked, so it is a function with a memory.
    let mut tries = 0;
    mailer
        .expect_send()
        .with(eq("cyd"), eq("Please bring your books back."))
        .times(2)
        .returning(move |_, _| {
            tries += 1;
            tries == 2
        });
    mailer
        .expect_send()
        .with(eq("dan"), eq("Please bring your books back."))
        .times(2)
        .return_const(false);
    mailer
}
