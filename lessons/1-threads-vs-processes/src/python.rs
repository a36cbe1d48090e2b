//! The lesson's twins in Python: the same programs with `threading` and `multiprocessing`.
//!
//! Each script prints what it found, in lines that ours prints as well, and in a last line how many
//! seconds its work took, without the start of the interpreter.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::Error;

/// The folder of the scripts, in the clone that this was compiled in.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/python");

/// A Python that can be run.
#[derive(Clone, Debug)]
pub struct Python {
    program: OsString,
    /// Its version, `3.11.7`.
    pub version: String,
    /// Whether its threads take turns at one lock. False only in a free-threaded build that runs
    /// without it.
    pub has_gil: bool,
}

/// What a script printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// All but the last line.
    pub text: String,
    /// How long the work took, by the script's own clock.
    pub took: Duration,
}

impl Python {
    /// Asks a program for its version; `None` when there is no such program, or it is too old to
    /// run the scripts (before 3.8).
    pub fn find(program: impl Into<OsString>) -> Option<Self> {
        const ASK: &str = "import sys
assert sys.version_info >= (3, 8)
print('%d.%d.%d' % sys.version_info[:3])
print(getattr(sys, '_is_gil_enabled', lambda: True)())";
        let program = program.into();
        let asked = Command::new(&program)
            .args(["-c", ASK])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output();
        let answer = asked.ok().filter(|answer| answer.status.success())?;
        let answer = String::from_utf8_lossy(&answer.stdout);
        let mut lines = answer.lines();
        Some(Self {
            program,
            version: lines.next()?.to_owned(),
            has_gil: lines.next()? != "False",
        })
    }

    /// Runs one of the lesson's scripts, `cpu_bound.py`, and waits for it.
    ///
    /// # Errors
    ///
    /// [`Error::Python`] with what the script complained about.
    pub fn run<A: ToString>(
        &self,
        script: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Printed, Error> {
        let failed = |why: String| Error::Python {
            script: script.to_owned(),
            why,
        };
        let path: PathBuf = Path::new(FOLDER).join(script);
        let ran = Command::new(&self.program)
            .arg(path)
            .args(arguments.into_iter().map(|argument| argument.to_string()))
            .stdin(Stdio::null())
            .output()
            .map_err(|error: io::Error| failed(error.to_string()))?;
        if !ran.status.success() {
            let complaint = String::from_utf8_lossy(&ran.stderr);
            return Err(failed(format!("{}: {}", ran.status, complaint.trim())));
        }
        let text = String::from_utf8_lossy(&ran.stdout);
        let last = text.trim_end().lines().last().unwrap_or_default();
        let seconds = last.strip_prefix("seconds ");
        let seconds: Option<f64> = seconds.and_then(|seconds| seconds.parse().ok());
        let took = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let took = took.ok_or_else(|| failed(format!("its last line is {last:?}")))?;
        let end = text.trim_end().len() - last.len();
        Ok(Printed {
            text: text[..end].to_owned(),
            took,
        })
    }
}
