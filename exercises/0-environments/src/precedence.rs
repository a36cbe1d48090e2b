//! Step 1: four layers say something, and one of them wins.
//!
//! A program has a setting called `max-pages`. Its author gave it a default, a file in the project
//! says something else, the machine has a variable, and you type an argument. You build the part
//! that decides, and that can tell afterwards why.

/// Where a value came from, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// What the program's author chose.
    Default,
    /// The settings file.
    File,
    /// A variable of the environment.
    Variable,
    /// What was typed.
    Argument,
}

/// What every layer says: names and values, as texts.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// Names as they are written in the file: `max-pages`.
    pub defaults: Vec<(String, String)>,
    /// Names as they are written in the file: `max-pages`.
    pub file: Vec<(String, String)>,
    /// The whole environment. `max-pages` is called `SPINDLE_MAX_PAGES` here; all others are none of
    /// our business.
    pub variables: Vec<(String, String)>,
    /// In the order in which they were typed, without the dashes: `max-pages`.
    pub arguments: Vec<(String, String)>,
}

/// A value, and how it came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Won {
    /// The value.
    pub value: String,
    /// Who gave it.
    pub origin: Origin,
    /// What it would have been otherwise, the strongest first.
    pub overruled: Vec<(Origin, String)>,
}

/// Returns the variable that a setting is called by: `SPINDLE_MAX_PAGES` for `max-pages`.
pub fn variable_name(name: &str) -> String {
    // TODO: the prefix, capital letters, and no dashes, which a shell does not allow in a name.
    todo!("turn the setting's name into the variable's")
}

impl Layers {
    /// Returns the value of a setting and its history, or `None` when no layer knows it.
    ///
    /// Arguments win over variables, variables over the file, the file over the default. Of two
    /// arguments with one name the later one wins, and the earlier one is overruled. An empty variable
    /// counts as not set; an empty text from anywhere else is a value.
    pub fn find(&self, name: &str) -> Option<Won> {
        // TODO: ask every layer, and remember also those that lose.
        todo!("find who wins, and whom it overrules")
    }
}
