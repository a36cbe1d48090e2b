//! A lost update, and four ways to mend it.
//!
//! Safe Rust has no data race: two threads that change one plain variable do not compile. What it
//! does allow is a *race condition*, a result that depends on who came first. The smallest one is
//! to read, to add, and to write back as three steps.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Barrier, Mutex, PoisonError, RwLock};
use std::thread;

use crossbeam_channel::bounded;

/// A way to count from several threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Load, add, store: three steps, and the wrong one.
    LoadThenStore,
    /// One atomic step.
    FetchAdd,
    /// A lock around the number.
    Mutex,
    /// A lock that readers share; a writer has it alone.
    RwLock,
    /// One thread owns the number, the others send to it.
    Owner,
}

impl Way {
    /// All of them, the wrong one first.
    pub const ALL: [Self; 5] = [
        Self::LoadThenStore,
        Self::FetchAdd,
        Self::Mutex,
        Self::RwLock,
        Self::Owner,
    ];
}

/// Counts to `threads * each`, if it counts right: each thread adds 1, `each` times.
pub fn count(way: Way, threads: u64, each: u64) -> u64 {
    match way {
        Way::LoadThenStore => load_then_store(threads, each),
        Way::FetchAdd => fetch_add(threads, each),
        Way::Mutex => mutex(threads, each),
        Way::RwLock => rw_lock(threads, each),
        Way::Owner => owner(threads, each),
    }
}

// ANCHOR: lost
fn load_then_store(threads: u64, each: u64) -> u64 {
    let counter = AtomicU64::new(0);
    together(threads, each, || {
        let seen = counter.load(Ordering::SeqCst);
        // Here another thread may do the same: both have seen 7, both write 8.
        counter.store(seen + 1, Ordering::SeqCst);
    });
    counter.into_inner()
}
// ANCHOR_END: lost

/// Two threads, one update each, and a meeting between the two steps: one update is always lost.
///
/// What happens now and then in [`Way::LoadThenStore`] happens here each time, since both threads
/// wait for each other after the load. Returns what each of them saw, and the counter at the end.
pub fn lose_one() -> ([u64; 2], u64) {
    let counter = AtomicU64::new(0);
    let both_have_looked = Barrier::new(2);
    let add = || {
        let seen = counter.load(Ordering::SeqCst);
        both_have_looked.wait();
        counter.store(seen + 1, Ordering::SeqCst);
        seen
    };
    let seen = thread::scope(|scope| {
        let other = scope.spawn(add);
        let ours = add();
        [ours, other.join().expect("it does not panic")]
    });
    (seen, counter.into_inner())
}

// ANCHOR: mends
fn fetch_add(threads: u64, each: u64) -> u64 {
    let counter = AtomicU64::new(0);
    // One step: the processor lets nobody come between. `Relaxed` is enough for a count, since no
    // other memory is to be read by what it says.
    together(threads, each, || {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    counter.into_inner()
}

fn mutex(threads: u64, each: u64) -> u64 {
    let counter = Mutex::new(0);
    together(threads, each, || {
        *counter.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    });
    counter.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn rw_lock(threads: u64, each: u64) -> u64 {
    let counter = RwLock::new(0);
    together(threads, each, || {
        *counter.write().unwrap_or_else(PoisonError::into_inner) += 1;
    });
    counter.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn owner(threads: u64, each: u64) -> u64 {
    let (sender, receiver) = bounded(1024);
    thread::scope(|scope| {
        let owner = scope.spawn(move || receiver.iter().sum());
        together(threads, each, || {
            sender.send(1).expect("the owner receives to the end");
        });
        drop(sender);
        owner.join().expect("adding up does not panic")
    })
}
// ANCHOR_END: mends

/// Runs `step` on all threads, `each` times on every one, all starting at the same moment.
fn together(threads: u64, each: u64, step: impl Fn() + Sync) {
    let start = Barrier::new(threads as usize);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                start.wait();
                (0..each).for_each(|_| step());
            });
        }
    });
}
