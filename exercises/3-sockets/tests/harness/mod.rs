//! What the tests of this lesson share: every wait has a limit, so that a wrong answer fails and
//! says why instead of hanging. Nothing here needs to be read to solve an exercise.

#![allow(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "each step uses the part that it needs"
)]

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::panic;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The longest that a test waits for anything. A right answer needs a few milliseconds.
pub const LIMIT: Duration = Duration::from_secs(5);

/// Compares what came with what was expected, and says in words what it means if they differ.
macro_rules! same {
    ($came:expr, $expected:expr $(,)?) => {
        same!($came, $expected, "These two should be the same.")
    };
    ($came:expr, $expected:expr, $($why:tt)+) => {{
        let (came, expected) = (&$came, &$expected);
        if came != expected {
            panic!("\n\nexpected: {expected:?}\ncame:     {came:?}\n\n{}\n", format_args!($($why)+));
        }
    }};
}
pub(crate) use same;

/// Work that runs on a thread of its own while the test goes on.
pub struct Running<T> {
    thread: JoinHandle<()>,
    outcome: Receiver<T>,
}

/// Starts `work` on a thread that carries the test's name, so that a panic there names the test.
pub fn start<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Running<T> {
    let (finished, outcome) = mpsc::channel();
    let name = thread::current().name().unwrap_or("a test").to_owned();
    let thread = thread::Builder::new()
        .name(name)
        .spawn(move || {
            // Nobody listens any more once the test has given up waiting, and that is fine.
            let _ = finished.send(work());
        })
        .expect("the system can start one more thread");
    Running { thread, outcome }
}

impl<T> Running<T> {
    /// Waits for the result. Panics with `complaint` when it takes longer than [`LIMIT`].
    #[track_caller]
    pub fn finish(self, complaint: &str) -> T {
        match self.outcome.recv_timeout(LIMIT) {
            Ok(value) => value,
            Err(RecvTimeoutError::Timeout) => {
                panic!(
                    "\n\nThis was not over after {LIMIT:?}, so the test stopped waiting.\n{complaint}\n"
                )
            }
            // The thread has panicked, and its message has been printed. The test fails with it.
            Err(RecvTimeoutError::Disconnected) => match self.thread.join() {
                Err(panic) => panic::resume_unwind(panic),
                Ok(()) => unreachable!("the thread sends its result before it ends"),
            },
        }
    }
}

/// Runs `work`, and panics with `complaint` when it takes longer than [`LIMIT`].
#[track_caller]
pub fn within<T: Send + 'static>(complaint: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    start(work).finish(complaint)
}

/// A listener on a free port of this machine, which nobody outside can reach.
pub fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener
        .local_addr()
        .expect("a bound listener knows its address");
    (listener, address)
}

/// A client whose every call ends after [`LIMIT`] at the latest.
#[track_caller]
pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = match TcpStream::connect_timeout(&address, LIMIT) {
        Ok(stream) => stream,
        Err(error) => panic!(
            "\n\nThe test could not connect: {}.\nIs the server's thread still there?\n",
            plain(&error)
        ),
    };
    stream
        .set_read_timeout(Some(LIMIT))
        .expect("the limit isn't zero");
    stream
        .set_write_timeout(Some(LIMIT))
        .expect("the limit isn't zero");
    stream
}

/// Reads as many bytes as `expected` has, and compares. `why` says what it means if they don't come.
#[track_caller]
pub fn expect_bytes(stream: &mut TcpStream, expected: &[u8], why: &str) {
    let mut came = vec![0; expected.len()];
    let mut filled = 0;
    while filled < came.len() {
        match stream.read(&mut came[filled..]) {
            Ok(0) => panic!(
                "\n\nThe server closed the connection after {filled} of {} bytes.\n{why}\n",
                expected.len()
            ),
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => panic!(
                "\n\n{filled} of {} bytes came back, then: {}.\n{why}\n",
                expected.len(),
                plain(&error)
            ),
        }
    }
    same!(
        came.escape_ascii().to_string(),
        expected.escape_ascii().to_string(),
        "{why}"
    );
}

/// Sends all of `bytes`, or says in plain words that it could not.
#[track_caller]
pub fn send(stream: &mut TcpStream, bytes: &[u8], why: &str) {
    if let Err(error) = stream.write_all(bytes) {
        panic!(
            "\n\nThe test could not send {} bytes: {}.\n{why}\n",
            bytes.len(),
            plain(&error)
        );
    }
}

/// An I/O error in words that need no manual page.
pub fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            format!("nothing happened for {LIMIT:?}, so the test stopped waiting")
        }
        io::ErrorKind::ConnectionReset => {
            "the connection was reset (did the server's thread panic?)".to_owned()
        }
        io::ErrorKind::ConnectionRefused => "nobody listens there any more".to_owned(),
        io::ErrorKind::BrokenPipe => "the other side is gone".to_owned(),
        _ => error.to_string(),
    }
}
