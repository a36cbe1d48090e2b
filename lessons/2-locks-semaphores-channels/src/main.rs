//! The tour of lesson 2: every part on this machine, alone, in some seconds.
//!
//! `just lesson 2` plays all of it, `just lesson 2 --list` names the parts, `just lesson 2 deadlock`
//! plays one. With a hidden argument the program is its own child process: see `tour/child.rs`.

// The model checker's locks, and what is checked with them: see `sync` there.
#[path = "model/broken.rs"]
mod broken;
#[path = "model/check.rs"]
mod check;
#[path = "model/scenes.rs"]
mod scenes;
#[allow(dead_code, reason = "the tour's two models use a part of it")]
#[path = "model/sync.rs"]
mod sync;
// `::tour` is the crate by which all lessons speak; this one is the lesson's own.
mod tour;

use std::env;
use std::process::ExitCode;

use ::tour::{Part, Tour};

fn main() -> ExitCode {
    use tour::{
        backpressure, child, deadlock, locks, lost, mends, model, philosophers, select, semaphore,
        shutdown, stages, stealing, throughput,
    };

    if env::args().nth(1).as_deref() == Some(child::ARGUMENT) {
        return child::play(env::args().nth(2).as_deref());
    }

    Tour::new(2, "Locks, semaphores, channels: working together without harm")
        .chapter("book/src/2-locks-semaphores-channels.md")
        .part(
            Part::new(
                "lost-update",
                "Two threads add one each, and the sum is one",
                "Safe Rust has no data race. What it allows is to read, to add and to write back \
                 as three steps, and somebody may come between them.",
                lost::play,
            )
            .predict("Two threads add 100,000 each to an atomic number, by load and store. What does it show?"),
        )
        .part(
            Part::new(
                "mends",
                "Four ways to mend it, and what each costs",
                "Make it one step: an atomic addition, a lock, a lock that readers share, or one \
                 thread that owns the number and is sent what to add.",
                mends::play,
            )
            .predict("Which of the four is the cheapest for each addition, and which the dearest?"),
        )
        .part(
            Part::new(
                "locks",
                "Two makes of lock, one idea",
                "The locks of std and of parking_lot do the same. They differ in what a panic \
                 leaves behind, in size, and in who comes next.",
                locks::play,
            )
            .predict("A thread panics while it holds a lock. What do the others find?"),
        )
        .part(
            Part::new(
                "deadlock",
                "Two locks, two orders, and nobody goes on",
                "Each of two threads holds what the other one needs. Nothing is wrong that a \
                 compiler could see, and nothing ever happens again.",
                deadlock::play,
            )
            .predict("Two threads lock two accounts in opposite order. How does the program end?"),
        )
        .part(
            Part::new(
                "philosophers",
                "Five philosophers, five forks, and everybody eats",
                "Each needs the fork on the left and the one on the right. If all take the left \
                 one first, none ever gets a right one; an order or one seat fewer prevents it.",
                philosophers::play,
            )
            .predict("Five philosophers, five forks: how many can eat at the same time?"),
        )
        .part(
            Part::new(
                "semaphore",
                "Three of twelve at once",
                "A semaphore is a count of permits. Whoever finds none waits for one that comes \
                 back, and the twelfth gets in without anybody deciding when.",
                semaphore::play,
            )
            .predict("12 jobs of 20 ms each, 3 permits. How long does it take?"),
        )
        .part(
            Part::new(
                "stages",
                "A semaphore in three stages",
                "The first asks again and again, the second sleeps, the third sleeps in a queue. \
                 All three let only so many in; they differ in what the waiting costs and who is next.",
                stages::play,
            )
            .predict("A thread waits 50 ms for a permit. How much processor time does that take, in each stage?"),
        )
        .part(
            Part::new(
                "backpressure",
                "A bounded channel makes a fast sender wait",
                "Between a fast sender and a slow receiver something has to give: the sender's \
                 time, or the memory. A bound chooses.",
                backpressure::play,
            )
            .predict("Capacity 4, the receiver takes 10 ms an item. How long does the sender wait for each of 12?"),
        )
        .part(
            Part::new(
                "throughput",
                "What a queue passes on in a second",
                "Many producers, many consumers, one queue: four kinds of it, one check that each \
                 item came out once.",
                throughput::play,
            )
            .predict("Capacity 1 or 256: how much does it matter?"),
        )
        .part(
            Part::new(
                "select",
                "Waiting for whichever comes first",
                "A thread that waits for one channel is deaf to all others. select! waits for \
                 several, with a limit, and hears too when a channel has ended.",
                select::play,
            )
            .predict("The last sender is dropped while three items are in the channel. What does the receiver get?"),
        )
        .part(
            Part::new(
                "stealing",
                "Who has nothing left takes from the others",
                "Work that was dealt out beforehand is unfair when items differ. With a queue \
                 for each worker and leave to steal, all are busy to the end.",
                stealing::play,
            )
            .predict("8 long items and 24 short ones, dealt in runs to 4 workers. Who works, and who waits?"),
        )
        .part(
            Part::new(
                "model",
                "A checker finds the order in which it fails",
                "A test runs in one order, the one that happens. A model checker runs the same \
                 code in every order that threads can come in.",
                model::play,
            )
            .predict("How often would you have to run a test of a broken semaphore until it fails?"),
        )
        .part(
            Part::new(
                "shutdown",
                "A program that is stopped loses nothing",
                "Stop taking, finish what was begun, hand back the rest, and only then end. \
                 The sum must be right, whenever the word comes.",
                shutdown::play,
            )
            .predict("Ctrl-C while 4 workers are busy and 16 items wait. What should become of the 20?"),
        )
        .play()
}
