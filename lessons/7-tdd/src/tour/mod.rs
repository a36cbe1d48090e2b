//! The parts of the tour, in the order in which they are played.

pub mod workshop;
pub mod cycle;
pub mod calculator;
pub mod property;
pub mod doubles;
pub mod clock;
pub mod coverage;
pub mod mutants;
pub mod refactor;
pub mod url_key;
pub mod pace;

use std::panic::{self, AssertUnwindSafe};

/// Runs what may panic, and returns what the panic said. Nothing is printed meanwhile.
pub fn caught(work: impl FnOnce()) -> Result<(), String> {
    let loud = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let ended = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(loud);
    ended.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_default()
    })
}
