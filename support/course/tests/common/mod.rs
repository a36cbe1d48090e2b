//! A throw-away course with one lesson of two small steps, and the real runner working on it.
#![allow(dead_code, reason = "each test file uses the part that it needs")]

use std::env;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// The longest that a test waits for anything, so that a failure ends.
pub const LIMIT: Duration = Duration::from_secs(120);

/// A solved first step.
pub const SUM_SOLVED: &str = "pub fn sum(a: i32, b: i32) -> i32 {\n    a + b\n}\n";
/// A first step that is wrong.
pub const SUM_WRONG: &str = "pub fn sum(a: i32, b: i32) -> i32 {\n    a - b\n}\n";
/// A solved second step.
pub const WAIT_SOLVED: &str = "pub fn wait() {}\n";

/// A course in a temporary folder, which goes when the value is dropped.
pub struct Mini {
    pub root: PathBuf,
}

impl Mini {
    pub fn new() -> Mini {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Canonical, as cargo reports paths: macOS reaches its temporary folder by a link.
        let temporary = env::temp_dir()
            .canonicalize()
            .expect("there is a temporary folder");
        let root = temporary.join(format!("mini-course-{}-{number}", std::process::id()));
        let mini = Mini { root };
        for (path, text) in FILES {
            mini.write(path, text);
        }
        for (path, copy) in [
            (
                "exercises/1-demo/starters/sum.rs",
                "exercises/1-demo/src/sum.rs",
            ),
            (
                "exercises/1-demo/starters/wait.rs",
                "exercises/1-demo/src/wait.rs",
            ),
        ] {
            mini.write(copy, &mini.read(path));
        }
        mini
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// The runner, started in the course's root.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
        command
            .args(arguments.split_whitespace())
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", self.root.join("target"))
            .env("CARGO_NET_OFFLINE", "true")
            .stdin(Stdio::null());
        for name in [
            "CI",
            "COURSE_FRONT",
            "COURSE_SKIP",
            "COURSE_LIMIT",
            "NO_COLOR",
            "RUSTC_WRAPPER",
        ] {
            command.env_remove(name);
        }
        command
    }

    /// Runs the runner to its end.
    pub fn course(&self, arguments: &str) -> Ran {
        run(self.command(arguments))
    }
}

impl Drop for Mini {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// What a run of the runner left.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Checks the exit code and that each text is in stdout or stderr.
    #[track_caller]
    pub fn says(&self, code: i32, texts: &[&str]) {
        let all = format!("{}\n{}", self.out, self.err);
        assert_eq!(self.code, Some(code), "{all}");
        for text in texts {
            assert!(all.contains(text), "no `{text}` in:\n{all}");
        }
    }

    /// Checks that a text is neither in stdout nor in stderr.
    #[track_caller]
    pub fn is_silent_about(&self, text: &str) {
        let all = format!("{}\n{}", self.out, self.err);
        assert!(!all.contains(text), "`{text}` in:\n{all}");
    }
}

/// Runs a command to its end, or panics after [`LIMIT`].
pub fn run(mut command: Command) -> Ran {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the runner starts");
    let out = read_all(child.stdout.take().expect("stdout is a pipe"));
    let err = read_all(child.stderr.take().expect("stderr is a pipe"));
    let status = wait(&mut child);
    Ran {
        code: status.code(),
        out: out
            .recv_timeout(LIMIT)
            .expect("stdout ends with the runner"),
        err: err
            .recv_timeout(LIMIT)
            .expect("stderr ends with the runner"),
    }
}

fn read_all(mut stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

/// Waits for the end of a process, or ends it and panics after [`LIMIT`].
pub fn wait(child: &mut Child) -> ExitStatus {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return status;
        }
        if started.elapsed() > LIMIT {
            let _ = child.kill();
            panic!("the runner did not come back");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The runner while it goes on: its lines as they come.
pub struct Going {
    pub child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Going {
    /// Starts the runner with a stdin that can be written to.
    pub fn start(mut command: Command) -> Going {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the runner starts");
        let stdout = child.stdout.take().expect("stdout is a pipe");
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Going {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// Waits for a line that holds the text.
    #[track_caller]
    pub fn until(&mut self, text: &str) {
        loop {
            match self.lines.recv_timeout(LIMIT) {
                Ok(line) => {
                    let found = line.contains(text);
                    self.seen.push(line);
                    if found {
                        return;
                    }
                }
                Err(error) => {
                    panic!(
                        "no `{text}` came ({error}) after:\n{}",
                        self.seen.join("\n")
                    );
                }
            }
        }
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns true when the programs that this one starts ignore a signal, because this one does.
///
/// A shell without job control starts its background jobs so, and nothing that they start can be
/// ended by Ctrl-C.
pub fn is_ignored(signal: &str) -> bool {
    Command::new("sh")
        .args(["-c", &format!("kill -s {signal} $$; echo survived")])
        .output()
        .is_ok_and(|output| output.stdout == b"survived\n")
}

/// Writes a line that must be seen. The test harness keeps what `eprintln!` writes in a test that
/// passes.
pub fn say_aloud(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// A named pipe that tells whether somebody who holds its other end is alive.
pub struct Lifeline {
    news: Receiver<&'static str>,
}

impl Lifeline {
    /// Makes the pipe and waits, in a thread, for somebody to open it, speak, and be gone.
    pub fn at(path: &Path) -> Lifeline {
        let made = Command::new("mkfifo")
            .arg(path)
            .status()
            .expect("mkfifo exists");
        assert!(made.success());
        let (sender, news) = mpsc::channel();
        let path = path.to_owned();
        thread::spawn(move || {
            let mut pipe = fs::File::open(path).expect("the pipe was made");
            let mut byte = [0];
            if pipe.read(&mut byte).is_ok_and(|n| n > 0) {
                let _ = sender.send("here");
            }
            let _ = pipe.read_to_end(&mut Vec::new());
            let _ = sender.send("gone");
        });
        Lifeline { news }
    }

    #[track_caller]
    pub fn expect(&self, news: &str) {
        assert_eq!(self.news.recv_timeout(LIMIT), Ok(news));
    }
}

/// A second step that starts a child, which holds a pipe open, and then never returns.
pub const WAIT_HANGS_WITH_A_CHILD: &str = r#"
pub fn wait() {
    let line = std::fs::File::options().write(true).open("../../alive").unwrap();
    std::process::Command::new("sh")
        .args(["-c", "echo here; exec sleep 600"])
        .stdout(line)
        .spawn()
        .unwrap();
    loop {
        std::thread::park();
    }
}
"#;

const FILES: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"exercises/*\", \"lessons/*\", \"solutions/*\"]\ndefault-members = [\"lessons/*\", \"solutions/*\"]\n[profile.dev]\ndebug = false\nincremental = false\n",
    ),
    (
        "lessons/1-demo/Cargo.toml",
        "[package]\nname = \"lesson-1\"\ndescription = \"Lesson 1, demo: what a demo is\"\nedition = \"2024\"\n",
    ),
    (
        "lessons/1-demo/src/main.rs",
        "fn main() -> std::process::ExitCode {\n    let words: Vec<String> = std::env::args().skip(1).collect();\n    println!(\"played {words:?}\");\n    std::process::ExitCode::from(if words.iter().any(|word| word == \"fail\") { 7 } else { 0 })\n}\n",
    ),
    (
        "exercises/1-demo/Cargo.toml",
        "[package]\nname = \"exercise-1\"\nedition = \"2024\"\n[lints.rust]\nunused_variables = \"allow\"\n",
    ),
    (
        "exercises/1-demo/src/lib.rs",
        "pub mod sum;\npub mod wait;\n",
    ),
    (
        "exercises/1-demo/starters/sum.rs",
        "pub fn sum(a: i32, b: i32) -> i32 {\n    // TODO: add\n    todo!(\"add the two\")\n}\n",
    ),
    (
        "exercises/1-demo/starters/wait.rs",
        "pub fn wait() {\n    // TODO: return\n    todo!(\"return at once\")\n}\n",
    ),
    (
        "exercises/1-demo/tests/step_1_sum.rs",
        "//! # Step 1: add two numbers\n//!\n//! **Task.** Add.\nuse exercise_1::sum::sum;\n\n#[test]\nfn zero_changes_nothing() {\n    assert_eq!(sum(5, 0), 5);\n}\n\n#[test]\nfn two_and_two_are_four() {\n    assert_eq!(sum(2, 2), 4, \"count it on your fingers\");\n}\n",
    ),
    (
        "exercises/1-demo/tests/step_2_wait.rs",
        "//! # Step 2: come back\n//!\n//! **Task.** Return.\n\n#[test]\nfn it_comes_back() {\n    exercise_1::wait::wait();\n}\n",
    ),
    (
        "exercises/1-demo/hints/step_1_sum.md",
        "## A nudge\nWhich sign?\n\n## The name\n`+`\n\n## Almost the code\n```rust\n## not a heading\na + …\n```\n",
    ),
    (
        "exercises/1-demo/hints/step_2_wait.md",
        "## A nudge\nDo less.\n\n## The name\nNone.\n\n## Almost the code\n`{}`\n",
    ),
    (
        "solutions/1-demo/Cargo.toml",
        "[package]\nname = \"solution-1\"\nedition = \"2024\"\n[[test]]\nname = \"starter_1_sum\"\npath = \"red/starter_1_sum.rs\"\ntest = false\n[[test]]\nname = \"tempting_1_sum_minus\"\npath = \"red/tempting_1_sum_minus.rs\"\ntest = false\n[[test]]\nname = \"starter_2_wait\"\npath = \"red/starter_2_wait.rs\"\ntest = false\n[[test]]\nname = \"tempting_2_wait_index\"\npath = \"red/tempting_2_wait_index.rs\"\ntest = false\n",
    ),
    (
        "solutions/1-demo/src/lib.rs",
        "pub mod sum;\npub mod wait;\n",
    ),
    ("solutions/1-demo/src/sum.rs", SUM_SOLVED),
    ("solutions/1-demo/src/wait.rs", WAIT_SOLVED),
    (
        "solutions/1-demo/tests/step_1_sum.rs",
        "extern crate solution_1 as exercise_1;\n#[path = \"../../../exercises/1-demo/tests/step_1_sum.rs\"]\nmod exercise;\n",
    ),
    (
        "solutions/1-demo/tests/step_2_wait.rs",
        "extern crate solution_1 as exercise_1;\n#[path = \"../../../exercises/1-demo/tests/step_2_wait.rs\"]\nmod exercise;\n",
    ),
    (
        "solutions/1-demo/red/starter_1_sum.rs",
        "#![allow(unused)]\nextern crate self as exercise_1;\n#[path = \"../../../exercises/1-demo/starters/sum.rs\"]\npub mod sum;\n#[path = \"../../../exercises/1-demo/tests/step_1_sum.rs\"]\nmod exercise;\n",
    ),
    (
        "solutions/1-demo/red/tempting_1_sum_minus.rs",
        "extern crate self as exercise_1;\n#[path = \"../tempting/sum_minus.rs\"]\npub mod sum;\n#[path = \"../../../exercises/1-demo/tests/step_1_sum.rs\"]\nmod exercise;\n",
    ),
    ("solutions/1-demo/tempting/sum_minus.rs", SUM_WRONG),
    (
        "solutions/1-demo/red/starter_2_wait.rs",
        "#![allow(unused)]\nextern crate self as exercise_1;\n#[path = \"../../../exercises/1-demo/starters/wait.rs\"]\npub mod wait;\n#[path = \"../../../exercises/1-demo/tests/step_2_wait.rs\"]\nmod exercise;\n",
    ),
    (
        "solutions/1-demo/red/tempting_2_wait_index.rs",
        "extern crate self as exercise_1;\n#[path = \"../tempting/wait_index.rs\"]\npub mod wait;\n#[path = \"../../../exercises/1-demo/tests/step_2_wait.rs\"]\nmod exercise;\n",
    ),
    (
        "solutions/1-demo/tempting/wait_index.rs",
        "pub fn wait() {\n    let none: Vec<i32> = Vec::new();\n    assert_ne!(none.len(), 0);\n}\n",
    ),
    ("book/src/1-demo.md", "# Demo\n"),
];
