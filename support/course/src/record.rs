//! `record [NAME]`: runs the commands whose transcripts the book shows, and writes what they print.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cargo;
use crate::map::{Course, names_in};
use crate::reset;
use crate::say::{Done, Explain as _, Failure, Input, count};

/// Runs the command. A transcript is `book/src/output/NAME.txt`; its first line is the command.
pub fn run(course: &Course, mut input: Input) -> Done {
    let chosen = input.next_name();
    input.end("record")?;
    let folder = course.root.join("book").join("src").join("output");
    let mut names: Vec<String> = names_in(&folder)
        .iter()
        .filter_map(|file| file.strip_suffix(".txt"))
        .map(str::to_owned)
        .collect();
    if let Some(typed) = chosen {
        let typed = typed.trim_end_matches(".txt");
        if !names.iter().any(|name| name == typed) {
            let mut failure = Failure::unknown(
                "transcript",
                typed,
                names.iter().map(String::as_str),
                &format!("ls {}", course.short(&folder)),
            );
            failure.add_next(&format!(
                "a new one starts as {}/{typed}.txt with the command as its first line: $ cargo lesson 3",
                course.short(&folder)
            ));
            return Err(failure);
        }
        names.retain(|name| name == typed);
    }
    for name in &names {
        let path = folder.join(format!("{name}.txt"));
        let changed = record(course, &path)?;
        say!(
            "{} {}",
            if changed { "recorded " } else { "unchanged" },
            course.short(&path)
        );
    }
    say!("{}.", count(names.len(), "transcript"));
    Ok(0)
}

fn record(course: &Course, path: &Path) -> Result<bool, Failure> {
    let shown = course.short(path);
    let old = fs::read_to_string(path).explain(format!("read {shown}"), "look at the file")?;
    let line = old.lines().next().and_then(|line| line.strip_prefix("$ "));
    let Some(line) = line else {
        return Err(Failure::new(
            format!("{shown} does not begin with a command"),
            "write its first line like this: $ cargo lesson 3",
        ));
    };
    say!("$ {line}");
    let output = transcript(course, line)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .explain(format!("start `{line}`"), "is `sh` on PATH?")?;
    if !output.status.success() {
        return Err(Failure::new(
            format!(
                "`{line}` failed ({}), so {shown} stays as it was",
                output.status
            ),
            "mend what its message above names, then record again",
        ));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let new = format!("$ {line}\n{}\n", text.trim_end());
    reset::replace(path, new.as_bytes()).explain(format!("write {shown}"), "look at the folder")?;
    Ok(new != old)
}

/// The command as a reader would type it, in the surroundings that make its output the same
/// everywhere: a folder, a width, no colour.
fn transcript(course: &Course, line: &str) -> Command {
    let mut command = Command::new("sh");
    cargo::prepare(course, &mut command);
    command
        .args(["-c", line])
        .current_dir(&course.root)
        .env("COLUMNS", "80")
        .env("NO_COLOR", "1")
        .env_remove("COURSE_FRONT")
        .env_remove("COURSE_SKIP");
    command
}
