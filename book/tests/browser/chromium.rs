//! Starts chromedriver and lets it start Chromium; ends both, however the test ends.

use std::{
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use tempfile::TempDir;
use thirtyfour::{
    ChromeCapabilities, ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel,
    error::WebDriverResult,
};

/// What to do when chromedriver or Chromium does not start.
pub const MEND: &str = "run `cargo course setup`, which installs Chromium and its driver, \
    or set COURSE_SKIP=browser to leave the pages untested";

/// Starts the driver in the background and waits until the pipe from us closes. It closes when the
/// value below is dropped, when the test panics, and when the test process is killed. Then the whole
/// process group goes: this shell, the driver, and every process of the browser.
const GUARD: &str = r#"chromedriver --port=0 & cat > /dev/null; kill -KILL 0"#;

/// A running chromedriver on a free port, and the folder for the browser's profile.
#[derive(Debug)]
pub struct Chromium {
    guard: Child,
    pipe: Option<ChildStdin>,
    /// Held open, so that the driver can write what nobody reads.
    _driver_output: BufReader<ChildStdout>,
    port: u16,
    folder: TempDir,
}

impl Chromium {
    /// Starts chromedriver and waits until it listens. The browser starts with the first session.
    ///
    /// # Panics
    ///
    /// When chromedriver is not installed.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut guard = Command::new("sh")
            .args(["-c", GUARD])
            // The browser leaves sockets and shared memory in its temporary folder when it is
            // killed. Here they go with ours.
            .env("TMPDIR", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("every Unix has sh");
        let pipe = guard.stdin.take();
        let mut driver_output = BufReader::new(guard.stdout.take().expect("stdout is piped"));

        let port = driver_output
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find_map(|line| port_of(&line));

        // A value from here on, so that the panic below ends what was started.
        let chromium = Self {
            guard,
            pipe,
            _driver_output: driver_output,
            port: port.unwrap_or_default(),
            folder,
        };
        assert!(port.is_some(), "chromedriver does not start: {MEND}");
        chromium
    }

    /// Returns the address of the driver.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns what to ask the driver for: a browser without a window, that keeps to this machine
    /// and writes down what its console says and what it requests.
    pub fn capabilities(&self) -> WebDriverResult<ChromeCapabilities> {
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            // Root in a container may not use the sandbox; all that is loaded is our own book.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--no-proxy-server",
            // Whatever is not this machine does not exist.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            "--window-size=1400,1000",
        ] {
            capabilities.add_arg(argument)?;
        }
        let profile = self.folder.path().join("profile");
        capabilities.add_arg(&format!("--user-data-dir={}", profile.display()))?;
        capabilities.set_logging_prefs("browser", LoggingPrefsLogLevel::All)?;
        capabilities.set_logging_prefs("performance", LoggingPrefsLogLevel::All)?;
        Ok(capabilities)
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.guard.wait();
    }
}

/// Returns the port of `ChromeDriver was started successfully on port 40113.`
fn port_of(line: &str) -> Option<u16> {
    let (_, after) = line.split_once("started successfully on port ")?;
    after.trim_end_matches('.').parse().ok()
}
