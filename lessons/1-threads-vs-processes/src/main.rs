//! The tour of lesson 1: every part on this machine, alone, in some seconds.
//!
//! `just lesson 1` plays all of it, `just lesson 1 --list` names the parts, `just lesson 1 downloads`
//! plays one. With a hidden argument the program is its own child process: see [`workers::roles`].

// `::tour` is the crate by which all lessons speak; this one is the lesson's own.
mod tour;

use std::process::ExitCode;
use std::{env, io};

use ::tour::{Part, Tour};
use workers::roles::{self, Role};

fn main() -> ExitCode {
    use tour::{
        amdahl, cores, crash, downloads, gil, handover, join, letters, memory, oversubscription,
        start,
    };

    if env::args().nth(1).as_deref() == Some(roles::ARGUMENT) {
        return child(env::args().nth(2).as_deref());
    }

    Tour::new(1, "Threads and processes: doing several things at once")
        .chapter("book/src/1-threads-vs-processes.md")
        .part(
            Part::new(
                "letters",
                "Two threads, and nobody says whose turn it is",
                "Each thread runs its own lines in order. How the lines of two threads mix is the \
                 system's choice, and it may choose differently each time.",
                letters::play,
            )
            .predict("One thread writes 0 to 9, another a to j. Which order do the 20 characters come in?"),
        )
        .part(
            Part::new(
                "memory",
                "Threads share one memory, each process has its own",
                "What one thread changes, the others see. A child process begins with a memory of \
                 its own; what it changes there, nobody else sees.",
                memory::play,
            )
            .predict("Four workers add 1,000 to one counter: as threads, then as processes. What does the parent read?"),
        )
        .part(
            Part::new(
                "start",
                "A thread is started in microseconds, a process in milliseconds",
                "For a thread the system makes a stack. For a process it makes an address space, \
                 loads a program, links it, and runs it from main.",
                start::play,
            )
            .predict("1,000 threads or 100 processes: which is done first?"),
        )
        .part(
            Part::new(
                "join",
                "A thread ends before its scope does, and tells how",
                "join waits for a thread and brings what it returned, or the news that it \
                 panicked. A scope joins all its threads, so they may borrow from it.",
                join::play,
            )
            .predict("One of three threads panics. What happens to the program, and to the other two?"),
        )
        .part(
            Part::new(
                "downloads",
                "Waiting can be shared by as many as you like",
                "A download is mostly waiting, and waiting needs no processor. So twelve files \
                 take twelve waits one after another, and one wait side by side.",
                downloads::play,
            )
            .predict("12 files, each with 20 to 80 ms of latency. How long with one thread, with 12, with a pool of 4?"),
        )
        .part(
            Part::new(
                "cores",
                "Computing is shared by cores, and by no more than those",
                "Work that never waits is done as fast as there are cores to do it. Who splits it \
                 up, your threads, rayon or child processes, hardly matters.",
                cores::play,
            )
            .predict("The same work on 1 thread and on as many as there are cores: how many times faster?"),
        )
        .part(
            Part::new(
                "gil",
                "Rust has no lock that threads take turns at; Python has",
                "CPython runs Python code in one thread at a time: the global interpreter lock. \
                 Python therefore computes in processes. Rust's threads just compute.",
                gil::play,
            )
            .predict("The same work in Python: how much faster do threads make it? And processes?"),
        )
        .part(
            Part::new(
                "amdahl",
                "The part that cannot be shared decides",
                "If a quarter of a program's time must run alone, no number of cores makes the \
                 program more than four times faster.",
                amdahl::play,
            )
            .predict("A tenth of the work cannot be shared. What do 16 cores bring? And 1,000?"),
        )
        .part(
            Part::new(
                "oversubscription",
                "More threads than cores: free for waiting, useless for computing",
                "A thread that waits costs next to nothing. A thread that computes needs a core, \
                 and when there are more of them than cores they take turns.",
                oversubscription::play,
            )
            .predict("64 threads compute on your cores. Is it faster than one thread a core, or slower?"),
        )
        .part(
            Part::new(
                "handover",
                "Producer and consumer, with threads and again with processes",
                "Between those who make and those who use stands a queue of bounded size. Threads \
                 hand items over in memory, processes write each into a pipe.",
                handover::play,
            )
            .predict("One item at a time, or 256 in one message: how much does that matter to threads, and to processes?"),
        )
        .part(
            Part::new(
                "crash",
                "A panic ends a thread, an abort ends the process",
                "Threads share memory, so when one of them can no longer be trusted none of them \
                 can. A process that crashes takes nothing with it but its own work.",
                crash::play,
            )
            .predict("A pool of 3 processes does 8 items, and one of the items kills whoever touches it. How many results?"),
        )
        .play()
}

/// Plays the child's half; what it has to say goes to standard error, since standard output is the
/// pipe to the parent.
#[allow(
    clippy::print_stderr,
    reason = "a child's complaint is for whoever started it"
)]
fn child(role: Option<&str>) -> ExitCode {
    let Some(role) = role.and_then(Role::named) else {
        eprintln!("lesson-1 knows no such role: {role:?}");
        return ExitCode::from(2);
    };
    match role.play(io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        // The parent has ended or hung up: nobody is left to tell.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{role:?}: {error}");
            ExitCode::FAILURE
        }
    }
}
