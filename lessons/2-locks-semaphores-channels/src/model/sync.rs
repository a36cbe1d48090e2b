//! The locks of a model checker, which write down what is done to them.
//!
//! This file is the `sync` of crates that check a model (`tests/model.rs`, and the tour): it offers
//! what `src/sync.rs` offers, made of [shuttle](https://docs.rs/shuttle)'s locks. Shuttle runs the
//! threads of a model one at a time, and at each lock it decides who goes on; so it can try every
//! order, or very many. Each step is noted with what the thread saw, and [`take_steps`] returns the
//! steps of the last order that was tried, which is the failing one if one failed.

use std::cell::{Cell, RefCell};
use std::fmt::{self, Debug};
use std::ops::{Deref, DerefMut};
use std::time::Instant;

use shuttle::rand::{Rng, thread_rng};
use shuttle::sync as model;
pub use shuttle::sync::Arc;

/// How often one looks again before one sleeps: as seldom as can be, so that orders in which somebody
/// sleeps are many.
pub const LOOKS: u32 = 1;

/// One step of one thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The thread's name.
    pub thread: String,
    /// What it did and saw.
    pub what: String,
}

thread_local! {
    // Shuttle's threads are coroutines on one thread of the system, so they share this.
    static STEPS: RefCell<Vec<Step>> = const { RefCell::new(Vec::new()) };
    static MAY_TIME_OUT: Cell<bool> = const { Cell::new(false) };
}

/// Begins a new record; to be called first in a model, since it runs once for each order.
pub fn begin() {
    STEPS.with_borrow_mut(Vec::clear);
}

/// Lets waits that have a limit reach it at random, or never. Not for an exhaustive search, which
/// knows no chance.
pub fn may_time_out(may: bool) {
    MAY_TIME_OUT.set(may);
}

/// Returns what was recorded since [`begin`].
pub fn take_steps() -> Vec<Step> {
    STEPS.take()
}

/// Notes a step of the thread that calls it.
pub fn note(what: impl Into<String>) {
    let what = what.into();
    let thread = shuttle::thread::current()
        .name()
        .unwrap_or("main")
        .to_owned();
    STEPS.with_borrow_mut(|steps| steps.push(Step { thread, what }));
}

/// A mutex that notes who locks it and what it holds then.
#[derive(Default)]
pub struct Mutex<T>(model::Mutex<T>);

/// The guard of a [`Mutex`].
pub struct MutexGuard<'a, T: Debug> {
    // None only while it is handed to the condition variable.
    guard: Option<model::MutexGuard<'a, T>>,
    mutex: &'a model::Mutex<T>,
}

impl<'a, T: Debug> MutexGuard<'a, T> {
    fn lock(mutex: &'a model::Mutex<T>) -> Self {
        let guard = mutex.lock().expect("a model has no poisoned locks");
        Self {
            guard: Some(guard),
            mutex,
        }
    }
}

impl<T> Mutex<T> {
    /// Makes a mutex.
    pub fn new(value: T) -> Self {
        Self(model::Mutex::new(value))
    }
}

impl<T: Debug> Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mutex")
    }
}

impl<T: Debug> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.guard.as_ref().expect("a guard that is in use")
    }
}

impl<T: Debug> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.guard.as_mut().expect("a guard that is in use")
    }
}

impl<T: Debug> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if let Some(guard) = &self.guard {
            note(format!("unlocks, and leaves {:?}", **guard));
        }
    }
}

/// Locks, and notes what was found.
pub fn lock<T: Debug>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    let guard = MutexGuard::lock(&mutex.0);
    note(format!("locks, and finds {:?}", *guard));
    guard
}

/// A condition variable that notes who sleeps and who rings.
#[derive(Debug, Default)]
pub struct Condvar {
    condvar: model::Condvar,
    asleep: std::sync::atomic::AtomicUsize,
}

impl Condvar {
    /// Makes a condition variable.
    pub fn new() -> Self {
        Self::default()
    }

    /// Wakes one, if one sleeps.
    pub fn notify_one(&self) {
        self.note_bell("wakes one");
        self.condvar.notify_one();
    }

    /// Wakes all.
    pub fn notify_all(&self) {
        self.note_bell("wakes all");
        self.condvar.notify_all();
    }

    fn note_bell(&self, whom: &str) {
        match self.asleep.load(SEQ) {
            0 => note(format!("{whom}: nobody is asleep")),
            n => note(format!("{whom} of {n} asleep")),
        }
    }
}

const SEQ: std::sync::atomic::Ordering = std::sync::atomic::Ordering::SeqCst;

/// Unlocks, sleeps until somebody notifies, and locks again.
pub fn wait<'a, T: Debug>(condvar: &Condvar, mut guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    let inner = guard.guard.take().expect("a guard that is in use");
    note("unlocks and sleeps");
    condvar.asleep.fetch_add(1, SEQ);
    let inner = condvar.condvar.wait(inner);
    let inner = inner.expect("a model has no poisoned locks");
    condvar.asleep.fetch_sub(1, SEQ);
    note(format!("is awake, locks, and finds {:?}", *inner));
    guard.guard = Some(inner);
    guard
}

/// The same with a limit. No clock runs in a model: whether the limit has passed is decided by lot
/// when [`may_time_out`] allows it, and then as if the wait were over at once, so that every other
/// thread may still come between.
pub fn wait_until<'a, T: Debug>(
    condvar: &Condvar,
    mut guard: MutexGuard<'a, T>,
    deadline: Option<Instant>,
) -> (MutexGuard<'a, T>, bool) {
    if deadline.is_none() || !MAY_TIME_OUT.get() || thread_rng().r#gen::<bool>() {
        return (wait(condvar, guard), false);
    }
    note("unlocks and sleeps, and its time is over");
    drop(guard.guard.take());
    shuttle::thread::yield_now();
    let guard = MutexGuard::lock(guard.mutex);
    note(format!("locks, and finds {:?}", *guard));
    (guard, true)
}

/// Lets another thread run.
pub fn yield_now() {
    shuttle::thread::yield_now();
}

/// Atomics that note what they were told and what they answered.
pub mod atomic {
    use super::note;
    use shuttle::sync::atomic as model;

    pub use shuttle::sync::atomic::Ordering;

    macro_rules! atomic {
        ($name:ident, $value:ty) => {
            /// An atomic that notes each step.
            #[derive(Debug, Default)]
            pub struct $name(model::$name);

            #[allow(dead_code, reason = "not every model uses every step")]
            impl $name {
                /// Makes one.
                pub fn new(value: $value) -> Self {
                    Self(model::$name::new(value))
                }

                /// Reads.
                pub fn load(&self, ordering: Ordering) -> $value {
                    let seen = self.0.load(ordering);
                    note(format!("loads {seen}"));
                    seen
                }

                /// Writes.
                pub fn store(&self, value: $value, ordering: Ordering) {
                    self.0.store(value, ordering);
                    note(format!("stores {value}"));
                }

                /// Writes if it still is what it was.
                pub fn compare_exchange(
                    &self,
                    current: $value,
                    new: $value,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$value, $value> {
                    let result = self.0.compare_exchange(current, new, success, failure);
                    note(match result {
                        Ok(_) => format!("exchanges {current} for {new}"),
                        Err(seen) => format!("wanted {new} for {current}, and finds {seen}"),
                    });
                    result
                }

                /// The same; the weak one may fail without a reason, which a model need not do.
                pub fn compare_exchange_weak(
                    &self,
                    current: $value,
                    new: $value,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$value, $value> {
                    self.compare_exchange(current, new, success, failure)
                }

                /// Sets bits, and returns what was there.
                pub fn fetch_or(&self, bits: $value, ordering: Ordering) -> $value {
                    let seen = self.0.fetch_or(bits, ordering);
                    note(format!("finds {seen} and sets {bits}"));
                    seen
                }

                /// Keeps bits, and returns what was there.
                pub fn fetch_and(&self, bits: $value, ordering: Ordering) -> $value {
                    let seen = self.0.fetch_and(bits, ordering);
                    note(format!("finds {seen} and keeps {bits:?}"));
                    seen
                }
            }
        };
    }

    atomic!(AtomicUsize, usize);
    atomic!(AtomicBool, bool);

    #[allow(dead_code, reason = "not every model uses every step")]
    impl AtomicUsize {
        /// Adds, and returns what was there.
        pub fn fetch_add(&self, value: usize, ordering: Ordering) -> usize {
            let seen = self.0.fetch_add(value, ordering);
            note(format!("finds {seen} and adds {value}"));
            seen
        }

        /// Subtracts, and returns what was there.
        pub fn fetch_sub(&self, value: usize, ordering: Ordering) -> usize {
            let seen = self.0.fetch_sub(value, ordering);
            note(format!("finds {seen} and takes away {value}"));
            seen
        }
    }
}
