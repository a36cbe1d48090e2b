//! What a setting is called, which form it has, and what it is when nobody says anything.

use std::fmt;

use crate::secret::HIDDEN;

/// Turns the text of a value into what people may see of it.
pub type Hides = fn(&str) -> String;

// ANCHOR: setting
/// One setting of a program, declared once: every layer is read by this one declaration.
///
/// The name is in kebab-case and the same everywhere: `max-pages` in the file, `--max-pages` as an
/// argument, `CAPSTONE_MAX_PAGES` in the environment.
pub struct Setting<T> {
    name: &'static str,
    /// Which form a value must have, as it is told to people: "a whole number from 1 to 64".
    expected: &'static str,
    read: fn(&str) -> Option<T>,
    default: Option<&'static str>,
    /// How a value is shown that must not be shown as it is.
    hides: Option<Hides>,
}
// ANCHOR_END: setting

impl<T> Setting<T> {
    /// Declares a setting: its name, the form that people are told, and the function that reads it.
    ///
    /// The function returns `None` for a text that is not of that form.
    pub const fn new(
        name: &'static str,
        expected: &'static str,
        read: fn(&str) -> Option<T>,
    ) -> Self {
        Self {
            name,
            expected,
            read,
            default: None,
            hides: None,
        }
    }

    /// Says what the setting is when nobody says anything, in the form in which a person would type it.
    pub const fn with_default(mut self, text: &'static str) -> Self {
        self.default = Some(text);
        self
    }

    /// Says that the value must never be shown: not in a report, not in an error.
    pub const fn secret(self) -> Self {
        self.partly_secret(|_| HIDDEN.to_owned())
    }

    /// Says that a part of the value must never be shown, for example a password in an address: `hides`
    /// returns the rest. It is asked for texts of the wrong form too.
    pub const fn partly_secret(mut self, hides: Hides) -> Self {
        self.hides = Some(hides);
        self
    }

    /// Reads a text; `None` when it is not of the expected form.
    pub fn read(&self, text: &str) -> Option<T> {
        (self.read)(text)
    }
}

/// What is known of a setting without its type, so that many can stand in one list.
pub trait Declared {
    /// The name, in kebab-case.
    fn name(&self) -> &'static str;
    /// The form that a value must have, for people.
    fn expected(&self) -> &'static str;
    /// The text that stands for the value when nobody says anything.
    fn default_text(&self) -> Option<&'static str>;
    /// How the value is shown, if it must not be shown as it is.
    fn hides(&self) -> Option<Hides>;
    /// Whether a text is of the expected form.
    fn fits(&self, text: &str) -> bool;
}

impl<T> Declared for Setting<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn expected(&self) -> &'static str {
        self.expected
    }

    fn default_text(&self) -> Option<&'static str> {
        self.default
    }

    fn hides(&self) -> Option<Hides> {
        self.hides
    }

    fn fits(&self, text: &str) -> bool {
        self.read(text).is_some()
    }
}

impl<T> fmt::Debug for Setting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setting")
            .field("name", &self.name)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

/// Returns the variable that a setting is called by: `CAPSTONE_MAX_PAGES`.
pub fn variable(prefix: &str, name: &str) -> String {
    format!("{prefix}{}", name.replace('-', "_").to_uppercase())
}
