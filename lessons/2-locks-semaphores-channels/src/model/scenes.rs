//! What the models of the semaphores do: threads that want in, and a count of who is in.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use shuttle::thread;

use crate::broken::{LateSleeper, TwoSteps};
use crate::sync::{Arc, note, yield_now};

/// Who is inside. It counts without being seen by the checker, which so has fewer orders to try.
#[derive(Debug, Default)]
pub struct Room(AtomicUsize);

impl Room {
    /// Goes in, lets others run, and goes out.
    ///
    /// # Panics
    ///
    /// When more than `limit` are inside: this is what the models are about.
    pub fn visit(&self, limit: usize) {
        let inside = self.0.fetch_add(1, SeqCst) + 1;
        note(format!(
            "is inside, where {limit} may be: there are {inside} now"
        ));
        assert!(inside <= limit, "{inside} are inside, and {limit} may be");
        yield_now();
        self.0.fetch_sub(1, SeqCst);
    }
}

/// Starts a named thread of the model.
pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> thread::JoinHandle<()> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .expect("the model's threads are no threads of the system")
}

/// Two threads try to enter through a semaphore that takes its permit in two steps.
pub fn two_steps() {
    let gate = Arc::new(TwoSteps::new());
    let room = Arc::new(Room::default());
    let try_it = move || {
        if gate.try_enter() {
            room.visit(1);
            gate.leave();
        } else {
            note("stays outside");
        }
    };
    let ann = spawn("ann", try_it.clone());
    let bob = spawn("bob", try_it);
    ann.join().expect("it fails the whole model");
    bob.join().expect("it fails the whole model");
}

/// Two threads enter, one after the other, through a semaphore that goes to sleep too late.
pub fn late_sleeper() {
    let gate = Arc::new(LateSleeper::new());
    let room = Arc::new(Room::default());
    let enter = move || {
        gate.enter();
        room.visit(1);
        gate.leave();
    };
    let ann = spawn("ann", enter.clone());
    let bob = spawn("bob", enter);
    ann.join().expect("it fails the whole model");
    bob.join().expect("it fails the whole model");
}
