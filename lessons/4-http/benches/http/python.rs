//! Python's `requests`, with a session for each thread.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::Result;
use crate::askers::Measured;

const PROGRAM: &str = r#"
import sys, threading, time, requests
url, threads, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
counts = []
def ask():
    session = requests.Session()
    session.headers["Accept-Encoding"] = "identity"
    session.trust_env = False
    session.get(url).content
    ready.wait() # connected
    ready.wait() # the clock runs
    n = 0
    while time.monotonic() < end[0]:
        if not session.get(url).content: raise SystemExit("an answer without a body")
        n += 1
    counts.append(n)
ready = threading.Barrier(threads + 1)
end = [0.0]
working = [threading.Thread(target=ask) for _ in range(threads)]
for thread in working: thread.start()
ready.wait()
spent, began = time.process_time(), time.monotonic()
end[0] = began + seconds
ready.wait()
for thread in working: thread.join()
print(sum(counts), time.monotonic() - began, time.process_time() - spent)
"#;

/// Finds a Python that can import requests.
pub fn with_requests() -> Option<String> {
    let named = std::env::var("PYTHON").ok();
    let known = named.into_iter().chain(["python3".to_owned()]);
    known.into_iter().find(|python| {
        Command::new(python)
            .args(["-c", "import requests"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    })
}

pub fn measure(
    python: &str,
    address: &str,
    path: &str,
    threads: usize,
    time: Duration,
) -> Result<Measured> {
    let url = format!("http://{address}{path}");
    let output = Command::new(python)
        .args(["-c", PROGRAM, &url])
        .args([threads.to_string(), time.as_secs_f64().to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let printed = String::from_utf8(output.stdout)?;
    let numbers: Vec<f64> = printed
        .split_whitespace()
        .map(str::parse)
        .collect::<std::result::Result<_, _>>()?;
    let [requests, time, processor] = numbers[..] else {
        return Err("the Python program printed something else".into());
    };
    Ok(Measured {
        requests: requests as u64,
        time: Duration::from_secs_f64(time),
        processor: Some(Duration::from_secs_f64(processor)),
        own_thread: None,
    })
}
