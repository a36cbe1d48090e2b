//! The settings of a small program, for the tour and for `examples/settings.rs`.

use std::time::Duration;

use environments::{Declared, Secret, Setting};

// ANCHOR: settings
pub const THREADS: Setting<u16> = Setting::new("threads", "a whole number from 1 to 64", |text| {
    text.parse()
        .ok()
        .filter(|threads| (1..=64).contains(threads))
})
.with_default("8");

pub const DELAY: Setting<Duration> =
    Setting::new("delay", "a number of seconds, for example 0.5", |text| {
        Duration::try_from_secs_f64(text.parse().ok()?).ok()
    })
    .with_default("1");

pub const ALLOW_LOCAL: Setting<bool> =
    Setting::new("allow-local", "true or false", |text| text.parse().ok()).with_default("false");

pub const API_TOKEN: Setting<Secret<String>> =
    Setting::new("api-token", "16 letters and digits", |text| {
        let fits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        fits.then(|| Secret::new(text.to_owned()))
    })
    .secret();

pub const ALL: [&dyn Declared; 4] = [&THREADS, &DELAY, &ALLOW_LOCAL, &API_TOKEN];
// ANCHOR_END: settings

/// What the variables of the small program begin with.
pub const PREFIX: &str = "DEMO_";
