//! A child process that answers requests, and both ends of what it is asked by.
//!
//! Threads share the memory of their process. A child process has its own, so whatever it is to
//! know and whatever it finds out has to be written into a pipe, byte by byte, and read at the
//! other end. Here the child is this very program, started again with another argument.
//!
//! # Format
//!
//! One [`frame`] for a request and one for its answer:
//!
//! ```text
//! request: item's number, 8 bytes, big-endian | attempt, 1 byte                      | the item
//! answer:  item's number, 8 bytes, big-endian | 0 = done, 1 = refused, 1 byte | the result
//! ```

use std::ffi::OsString;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::{self, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::pipe::Limited;
use crate::{Error, frame};

/// How long a child that was told to end may take before it is killed.
const FAREWELL: Duration = Duration::from_secs(2);

const DONE: u8 = 0;
const REFUSED: u8 = 1;

/// How to start a child: a program, its arguments, and whether its complaints are shown.
#[derive(Clone, Debug)]
pub struct Recipe {
    program: PathBuf,
    arguments: Vec<OsString>,
    quiet: bool,
}

impl Recipe {
    /// Starts this program, without arguments as yet.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            quiet: false,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Throws away what the child writes to standard error; else it goes where the parent's goes.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Starts a child whose standard input and output are pipes to this process.
    ///
    /// # Errors
    ///
    /// [`Error::Start`] when the program does not exist or the system has no room for a process.
    pub fn start(&self) -> Result<Running, Error> {
        let started = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(if self.quiet {
                Stdio::null()
            } else {
                Stdio::inherit()
            })
            .spawn();
        let process = started.map_err(|source| Error::Start {
            program: self.program.display().to_string(),
            source,
        })?;
        Ok(Running(process))
    }
}

/// A child process that is certain to be waited for: dropping this kills it if it still runs.
///
/// A child that ended and that nobody waited for stays in the system's table, a "zombie", until
/// its parent ends. `std::process::Child` does not wait when it is dropped; this does.
#[derive(Debug)]
pub struct Running(process::Child);

impl Running {
    /// Returns the process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Takes the pipe into the child. Its end, when it is dropped, is what tells the child that
    /// nothing more will come.
    pub fn take_input(&mut self) -> Option<ChildStdin> {
        self.0.stdin.take()
    }

    /// Takes the pipe out of the child.
    pub fn take_output(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    /// Takes the pipe of the child's complaints, if there is one.
    pub fn take_errors(&mut self) -> Option<ChildStderr> {
        self.0.stderr.take()
    }

    /// Closes the pipe into the child and waits until it has ended.
    ///
    /// # Errors
    ///
    /// What the system reports.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        self.0.wait()
    }

    /// Ends the child, whatever it is doing, and tells how it ended.
    ///
    /// A child that had ended before keeps the status that it ended with.
    ///
    /// # Errors
    ///
    /// What the system reports.
    pub fn kill(&mut self) -> io::Result<ExitStatus> {
        // Sending a signal to a child that is gone is no failure here.
        let _ = self.0.kill();
        self.0.wait()
    }

    /// Waits until the child has ended by itself, and kills it when `limit` passes first.
    fn wait_or_kill(&mut self, limit: Duration) -> io::Result<ExitStatus> {
        let deadline = Instant::now() + limit;
        let mut pause = Duration::from_micros(100);
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(status);
            }
            if Instant::now() >= deadline {
                return self.kill();
            }
            // std has no wait with a limit; so it is asked again, at growing distances.
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.take_input());
        let _ = self.kill();
    }
}

/// The parent's end of a child that answers requests.
#[derive(Debug)]
pub struct Connection {
    running: Running,
    /// `None` once the child was told to end.
    input: Option<BufWriter<Limited<ChildStdin>>>,
    output: BufReader<Limited<ChildStdout>>,
    message: Vec<u8>,
}

/// What a child answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The result.
    Done(Vec<u8>),
    /// The child is well, and says that it cannot do this item.
    Refused(String),
}

impl Connection {
    /// Starts a child.
    ///
    /// # Errors
    ///
    /// [`Error::Start`].
    pub fn start(recipe: &Recipe) -> Result<Self, Error> {
        let mut running = recipe.start()?;
        let program = || recipe.program.display().to_string();
        let start = |source| Error::Start {
            program: program(),
            source,
        };
        let (input, output) = match (running.take_input(), running.take_output()) {
            (Some(input), Some(output)) => (input, output),
            _ => return Err(start(io::ErrorKind::BrokenPipe.into())),
        };
        Ok(Self {
            running,
            input: Some(BufWriter::new(Limited::new(input).map_err(start)?)),
            output: BufReader::new(Limited::new(output).map_err(start)?),
            message: Vec::new(),
        })
    }

    /// Returns the process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.running.id()
    }

    /// Asks the child to do an item, and waits for the answer.
    ///
    /// # Errors
    ///
    /// Whatever it is, the child can no longer be trusted, and [`Connection::give_up`] should
    /// follow: the pipe broke, the limit passed, or the answer is to something else.
    // ANCHOR: ask
    pub fn ask(
        &mut self,
        number: u64,
        attempt: u8,
        item: &[u8],
        limit: Option<Duration>,
    ) -> io::Result<Answer> {
        let deadline = limit.map(|limit| Instant::now() + limit);
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        input.get_mut().set_deadline(deadline);
        self.output.get_mut().set_deadline(deadline);

        self.message.clear();
        self.message.extend(number.to_be_bytes());
        self.message.push(attempt);
        self.message.extend(item);
        frame::write(&mut *input, &self.message)?;
        // Both sides would wait for ever if the request stayed in our buffer.
        input.flush()?;

        if !frame::read(&mut self.output, &mut self.message)? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (answered, kind, result) = split(&self.message)?;
        match kind {
            _ if answered != number => Err(invalid("an answer to another request")),
            DONE => Ok(Answer::Done(result.to_vec())),
            REFUSED => Ok(Answer::Refused(
                String::from_utf8_lossy(result).into_owned(),
            )),
            _ => Err(invalid("an answer of an unknown kind")),
        }
    }
    // ANCHOR_END: ask

    /// Ends a child that failed, and tells how it ended.
    #[must_use]
    pub fn give_up(mut self) -> Option<ExitStatus> {
        // It may be about to end by itself, and then its own status is the one to report.
        drop(self.input.take());
        self.running.wait_or_kill(Duration::from_millis(100)).ok()
    }

    /// Tells the child that nothing more will come, and waits until it has ended.
    #[must_use]
    pub fn close(mut self) -> Option<ExitStatus> {
        drop(self.input.take());
        self.running.wait_or_kill(FAREWELL).ok()
    }
}

/// What a child is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The item's number.
    pub number: u64,
    /// 1 for the first time, 2 when a child crashed with this item before.
    pub attempt: u8,
    /// The item.
    pub item: &'a [u8],
}

/// Answers requests until the stream of requests ends: the child's half of [`Connection`].
///
/// `handler` returns the result, or says in words why there is none.
///
/// # Errors
///
/// When a pipe breaks: the parent is gone, or speaks something else.
// ANCHOR: serve
pub fn serve(
    requests: impl Read,
    answers: impl Write,
    mut handler: impl FnMut(Request<'_>) -> Result<Vec<u8>, String>,
) -> io::Result<()> {
    let (mut requests, mut answers) = (BufReader::new(requests), BufWriter::new(answers));
    let (mut message, mut answer) = (Vec::new(), Vec::new());
    while frame::read(&mut requests, &mut message)? {
        let (number, attempt, item) = split(&message)?;
        let (kind, result) = match handler(Request {
            number,
            attempt,
            item,
        }) {
            Ok(result) => (DONE, result),
            Err(why) => (REFUSED, why.into_bytes()),
        };
        answer.clear();
        answer.extend(number.to_be_bytes());
        answer.push(kind);
        answer.extend(result);
        frame::write(&mut answers, &answer)?;
        answers.flush()?;
    }
    Ok(())
}
// ANCHOR_END: serve

/// Splits a message into number, kind or attempt, and the rest.
fn split(message: &[u8]) -> io::Result<(u64, u8, &[u8])> {
    match message.split_first_chunk::<8>() {
        Some((number, [kind, rest @ ..])) => Ok((u64::from_be_bytes(*number), *kind, rest)),
        _ => Err(invalid("a message that is too short")),
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
