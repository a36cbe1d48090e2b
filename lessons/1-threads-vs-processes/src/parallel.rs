//! One function over many items, by a pool of k workers.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Error;
use crate::observe::Observer;
use crate::team::{Worker, lock, team};

/// Calls `work` for every item, on `n_workers` threads, and returns the results in the items' order.
///
/// Each worker takes the next item when it is done with the one before, so a slow item holds up
/// one worker and no other. The workers are called `name 1`, `name 2` and so on; there is at least
/// one, and there are no more than items.
///
/// ```
/// use workers::{Observer, parallel};
///
/// let squares = parallel::map(&[1, 2, 3], 2, "square", &Observer::nobody(), |_, n| n * n)?;
/// assert_eq!(squares, [1, 4, 9]);
/// # Ok::<(), workers::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Panicked`] when `work` panicked; then no more items are begun.
/// [`Error::Thread`] when the system gives no more threads.
// ANCHOR: map
pub fn map<T: Sync, R: Send>(
    items: &[T],
    n_workers: usize,
    name: &str,
    observer: &Observer,
    work: impl Fn(&Worker, &T) -> R + Sync,
) -> Result<Vec<R>, Error> {
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let (next, results_of, work) = (&next, &results, &work);
    team(observer, |team| {
        for number in 1..=n_workers.clamp(1, items.len().max(1)) {
            let started = team.spawn(format!("{name} {number}"), move |worker| {
                let _stop = StopsTheOthers {
                    next,
                    end: items.len(),
                };
                // `fetch_add` gives every number to one worker only.
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = work(worker, item);
                    *lock(&results_of[index]) = Some(result);
                }
            });
            if let Err(error) = started {
                next.store(items.len(), Ordering::Relaxed);
                return Err(error);
            }
        }
        Ok(())
    })??;
    Ok(results
        .into_iter()
        .map(|slot| slot.into_inner().ok().flatten())
        .map(|result| result.expect("no worker panicked, so each item was taken and finished"))
        .collect())
}
// ANCHOR_END: map

/// While a panic unwinds through here, nobody shall begin another item: the result is an error anyway.
struct StopsTheOthers<'a> {
    next: &'a AtomicUsize,
    end: usize,
}

impl Drop for StopsTheOthers<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.next.store(self.end, Ordering::Relaxed);
        }
    }
}
