//! Work for the processor: counting primes the slow way.
//!
//! Trial division is not how one counts primes. It is how one keeps a processor busy with nothing
//! to wait for, and it is the same few lines in Rust and in Python, so that the two can be compared.

use std::ops::Range;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::child::Recipe;
use crate::observe::{Activity, Observer};
use crate::parallel;
use crate::process_pool::ProcessPool;
use crate::{Error, roles};

/// Counts the primes in a range by dividing each number by all that could divide it.
///
/// ```
/// assert_eq!(workers::primes::count(0..10), 4); // 2, 3, 5, 7
/// ```
// ANCHOR: count
#[must_use]
pub fn count(numbers: Range<u64>) -> u64 {
    let mut primes = 0;
    for n in numbers.start.max(2)..numbers.end {
        let mut divisor = 2;
        // Division rather than `divisor * divisor`, which could overflow.
        while divisor <= n / divisor && !n.is_multiple_of(divisor) {
            divisor += 1;
        }
        primes += u64::from(divisor > n / divisor);
    }
    primes
}
// ANCHOR_END: count

/// Cuts `0..limit` into `n_chunks` ranges of about the same width.
///
/// More chunks than workers let a worker that is done early take another one.
#[must_use]
pub fn chunks(limit: u64, n_chunks: u64) -> Vec<Range<u64>> {
    let n_chunks = n_chunks.max(1);
    let cut = |index: u64| {
        // In 128 bits the product cannot overflow, and the quotient is at most `limit`.
        (u128::from(limit) * u128::from(index) / u128::from(n_chunks)) as u64
    };
    (0..n_chunks)
        .map(|index| cut(index)..cut(index + 1))
        .collect()
}

/// Counts the primes in all chunks on `n_workers` threads.
///
/// # Errors
///
/// [`Error::Thread`] when the system gives no more threads.
pub fn with_threads(
    chunks: &[Range<u64>],
    n_workers: usize,
    observer: &Observer,
) -> Result<u64, Error> {
    let counts = parallel::map(chunks, n_workers, "thread", observer, |worker, chunk| {
        worker.turns_to(Activity::Working, "");
        count(chunk.clone())
    })?;
    Ok(counts.into_iter().sum())
}

/// Counts the primes in all chunks with rayon, on `n_workers` threads of its own.
///
/// # Errors
///
/// [`Error::Rayon`] when its threads cannot be started.
// ANCHOR: rayon
pub fn with_rayon(chunks: &[Range<u64>], n_workers: usize) -> Result<u64, Error> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(n_workers.max(1))
        .build()?;
    Ok(pool.install(|| chunks.par_iter().cloned().map(count).sum()))
}
// ANCHOR_END: rayon

/// Counts the primes in all chunks in `n_workers` child processes, which are started for it.
///
/// # Errors
///
/// [`Error::Start`] when a child cannot be started, [`Error::Protocol`] when a chunk was not
/// answered.
pub fn with_processes(
    chunks: &[Range<u64>],
    n_workers: usize,
    recipe: &Recipe,
    observer: &Observer,
) -> Result<u64, Error> {
    let items: Vec<Vec<u8>> = chunks.iter().map(roles::encode_range).collect();
    let outcome = ProcessPool::new(recipe.clone(), n_workers)
        .with_observer(observer.clone())
        .map(&items)?;
    outcome
        .results
        .iter()
        .map(|result| match result {
            Ok(answer) => roles::decode_number(answer),
            Err(error) => Err(Error::Protocol(error.to_string())),
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_are_counted_as_in_the_tables() {
        let check = |limit, expected| assert_eq!(count(0..limit), expected, "below {limit}");

        check(0, 0);
        check(2, 0);
        check(3, 1);
        check(100, 25);
        check(10_000, 1_229);
    }

    #[test]
    fn chunks_cover_the_whole_without_gap_or_overlap() {
        for (limit, n_chunks) in [(0, 3), (1, 5), (100, 7), (u64::MAX, 3), (10, 0)] {
            let chunks = chunks(limit, n_chunks);

            assert_eq!(chunks.first().map(|chunk| chunk.start), Some(0));
            assert_eq!(chunks.last().map(|chunk| chunk.end), Some(limit));
            assert!(chunks.windows(2).all(|pair| pair[0].end == pair[1].start));
        }
    }
}
