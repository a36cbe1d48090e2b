//! What teaches patience: a limit on haste, and an endpoint that fails now and then.

use super::{MAX_REMEMBERED, answer_json, problem};
use crate::app::Outcome;
use crate::date::Moment;
use crate::json::{number, object, text};
use crate::server::{Request, lock, now};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What is remembered of clients, each by the key that it gives.
#[derive(Debug, Default)]
pub(super) struct Haste {
    windows: Mutex<HashMap<String, Window>>,
    failures: Mutex<HashMap<String, u64>>,
}

/// Returns the key that a client gives, cut short so that many long ones cannot fill the memory.
fn key(request: &Request) -> String {
    request
        .parameter("key")
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect()
}

#[derive(Clone, Copy, Debug)]
struct Window {
    began: Instant,
    requests: u64,
}

impl Haste {
    /// Answers so many requests in each window of time, then 429.
    pub(super) fn limited(&self, request: &Request) -> Outcome {
        let limit = request.number("limit", 5, 1_000_000);
        let length = Duration::from_millis(request.number("window_ms", 1_000, 3_600_000).max(1));
        let key = key(request);
        let mut windows = lock(&self.windows);
        if windows.len() >= MAX_REMEMBERED && !windows.contains_key(&key) {
            windows.clear();
        }
        let instant = Instant::now();
        let fresh = Window {
            began: instant,
            requests: 0,
        };
        let window = windows.entry(key.clone()).or_insert(fresh);
        if window.began.elapsed() >= length {
            *window = fresh;
        }
        window.requests += 1;
        let left = length.saturating_sub(instant.saturating_duration_since(window.began));
        let remaining = limit.saturating_sub(window.requests);
        // Rounded up: who waits so long finds the door open.
        let seconds = left.as_secs_f64().ceil().max(1.0) as u64;
        let response = if window.requests <= limit {
            answer_json(
                200,
                &object([("ok", true.into()), ("remaining", number(remaining))]),
            )
        } else {
            let wait = if request.parameter("form") == Some("date") {
                // A date has no fractions, so another second keeps it from being too early.
                Moment::from_unix_seconds(now().unix_seconds() + seconds as i64 + 1).to_http()
            } else {
                seconds.to_string()
            };
            problem(429, "Too many requests in too short a time.").with("Retry-After", wait)
        };
        Ok(response
            .with("Cache-Control", "no-store")
            .with("X-RateLimit-Limit", limit.to_string())
            .with("X-RateLimit-Remaining", remaining.to_string())
            .with("X-RateLimit-Reset", seconds.to_string()))
    }

    /// Fails so many times for a key, then answers.
    pub(super) fn flaky(&self, request: &Request) -> Outcome {
        let fail = request.number("fail", 2, 1_000_000);
        let key = key(request);
        let mut failures = lock(&self.failures);
        if failures.len() >= MAX_REMEMBERED && !failures.contains_key(&key) {
            failures.clear();
        }
        let attempts = failures.entry(key.clone()).or_insert(0);
        *attempts += 1;
        if *attempts > fail {
            let body = object([
                ("ok", true.into()),
                ("key", text(key)),
                ("attempts", number(*attempts)),
            ]);
            return Ok(answer_json(200, &body).with("Cache-Control", "no-store"));
        }
        let status = request.number("status", 503, 599).max(400) as u16;
        let detail = format!("Attempt {attempts} of {fail} that fail.");
        let mut response = problem(status, &detail);
        if let Some(wait) = request.parameter("retry_after") {
            response = response.with("Retry-After", wait);
        }
        Ok(response)
    }
}
