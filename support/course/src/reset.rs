//! `reset N STEP`: puts the pristine starter back, and keeps the learner's file aside.
//!
//! It copies a file that the course carries, so it does the same after a commit and without git.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::map::Course;
use crate::say::{Done, Explain as _, Input};

const LOOK_AT_FOLDER: &str = "look whether the folder may be written to and the disk has room";

/// Runs the command.
pub fn run(course: &Course, mut input: Input) -> Done {
    let slug = course.slug("exercises", &input.require("reset", "lesson")?)?;
    let step = course.step(&slug, &input.require("reset", "step")?)?;
    input.end("reset")?;
    let source = step.source();
    let starter = fs::read(step.starter()).explain(
        format!("read {}", course.short(&step.starter())),
        "the file belongs to the course: `git status` shows whether it was removed",
    )?;
    let name = course.short(&source);
    match fs::read(&source) {
        Ok(own) if own == starter => {
            say!("{name} is the starter already. Nothing to do.");
            return Ok(0);
        }
        Ok(own) => {
            let kept =
                keep_aside(&source, &own).explain(format!("keep {name} aside"), LOOK_AT_FOLDER)?;
            say!("Kept your file as {}", course.short(&kept));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            say!("There was no {name} to keep.");
        }
        Err(error) => {
            return Err(error).explain(format!("read {name}"), LOOK_AT_FOLDER);
        }
    }
    replace(&source, &starter).explain(format!("write {name}"), LOOK_AT_FOLDER)?;
    say!("Put the starter back to {name}");
    say!("Next: {}", step.command("exercise"));
    Ok(0)
}

/// Writes the bytes beside the file as `<file>.kept-1`, or the next number that is free. The
/// compiler does not take such a name for a module.
fn keep_aside(source: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    for number in 1.. {
        let kept = with_suffix(source, &format!(".kept-{number}"));
        // `create_new` never opens a file that exists, so nothing kept is ever lost.
        match OpenOptions::new().write(true).create_new(true).open(&kept) {
            Ok(mut file) => {
                file.write_all(bytes)?;
                file.sync_all()?;
                return Ok(kept);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    unreachable!("the numbers do not end")
}

/// Replaces a file's content in one go: whoever reads it sees the old or the new, never a half.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = with_suffix(path, ".partial");
    fs::write(&partial, bytes)?;
    fs::rename(&partial, path)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
