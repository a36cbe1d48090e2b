//! The table of bad behaviours: each ends in time, in the error that it deserves, in bounded memory.

#[path = "../src/tour/behaviours.rs"]
mod behaviours;

use std::fs;
use std::io::Write;
use std::time::Duration;

use behaviours::{BEHAVIOURS, Behaviour, client, limits, meet_all};
use practice_site::{Config, Site};

/// What two mebibytes on the wire and four unpacked may cost with eight at a time, the site included.
/// The bombs of the table hold a gibibyte each, and the endless bodies a quarter of one.
const MAX_GROWTH: u64 = 96 * 1024 * 1024;

#[test]
fn each_bad_behaviour_ends_in_time_in_its_own_error_and_in_bounded_memory() {
    let site = Site::start(Config::default()).expect("a site");
    let (silence, whole) = (Duration::from_secs(1), Duration::from_secs(3));
    let client = client(limits(silence, whole)).expect("a client");
    let before = peak_memory();

    let met = meet_all(&client, &site).expect("sockets");

    let behaviours: Vec<&Behaviour> = BEHAVIOURS.iter().flat_map(|(_, list)| *list).collect();
    assert!(behaviours.len() >= 30, "only {}", behaviours.len());
    assert_eq!(met.len(), behaviours.len());
    let mut complaints = String::new();
    for (behaviour, met) in behaviours.iter().zip(&met) {
        if met.ended != behaviour.ends {
            let (does, ends, ended) = (behaviour.does, behaviour.ends, &met.ended);
            complaints += &format!("a server that {does}: {ends:?} expected, {ended:?} came\n");
        }
        if met.advice != advice_for(&met.ended) {
            let (ended, advice) = (&met.ended, met.advice);
            complaints += &format!("{ended:?} is answered with {advice:?}\n");
        }
        // Not a test of speed: ten times the limit is for a machine that is busy with other things.
        // Without a limit the behaviour lasts half a minute, or for ever.
        if met.took > 10 * (whole + silence) {
            complaints += &format!(
                "a server that {} held us for {:?}\n",
                behaviour.does, met.took
            );
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
    match (before, peak_memory()) {
        (Some(before), Some(after)) => {
            let growth = after.saturating_sub(before);
            assert!(growth < MAX_GROWTH, "{growth} bytes more at the peak");
        }
        // Past the harness, which keeps what a test that passes prints.
        _ => {
            let said = "SKIPPED: this system does not tell the peak of a process's memory";
            let _ = writeln!(std::io::stderr(), "{said}");
        }
    }
}

/// What a program should do about each ending, said here once more and independently.
fn advice_for(ended: &str) -> &'static str {
    match ended {
        "waited in vain" | "too slow" | "broken" | "no connection" | "status 503" => {
            "try again later"
        }
        "private address" => "tell a person",
        answer if answer.ends_with(" bytes") => "use it",
        _ => "give up",
    }
}

/// The most memory that this process has had, in bytes; Linux tells.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}
