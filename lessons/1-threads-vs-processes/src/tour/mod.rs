//! The parts of the tour, in the order in which they are played.

pub mod letters;
pub mod memory;
pub mod start;
pub mod join;
pub mod downloads;
pub mod cores;
pub mod gil;
pub mod amdahl;
pub mod oversubscription;
pub mod handover;
pub mod crash;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, path::PathBuf};

use ::tour::{Kind, OpenSpan, Recorder};
use workers::{Activity, Change, Observer};

/// No wait in this tour is longer than this: a part that cannot go on fails instead of hanging.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Under every table of computing times: the cores belong to all programs.
pub const DISTURBED: &str = "(the shortest of several runs; if other programs compute meanwhile, they take their \
    share, and only a quiet machine shows the whole speed-up)";

/// Returns an observer that draws what the workers do: a row for each, a span for each activity.
// ANCHOR: draws
pub fn draws(recorder: &Recorder) -> Observer {
    let recorder = recorder.clone();
    let open: Mutex<HashMap<String, OpenSpan>> = Mutex::default();
    Observer::new(move |event| {
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        match event.change {
            Change::Turned { activity, label } => match open.get_mut(event.worker) {
                Some(span) => span.turn(kind(activity), label.to_owned()),
                None => {
                    let span = recorder.span(event.worker, kind(activity), label.to_owned());
                    open.insert(event.worker.to_owned(), span);
                }
            },
            Change::Ended => drop(open.remove(event.worker)),
            Change::Panicked { .. } => {
                open.remove(event.worker);
                recorder.mark(event.worker, "panicked");
            }
            Change::Crashed { .. } => {
                open.remove(event.worker);
                recorder.mark(event.worker, "crashed");
            }
            _ => {}
        }
    })
}
// ANCHOR_END: draws

fn kind(activity: Activity) -> Kind {
    match activity {
        Activity::Waiting => Kind::Waiting,
        Activity::Sending => Kind::Sending,
        Activity::Receiving => Kind::Receiving,
        _ => Kind::Working,
    }
}

/// Returns this program, which is its own child process too.
pub fn this_program() -> ::tour::Result<PathBuf> {
    Ok(env::current_exe()?)
}

/// Returns how many threads this machine runs at the same moment.
pub fn n_cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Says how many cores there are.
pub fn cores_in_words() -> String {
    match n_cores() {
        1 => "1 core".to_owned(),
        n => format!("{n} cores"),
    }
}

/// Does something three times or more, for a quarter of a second, and returns its result and the
/// shortest time: what disturbed the others was not part of the work.
pub fn shortest<T, E>(mut work: impl FnMut() -> Result<T, E>) -> Result<(T, Duration), E> {
    const ENOUGH: Duration = Duration::from_millis(250);
    let all_started = Instant::now();
    let mut timed = || {
        let started = Instant::now();
        work().map(|result| (result, started.elapsed()))
    };
    let mut best = timed()?;
    let mut n_runs = 1;
    while n_runs < 3 || all_started.elapsed() < ENOUGH {
        let again = timed()?;
        if again.1 < best.1 {
            best = again;
        }
        n_runs += 1;
    }
    Ok(best)
}

/// Writes how many times faster `new` is than `old`: `1.93 x`.
pub fn times_faster(old: Duration, new: Duration) -> String {
    ratio(old.as_secs_f64() / new.as_secs_f64().max(f64::MIN_POSITIVE))
}

/// Writes a ratio: `1.93 x`, `48 x`.
pub fn ratio(ratio: f64) -> String {
    match ratio {
        ratio if ratio < 10.0 => format!("{ratio:.2} x"),
        ratio => format!("{ratio:.0} x"),
    }
}
