//! Running `cargo` in a throw-away folder.

use std::fmt;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::throwaway::end;
use crate::{Environment, Error, Throwaway};

/// The oldest that knows edition 2024.
const NEEDED: Version = Version {
    major: 1,
    minor: 85,
};
/// A command that still runs after this hangs: what is compiled here is a few lines long.
const LIMIT: Duration = Duration::from_secs(120);

/// The `cargo` of this machine, and the few variables that it needs to know.
#[derive(Clone, Debug)]
pub struct Cargo {
    program: PathBuf,
    version: Version,
    variables: Environment,
    limit: Duration,
}

/// The first two numbers of a version: `1.95`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
}

/// What a command left behind when it ended by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Whether it said that all went well.
    pub success: bool,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

impl Cargo {
    /// Finds the `cargo` in the folders of `PATH`, and asks it for its version.
    ///
    /// # Errors
    ///
    /// [`Error::NoCargo`], [`Error::NotCargo`] or [`Error::OldCargo`], each with what to do.
    pub fn find(environment: &Environment) -> Result<Self, Error> {
        let in_path = environment.path().into_iter();
        let program = in_path
            .map(|folder| folder.join("cargo"))
            .find(|program| is_program(program))
            .ok_or_else(|| Error::NoCargo {
                path: environment
                    .get("PATH")
                    .unwrap_or_default()
                    .display()
                    .to_string(),
            })?;
        let mut cargo = Self {
            version: NEEDED,
            variables: passed_on(environment),
            limit: LIMIT,
            program,
        };
        let mut asked = cargo.command();
        asked.arg("--version");
        let asked = asked.output().map_err(|source| Error::Run {
            program: cargo.program.clone(),
            source,
        })?;
        let said = String::from_utf8_lossy(&asked.stdout);
        let version = said.strip_prefix("cargo ").and_then(Version::read);
        cargo.version = version.ok_or_else(|| Error::NotCargo {
            program: cargo.program.clone(),
            said: format!("{said}{}", String::from_utf8_lossy(&asked.stderr))
                .trim()
                .to_owned(),
        })?;
        if cargo.version < NEEDED {
            return Err(Error::OldCargo {
                program: cargo.program,
                found: cargo.version,
                needed: NEEDED,
            });
        }
        Ok(cargo)
    }

    /// Returns its version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Gives it one more variable.
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        let more = [(name.into(), value.into())];
        self.variables = self.variables.iter().chain(more).collect();
        self
    }

    /// Takes a variable from it.
    pub fn without_variable(mut self, name: &str) -> Self {
        let all = self.variables.iter();
        self.variables = all.filter(|(known, _)| known != name).collect();
        self
    }

    /// Sets after how long a command counts as hung.
    pub fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    // ANCHOR: run
    /// Runs `cargo` with these arguments in a folder below the throw-away one, and waits for its end.
    ///
    /// What it compiles goes to a target folder of the throw-away one, which all projects in it share.
    ///
    /// # Errors
    ///
    /// [`Error::Run`], [`Error::TooSlow`] or [`Error::Interrupted`]. That `cargo` itself is not
    /// content is no error: it is what [`Ran::success`] says.
    pub fn run(&self, folder: &Throwaway, project: &str, arguments: &[&str]) -> Result<Ran, Error> {
        let mut command = self.command();
        command
            .args(arguments)
            .current_dir(folder.path().join(project))
            .env("CARGO_TARGET_DIR", folder.path().join("target"))
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TERM_COLOR", "never");
        let typed = format!("cargo {}", arguments.join(" "));
        self.wait_for(folder, command, typed)
    }
    // ANCHOR_END: run

    /// Runs another program of the throw-away folder, and waits for its end.
    ///
    /// # Errors
    ///
    /// As [`Cargo::run`].
    pub fn run_program(&self, folder: &Throwaway, program: &str) -> Result<Ran, Error> {
        let mut command = Command::new(folder.path().join(program));
        command.env_clear().envs(self.variables.iter());
        self.wait_for(folder, command, program.to_owned())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .envs(self.variables.iter())
            .stdin(Stdio::null());
        command
    }

    fn wait_for(
        &self,
        folder: &Throwaway,
        mut command: Command,
        typed: String,
    ) -> Result<Ran, Error> {
        let cannot = |source| Error::Run {
            program: command_path(&typed, &self.program),
            source,
        };
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own, so that the compilers that it starts end with it.
            .process_group(0);
        let mut running = folder.running();
        if running.closed {
            return Err(Error::Interrupted);
        }
        let mut child = command.spawn().map_err(cannot)?;
        let stdout = read_beside(child.stdout.take());
        let stderr = read_beside(child.stderr.take());
        running.child = Some(child);
        drop(running);

        let started = Instant::now();
        let status = loop {
            let mut running = folder.running();
            let Some(child) = &mut running.child else {
                return Err(Error::Interrupted);
            };
            if let Some(status) = child.try_wait().map_err(cannot)? {
                running.child = None;
                break status;
            }
            if started.elapsed() > self.limit {
                end_and_forget(&mut running.child);
                let limit = self.limit;
                return Err(Error::TooSlow {
                    command: typed,
                    limit,
                });
            }
            drop(running);
            // std has no wait with a limit.
            thread::sleep(Duration::from_millis(5));
        };
        Ok(Ran {
            success: status.success(),
            stdout: stdout.join().expect("reading does not panic"),
            stderr: stderr.join().expect("reading does not panic"),
        })
    }
}

fn end_and_forget(child: &mut Option<Child>) {
    if let Some(mut child) = child.take() {
        end(&mut child);
    }
}

fn command_path(typed: &str, cargo: &Path) -> PathBuf {
    match typed.starts_with("cargo ") {
        true => cargo.to_owned(),
        false => typed.into(),
    }
}

/// Passes on what `cargo` needs to find itself and its linker, and nothing that would change what
/// it does: a `RUSTFLAGS` or a `CARGO_TARGET_DIR` of the caller's is for the caller's project.
fn passed_on(environment: &Environment) -> Environment {
    const NEEDED: [&str; 9] = [
        "PATH",
        "HOME",
        "TMPDIR",
        "CARGO_HOME",
        "RUSTUP_HOME",
        "RUSTUP_TOOLCHAIN",
        "LD_LIBRARY_PATH",
        "SDKROOT",
        "DEVELOPER_DIR",
    ];
    environment
        .iter()
        .filter(|(name, _)| NEEDED.iter().any(|needed| name == needed))
        .collect()
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let file = path.metadata();
    file.is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// Reads to the end in a thread of its own: two pipes fill at once, and a full one stops its writer.
fn read_beside(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What came before an error is still worth showing.
            let _ = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

impl Version {
    /// Reads `1.95.0 (f2d3ce0bd 2026-03-21)`, of which the first two numbers matter.
    fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split('.');
        Some(Self {
            major: numbers.next()?.parse().ok()?,
            minor: numbers.next()?.parse().ok()?,
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
