//! chromedriver and Chromium: started on a free port, and ended in any case.
//!
//! A browser is a dozen processes and a folder. If our process ends without a word, by a panic that
//! aborts, by Ctrl-C or by `kill -9`, no code of ours runs any more, so no code of ours can clean up.
//! What always happens is that the system closes our ends of our pipes. Two small shells wait for that:
//!
//! ```text
//!  we ---- pipe ----> guard:   leads a process group with chromedriver and Chromium in it;
//!   |                          when the pipe closes, it kills its group, itself included
//!   `----- pipe ----> sweeper: in a group of its own;
//!                              when the pipe closes, it removes the folder until it stays away
//! ```
//!
//! The ordinary end is the same: we close the pipes, and wait for both shells.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::error::Error;

// ANCHOR: guard
/// `$1` is the driver. It runs in the background, so that the shell can wait for the pipe. The traps:
/// whatever Ctrl-C or a terminal sends to this group must not end the guard before the guarded.
const GUARD: &str = r#"
trap '' HUP INT QUIT TERM
command -v "$1" > /dev/null || { echo missing; exit 127; }
"$1" --port=0 &
exec > /dev/null
read -r end
kill -s KILL 0
"#;

/// `$1` is the folder. Dying processes may write into it for a moment, so once is not enough.
const SWEEPER: &str = r#"
trap '' HUP INT QUIT TERM
read -r end
tries=0
while [ -e "$1" ] && [ "$tries" -lt 200 ]; do
    rm -rf "$1" 2> /dev/null || sleep 0.05
    tries=$((tries + 1))
done
"#;
// ANCHOR_END: guard

/// A running chromedriver. Dropping it ends it, every process of its browser, and the folder.
#[derive(Debug)]
pub struct Driver {
    address: SocketAddr,
    folder: String,
    // In this order they are ended: first those who write, then what they have written.
    guard: Shell,
    sweeper: Shell,
    /// Held open, so that the driver can write what nobody reads.
    _output: Option<BufReader<ChildStdout>>,
}

impl Driver {
    /// Starts the driver, and returns when it listens. The browser starts with the first session.
    pub fn start(program: &Path, limit: Duration) -> Result<Self, Error> {
        let start = |act| move |source| Error::Start { act, source };
        let folder = tempfile::Builder::new()
            .prefix("browser-")
            .tempdir()
            .map_err(start("make a temporary folder"))?;
        let path = folder.path().display().to_string();
        // From here on the folder is the sweeper's to remove. It is there before anything else is.
        let sweeper = Shell::start(SWEEPER, &path, &path)?;
        let _ = folder.keep();
        let mut guard = Shell::start(GUARD, &program.display().to_string(), &path)?;
        let output = guard.child.stdout.take().map(BufReader::new);
        let mut driver = Self {
            // Not known yet; from here on the value exists, and whatever happens ends what was started.
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            folder: path,
            guard,
            sweeper,
            _output: None,
        };
        let (port, output) = port(output, limit).map_err(|said| match said.trim() {
            "missing" => Error::NotInstalled {
                program: program.display().to_string(),
            },
            _ => Error::NoPort { said, limit },
        })?;
        driver.address.set_port(port);
        driver._output = Some(output);
        Ok(driver)
    }

    /// Returns where the driver listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the folder that goes with the driver.
    pub fn folder(&self) -> &str {
        &self.folder
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.guard.end();
        self.sweeper.end();
    }
}

/// A shell that does what it is there for when we are gone.
#[derive(Debug)]
struct Shell {
    child: Child,
    pipe: Option<ChildStdin>,
}

impl Shell {
    fn start(script: &str, argument: &str, folder: &str) -> Result<Self, Error> {
        let mut command = Command::new("sh");
        command
            .args(["-c", script, "browser-guard", argument])
            // The browser leaves sockets and shared memory in its temporary folder when it is
            // killed. Here they go with the rest.
            .env("TMPDIR", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // A group of its own: Ctrl-C in the terminal reaches our group, and not these.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().map_err(|source| Error::Start {
            act: "start a shell",
            source,
        })?;
        let pipe = child.stdin.take();
        Ok(Self { child, pipe })
    }

    /// Closes the pipe, and waits until the shell has done its work.
    fn end(&mut self) {
        drop(self.pipe.take());
        let _ = self.child.wait();
    }
}

/// Reads what the driver says until it names its port. Returns what it said if it never does.
fn port(
    output: Option<BufReader<ChildStdout>>,
    limit: Duration,
) -> Result<(u16, BufReader<ChildStdout>), String> {
    let mut output = output.ok_or("nothing")?;
    let (found, outcome) = mpsc::channel();
    // A read from a pipe has no timeout. If the limit passes, the guard is ended, so its pipe closes,
    // and this thread ends too.
    thread::spawn(move || {
        let mut said = String::new();
        loop {
            let line_start = said.len();
            let n = output.read_line(&mut said).unwrap_or(0);
            let answer = match port_in(&said[line_start..]) {
                Some(port) => Ok((port, output)),
                None if n == 0 => Err(said),
                None => continue,
            };
            // Nobody listens any more when the limit has passed, and that is fine.
            let _ = found.send(answer);
            return;
        }
    });
    outcome
        .recv_timeout(limit)
        .unwrap_or_else(|_| Err("nothing in time".to_owned()))
}

/// Returns the port of `ChromeDriver was started successfully on port 40113.`
fn port_in(line: &str) -> Option<u16> {
    let (_, after) = line.split_once("started successfully on port ")?;
    after.trim_end().trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_what_the_driver_says() {
        let said = "ChromeDriver was started successfully on port 40113.\n";

        assert_eq!(port_in(said), Some(40_113));
        assert_eq!(port_in("Only local connections are allowed.\n"), None);
        assert_eq!(port_in("started successfully on port 99999999.\n"), None);
    }

    #[test]
    fn a_driver_that_is_not_there_is_named_with_what_installs_it() {
        let error = Driver::start(Path::new("no-such-driver"), Duration::from_secs(20))
            .map(|driver| driver.address())
            .unwrap_err();

        assert!(matches!(&error, Error::NotInstalled { program } if program == "no-such-driver"));
        assert!(error.to_string().contains("cargo course setup"), "{error}");
    }

    #[test]
    fn a_program_that_is_no_driver_is_given_up() {
        // It ends at once, and has said nothing of a port.
        let error = Driver::start(Path::new("true"), Duration::from_secs(20))
            .map(|driver| driver.address())
            .unwrap_err();

        assert!(matches!(error, Error::NoPort { .. }), "{error}");
    }
}
