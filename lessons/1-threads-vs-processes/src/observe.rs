//! How others learn what a worker is doing: a function that is told of each change.
//!
//! The library draws nothing and records nothing. Whoever wants a timeline, a progress bar or a
//! log hands in an [`Observer`].

use std::fmt;
use std::sync::Arc;

/// What a worker is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Activity {
    /// Computing.
    Working,
    /// Waiting for somebody's event: an item, an answer, an end.
    Waiting,
    /// Handing something over.
    Sending,
    /// Taking something in.
    Receiving,
}

/// A change in what a worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change<'a> {
    /// The worker has begun.
    Started,
    /// It turns to something else, or begins with the first thing.
    Turned {
        /// What it is busy with now.
        activity: Activity,
        /// With what exactly: the file, the item, the peer. May be empty.
        label: &'a str,
    },
    /// It has ended in the ordinary way.
    Ended,
    /// A thread has ended by a panic.
    Panicked {
        /// What the panic said.
        message: &'a str,
    },
    /// A child process is gone or no longer to be trusted.
    Crashed {
        /// How it ended, in words: `signal: 6 (SIGABRT)`.
        how: &'a str,
    },
    /// Another child process stands in for one that crashed.
    Replaced {
        /// The new one's process id.
        process: u32,
    },
}

/// Something that happened to a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// The worker's name.
    pub worker: &'a str,
    /// What changed.
    pub change: Change<'a>,
}

type Observe = dyn Fn(Event<'_>) + Send + Sync;

/// Who is told what the workers do. Its clones tell the same function.
#[derive(Clone, Default)]
pub struct Observer(Option<Arc<Observe>>);

impl Observer {
    /// Makes an observer of a function. It is called on the workers' own threads, several at once;
    /// so it must neither wait nor panic.
    pub fn new(observe: impl Fn(Event<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(observe)))
    }

    /// Makes an observer that tells nobody.
    #[must_use]
    pub fn nobody() -> Self {
        Self(None)
    }

    /// Tells of a change.
    pub fn tell(&self, worker: &str, change: Change<'_>) {
        if let Some(observe) = &self.0 {
            observe(Event { worker, change });
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(_) => "Observer(a function)",
            None => "Observer(nobody)",
        })
    }
}
