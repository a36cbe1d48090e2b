//! Step 2: a page as an object
//!
//! A test or a scraper that knows selectors in twenty places breaks in twenty places when the page
//! changes. A page object knows them once. Outside, it speaks of what a person does: order bread.
//! Inside, it finds, types, clicks and waits.
//!
//! The page is `/js/form` of the practice site; look at it with `just site`. It checks the fields by
//! itself and complains beside them. When all is well it says "Sending …", and some time later
//! "Thank you, …".

use std::time::Duration;

use browser::{Error, Session};

/// No answer of the page takes longer than this.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What the page said to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The thanks.
    Thanks(String),
    /// What is wrong with the fields, for each one that something is wrong with.
    Refused {
        /// The complaint about the address.
        email: Option<String>,
        /// The complaint about the number of loaves.
        loaves: Option<String>,
    },
}

/// The page on which bread is ordered.
#[derive(Debug)]
pub struct OrderPage<'s> {
    session: &'s Session,
}

impl<'s> OrderPage<'s> {
    /// Opens the page at this URL.
    ///
    /// # Errors
    ///
    /// When it does not load.
    pub fn open(session: &'s Session, url: &str) -> Result<Self, Error> {
        session.open(url)?;
        Ok(Self { session })
    }

    /// Fills in the form, sends it, and returns what the page answers to this order. May be called again.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] if no answer comes within [`PATIENCE`], and whatever the browser refuses.
    pub fn order(&self, email: &str, loaves: &str) -> Result<Answer, Error> {
        // TODO: fill in both fields, press the button, wait for the answer to this order.
        todo!("order bread")
    }
}
