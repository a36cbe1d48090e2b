//! Tempting: the first answer. Whoever asks the weakest first and stops there never hears the others.

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
    format!("SPINDLE_{}", name.replace('-', "_").to_uppercase())
}

impl Layers {
    /// Returns the value of a setting and its history, or `None` when no layer knows it.
    ///
    /// Arguments win over variables, variables over the file, the file over the default. Of two
    /// arguments with one name the later one wins, and the earlier one is overruled. An empty variable
    /// counts as not set; an empty text from anywhere else is a value.
    pub fn find(&self, name: &str) -> Option<Won> {
        let variable = variable_name(name);
        let said = |layer: &[(String, String)], wanted: &str, origin: Origin| {
            let named = layer.iter().filter(|(name, _)| name == wanted);
            named
                .map(|(_, value)| (origin, value.clone()))
                .collect::<Vec<_>>()
        };
        // The weakest first: the order of the list is the rule of precedence, and there is no other.
        let mut all = said(&self.defaults, name, Origin::Default);
        all.extend(said(&self.file, name, Origin::File));
        all.extend(
            said(&self.variables, &variable, Origin::Variable)
                .into_iter()
                // Only here: an empty line of the file was written by somebody.
                .filter(|(_, value)| !value.is_empty()),
        );
        // As they were typed, so the last one typed stands last.
        all.extend(said(&self.arguments, name, Origin::Argument));

        if all.is_empty() {
            return None;
        }
        let (origin, value) = all.remove(0);
        Some(Won {
            value,
            origin,
            overruled: all,
        })
    }
}
