//! Running somebody else's program under a time limit, and ending all of it.
//!
//! A learner's program may hang, start children that hang, print without end, or be running when
//! the learner presses Ctrl-C. In each case nothing of it may stay behind, and the runner must come
//! back. How, without `unsafe` and without a dependency:
//!
//! ```text
//!  runner --- holds a pipe ---> guard: sh, leader of a new process group, reads the pipe
//!     `------- starts ---------> program: joins the guard's group; so do its children
//! ```
//!
//! The guard waits for the end of the pipe and then kills its own group, itself included. So there
//! is one way to end the program: close the pipe. The runner does so when the program ends, when
//! the limit passes, and when the learner saves a file in `watch`; and when the runner itself is
//! ended, be it by Ctrl-C or `kill -9`, the system closes the pipe. As the guard leads the group
//! and dies last, the group's number cannot meanwhile belong to somebody else.
//!
//! A program that leaves its group on purpose (`setsid`) escapes; nothing here waits for it.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often the caller is asked whether to go on.
const TICK: Duration = Duration::from_millis(50);
/// How long ending a killed group may take before the runner goes on without it.
const GRACE: Duration = Duration::from_secs(2);
/// How much of the output's beginning and end is kept: all of it, unless it is endless.
const HEAD_BYTES: usize = 8 * 1024;
const TAIL_BYTES: usize = 32 * 1024;
/// How the line ends that stands for what was not kept.
pub const LEFT_OUT: &str = " bytes left out …";

/// How a program ended.
#[derive(Debug)]
pub enum Ending {
    /// By itself.
    Exited(ExitStatus),
    /// It was still running when the limit passed, and was killed.
    TimedOut,
    /// The caller wanted no more of it, and it was killed.
    Stopped,
}

/// What a program did.
#[derive(Debug)]
pub struct Ran {
    /// How it ended.
    pub ending: Ending,
    /// What it wrote to stdout and stderr, in order; its middle is left out when it is very long.
    pub output: String,
    /// Whether the output came to its end: if not, a child that left the group still holds it.
    pub whole: bool,
}

/// Runs a program until it ends, `limit` passes, or `stop` says so (asked many times a second, with
/// the time since the start). Its stdin is empty. Nothing of its process group outlives the call.
pub fn run(
    mut command: Command,
    limit: Duration,
    stop: &mut dyn FnMut(Duration) -> bool,
) -> io::Result<Ran> {
    let guard = Guard::start()?;
    let (mut reader, writer) = io::pipe()?;
    command.stdin(Stdio::null());
    command.stdout(writer.try_clone()?).stderr(writer);
    guard.take_in(&mut command);
    let mut child = command.spawn()?;
    // The command holds our copies of the pipe's writing end; while they are open it has no end.
    drop(command);
    let started = Instant::now();

    let output = Arc::new(Mutex::new(Kept::default()));
    let (read_to_end, output_ended) = mpsc::channel();
    let kept = Arc::clone(&output);
    thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while let Ok(n @ 1..) = reader.read(&mut buffer) {
            kept.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(&buffer[..n]);
        }
        // Nobody may be waiting any more, and that is fine.
        let _ = read_to_end.send(());
    });

    let ending = wait(&mut child, started, limit, stop)?;
    guard.end_all(&mut child);
    // A child that escaped may hold the pipe open for ever, so this wait has its limit too.
    let whole = output_ended.recv_timeout(GRACE).is_ok();
    let output = output.lock().unwrap_or_else(PoisonError::into_inner).text();
    Ok(Ran {
        ending,
        output,
        whole,
    })
}

fn wait(
    child: &mut Child,
    started: Instant,
    limit: Duration,
    stop: &mut dyn FnMut(Duration) -> bool,
) -> io::Result<Ending> {
    // std has no wait with a limit. Most tests end within milliseconds, so look often at first.
    let mut pause = Duration::from_micros(500);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Ending::Exited(status));
        }
        let so_far = started.elapsed();
        if so_far >= limit {
            return Ok(Ending::TimedOut);
        }
        if stop(so_far) {
            return Ok(Ending::Stopped);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(TICK);
    }
}

/// The process that ends the group when its pipe closes.
#[cfg(unix)]
struct Guard {
    shell: Child,
}

#[cfg(unix)]
impl Guard {
    fn start() -> io::Result<Guard> {
        use std::os::unix::process::CommandExt as _;
        // The traps: a program that signals its own group must not take the guard with it.
        let script = "trap '' HUP INT QUIT TERM; read -r end; kill -s KILL 0";
        let shell = Command::new("sh")
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Guard { shell })
    }

    fn take_in(&self, command: &mut Command) {
        use std::os::unix::process::CommandExt as _;
        // A process id always fits: the system's own type for it is a signed 32-bit number.
        command.process_group(self.shell.id().cast_signed());
    }

    fn end_all(mut self, child: &mut Child) {
        // The program may have killed the guard, though it takes a `kill -9` to do so.
        let killed_before = matches!(self.shell.try_wait(), Ok(Some(_)));
        drop(self.shell.stdin.take());
        if killed_before || !gone_within_grace(&mut self.shell) {
            // Dead, stopped, or another child holds its pipe: end the group by its number.
            let group = format!("kill -s KILL -- -{}", self.shell.id());
            let _ = Command::new("sh")
                .args(["-c", &group])
                .stderr(Stdio::null())
                .status();
            let _ = gone_within_grace(&mut self.shell);
        }
        let _ = gone_within_grace(child);
    }
}

/// Without process groups, the program alone is ended.
#[cfg(not(unix))]
struct Guard;

#[cfg(not(unix))]
impl Guard {
    fn start() -> io::Result<Guard> {
        Ok(Guard)
    }

    fn take_in(&self, _command: &mut Command) {}

    fn end_all(self, child: &mut Child) {
        let _ = child.kill();
        let _ = gone_within_grace(child);
    }
}

fn gone_within_grace(child: &mut Child) -> bool {
    let killed = Instant::now();
    while killed.elapsed() < GRACE {
        match child.try_wait() {
            Ok(None) => thread::sleep(Duration::from_millis(1)),
            Ok(Some(_)) => return true,
            Err(_) => return false,
        }
    }
    false
}

/// The beginning and the end of a stream of any length.
#[derive(Debug, Default)]
struct Kept {
    head: Vec<u8>,
    tail: Vec<u8>,
    left_out: usize,
}

impl Kept {
    fn push(&mut self, bytes: &[u8]) {
        let room = HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        self.head.extend_from_slice(first);
        self.tail.extend_from_slice(rest);
        // Cut in big strides, so that each byte is moved about once.
        if self.tail.len() > 2 * TAIL_BYTES {
            let surplus = self.tail.len() - TAIL_BYTES;
            self.tail.drain(..surplus);
            self.left_out += surplus;
        }
    }

    fn text(&self) -> String {
        let head = String::from_utf8_lossy(&self.head);
        let tail = String::from_utf8_lossy(&self.tail);
        if self.left_out == 0 {
            format!("{head}{tail}")
        } else {
            format!("{head}\n… {}{LEFT_OUT}\n{tail}", self.left_out)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_program_that_ends_is_reported_with_its_code_and_output() {
        let ran = run(shell("echo out; echo err >&2; exit 3"), LONG, &mut |_| {
            false
        })
        .unwrap();

        assert!(matches!(ran.ending, Ending::Exited(status) if status.code() == Some(3)));
        assert_eq!(ran.output, "out\nerr\n");
    }

    #[test]
    fn stdin_is_empty() {
        let ran = run(shell("cat; echo end"), LONG, &mut |_| false).unwrap();

        assert_eq!(ran.output, "end\n");
    }

    #[test]
    fn a_program_that_signals_its_own_group_is_still_reported() {
        let ran = run(shell("kill -TERM 0; sleep 60"), LONG, &mut |_| false).unwrap();

        assert!(matches!(ran.ending, Ending::Exited(status) if status.code().is_none()));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_program_that_kills_its_guard_is_still_ended_with_its_children() {
        let script = "kill -s KILL $(cut -d ' ' -f 5 /proc/$$/stat); sleep 60 & wait";

        let ran = run(shell(script), Duration::from_millis(500), &mut |_| false).unwrap();

        assert!(matches!(ran.ending, Ending::TimedOut));
        // The child holds the output open for as long as it lives.
        assert!(ran.whole);
    }

    #[test]
    fn endless_output_is_bounded_and_keeps_its_beginning() {
        let mut command = shell("echo first; exec yes");
        command.env("LC_ALL", "C");

        let ran = run(command, Duration::from_millis(200), &mut |_| false).unwrap();

        assert!(matches!(ran.ending, Ending::TimedOut));
        assert!(ran.output.starts_with("first\ny\n"));
        assert!(ran.output.len() < HEAD_BYTES + 2 * TAIL_BYTES + 100);
    }

    #[test]
    fn the_last_bytes_of_a_long_output_are_kept() {
        let mut kept = Kept::default();
        for _ in 0..100_000 {
            kept.push(b"middle ");
        }
        kept.push(b"the end");

        let text = kept.text();

        assert!(text.ends_with("middle the end"));
        assert!(text.contains("bytes left out"));
    }
}
