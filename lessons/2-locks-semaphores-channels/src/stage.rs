//! Workers between two bounded channels, where nothing gets lost.
//!
//! ```text
//!  submit ──> waiting (bounded) ──> workers ──> results (bounded) ──> whoever reads them
//! ```
//!
//! Each item that a stage accepts comes out again, exactly once, in one of three ways:
//!
//! - as a [`Done`] with what the work returned;
//! - as a [`Done`] with the panic that the work ended in: a worker survives its work;
//! - after a shutdown, in [`Finished::unprocessed`]: it was accepted, and nobody began it.
//!
//! An item that is not accepted comes back to whoever submitted it. So at the end every item is
//! accounted for, and the sum can be checked.
//!
//! A stage is ended by [`Stage::finish`], which waits for what is under way. Whether it still begins
//! what was waiting depends on whether the [`Shutdown`] was requested.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, Scope, ScopedJoinHandle};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded, select};

use crate::Shutdown;

/// Workers, the items that wait for them, and what they made of items.
#[derive(Debug)]
pub struct Stage<'scope, In, Out> {
    items: Sender<In>,
    /// The other end of `items`. The workers have clones; this one serves to collect what is left.
    waiting: Receiver<In>,
    results: Receiver<Done<In, Out>>,
    workers: Vec<ScopedJoinHandle<'scope, ()>>,
    shutdown: Shutdown,
}

/// An item that a worker has done with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done<In, Out> {
    /// The item.
    pub item: In,
    /// What the work returned, or what its panic said.
    pub result: Result<Out, String>,
    /// Which worker it was, from 1.
    pub worker: usize,
}

/// An item that was not accepted, and comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused<In> {
    /// No room now.
    #[error("the stage is full")]
    Full(In),
    /// The shutdown was requested.
    #[error("the stage is shutting down")]
    ShuttingDown(In),
}

impl<In> Refused<In> {
    /// Returns the item.
    pub fn into_item(self) -> In {
        match self {
            Self::Full(item) | Self::ShuttingDown(item) => item,
        }
    }
}

/// What a stage still held when it was finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished<In, Out> {
    /// Results that nobody had read.
    pub done: Vec<Done<In, Out>>,
    /// Items that were accepted and not begun, oldest first. Only a shutdown leaves any.
    pub unprocessed: Vec<In>,
}

/// Why a stage did not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot start thread {worker}")]
pub struct StageError {
    /// The name of the worker that did not start.
    pub worker: String,
    /// Why.
    #[source]
    pub source: io::Error,
}

impl<'scope, In: Send + 'scope, Out: Send + 'scope> Stage<'scope, In, Out> {
    /// Starts so many workers, threads named `worker 1`, `worker 2`, … after `name`.
    ///
    /// `capacity` items may wait for a worker, and as many results for their reader. Whoever has no
    /// more than `capacity` items out at a time never waits in [`submit`](Self::submit), and no worker
    /// ever waits for the reader; whoever submits more must let another thread read the results.
    ///
    /// The work borrows its item, so that the item is still there when the work has panicked.
    ///
    /// # Errors
    ///
    /// [`StageError`] when the system gives no more threads; those that were started end again.
    // ANCHOR: start
    pub fn start<'env: 'scope>(
        scope: &'scope Scope<'scope, 'env>,
        name: &str,
        workers: usize,
        capacity: usize,
        shutdown: &Shutdown,
        work: impl Fn(usize, &In) -> Out + Clone + Send + 'scope,
    ) -> Result<Self, StageError> {
        let (items, waiting) = bounded(capacity);
        let (done, results) = bounded(capacity);
        let mut stage = Self {
            items,
            waiting,
            results,
            workers: Vec::new(),
            shutdown: shutdown.clone(),
        };
        for number in 1..=workers {
            let worker = format!("{name} {number}");
            let (waiting, done) = (stage.waiting.clone(), done.clone());
            let (shutdown, work) = (shutdown.clone(), work.clone());
            let thread = thread::Builder::new()
                .name(worker.clone())
                .spawn_scoped(scope, move || {
                    serve(number, &waiting, &done, &shutdown, &work);
                })
                .map_err(|source| StageError { worker, source })?;
            stage.workers.push(thread);
        }
        Ok(stage)
    }
    // ANCHOR_END: start

    /// Hands an item in; waits while there is no room.
    ///
    /// # Errors
    ///
    /// [`Refused::ShuttingDown`], with the item, when the shutdown is requested before there is room.
    pub fn submit(&self, item: In) -> Result<(), Refused<In>> {
        if self.shutdown.is_requested() {
            return Err(Refused::ShuttingDown(item));
        }
        match self.items.try_send(item) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(again)) => self.submit_slowly(again),
            Err(TrySendError::Disconnected(item)) => Err(Refused::ShuttingDown(item)),
        }
    }

    /// Waits for room or for the end, whichever is first.
    fn submit_slowly(&self, item: In) -> Result<(), Refused<In>> {
        let stop = self.shutdown.receiver();
        let mut item = Some(item);
        let mut operation = crossbeam_channel::Select::new();
        let sending = operation.send(&self.items);
        operation.recv(&stop);
        let ready = operation.select();
        if ready.index() == sending {
            let item = item.take().expect("it is taken in one place");
            return ready
                .send(&self.items, item)
                .map_err(|error| Refused::ShuttingDown(error.into_inner()));
        }
        let _ = ready.recv(&stop);
        Err(Refused::ShuttingDown(item.take().expect("it was not sent")))
    }

    /// Hands an item in if there is room now.
    ///
    /// # Errors
    ///
    /// [`Refused`], with the item.
    pub fn try_submit(&self, item: In) -> Result<(), Refused<In>> {
        if self.shutdown.is_requested() {
            return Err(Refused::ShuttingDown(item));
        }
        self.items.try_send(item).map_err(|error| match error {
            TrySendError::Full(item) => Refused::Full(item),
            TrySendError::Disconnected(item) => Refused::ShuttingDown(item),
        })
    }

    /// Returns where the results come, for `recv` and for `select!`.
    pub fn results(&self) -> &Receiver<Done<In, Out>> {
        &self.results
    }

    // ANCHOR: finish
    /// Ends the stage, and returns all that nobody has seen yet.
    ///
    /// Without a shutdown it lets the workers do what waits. After one they end what they are doing
    /// and begin nothing new.
    pub fn finish(self) -> Finished<In, Out> {
        // The workers see the end of the channel once it is empty.
        drop(self.items);
        // Until the last worker has ended: it may be waiting for room for its result.
        let done = self.results.iter().collect();
        for worker in self.workers {
            // The work's panics are caught, so this is one of ours. It must not pass in silence.
            if let Err(panic) = worker.join() {
                std::panic::resume_unwind(panic);
            }
        }
        Finished {
            done,
            unprocessed: self.waiting.try_iter().collect(),
        }
    }
    // ANCHOR_END: finish
}

// ANCHOR: worker
/// The life of a worker: take an item, do the work, hand over what came of it.
fn serve<In, Out>(
    number: usize,
    waiting: &Receiver<In>,
    done: &Sender<Done<In, Out>>,
    shutdown: &Shutdown,
    work: &impl Fn(usize, &In) -> Out,
) {
    let stop = shutdown.receiver();
    loop {
        // When both are ready `select!` tosses a coin, and after "stop" nothing new is begun.
        if shutdown.is_requested() {
            return;
        }
        let item = select! {
            recv(waiting) -> item => item,
            recv(stop) -> _ => return,
        };
        let Ok(item) = item else { return };
        // The work has the item on loan; what it leaves half-done elsewhere is for its author.
        let result = catch_unwind(AssertUnwindSafe(|| work(number, &item)))
            .map_err(|panic| message_of(&*panic));
        let result = Done {
            item,
            result,
            worker: number,
        };
        if done.send(result).is_err() {
            return; // the stage was dropped without `finish`: nobody wants to know
        }
    }
}
// ANCHOR_END: worker

/// Returns what a panic said: `panic!` with a text carries `&str` or `String`.
fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or(panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without words").to_owned()
}
