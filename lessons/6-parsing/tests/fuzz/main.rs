//! Mutated inputs for every reader: `just fuzz` gives each target a minute, `just fuzz robots` one of them.
//!
//! A target is a function that takes any bytes and must neither panic nor take long. The inputs begin
//! with the corpus in `tests/fuzz/corpus/TARGET` and are changed again and again: bits turned, pieces
//! doubled, dropped, swapped with those of another input, words of the format put in. What fails is
//! written to the temporary folder, with its path on the screen; add it to the corpus once it is mended.
//! Plain `cargo test` replays the corpus, and a few hundred changes of it.

mod mutate;
mod targets;

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use mutate::Mutator;
use targets::Target;

/// How long a target is tried by `just fuzz`.
const MINUTE: Duration = Duration::from_secs(60);

/// How many changed inputs plain `cargo test` tries.
const FEW: usize = 300;

/// No input becomes longer.
const MAX_BYTES: usize = 32 * 1024;

/// An input of that length that takes longer than this is a defect: a quadratic reader would.
const LIMIT: Duration = Duration::from_secs(5);

fn corpus(target: &Target) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz/corpus")
        .join(target.name);
    let entries =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read(path).expect("it was just listed"))
        .collect()
}

/// Tries one input; says what it was when it fails.
fn try_input(target: &Target, input: &[u8], seed: u64) {
    let started = Instant::now();
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| (target.read)(input)));
    let took = started.elapsed();
    if outcome.is_err() || took > LIMIT {
        let path = std::env::temp_dir().join(format!("fuzz-{}-{seed:x}", target.name));
        let saved = fs::write(&path, input);
        let what = if outcome.is_err() {
            "panicked"
        } else {
            "was too slow"
        };
        panic!(
            "{} {what} after {took:?} on {} bytes, seed {seed:#x}, saved as {} ({saved:?})",
            target.name,
            input.len(),
            path.display()
        );
    }
}

fn replay(target: &Target) {
    let corpus = corpus(target);
    assert!(
        !corpus.is_empty(),
        "{} has no corpus to begin with",
        target.name
    );
    for input in &corpus {
        try_input(target, input, 0);
    }
    // Always the same changes, so that a red run is red again.
    let mut mutator = Mutator::new(6, corpus, target.words, MAX_BYTES);
    for _ in 0..FEW {
        let input = mutator.next_input();
        try_input(target, &input, mutator.seed());
    }
}

fn fuzz(target: &Target) {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seed = u64::try_from(now.as_nanos() & u128::from(u64::MAX)).unwrap_or(1);
    let mut mutator = Mutator::new(seed, corpus(target), target.words, MAX_BYTES);
    let started = Instant::now();
    let mut n_inputs = 0_u64;
    while started.elapsed() < MINUTE {
        let input = mutator.next_input();
        try_input(target, &input, mutator.seed());
        n_inputs += 1;
    }
    #[expect(clippy::print_stdout, reason = "somebody has waited a minute for this")]
    {
        println!(
            "{}: {n_inputs} inputs, none made it panic or took longer than {LIMIT:?}",
            target.name
        );
    }
}

/// Two tests for each target: one that replays, one for a minute.
macro_rules! targets {
    ($($name:ident),*) => {$(
        mod $name {
            #[test]
            fn neither_panics_nor_hangs_on_the_corpus_and_some_changes() {
                super::replay(&super::targets::$name());
            }

            #[test]
            #[ignore = "takes a minute: just fuzz"]
            fn for_a_minute() {
                super::fuzz(&super::targets::$name());
            }
        }
    )*};
}

targets!(robots, feed, sitemap, article, html, dates);
