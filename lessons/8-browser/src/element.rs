//! Something on a page: read it, click it, type into it.

use serde_json::{Value, json};

use crate::error::Error;
use crate::session::Session;

/// An element of a page. It stays valid until the page throws it away; after that every question is
/// refused with [`Refusal::StaleElement`](crate::Refusal::StaleElement), even if one that looks the
/// same has taken its place.
#[derive(Debug, Clone)]
pub struct Element<'s> {
    session: &'s Session,
    id: String,
}

/// A key that is no letter.
///
/// Source: <https://www.w3.org/TR/webdriver2/#keyboard-actions>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Key {
    /// Enter.
    Enter,
    /// Tab.
    Tab,
    /// Escape.
    Escape,
    /// Backspace.
    Backspace,
    /// The arrow up.
    Up,
    /// The arrow down.
    Down,
    /// To the end of the line, or of the page.
    End,
}

impl Key {
    fn character(self) -> char {
        match self {
            Self::Enter => '\u{e007}',
            Self::Tab => '\u{e004}',
            Self::Escape => '\u{e00c}',
            Self::Backspace => '\u{e003}',
            Self::Up => '\u{e013}',
            Self::Down => '\u{e015}',
            Self::End => '\u{e010}',
        }
    }
}

impl<'s> Element<'s> {
    pub(crate) fn new(session: &'s Session, id: &str) -> Self {
        Self {
            session,
            id: id.to_owned(),
        }
    }

    /// Returns the text that a person sees, with line breaks where they are seen.
    ///
    /// # Errors
    ///
    /// [`Refusal::StaleElement`](crate::Refusal::StaleElement), as for all of these.
    pub fn text(&self) -> Result<String, Error> {
        self.session.text_of(&self.path("/text"))
    }

    /// Returns an attribute as the markup has it, if it is there.
    ///
    /// # Errors
    ///
    /// As [`Element::text`].
    pub fn attribute(&self, name: &str) -> Result<Option<String>, Error> {
        let answer = self
            .session
            .get(&self.path(&format!("/attribute/{name}")))?;
        Ok(answer.as_str().map(str::to_owned))
    }

    /// Returns a property as the page's scripts see it, for example `value` of a field.
    ///
    /// # Errors
    ///
    /// As [`Element::text`].
    pub fn property(&self, name: &str) -> Result<Value, Error> {
        self.session.get(&self.path(&format!("/property/{name}")))
    }

    /// Returns whether a person would see it.
    ///
    /// # Errors
    ///
    /// As [`Element::text`].
    pub fn is_displayed(&self) -> Result<bool, Error> {
        let answer = self.session.get(&self.path("/displayed"))?;
        Ok(answer.as_bool().unwrap_or(false))
    }

    /// Returns whether it can be used: a button may be there and disabled.
    ///
    /// # Errors
    ///
    /// As [`Element::text`].
    pub fn is_enabled(&self) -> Result<bool, Error> {
        let answer = self.session.get(&self.path("/enabled"))?;
        Ok(answer.as_bool().unwrap_or(false))
    }

    /// Scrolls to it and clicks its middle, as a person would.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotInteractable`](crate::Refusal::NotInteractable) when it is hidden,
    /// [`Refusal::ClickIntercepted`](crate::Refusal::ClickIntercepted) when something lies over it.
    pub fn click(&self) -> Result<(), Error> {
        self.session
            .post(&self.path("/click"), &json!({}))
            .map(drop)
    }

    /// Types beside what is in the field already, in some fields before it and in others behind it:
    /// [`Element::fill`] empties the field first.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotInteractable`](crate::Refusal::NotInteractable) when it takes no text.
    pub fn type_text(&self, text: &str) -> Result<(), Error> {
        self.session
            .post(&self.path("/value"), &json!({ "text": text }))
            .map(drop)
    }

    /// Presses a key in it.
    ///
    /// # Errors
    ///
    /// As [`Element::type_text`].
    pub fn press(&self, key: Key) -> Result<(), Error> {
        self.type_text(&key.character().to_string())
    }

    /// Empties a field.
    ///
    /// # Errors
    ///
    /// When it is no field.
    pub fn clear(&self) -> Result<(), Error> {
        self.session
            .post(&self.path("/clear"), &json!({}))
            .map(drop)
    }

    /// Empties a field and types.
    ///
    /// # Errors
    ///
    /// As [`Element::type_text`].
    pub fn fill(&self, text: &str) -> Result<(), Error> {
        self.clear()?;
        self.type_text(text)
    }

    /// Returns the first element inside this one that fits.
    ///
    /// # Errors
    ///
    /// As [`Session::find`].
    pub fn find(&self, css: &str) -> Result<Element<'s>, Error> {
        let query = json!({ "using": "css selector", "value": css });
        let answer = self.session.post(&self.path("/element"), &query)?;
        self.session.element(&answer)
    }

    /// Returns all elements inside this one that fit.
    ///
    /// # Errors
    ///
    /// As [`Session::find_all`].
    pub fn find_all(&self, css: &str) -> Result<Vec<Element<'s>>, Error> {
        let query = json!({ "using": "css selector", "value": css });
        let answer = self.session.post(&self.path("/elements"), &query)?;
        let elements = answer.as_array().map(Vec::as_slice).unwrap_or_default();
        let session = self.session;
        elements
            .iter()
            .map(|answer| session.element(answer))
            .collect()
    }

    /// Returns what this element looks like, as a PNG.
    ///
    /// # Errors
    ///
    /// As [`Element::text`].
    pub fn screenshot(&self) -> Result<Vec<u8>, Error> {
        self.session.picture(&self.path("/screenshot"))
    }

    fn path(&self, command: &str) -> String {
        format!("/element/{}{command}", self.id)
    }
}
