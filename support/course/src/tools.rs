//! What the course needs beside Rust, and whether this machine has it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::map::{Course, names_in};

/// The versions that the book is written for: mdBook's preprocessors are tied to its version.
pub const MDBOOK: &str = "0.5.4";
/// See [`MDBOOK`].
pub const MDBOOK_QUIZ: &str = "0.5.0";

/// A program, or a group of programs that come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// `cc`, for the SQLite that is compiled in.
    Compiler,
    /// PostgreSQL's server programs.
    Postgres,
    /// Chromium and its driver.
    Browser,
    /// mdBook.
    Mdbook,
    /// mdBook's quiz preprocessor.
    MdbookQuiz,
    /// The command runner; pleasant, not needed.
    Just,
}

/// All of them, in the order in which they are installed.
pub const ALL: [Tool; 6] = [
    Tool::Compiler,
    Tool::Postgres,
    Tool::Browser,
    Tool::Mdbook,
    Tool::MdbookQuiz,
    Tool::Just,
];

impl Tool {
    /// What it is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            Tool::Compiler => "C compiler",
            Tool::Postgres => "PostgreSQL",
            Tool::Browser => "Chromium",
            Tool::Mdbook => "mdBook",
            Tool::MdbookQuiz => "mdbook-quiz",
            Tool::Just => "just",
        }
    }

    /// What the course does with it.
    pub fn purpose(self) -> &'static str {
        match self {
            Tool::Compiler => "links every program, compiles SQLite",
            Tool::Postgres => "the database lessons' private servers",
            Tool::Browser => "browser lesson, tests that look at the book",
            Tool::Mdbook => "builds the book",
            Tool::MdbookQuiz => "the book's quizzes",
            Tool::Just => "shorter commands (optional)",
        }
    }

    /// The word in `COURSE_SKIP` that does without it.
    pub fn skip_word(self) -> Option<&'static str> {
        match self {
            Tool::Postgres => Some("postgres"),
            Tool::Browser => Some("browser"),
            Tool::Mdbook | Tool::MdbookQuiz => Some("book"),
            Tool::Compiler | Tool::Just => None,
        }
    }

    /// Whether tests need it.
    pub fn is_needed(self) -> bool {
        self != Tool::Just
    }

    /// Where to get it on a system that the course cannot install it on.
    pub fn by_hand(self) -> &'static str {
        match self {
            Tool::Compiler => {
                "install gcc or clang so that `cc` is found (macOS: `xcode-select --install`)"
            }
            Tool::Postgres => {
                "install PostgreSQL from https://www.postgresql.org/download and put the folder of `initdb` on PATH"
            }
            Tool::Browser => {
                "install Chromium or Chrome, and the chromedriver of the same version, from your system's packages or https://googlechromelabs.github.io/chrome-for-testing"
            }
            Tool::Mdbook => "run `cargo install --locked mdbook --version 0.5.4`",
            Tool::MdbookQuiz => "run `cargo install --locked mdbook-quiz --version 0.5.0`",
            Tool::Just => "see https://just.systems for your system",
        }
    }
}

/// What was found of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is here: where.
    Here(PathBuf),
    /// It is not: what exactly is missing.
    Missing(String),
}

/// The course's private folder for programs.
pub fn private_bin(course: &Course) -> PathBuf {
    course.root.join(".tools").join("bin")
}

/// Looks for a tool: in the course's private folder, on `PATH`, and where systems hide it.
pub fn find(course: &Course, tool: Tool) -> Found {
    match tool {
        Tool::Compiler => first_of(&["cc", "gcc", "clang"], &[]),
        Tool::Postgres => postgres(),
        Tool::Browser => browser(),
        Tool::Mdbook => of_version(course, "mdbook", MDBOOK),
        Tool::MdbookQuiz => of_version(course, "mdbook-quiz", MDBOOK_QUIZ),
        Tool::Just => first_of(&["just"], &[private_bin(course)]),
    }
}

fn postgres() -> Found {
    // Debian keeps the server's programs off PATH, Homebrew those of versioned packages.
    let mut folders: Vec<PathBuf> = Vec::new();
    let debian = Path::new("/usr/lib/postgresql");
    folders.extend(
        names_in(debian)
            .into_iter()
            .rev()
            .map(|version| debian.join(version).join("bin")),
    );
    for prefix in [
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/home/linuxbrew/.linuxbrew/opt",
    ] {
        let prefix = Path::new(prefix);
        let kegs = names_in(prefix)
            .into_iter()
            .rev()
            .filter(|keg| keg.starts_with("postgresql"));
        folders.extend(kegs.map(|keg| prefix.join(keg).join("bin")));
    }
    let on_path = env::var_os("PATH").unwrap_or_default();
    let complete = |folder: &PathBuf| {
        is_program(&folder.join("initdb")) && is_program(&folder.join("postgres"))
    };
    match env::split_paths(&on_path).chain(folders).find(complete) {
        Some(folder) => Found::Here(folder.join("postgres")),
        None => Found::Missing("no folder with initdb and postgres".to_owned()),
    }
}

fn browser() -> Found {
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "chrome",
    ];
    let apps = [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];
    let browser = names
        .iter()
        .find_map(|name| on_path(name, &[]))
        .or_else(|| apps.iter().map(PathBuf::from).find(|app| is_program(app)));
    let Some(browser) = browser else {
        return Found::Missing("no chromium or google-chrome on PATH".to_owned());
    };
    match on_path("chromedriver", &[]) {
        Some(_) => Found::Here(browser),
        None => Found::Missing(format!(
            "no chromedriver on PATH (but {})",
            browser.display()
        )),
    }
}

fn of_version(course: &Course, name: &str, version: &str) -> Found {
    match on_path(name, &[private_bin(course)]) {
        None => Found::Missing(format!("no {name} {version}")),
        Some(path) => match version_of(&path) {
            Some(other) if other == version => Found::Here(path),
            other => Found::Missing(format!(
                "{} is version {}, not {version}",
                path.display(),
                other.as_deref().unwrap_or("unknown")
            )),
        },
    }
}

/// The version that a program tells: the last word of `mdbook v0.5.4`, without the v.
pub fn version_of(program: &Path) -> Option<String> {
    let output = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let word = text.split_whitespace().last()?;
    Some(word.trim_start_matches('v').to_owned())
}

fn first_of(names: &[&str], more_folders: &[PathBuf]) -> Found {
    match names.iter().find_map(|name| on_path(name, more_folders)) {
        Some(path) => Found::Here(path),
        None => Found::Missing(format!("no {} on PATH", names.join(" or "))),
    }
}

/// Looks for a program in some folders first, then on `PATH`.
pub fn on_path(name: &str, first: &[PathBuf]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    first
        .iter()
        .cloned()
        .chain(env::split_paths(&path))
        .map(|folder| folder.join(&file))
        .find(|candidate| is_program(candidate))
}

fn is_program(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        path.metadata()
            .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    {
        path.is_file()
    }
}

/// The words of `COURSE_SKIP`.
pub fn skipped() -> Vec<String> {
    env::var("COURSE_SKIP")
        .unwrap_or_default()
        .split(',')
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}
