//! Tempting: a panic carries a `&str`. It does for a literal; a formatted text is a `String`.

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
    let work = &work;
    thread::scope(|scope| {
        let handles: Vec<_> = items
            .iter()
            .map(|item| scope.spawn(move || work(item)))
            .collect();
        // Every handle is joined here. One that is not would make the scope panic at its end.
        handles
            .into_iter()
            .map(|handle| handle.join().map_err(|payload| words_of(payload.as_ref())))
            .collect()
    })
}

/// Returns what a panic said: a literal comes as `&str`, a formatted text as `String`.
fn words_of(payload: &(dyn Any + Send)) -> String {
    let literal = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    literal.unwrap_or_else(|| "a panic without words".to_owned())
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
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(Crash::NotStarted)?;
    let mut to_child = child.stdin.take().expect("it was asked for just above");
    let mut from_child = child.stdout.take().expect("it was asked for just above");
    let mut output = Vec::new();
    let (written, read) = thread::scope(|scope| {
        // Beside the reading: a program that answers while it reads would fill its output's pipe,
        // stop reading, and leave us both waiting.
        let writer = scope.spawn(move || {
            let written = to_child.write_all(input);
            // Its end is what tells the program that this was all.
            drop(to_child);
            written
        });
        let read = from_child.read_to_end(&mut output);
        (writer.join().expect("writing does not panic"), read)
    });
    // Whatever happened to the pipes, somebody has to wait for the child, or it stays a zombie.
    let status = child.wait().map_err(Crash::Pipe)?;
    if !status.success() {
        return Err(Crash::Ended(status));
    }
    match written {
        // It ended well and had no need of the rest.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written.map_err(Crash::Pipe)?,
    }
    read.map_err(Crash::Pipe)?;
    Ok(output)
}
