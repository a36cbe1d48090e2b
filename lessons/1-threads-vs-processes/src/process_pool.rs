//! Several child processes that share a list of items; one that crashes is reported and replaced.
//!
//! A thread that corrupts memory, overflows its stack or calls `abort` takes the whole process
//! with it. A child process takes nothing but the item that it was working on, and that item is
//! tried once more.

use std::io;
use std::process::ExitStatus;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::Error;
use crate::child::{Answer, Connection, Recipe};
use crate::observe::{Activity, Change, Observer};
use crate::team::{Worker, lock, team};

/// How often an item is given to a child: once more than the first time.
const ATTEMPTS: u8 = 2;

/// Several child processes for a list of items.
#[derive(Clone, Debug)]
pub struct ProcessPool {
    recipe: Recipe,
    n_workers: usize,
    limit: Option<Duration>,
    observer: Observer,
}

/// What came of a list of items.
#[derive(Debug)]
pub struct Outcome {
    /// One for each item, in the items' order: its result, or why there is none.
    pub results: Vec<Result<Vec<u8>, ItemError>>,
    /// The crashes that there were, in the order of items and attempts.
    pub crashes: Vec<Crash>,
    /// How many processes were started, replacements included.
    pub n_started: usize,
}

/// A child process was lost while it had an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crash {
    /// The worker's name, `process 2`: its replacement has the same.
    pub worker: String,
    /// The id of the process.
    pub process: u32,
    /// The index of the item.
    pub item: usize,
    /// 1 for the item's first attempt.
    pub attempt: u8,
    /// What happened, in words.
    pub how: String,
}

/// Why an item has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemError {
    /// The child said that it cannot do it. It was asked once: it would say so again.
    #[error("refused: {0}")]
    Refused(String),
    /// Each process that tried it was lost.
    #[error("lost {attempts} processes, the last one: {how}")]
    Crashed {
        /// How many tried.
        attempts: u8,
        /// How the last one ended, in words.
        how: String,
    },
}

impl ProcessPool {
    /// Makes a pool of `n_workers` processes, which start with [`ProcessPool::map`].
    #[must_use]
    pub fn new(recipe: Recipe, n_workers: usize) -> Self {
        Self {
            recipe,
            n_workers,
            limit: None,
            observer: Observer::nobody(),
        }
    }

    /// Counts a process that needs longer than this for an item as crashed. Default: no limit.
    #[must_use]
    pub fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Tells this observer what the processes do.
    #[must_use]
    pub fn with_observer(mut self, observer: Observer) -> Self {
        self.observer = observer;
        self
    }

    /// Gives every item to one of the processes, and returns when all are done and all processes
    /// have ended.
    ///
    /// Each process has a thread here that waits for it. The item that a process was lost with is
    /// given to its replacement, once. So no item is lost, and none has two results; but a first
    /// attempt may have done half of its work, so work with effects outside must bear a repetition.
    ///
    /// # Errors
    ///
    /// [`Error::Start`] when a process cannot be started, [`Error::Thread`] when a thread cannot.
    /// Crashes are no errors here: they are in the [`Outcome`].
    // ANCHOR: map
    pub fn map(&self, items: &[Vec<u8>]) -> Result<Outcome, Error> {
        let desk = Desk {
            pool: self,
            items,
            next: AtomicUsize::new(0),
            n_started: AtomicUsize::new(0),
            results: items.iter().map(|_| Mutex::new(None)).collect(),
            crashes: Mutex::default(),
        };
        team(&self.observer, |team| -> Result<(), Error> {
            let workers = (1..=self.n_workers.clamp(1, items.len().max(1)))
                .map(|number| team.spawn(format!("process {number}"), |worker| desk.run(worker)))
                .collect::<Result<Vec<_>, _>>();
            let workers = workers.inspect_err(|_| desk.stop())?;
            workers.into_iter().try_for_each(|worker| worker.join()?)
        })??;
        desk.outcome()
    }
    // ANCHOR_END: map
}

/// The place of an item's result: empty until somebody has brought it.
type Slot = Mutex<Option<Result<Vec<u8>, ItemError>>>;

/// Where a worker's child sits.
#[derive(Default)]
struct Seat {
    /// Nobody before the first item, and after a crash until the next one.
    child: Option<Connection>,
    /// Whether anybody ever sat here: who comes then is a replacement.
    was_taken: bool,
}

/// What the pool's threads share.
struct Desk<'a> {
    pool: &'a ProcessPool,
    items: &'a [Vec<u8>],
    next: AtomicUsize,
    n_started: AtomicUsize,
    results: Vec<Slot>,
    crashes: Mutex<Vec<Crash>>,
}

impl Desk<'_> {
    /// The life of one worker: a child process, and whoever replaces it.
    // ANCHOR: run
    fn run(&self, worker: &Worker) -> Result<(), Error> {
        let mut seat = Seat::default();
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = self.items.get(index) else {
                break;
            };
            let result = self.carry_out(worker, &mut seat, index, item);
            *lock(&self.results[index]) = Some(result.inspect_err(|_| self.stop())?);
        }
        if let Some(child) = seat.child {
            worker.turns_to(Activity::Waiting, "its end");
            // It has answered all that it was asked, so how it ends changes nothing any more.
            let _ = child.close();
        }
        Ok(())
    }

    fn carry_out(
        &self,
        worker: &Worker,
        seat: &mut Seat,
        index: usize,
        item: &[u8],
    ) -> Result<Result<Vec<u8>, ItemError>, Error> {
        let mut attempt = 1;
        loop {
            let mut child = match seat.child.take() {
                Some(child) => child,
                None => self.start(worker, seat)?,
            };
            worker.turns_to(Activity::Working, &format!("item {index}"));
            let failure = match child.ask(index as u64, attempt, item, self.pool.limit) {
                Ok(answer) => {
                    seat.child = Some(child);
                    return Ok(match answer {
                        Answer::Done(result) => Ok(result),
                        Answer::Refused(why) => Err(ItemError::Refused(why)),
                    });
                }
                Err(failure) => failure,
            };
            // Whatever the failure was, this child's next answer could belong to anything.
            let process = child.id();
            let how = in_words(&failure, child.give_up());
            self.tell(worker, Change::Crashed { how: &how });
            lock(&self.crashes).push(Crash {
                worker: worker.name().to_owned(),
                process,
                item: index,
                attempt,
                how: how.clone(),
            });
            if attempt == ATTEMPTS {
                let attempts = attempt;
                return Ok(Err(ItemError::Crashed { attempts, how }));
            }
            attempt += 1;
        }
    }
    // ANCHOR_END: run

    fn start(&self, worker: &Worker, seat: &mut Seat) -> Result<Connection, Error> {
        worker.turns_to(Activity::Waiting, "its start");
        let child = Connection::start(&self.pool.recipe)?;
        self.n_started.fetch_add(1, Ordering::Relaxed);
        if seat.was_taken {
            let process = child.id();
            self.tell(worker, Change::Replaced { process });
        }
        seat.was_taken = true;
        Ok(child)
    }

    fn tell(&self, worker: &Worker, change: Change<'_>) {
        self.pool.observer.tell(worker.name(), change);
    }

    /// Lets nobody begin another item: the whole has failed.
    fn stop(&self) {
        self.next.store(self.items.len(), Ordering::Relaxed);
    }

    fn outcome(self) -> Result<Outcome, Error> {
        let results = self
            .results
            .into_iter()
            .map(|slot| slot.into_inner().ok().flatten())
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| Error::Protocol("an item was left without a result".to_owned()))?;
        let mut crashes = self.crashes.into_inner().unwrap_or_default();
        crashes.sort_by_key(|crash| (crash.item, crash.attempt));
        Ok(Outcome {
            results,
            crashes,
            n_started: self.n_started.into_inner(),
        })
    }
}

/// Says how a process was lost: by its own end, or by ours after it broke the rules.
fn in_words(failure: &io::Error, status: Option<ExitStatus>) -> String {
    let status = status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
    // Whether the system kept the memory for a debugger is a setting, and no part of what happened.
    let status = status.replace(" (core dumped)", "");
    match failure.kind() {
        // These say only that the other end is gone; the status says why.
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => status,
        io::ErrorKind::TimedOut => "no answer in time, so it was killed".to_owned(),
        _ => format!("{failure} ({status})"),
    }
}
