//! One URL a line in, its key a line out; `!` and a reason where a line is no URL.
//!
//! ```text
//! printf 'HTTP://Example.com:80/%%7Ebob#top\n/blog/\n' | cargo run --quiet --example url_key
//! http://example.com/~bob
//! !it has no scheme, so it is relative to another URL
//! ```
//!
//! With `sort | uniq -d` behind it, it finds the pages that a list names twice.

use std::io::{self, BufRead, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use tdd::url_key::UrlKey;

fn main() -> ExitCode {
    match keys(io::stdin().lock(), BufWriter::new(io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        // `… | head` has seen enough: nothing is wrong.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "url_key: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes one line for each line that is read, in the same order, however odd it is.
fn keys(mut lines: impl BufRead, mut out: impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        match std::str::from_utf8(&line) {
            Ok(text) => match UrlKey::parse(text) {
                Ok(key) => writeln!(out, "{key}")?,
                Err(reason) => writeln!(out, "!{reason}")?,
            },
            Err(reason) => writeln!(out, "!it is not UTF-8: {reason}")?,
        }
        line.clear();
    }
    out.flush()
}
