//! Where the tour compiles and runs tests: a throw-away crate in a temporary folder, by rustc alone.
//!
//! Cargo would do the same and take longer. What is compiled are this lesson's own files.

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;
use std::thread;

use tempfile::TempDir;

/// How a crate's tests went.
#[derive(Debug, Clone)]
pub struct Run {
    /// How many tests passed.
    pub passed: usize,
    /// The tests that failed, and what each said.
    pub failures: Vec<Failure>,
    /// What the tests printed to standard output, line by line, without the runner's own lines.
    pub printed: Vec<String>,
}

/// A test that failed.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The test's name without its modules.
    pub test: String,
    /// The lines of its panic message.
    pub said: Vec<String>,
}

impl Run {
    /// Whether every test passed.
    pub fn is_green(&self) -> bool {
        self.failures.is_empty()
    }

    /// The runner's summary, in short: `5 passed, 2 failed`.
    pub fn summary(&self) -> String {
        match self.failures.len() {
            0 => format!("{} passed", self.passed),
            n => format!("{} passed, {n} failed", self.passed),
        }
    }
}

/// A crate that is compiled with its tests and run.
#[derive(Debug, Clone, Default)]
pub struct Crate {
    files: Vec<(String, String)>,
}

impl Crate {
    /// Makes a crate whose root is `main`.
    pub fn new(main: impl Into<String>) -> Self {
        Self {
            files: vec![("main.rs".to_owned(), main.into())],
        }
    }

    /// Adds a file.
    pub fn with(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.push((path.into(), text.into()));
        self
    }

    /// Compiles the tests and runs them.
    ///
    /// # Errors
    ///
    /// When there is no compiler, or the crate does not compile.
    pub fn test(&self) -> tour::Result<Run> {
        let folder = TempDir::new()?;
        for (path, text) in &self.files {
            let path = folder.path().join(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, text)?;
        }
        let tests = folder
            .path()
            .join(format!("judge{}", env::consts::EXE_SUFFIX));
        let compiled = compile(&folder.path().join("main.rs"), &tests)?;
        if !compiled.status.success() {
            let said = String::from_utf8_lossy(&compiled.stderr);
            return Err(format!("the crate does not compile:\n{said}").into());
        }
        let output = Command::new(&tests)
            .args(["--test-threads=1", "--nocapture", "--color=never"])
            .env("RUST_BACKTRACE", "0")
            .output()?;
        Ok(read(&output))
    }
}

fn compile(main: &Path, tests: &Path) -> io::Result<Output> {
    // In this folder rustup knows which toolchain the course pins.
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    if home.is_dir() {
        rustc.current_dir(home);
    }
    rustc
        .args([
            "--edition=2024",
            "--test",
            "--cap-lints=allow",
            "-Cdebuginfo=0",
            "-o",
        ])
        .arg(tests)
        .arg(main)
        .output()
        .map_err(|error| {
            io::Error::new(error.kind(), format!("rustc could not be started: {error}"))
        })
}

/// Runs several crates' tests, as many at a time as there are cores, and returns them in order.
///
/// # Errors
///
/// The first crate's that could not be compiled.
pub fn test_all(crates: &[Crate]) -> tour::Result<Vec<Run>> {
    let n_threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    let queue = Mutex::new(crates.iter().enumerate());
    let runs: Mutex<Vec<(usize, tour::Result<Run>)>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..n_threads.min(crates.len()) {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("nobody panics with the queue").next();
                    let Some((n, program)) = next else { break };
                    let run = program.test();
                    runs.lock()
                        .expect("nobody panics with the list")
                        .push((n, run));
                }
            });
        }
    });
    let mut runs = runs.into_inner().expect("nobody panics with the list");
    runs.sort_by_key(|(n, _)| *n);
    runs.into_iter().map(|(_, run)| run).collect()
}

/// Reads what the runner printed. With one thread and no capture, a test's name comes first, then
/// what it prints, then its verdict: `test a ... ok`.
fn read(output: &Output) -> Run {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let panics = panics(&String::from_utf8_lossy(&output.stderr));
    let mut run = Run {
        passed: 0,
        failures: Vec::new(),
        printed: Vec::new(),
    };
    let mut listing = false;
    for line in stdout.lines() {
        // The list of failures at the end names them once more.
        listing |= line == "failures:";
        let (name, verdict) = match line
            .strip_prefix("test ")
            .and_then(|line| line.split_once(" ... "))
        {
            Some((name, verdict)) => (Some(name), verdict),
            None => (None, line),
        };
        if let Some(name) = name
            && !listing
            && let Some(said) = panics.iter().find(|(test, _)| test == name)
        {
            let test = name.rsplit("::").next().unwrap_or(name).to_owned();
            run.failures.push(Failure {
                test,
                said: said.1.clone(),
            });
        }
        let verdict = verdict.trim();
        match verdict
            .strip_suffix("ok")
            .map_or((false, verdict), |rest| (true, rest))
        {
            (true, printed) if name.is_some() || printed.is_empty() => {
                run.passed += 1;
                run.print(printed);
            }
            _ if listing || verdict == "FAILED" || is_the_runners(verdict) => {}
            _ => run.print(verdict),
        }
    }
    run
}

impl Run {
    fn print(&mut self, text: &str) {
        if !text.is_empty() {
            self.printed.push(text.to_owned());
        }
    }
}

fn is_the_runners(line: &str) -> bool {
    line.is_empty() || line.starts_with("running ") || line.starts_with("test result:")
}

/// Reads who panicked and what each said.
fn panics(stderr: &str) -> Vec<(String, Vec<String>)> {
    let mut panics: Vec<(String, Vec<String>)> = Vec::new();
    for line in stderr.lines() {
        if let Some(rest) = line.strip_prefix("thread '")
            && let Some((test, _)) = rest.split_once('\'')
        {
            panics.push((test.to_owned(), Vec::new()));
        } else if let Some((_, said)) = panics.last_mut()
            && !line.trim().is_empty()
            && !line.starts_with("note: ")
        {
            said.push(line.to_owned());
        }
    }
    panics
}
