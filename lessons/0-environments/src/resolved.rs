//! The values, and the report of where each came from.

use std::fmt;

use crate::Origin;
use crate::setting::{Declared, Hides, Setting};

/// What one layer says about a setting.
#[derive(Clone)]
pub(crate) struct Candidate {
    /// The text, or what stands there instead of one.
    pub said: Result<String, &'static str>,
    pub origin: Origin,
}

/// Every setting with its value and its history.
#[derive(Clone)]
pub struct Resolved {
    rows: Vec<Row>,
    strangers: Vec<String>,
}

/// One setting: its value, where it came from, and whom it overruled.
#[derive(Clone)]
pub struct Row {
    name: &'static str,
    hides: Option<Hides>,
    text: Option<String>,
    origin: Origin,
    /// The weakest first.
    overruled: Vec<Candidate>,
}

impl Resolved {
    pub(crate) fn new(rows: Vec<Row>, strangers: Vec<String>) -> Self {
        Self { rows, strangers }
    }

    // ANCHOR: value
    /// Returns the value of a setting; `None` when it has no default and nobody gave one.
    ///
    /// # Panics
    ///
    /// When the setting was not among those that were resolved: a defect of the program, not of
    /// what it was told.
    pub fn get<T>(&self, setting: &Setting<T>) -> Option<T> {
        let row = self.row(setting.name());
        let row = row.expect("a program asks for settings that it resolved");
        row.text.as_ref().map(|text| {
            let value = setting.read(text);
            value.expect("the same function has read the same text before")
        })
    }

    /// Returns the value of a setting that has a default.
    ///
    /// # Panics
    ///
    /// When it has none and nobody gave a value, or when it was not among those that were resolved:
    /// a defect of the program.
    pub fn value<T>(&self, setting: &Setting<T>) -> T {
        self.get(setting).expect("the setting has a default")
    }
    // ANCHOR_END: value

    /// Returns where a setting's value came from; `None` when it has no value.
    pub fn origin(&self, name: &str) -> Option<&Origin> {
        self.row(name).and_then(Row::origin)
    }

    /// Returns the settings in the order in which they were declared.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns a sentence for each variable that has the program's prefix and is no setting.
    pub fn strangers(&self) -> &[String] {
        &self.strangers
    }

    fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }
}

impl Row {
    pub(crate) fn new(
        setting: &dyn Declared,
        text: String,
        origin: Origin,
        overruled: Vec<Candidate>,
    ) -> Self {
        Self {
            name: setting.name(),
            hides: setting.hides(),
            text: Some(text),
            origin,
            overruled,
        }
    }

    pub(crate) fn empty(setting: &dyn Declared) -> Self {
        Self {
            name: setting.name(),
            hides: setting.hides(),
            text: None,
            origin: Origin::Default,
            overruled: Vec::new(),
        }
    }

    /// Returns the setting's name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the value for people: on one line, and `(hidden)` for a secret.
    pub fn shown(&self) -> String {
        match &self.text {
            Some(text) => shown(self.hides, text),
            None => "(not set)".to_owned(),
        }
    }

    /// Returns where the value came from; `None` when there is no value.
    pub fn origin(&self) -> Option<&Origin> {
        self.text.as_ref().map(|_| &self.origin)
    }

    /// Returns whom the value overruled, the strongest first: what it would have been, and from where.
    pub fn overruled(&self) -> impl Iterator<Item = (String, &Origin)> {
        self.overruled.iter().rev().map(|candidate| {
            let text = match &candidate.said {
                Ok(text) => shown(self.hides, text),
                Err(what) => format!("({what})"),
            };
            (text, &candidate.origin)
        })
    }
}

/// A text is shown as it is typed; what a terminal would obey is escaped.
fn shown(hides: Option<Hides>, text: &str) -> String {
    let text = match hides {
        Some(hides) => &hides(text),
        None => text,
    };
    match text {
        "" => "\"\"".to_owned(),
        text if text.chars().any(char::is_control) => format!("{text:?}"),
        text => text.to_owned(),
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name, self.shown())?;
        match self.origin() {
            Some(origin) => write!(f, " from {origin}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.rows).finish()
    }
}
