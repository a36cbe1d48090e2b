//! Step 5: a crash that stays where it happened
//!
//! One bad item must not cost you the other nine hundred. A panic ends one thread, and `join` tells
//! you about it. What a panic cannot catch (an abort, a signal, code in C that goes wrong) ends one
//! process, and its exit status tells you.

use std::any::Any;
use std::io::{self, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

/// Calls `work` for each item on a thread of its own, all at the same time, and returns in the order
/// of the items what came of each: the result, or the words of the panic.
///
/// A panic without words, one whose payload is no text, becomes `"a panic without words"`.
pub fn in_threads<T, R>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<Result<R, String>>
where
    T: Sync,
    R: Send,
{
    // TODO: what `join` brings is a `Result`; its error is the payload of the panic.
    todo!("turn each panic into a value")
}

/// Why a program has no result.
#[derive(Debug)]
pub enum Crash {
    /// It could not be started.
    NotStarted(io::Error),
    /// It ended, and not well.
    Ended(ExitStatus),
    /// A pipe to or from it failed.
    Pipe(io::Error),
}

/// Starts a program, gives it `input` on its standard input, and returns all that it wrote to its
/// standard output.
///
/// It has ended, and somebody has waited for it, when this returns. A program may end well without
/// reading its input: that is no crash.
///
/// # Errors
///
/// [`Crash`]: how it ended, if it did not end well; whatever it wrote before is then worth nothing.
pub fn in_process(mut command: Command, input: &[u8]) -> Result<Vec<u8>, Crash> {
    // TODO: a pipe holds 64 KiB. Who reads the output while you write the rest of the input?
    todo!("run the program with its input and collect its output")
}
