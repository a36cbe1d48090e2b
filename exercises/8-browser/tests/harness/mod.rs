//! What the tests of this lesson share: a real browser, a server whose answers the test releases, and a
//! limit for every wait. Nothing here needs to be read to solve an exercise.

#![allow(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "each step uses the part that it needs"
)]

use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use browser::{Options, Session};

/// The longest that a test waits for an answer of yours, once the browser runs: two thirds of what the
/// course gives a test, so that the reason is reported before the test is ended.
pub fn limit() -> Duration {
    let given = env::var("COURSE_LIMIT").ok();
    let given = given.and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(given.unwrap_or(60)) * 2 / 3
}

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

/// Returns true, and says so, when `COURSE_SKIP` names the browser: then there is nothing to judge by.
pub fn skipped() -> bool {
    let asked = env::var("COURSE_SKIP").unwrap_or_default();
    let skipped = asked.split(',').any(|name| name.trim() == "browser");
    if skipped {
        // Not `eprintln!`: the harness keeps what that writes in a test that passes.
        let _ = io::stderr().write_all(
            b"SKIPPED: COURSE_SKIP names browser, so this test proves nothing in this run\n",
        );
    }
    skipped
}

/// Something that is held back until somebody has looked often enough, or for ever.
#[derive(Debug)]
pub struct Gate {
    looks_to_come: Mutex<Option<usize>>,
    changed: Condvar,
}

impl Gate {
    /// A gate that stays shut.
    pub fn shut() -> Arc<Self> {
        Arc::new(Self {
            looks_to_come: Mutex::new(None),
            changed: Condvar::new(),
        })
    }

    /// From now on, the gate opens after so many looks at the page.
    pub fn open_after(&self, looks: usize) {
        *lock(&self.looks_to_come) = Some(looks);
        self.changed.notify_all();
    }

    fn looked(&self) {
        if let Some(looks) = lock(&self.looks_to_come).as_mut() {
            *looks = looks.saturating_sub(1);
        }
        self.changed.notify_all();
    }

    fn pass(&self) {
        let mut looks = lock(&self.looks_to_come);
        // Longer than any test: who waits for a gate that stays shut ends with the test.
        while *looks != Some(0) {
            let waited = self.changed.wait_timeout(looks, Duration::from_secs(120));
            let (guard, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            if timeout.timed_out() {
                return;
            }
            looks = guard;
        }
    }
}

/// A server with one page at `/`, and a word at `/gate` that comes when the gate is open.
#[derive(Debug)]
pub struct Stage {
    pub url: String,
    pub gate: Arc<Gate>,
}

impl Stage {
    pub fn new(page: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener
            .local_addr()
            .expect("a bound listener knows its address");
        let gate = Gate::shut();
        let shared = Arc::clone(&gate);
        // It ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let gate = Arc::clone(&shared);
                thread::spawn(move || answer(stream, page, &gate));
            }
        });
        Self {
            url: format!("http://{address}/"),
            gate,
        }
    }
}

fn answer(mut stream: TcpStream, page: &str, gate: &Gate) {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && request.len() < 65_536 {
        match stream.read(&mut byte) {
            Ok(1..) => request.push(byte[0]),
            _ => return,
        }
    }
    let body = if request.starts_with(b"GET /gate") {
        gate.pass();
        "open"
    } else if request.starts_with(b"GET / ") {
        page
    } else {
        ""
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body.as_bytes());
}

/// Starts a browser for which only this machine exists. Every look at the page is told to the gate.
pub fn browser(gate: &Arc<Gate>) -> Session {
    let gate = Arc::clone(gate);
    let options = Options::default().local_only();
    let session = Session::start_watched(&options, move |message| {
        let looks = ["/element", "/execute", "/source", "/screenshot"];
        if looks.iter().any(|part| message.path.contains(part)) {
            gate.looked();
        }
    });
    session.unwrap_or_else(|error| panic!("\n\nThe browser did not start: {error}\n"))
}

/// Runs `work`, and panics with `complaint` when it takes longer than [`limit`].
#[track_caller]
pub fn within<T: Send + 'static>(complaint: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (finished, outcome) = mpsc::channel();
    let name = thread::current().name().unwrap_or("a test").to_owned();
    let thread = thread::Builder::new()
        .name(name)
        .spawn(move || {
            // Nobody listens any more once the test has given up waiting, and that is fine.
            let _ = finished.send(work());
        })
        .expect("the system can start one more thread");
    match outcome.recv_timeout(limit()) {
        Ok(value) => value,
        Err(RecvTimeoutError::Timeout) => {
            panic!(
                "\n\nThis was not over after {:?}, so the test stopped waiting.\n{complaint}\n",
                limit()
            )
        }
        // The thread has panicked, and its message has been printed. The test fails with it.
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => panic::resume_unwind(panic),
            Ok(()) => unreachable!("the thread sends its result before it ends"),
        },
    }
}

/// Locks, whatever happened to a thread that held the lock before.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
