//! Runs a transcript's command as a reader would, and ends it when it does not end.

use std::{
    io::{self, Read},
    os::unix::process::CommandExt,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::common::repository;

/// A tour takes seconds. What still runs after this hangs.
const LIMIT: Duration = Duration::from_secs(180);

/// Compiles the programs that the commands run, so that the limit counts none of it.
///
/// # Panics
///
/// When they do not compile.
pub fn compile(programs: &[String]) {
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet"]).current_dir(repository());
    for program in programs {
        build.args(["--bin", program]);
    }
    let status = build
        .status()
        .expect("the cargo that built this test starts");
    assert!(status.success(), "{programs:?} do not compile: see above");
}

/// Returns what a command writes to stdout, without colour, 80 columns wide, with no terminal.
///
/// # Errors
///
/// Returns a sentence when the command fails or does not end within the limit.
pub fn run(line: &str) -> Result<String, String> {
    // A terminal may leak open files to what it starts; the first free descriptor is then another.
    let script = format!("exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; {line}");
    let child = Command::new("sh")
        .args(["-c", &script])
        .current_dir(repository())
        .env("COLUMNS", "80")
        .env("NO_COLOR", "1")
        .env_remove("COURSE_FRONT")
        .env_remove("COURSE_SKIP")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("cannot start sh: {error}"))?;
    let mut group = Group(child);
    let stdout = read_beside(group.0.stdout.take());
    let stderr = read_beside(group.0.stderr.take());

    let status = group
        .wait(LIMIT)
        .map_err(|error| format!("cannot wait for `{line}`: {error}"))?;
    let Some(status) = status else {
        return Err(format!("`{line}` still runs after {LIMIT:?}"));
    };
    // What the group left behind would hold the pipes open.
    drop(group);
    let printed = stdout.join().expect("reading does not panic");
    let complained = stderr.join().expect("reading does not panic");
    if status.success() {
        Ok(printed)
    } else {
        Err(format!(
            "`{line}` failed ({status}):\n{complained}{printed}"
        ))
    }
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

/// A child that leads a process group. All of the group ends when the value is dropped.
struct Group(Child);

impl Group {
    /// Waits for the leader to end; returns nothing when the limit passes.
    fn wait(&mut self, limit: Duration) -> io::Result<Option<ExitStatus>> {
        let start = Instant::now();
        loop {
            let status = self.0.try_wait()?;
            if status.is_some() || start.elapsed() > limit {
                return Ok(status);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let id = i32::try_from(self.0.id()).expect("a process id is an i32");
        let leader = Pid::from_raw(id).expect("no process has the id 0");
        // When the whole group has ended by itself there is nobody left to be told.
        let _ = kill_process_group(leader, Signal::KILL);
        let _ = self.0.wait();
    }
}
