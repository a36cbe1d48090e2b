//! The parts of the tour, in the order in which they are played, and the workshop that they share.

pub mod missing;
pub mod versions;
pub mod both;
pub mod lock;
pub mod feature;
pub mod profile;
pub mod install;
pub mod toolchain;
pub mod origins;
pub mod mistakes;
pub mod secret;
mod demo;

use std::sync::{Mutex, PoisonError};

use ::tour::{Result, Stage};
use environments::cargo::Ran;
use environments::throwaway::Closer;
use environments::{Cargo, Environment, Throwaway};

/// Every folder that is open, for the handler of signals.
static OPEN: Mutex<Vec<Closer>> = Mutex::new(Vec::new());

/// Ends what runs in the tour's folders and takes them away.
pub fn close_all() {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.iter().for_each(Closer::close);
}

/// A throw-away folder, and a `cargo` to use in it.
pub struct Workshop {
    pub cargo: Cargo,
    pub folder: Throwaway,
}

impl Workshop {
    /// Opens a workshop, or says what this machine lacks for it.
    pub fn open() -> Result<Self> {
        let environment = Environment::capture();
        let cargo = Cargo::find(&environment)?;
        Ok(Self {
            cargo,
            folder: open_folder(&environment)?,
        })
    }

    /// Writes a file and shows it.
    pub fn show_file(&self, stage: &mut Stage, name: &str, text: &str) -> Result {
        self.folder.write(name, text)?;
        stage.line(format!("{name}:"));
        stage.quote(text);
        Ok(())
    }

    /// Writes a package without any target yet.
    pub fn package(&self, folder: &str, name: &str, version: &str, rest: &str) -> Result {
        let manifest = manifest(name, version, rest);
        Ok(self
            .folder
            .write(&format!("{folder}/Cargo.toml"), &manifest)?)
    }

    /// Runs `cargo` and shows what was typed and what came of it. `--offline` is added: nothing here
    /// needs a network. `--quiet` is added: what is being compiled is not the point.
    pub fn cargo(&self, stage: &mut Stage, project: &str, typed: &str) -> Result<Ran> {
        let (command, rest) = typed.split_once(' ').unwrap_or((typed, ""));
        let mut arguments = vec![command, "--quiet", "--offline"];
        arguments.extend(rest.split_whitespace());
        stage.line(format!("{project}$ cargo {typed}"));
        let ran = self.cargo.run(&self.folder, project, &arguments)?;
        stage.quote(&ran.stdout);
        if !ran.success {
            // A path of this run would mean nothing to the learner: the folder is gone when they read it.
            let here = format!("{}/", self.folder.path().display());
            stage.quote(complaint(&ran.stderr.replace(&here, "../")));
        }
        Ok(ran)
    }

    /// As [`Workshop::cargo`], where success is expected.
    pub fn cargo_works(&self, stage: &mut Stage, project: &str, typed: &str) -> Result<Ran> {
        let ran = self.cargo(stage, project, typed)?;
        match ran.success {
            true => Ok(ran),
            false => {
                Err(format!("cargo {typed} was to succeed in {project}:\n{}", ran.stderr).into())
            }
        }
    }

    /// As [`Workshop::cargo`], where a complaint with these words is expected.
    pub fn cargo_complains(
        &self,
        stage: &mut Stage,
        project: &str,
        typed: &str,
        words: &str,
    ) -> Result<Ran> {
        let ran = self.cargo(stage, project, typed)?;
        match !ran.success && ran.stderr.contains(words) {
            true => Ok(ran),
            false => Err(format!(
                "cargo {typed} was to complain of {words:?} in {project}, and said:\n{}{}",
                ran.stdout, ran.stderr
            )
            .into()),
        }
    }
}

/// Opens a throw-away folder that goes away with this program.
pub fn open_folder(environment: &Environment) -> Result<Throwaway> {
    let folder = Throwaway::open(&environment.temporary_folder())?;
    OPEN.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(folder.closer());
    Ok(folder)
}

/// Returns a manifest; `[workspace]` says that no folder above has a say in it.
pub fn manifest(name: &str, version: &str, rest: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n\n[workspace]\n{rest}"
    )
}

/// Returns the first paragraph of what `cargo` complained: its sentences, each once, without the
/// drawing of the line.
fn complaint(stderr: &str) -> String {
    let mut sentences: Vec<&str> = Vec::new();
    for line in stderr.lines().take_while(|line| !line.trim().is_empty()) {
        let line = line.trim_start();
        let is_drawing = ["-->", ":::", "|", "note: function defined here"]
            .iter()
            .any(|mark| line.starts_with(mark))
            || line.starts_with(|first: char| first.is_ascii_digit());
        let sentence = line.trim_start_matches("= ");
        if !is_drawing && !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences.join("\n") + "\n"
}
