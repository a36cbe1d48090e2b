//! Who says what, and who wins.

use std::ffi::OsString;
use std::fmt;

use crate::file::SettingsFile;
use crate::problem::{Problem, Problems, nearest};
use crate::resolved::{Candidate, Resolved, Row};
use crate::setting::{Declared, variable};
use crate::{Environment, Origin};

/// The layers that a program takes its settings from, beside its defaults.
///
/// An argument wins over a variable, a variable over the file, the file over the default: the nearer
/// to the person who types, the stronger.
#[derive(Clone, Default)]
pub struct Sources {
    file: Option<SettingsFile>,
    prefix: String,
    variables: Vec<(String, OsString)>,
    arguments: Vec<(String, String)>,
}

impl Sources {
    /// Makes sources without any layer: all is as by default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a settings file.
    pub fn with_file(mut self, file: SettingsFile) -> Self {
        self.file = Some(file);
        self
    }

    /// Adds the variables whose names begin with `prefix`: with `CAPSTONE_`, the setting `max-pages`
    /// is `CAPSTONE_MAX_PAGES`. An empty variable counts as not set.
    pub fn with_environment(mut self, prefix: &str, environment: &Environment) -> Self {
        prefix.clone_into(&mut self.prefix);
        self.variables = environment
            .with_prefix(prefix)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        self
    }

    /// Adds an argument that was really typed; of two with one name the later wins.
    ///
    /// A default that a command line parser fills in must not come here: it would win over the file.
    pub fn with_argument(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.arguments.push((name.into(), text.into()));
        self
    }

    // ANCHOR: resolve
    /// Finds for each setting who wins, and keeps who was overruled.
    ///
    /// Only the winner's value is judged, so that an argument helps out when a file is wrong. A name
    /// in the file that is no setting is an error: it is a slip that would otherwise do nothing, in
    /// silence. A variable that is no setting is only noted, in [`Resolved::strangers`]: others
    /// may have set it for a purpose of their own.
    ///
    /// # Errors
    ///
    /// [`Problems`]: all of them, so that one run is enough to see what must be mended.
    pub fn resolve(&self, declared: &[&dyn Declared]) -> Result<Resolved, Problems> {
        let mut problems = Vec::new();
        let mut rows = Vec::new();
        for setting in declared {
            let mut candidates = self.candidates(*setting);
            match candidates.pop() {
                Some(winner) => match winner.judged(*setting) {
                    Ok(text) => rows.push(Row::new(*setting, text, winner.origin, candidates)),
                    Err(problem) => problems.push(problem),
                },
                None => rows.push(Row::empty(*setting)),
            }
        }
        problems.extend(self.unknown_in_file(declared));
        match problems.is_empty() {
            true => Ok(Resolved::new(rows, self.strangers(declared))),
            false => Err(Problems::new(problems)),
        }
    }

    /// Returns what each layer says about a setting, the weakest first.
    fn candidates(&self, setting: &dyn Declared) -> Vec<Candidate> {
        let name = setting.name();
        let default = setting.default_text().map(|text| Candidate {
            said: Ok(text.to_owned()),
            origin: Origin::Default,
        });
        let entries = self.file.iter().flat_map(|file| file.entries());
        let in_file = entries.filter(|entry| entry.name == name);
        let variable = variable(&self.prefix, name);
        let variables = self.variables.iter().filter(|(name, _)| *name == variable);
        let arguments = self
            .arguments
            .iter()
            .filter(|(argument, _)| argument == name);
        default
            .into_iter()
            .chain(in_file.map(|entry| Candidate {
                said: entry.value.clone(),
                origin: entry.origin.clone(),
            }))
            .chain(variables.map(|(name, value)| Candidate {
                said: value.to_str().map(str::to_owned).ok_or("no valid text"),
                origin: Origin::Variable { name: name.clone() },
            }))
            .chain(arguments.map(|(name, text)| Candidate {
                said: Ok(text.clone()),
                origin: Origin::Argument { name: name.clone() },
            }))
            .collect()
    }
    // ANCHOR_END: resolve

    fn unknown_in_file(&self, declared: &[&dyn Declared]) -> Vec<Problem> {
        let entries = self.file.iter().flat_map(|file| file.entries());
        entries
            .filter(|entry| declared.iter().all(|setting| setting.name() != entry.name))
            .map(|entry| Problem::Unknown {
                name: entry.name.clone(),
                origin: entry.named.clone(),
                meant: nearest(&entry.name, declared.iter().map(|setting| setting.name()))
                    .map(str::to_owned),
            })
            .collect()
    }

    /// Returns variables with our prefix that are no settings, each as a sentence for people.
    fn strangers(&self, declared: &[&dyn Declared]) -> Vec<String> {
        let known: Vec<String> = declared
            .iter()
            .map(|setting| variable(&self.prefix, setting.name()))
            .collect();
        let strangers = self
            .variables
            .iter()
            .filter(|(name, _)| !known.contains(name));
        strangers
            .map(|(name, _)| {
                let meant = nearest(name, known.iter().map(String::as_str));
                let meant = meant.map_or(String::new(), |name| format!("; did you mean {name}?"));
                format!("variable {name} is no setting and does nothing{meant}")
            })
            .collect()
    }
}

impl Candidate {
    /// Returns the text when it is of the setting's form.
    fn judged(&self, setting: &dyn Declared) -> Result<String, Problem> {
        let bad = |shown: String| Problem::Value {
            name: setting.name(),
            origin: self.origin.clone(),
            shown,
            expected: setting.expected(),
        };
        match &self.said {
            Ok(text) if setting.fits(text) => Ok(text.clone()),
            Ok(text) => Err(bad(match setting.hides() {
                Some(hides) => hides(text),
                // Debug: quotes show blanks at its ends, and what a terminal would obey is escaped.
                None => format!("{text:?}"),
            })),
            Err(what) => Err(bad((*what).to_owned())),
        }
    }
}

/// Names alone: a value may be a secret.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variables: Vec<&String> = self.variables.iter().map(|(name, _)| name).collect();
        let arguments: Vec<&String> = self.arguments.iter().map(|(name, _)| name).collect();
        f.debug_struct("Sources")
            .field("file", &self.file)
            .field("variables", &variables)
            .field("arguments", &arguments)
            .finish()
    }
}
