//! Calling cargo: from the course's root, with the course's private tools in reach, and without
//! the variables that the cargo which started us left behind.

use std::collections::HashMap;
use std::env;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::map::{Course, names_in};
use crate::say::{self, Done, Explain as _, Failure};

const NO_CARGO: &str = "install Rust from https://rustup.rs, then open a new terminal";

/// A cargo command that works on the course, started in the current folder.
pub fn here(course: &Course, verb: &str) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.arg(verb);
    // In a member's folder cargo would look at that member alone.
    command
        .arg("--manifest-path")
        .arg(course.root.join("Cargo.toml"));
    prepare(course, &mut command);
    command
}

/// A cargo command that works on the course, started in its root.
pub fn at_root(course: &Course, verb: &str) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.arg(verb).current_dir(&course.root);
    prepare(course, &mut command);
    command
}

/// Sets what each child of the runner needs, whatever program it is.
pub fn prepare(course: &Course, command: &mut Command) {
    // `cargo run` describes our own package in these; a child must not take them for its own.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    // A relative target folder means relative to where the learner typed, not to the root.
    if let Some(target) = env::var_os("CARGO_TARGET_DIR")
        && let Ok(target) = std::path::absolute(target)
    {
        command.env("CARGO_TARGET_DIR", target);
    }
    let private = course.root.join(".tools").join("bin");
    if private.is_dir() {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(private).chain(env::split_paths(&path));
        if let Ok(path) = env::join_paths(folders) {
            command.env("PATH", path);
        }
    }
}

/// Runs a command to its end with the learner's own terminal, and returns its exit code.
pub fn run(mut command: Command) -> Result<u8, Failure> {
    let status = command
        .status()
        .map_err(|error| missing(&command, &error))?;
    Ok(code(status))
}

/// Becomes the command, so that Ctrl-C, exit code and terminal are the program's own.
#[cfg(unix)]
pub fn become_program(mut command: Command) -> Done {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(missing(&command, &error))
}

/// Runs the command and passes its exit code on; there is no `exec` on this system.
#[cfg(not(unix))]
pub fn become_program(command: Command) -> Done {
    run(command)
}

/// An exit code that stands for the status; a signal counts as failure.
pub fn code(status: ExitStatus) -> u8 {
    let code = status.code().unwrap_or(1);
    // Windows codes do not fit a byte; what must not get lost is that it is not 0.
    u8::try_from(code).unwrap_or(1)
}

fn missing(command: &Command, error: &io::Error) -> Failure {
    let program = command.get_program().to_string_lossy().into_owned();
    let next = if error.kind() == io::ErrorKind::NotFound {
        NO_CARGO
    } else {
        "look at the message above, then try again"
    };
    Failure::new(format!("could not start `{program}`: {error}"), next)
}

/// Whether the target folder already holds a program or test of this name, so that building it
/// again will be quick.
pub fn built_before(name: &str) -> bool {
    // Without the variable our own program's neighbours tell: cargo put it beside its siblings.
    let folder = match env::var_os("CARGO_TARGET_DIR") {
        Some(target) => Some(PathBuf::from(target).join("debug")),
        None => env::current_exe()
            .ok()
            .and_then(|exe| exe.parent().map(Path::to_owned)),
    };
    let Some(folder) = folder else { return false };
    let hashed = format!("{name}-");
    folder
        .join(format!("{name}{}", env::consts::EXE_SUFFIX))
        .is_file()
        || names_in(&folder.join("deps"))
            .iter()
            .any(|file| file.starts_with(&hashed))
}

/// What came of building test programs.
#[derive(Debug, Default)]
pub struct Built {
    /// Each program that compiled, by the source file of its target.
    programs: HashMap<PathBuf, PathBuf>,
    /// The file of the compiler's first error, from the course's folder.
    pub blamed: Option<String>,
}

impl Built {
    /// The program of a target, or `None` if it did not compile.
    pub fn program(&self, source: &Path) -> Option<&Path> {
        self.programs.get(source).map(PathBuf::as_path)
    }
}

/// Builds test targets. What does not compile is explained on stderr by the compiler itself, and
/// does not keep the other targets from being built.
///
/// `packages` selects them. Naming the workspace less some packages lets cargo settle on the same
/// features of shared crates as a plain `cargo test`, so that nothing is built twice.
pub fn build_tests(
    course: &Course,
    packages: &[String],
    targets: &[String],
    quiet: bool,
) -> Result<Built, Failure> {
    let mut command = at_root(course, "build");
    command.args(packages).arg("--keep-going");
    // Of the two forms, the one that hands the compiler's words to us: they name the file.
    command.arg(if say::takes_colour(io::stderr().is_terminal()) {
        "--message-format=json-diagnostic-rendered-ansi"
    } else {
        "--message-format=json"
    });
    if quiet {
        command.arg("--quiet");
    }
    for target in targets {
        command.args(["--test", target]);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| missing(&command, &error))?;
    let stdout = child.stdout.take().expect("stdout was asked for as a pipe");
    let mut programs = HashMap::new();
    let mut finished = false;
    let mut blamed = None;
    for line in BufReader::new(stdout).lines() {
        let line = line.explain("read what cargo says", "try again")?;
        finished |= line.starts_with(r#"{"reason":"build-finished""#);
        if let (Some(source), Some(program)) =
            (field(&line, "src_path"), field(&line, "executable"))
        {
            programs.insert(PathBuf::from(source), PathBuf::from(program));
        }
        if line.starts_with(r#"{"reason":"compiler-message""#)
            && let Some(words) = field(&line, "rendered")
        {
            eprint!("{words}");
            if blamed.is_none() && line.contains(r#""level":"error""#) {
                blamed = place(&words);
            }
        }
    }
    child.wait().explain("wait for cargo", "try again")?;
    if !finished {
        // Cargo gave up before it compiled anything: no network, a broken manifest, a full disk.
        return Err(Failure::new(
            "cargo could not build",
            "mend what its message above names, then try again",
        ));
    }
    Ok(Built { programs, blamed })
}

/// The file that a compiler's message points at: `   --> src/lib.rs:1:2`, with or without colour.
fn place(words: &str) -> Option<String> {
    let after = words.split_once("--> ")?.1;
    let after = match after.strip_prefix('\x1b') {
        Some(escape) => escape.split_once('m')?.1,
        None => after,
    };
    Some(after.lines().next()?.split(':').next()?.to_owned())
}

/// The string value of a field in a line of cargo's JSON. A whole parser would be a dependency or
/// a page of code; cargo's messages are one object a line, and the two fields read here occur
/// once in each.
fn field(line: &str, name: &str) -> Option<String> {
    let start = line.find(&format!(r#""{name}":""#))? + name.len() + 4;
    let mut value = String::new();
    let mut letters = line[start..].chars();
    loop {
        match letters.next()? {
            '"' => return Some(value),
            '\\' => match letters.next()? {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                'u' => {
                    let code: String = letters.by_ref().take(4).collect();
                    value.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
                }
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_a_message_is_read_with_its_escapes() {
        let line = r#"{"target":{"src_path":"C:\\a \"b\"\\t\u00e9.rs"},"executable":null}"#;

        assert_eq!(
            field(line, "src_path").as_deref(),
            Some("C:\\a \"b\"\\t\u{e9}.rs")
        );
        assert_eq!(field(line, "executable"), None);
        assert_eq!(field(line, "absent"), None);
    }

    #[test]
    fn the_file_that_the_compiler_blames_is_read_with_and_without_colour() {
        for arrow in ["--> ", "--> \x1b[0m"] {
            let words = format!("error: expected expression\n {arrow}src/sum.rs:1:39\n  |\n");

            assert_eq!(place(&words).as_deref(), Some("src/sum.rs"));
        }
        assert_eq!(place("error: aborting due to 1 previous error"), None);
    }

    #[test]
    fn a_cut_off_message_is_no_value() {
        assert_eq!(field(r#"{"src_path":"/half"#, "src_path"), None);
        assert_eq!(field(r#"{"src_path":"\"#, "src_path"), None);
    }
}
