//! Named workers that end before their scope does, and whose panic reaches the caller by name.
//!
//! `std::thread::scope` already joins every thread and lets threads borrow from the caller. When a
//! thread that nobody joined has panicked, all it says is "a scoped thread panicked". A team adds
//! which one, and with what message; and it tells an [`Observer`] what each worker does.
//!
//! Source: [`std::thread::scope`](https://doc.rust-lang.org/std/thread/fn.scope.html).

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};

use crate::Error;
use crate::observe::{Activity, Change, Observer};

/// A worker panicked: which one, and what it said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("worker {worker} panicked: {message}")]
pub struct Panicked {
    /// The worker's name.
    pub worker: String,
    /// What the panic said.
    pub message: String,
}

/// Panics that nobody has been told of yet, in the order in which they happened; each with the
/// number of its worker.
type Untold = Arc<Mutex<Vec<(usize, Panicked)>>>;

/// A scope in which named workers can be started. [`team()`] makes one.
#[derive(Debug)]
pub struct Team<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    observer: Observer,
    untold: Untold,
    /// How many workers were started so far.
    started: Mutex<usize>,
}

/// A worker as it sees itself: its name, and a way to say what it does.
#[derive(Debug)]
pub struct Worker {
    name: String,
    observer: Observer,
}

/// A worker as the others see it: something to wait for.
#[derive(Debug)]
#[must_use = "a worker's result is lost unless it is joined; the team waits for it all the same"]
pub struct Handle<'scope, R> {
    thread: ScopedJoinHandle<'scope, Result<R, Panicked>>,
    name: String,
    number: usize,
    untold: Untold,
}

/// Runs `body` with a team, and returns what it returned when all workers have ended.
///
/// ```
/// use workers::{Observer, team};
///
/// let words = ["thread", "process"];
/// let lengths = team(&Observer::nobody(), |team| {
///     let handles: Vec<_> = words
///         .iter()
///         .map(|word| team.spawn(format!("measure {word}"), |_| word.len()))
///         .collect::<Result<_, _>>()?;
///     handles.into_iter().map(|handle| Ok(handle.join()?)).collect()
/// })?;
/// let lengths: Result<Vec<usize>, workers::Error> = lengths;
///
/// assert_eq!(lengths?, [6, 7]);
/// # Ok::<(), workers::Error>(())
/// ```
///
/// # Errors
///
/// The first panic of a worker that no [`Handle::join`] has reported. The other workers are
/// waited for first: none outlives this call.
///
/// # Panics
///
/// When `body` itself panics; then too the workers are waited for first.
// ANCHOR: team
pub fn team<'env, T>(
    observer: &Observer,
    body: impl for<'scope> FnOnce(&Team<'scope, 'env>) -> T,
) -> Result<T, Panicked> {
    let untold = Untold::default();
    let returned = thread::scope(|scope| {
        body(&Team {
            scope,
            observer: observer.clone(),
            untold: Arc::clone(&untold),
            started: Mutex::new(0),
        })
    });
    // The scope has joined everybody, so nobody adds to this any more.
    let first = lock(&untold).drain(..).next();
    match first {
        Some((_, panicked)) => Err(panicked),
        None => Ok(returned),
    }
}
// ANCHOR_END: team

impl<'scope> Team<'scope, '_> {
    /// Starts a worker, a thread with this name. The worker may borrow whatever outlives the team.
    ///
    /// # Errors
    ///
    /// [`Error::Thread`] when the system gives no more threads.
    // ANCHOR: spawn
    pub fn spawn<R: Send + 'scope>(
        &self,
        name: impl Into<String>,
        work: impl FnOnce(&Worker) -> R + Send + 'scope,
    ) -> Result<Handle<'scope, R>, Error> {
        // The system takes names as C strings, and a NUL would be their end.
        let name = name.into().replace('\0', "?");
        let number = {
            let mut started = lock(&self.started);
            *started += 1;
            *started
        };
        let worker = Worker {
            name: name.clone(),
            observer: self.observer.clone(),
        };
        let untold = Arc::clone(&self.untold);
        let thread = thread::Builder::new()
            .name(name.clone())
            .spawn_scoped(self.scope, move || {
                worker.observer.tell(&worker.name, Change::Started);
                let outcome = worker.attempt(|| work(&worker));
                match &outcome {
                    Ok(_) => worker.observer.tell(&worker.name, Change::Ended),
                    Err(panicked) => {
                        lock(&untold).push((number, panicked.clone()));
                        let message = &panicked.message;
                        worker
                            .observer
                            .tell(&worker.name, Change::Panicked { message });
                    }
                }
                outcome
            })
            .map_err(|source| Error::Thread {
                worker: name.clone(),
                source,
            })?;
        Ok(Handle {
            thread,
            name,
            number,
            untold: Arc::clone(&self.untold),
        })
    }
    // ANCHOR_END: spawn
}

impl Worker {
    /// Returns the worker's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    // ANCHOR: attempt
    /// Does a piece of work whose panic does not end the worker: it comes back as an error.
    ///
    /// Whoever waits for an answer to each piece then gets one, whatever happens.
    ///
    /// # Errors
    ///
    /// [`Panicked`] when `work` panicked.
    pub fn attempt<R>(&self, work: impl FnOnce() -> R) -> Result<R, Panicked> {
        // A panic unwinds to here and no further. What it left half-done is for the caller to judge,
        // who learns of it: hence `AssertUnwindSafe`.
        panic::catch_unwind(AssertUnwindSafe(work)).map_err(|payload| Panicked {
            worker: self.name.clone(),
            message: message_of(payload.as_ref()),
        })
    }
    // ANCHOR_END: attempt

    /// Says what the worker is busy with from now on: `worker.turns_to(Activity::Waiting, "a job")`.
    pub fn turns_to(&self, activity: Activity, label: &str) {
        self.observer
            .tell(&self.name, Change::Turned { activity, label });
    }
}

impl<R> Handle<'_, R> {
    /// Returns the worker's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Tells whether the worker has ended, without waiting for it.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits until the worker has ended, and returns what it returned.
    ///
    /// # Errors
    ///
    /// [`Panicked`] when it panicked. The team then does not report this panic a second time.
    pub fn join(self) -> Result<R, Panicked> {
        let outcome = self.thread.join().unwrap_or_else(|payload| {
            // Only a panic outside of the work comes here: one of the observer.
            Err(Panicked {
                worker: self.name,
                message: message_of(payload.as_ref()),
            })
        });
        if outcome.is_err() {
            lock(&self.untold).retain(|(number, _)| *number != self.number);
        }
        outcome
    }
}

/// Returns what a panic said: `panic!` with a text carries `&str` or `String`.
pub(crate) fn message_of(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned())
}

/// Locks, and goes on with what a panicked thread left: each change here is one whole step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
