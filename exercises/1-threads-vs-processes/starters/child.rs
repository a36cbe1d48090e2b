//! Step 4: a child process that answers, and the parent that asks
//!
//! A child process shares no memory with you. What you have is two pipes: you write into its standard
//! input and read from its standard output. So the two need a protocol. This one is made of lines:
//!
//! ```text
//! parent: sum 1 2 3          child: = 6
//! parent: sum                child: = 0
//! parent: sum 1 two          child: ! two is not a number
//! parent: dance              child: ! I cannot dance
//! ```
//!
//! One answer for each request, in order. When the parent closes the pipe, the child ends.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

/// The child's half: answers each line of `input` with a line on `output`, until `input` ends.
///
/// Each answer is on its way before the next request is read. A request that cannot be answered gets
/// a line that begins with `!`, and the child goes on.
///
/// # Errors
///
/// When the input cannot be read or the output cannot be written.
pub fn serve(input: impl BufRead, output: impl Write) -> io::Result<()> {
    // TODO: read a line, answer it, make sure that the answer has left. Until there is no more line.
    todo!("answer the requests")
}

/// The parent's half: a child process that was started and can be asked.
#[derive(Debug)]
pub struct Helper {
    // You may change these fields: nobody else sees them.
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Helper {
    /// Starts the child, with a pipe to its standard input and one from its standard output.
    ///
    /// # Errors
    ///
    /// When the program cannot be started.
    pub fn start(mut command: Command) -> io::Result<Self> {
        // TODO: ask for the two pipes, start the program, keep child and pipes.
        todo!("start the child with its pipes")
    }

    /// Sends a request and waits for its answer, which is returned without its line end.
    ///
    /// # Errors
    ///
    /// When the pipe breaks, and [`io::ErrorKind::UnexpectedEof`] when the child ends without an
    /// answer.
    pub fn ask(&mut self, request: &str) -> io::Result<String> {
        // TODO: one line there, one line back. What does `read_line` return when there is none?
        todo!("ask the child")
    }

    /// Tells the child that nothing more will come, waits until it has ended, and tells how.
    ///
    /// # Errors
    ///
    /// When the system cannot tell.
    pub fn finish(self) -> io::Result<ExitStatus> {
        // TODO: what is the child waiting for at this moment?
        todo!("let the child end and wait for it")
    }
}
