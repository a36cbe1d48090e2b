//! What a browser is started with.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

/// What a [`Session`](crate::Session) is started with.
///
/// ```
/// use browser::Options;
///
/// let options = Options::default().with_window_size(500, 844).local_only();
/// assert!(options.headless);
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    /// The driver's program. Default: `chromedriver`, on PATH.
    pub driver: PathBuf,
    /// The browser's program. Default: the driver looks for it.
    pub browser: Option<PathBuf>,
    /// Without a window, which a server has no place for. Default: true.
    pub headless: bool,
    /// Width and height of the window in pixels; Chromium makes none narrower than 500. Default: 1,400
    /// by 1,000.
    pub window_size: (u32, u32),
    /// How the browser names itself. Default: its own way, which says `HeadlessChrome`.
    pub user_agent: Option<String>,
    /// Whether only this machine exists for the browser. Default: false.
    pub local_only: bool,
    /// How long a page may take to load. Default: 30 s.
    pub page_limit: Duration,
    /// How long a script may take. Default: 30 s.
    pub script_limit: Duration,
    /// How long driver and browser may take to start. Default: 60 s.
    pub start_limit: Duration,
    /// More arguments for the browser.
    pub arguments: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            driver: "chromedriver".into(),
            browser: None,
            headless: true,
            window_size: (1_400, 1_000),
            user_agent: None,
            local_only: false,
            page_limit: Duration::from_secs(30),
            script_limit: Duration::from_secs(30),
            start_limit: Duration::from_secs(60),
            arguments: Vec::new(),
        }
    }
}

impl Options {
    /// Sets the [`window_size`](Options::window_size).
    #[must_use]
    pub fn with_window_size(mut self, width: u32, height: u32) -> Self {
        self.window_size = (width, height);
        self
    }

    /// Sets how the browser names itself to servers.
    #[must_use]
    pub fn with_user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Adds an argument of the browser's command line.
    #[must_use]
    pub fn with_argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Lets only this machine exist for the browser: no other name has an address, and no proxy is asked.
    #[must_use]
    pub fn local_only(mut self) -> Self {
        self.local_only = true;
        self
    }

    /// Returns the body of the command that starts a session.
    ///
    /// Source: <https://www.w3.org/TR/webdriver2/#new-session>,
    /// <https://developer.chrome.com/docs/chromedriver/capabilities>
    pub(crate) fn capabilities(&self, profile: &str, sandboxed: bool) -> Value {
        let (width, height) = self.window_size;
        let mut arguments = vec![
            format!("--user-data-dir={profile}"),
            format!("--window-size={width},{height}"),
            // Containers give 64 MB of shared memory, and a page of pictures needs more.
            "--disable-dev-shm-usage".to_owned(),
            "--disable-gpu".to_owned(),
            // What a browser says home by itself has nothing to do with the page.
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-crash-reporter".to_owned(),
            "--disable-sync".to_owned(),
            "--no-default-browser-check".to_owned(),
            "--no-first-run".to_owned(),
        ];
        if self.headless {
            arguments.push("--headless=new".to_owned());
        }
        if !sandboxed {
            arguments.push("--no-sandbox".to_owned());
        }
        if self.local_only {
            arguments.push("--no-proxy-server".to_owned());
            arguments.push(
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost"
                    .to_owned(),
            );
        }
        if let Some(user_agent) = &self.user_agent {
            arguments.push(format!("--user-agent={user_agent}"));
        }
        arguments.extend(self.arguments.iter().cloned());
        let mut chrome = json!({ "args": arguments });
        if let Some(browser) = &self.browser {
            chrome["binary"] = json!(browser);
        }
        let milliseconds = |limit: Duration| u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": chrome,
            // Dialogs are left open for us to answer. (The driver's own way is to dismiss them.)
            "unhandledPromptBehavior": "ignore",
            "timeouts": {
                // Waiting is done by name, in `wait`: an implicit wait would hide what is waited for.
                "implicit": 0,
                "pageLoad": milliseconds(self.page_limit),
                "script": milliseconds(self.script_limit),
            },
        } } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(options: &Options, sandboxed: bool) -> Vec<String> {
        let capabilities = options.capabilities("/tmp/x/profile", sandboxed);
        let arguments = &capabilities["capabilities"]["alwaysMatch"]["goog:chromeOptions"]["args"];
        serde_json::from_value(arguments.clone()).unwrap()
    }

    #[test]
    fn the_sandbox_is_left_on_unless_told_otherwise() {
        let off = "--no-sandbox".to_owned();

        assert!(!arguments(&Options::default(), true).contains(&off));
        assert!(arguments(&Options::default(), false).contains(&off));
    }

    #[test]
    fn every_session_has_a_profile_of_its_own_and_no_window() {
        let arguments = arguments(&Options::default(), true);

        assert!(arguments.contains(&"--user-data-dir=/tmp/x/profile".to_owned()));
        assert!(arguments.contains(&"--headless=new".to_owned()));
    }
}
