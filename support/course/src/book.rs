//! `book [build|open]`: the book, built or served on this machine.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use crate::cargo;
use crate::map::Course;
use crate::say::{Done, Explain as _, Failure, Input, command};
use crate::tools::{self, Found, Tool};

/// Runs the command.
pub fn run(course: &Course, mut input: Input) -> Done {
    let what = input.next_name();
    input.end("book")?;
    match what.as_deref() {
        None => serve(course, false),
        Some("open") => serve(course, true),
        Some("build") => build(course),
        Some(other) => Err(Failure::unknown(
            "way to use the book",
            other,
            ["build", "open"],
            &command("help"),
        )),
    }
}

fn mdbook(course: &Course, verb: &str) -> Result<Command, Failure> {
    for tool in [Tool::Mdbook, Tool::MdbookQuiz] {
        if let Found::Missing(what) = tools::find(course, tool) {
            return Err(Failure::new(
                format!("the book needs {}: {what}", tool.name()),
                format!("`{}` installs it", command("setup")),
            ));
        }
    }
    let Found::Here(program) = tools::find(course, Tool::Mdbook) else {
        unreachable!("it was found a moment ago");
    };
    let mut mdbook = Command::new(program);
    cargo::prepare(course, &mut mdbook);
    mdbook.arg(verb).arg(course.root.join("book"));
    Ok(mdbook)
}

/// Builds into `book/book`. mdBook ends with success after an include that it could not read and
/// only says so; here what it complains of is a failure.
fn build(course: &Course) -> Done {
    let mut child = mdbook(course, "build")?
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .explain(
            "start mdbook",
            &format!("`{}` looks after it", command("setup")),
        )?;
    let stderr = child.stderr.take().expect("stderr was asked for as a pipe");
    let mut complaints = 0;
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        complaints += usize::from(complains(&line));
        notice!("{line}");
    }
    let status = child.wait().explain("wait for mdbook", "try again")?;
    if !status.success() || complaints > 0 {
        return Err(Failure::new(
            "the book has a fault",
            "mend the page that mdbook's message above names",
        ));
    }
    let index = course.root.join("book").join("book").join("index.html");
    say!("Built: {}", course.short(&index));
    Ok(0)
}

/// Whether a line of mdBook's log is a warning or an error; its level is a word of its own.
fn complains(line: &str) -> bool {
    line.split(|letter: char| !letter.is_ascii_alphanumeric())
        // A colour's code ends in a letter that touches the level.
        .any(|word| word.ends_with("WARN") || word.ends_with("ERROR"))
}

/// Serves the book on loopback and builds it again at each change.
fn serve(course: &Course, open: bool) -> Done {
    let mut mdbook = mdbook(course, "serve")?;
    let port = free_port().explain(
        "find a free port on 127.0.0.1",
        "look whether loopback is up",
    )?;
    mdbook.args(["--hostname", "127.0.0.1", "--port", &port.to_string()]);
    if open {
        mdbook.arg("--open");
    }
    say!("The book is at http://127.0.0.1:{port}/ until Ctrl-C.");
    cargo::become_program(mdbook)
}

/// The port that mdBook's users know if nobody has it, else any that is free. Another program may
/// take it before mdBook does; then mdBook says so and the command is run again.
fn free_port() -> std::io::Result<u16> {
    let listener =
        TcpListener::bind("127.0.0.1:3000").or_else(|_| TcpListener::bind("127.0.0.1:0"))?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::complains;

    #[test]
    fn a_warning_is_a_complaint_and_a_chapter_about_errors_is_not() {
        assert!(complains(" WARN The quiz has no id"));
        assert!(complains("\u{1b}[31mERROR\u{1b}[0m include not found"));
        assert!(complains("2026-11-22 [ERROR] (mdbook): boom"));
        assert!(!complains(" INFO Book building has started"));
        assert!(!complains(" INFO chapter `Errors and WARNINGS`"));
    }
}
