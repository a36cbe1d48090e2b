//! Part 11: a crash in a thread and in a process.

use std::time::Duration;

use tour::{Recorder, Stage};
use workers::process_pool::ProcessPool;
use workers::roles::{Mishap, Role};
use workers::{Observer, team};

use super::{draws, this_program};

/// Much more than an item needs, even on a busy machine, and short enough to wait for twice.
const LIMIT: Duration = Duration::from_millis(1_500);

const ITEMS: [Mishap; 8] = [
    Mishap::None,
    Mishap::AbortOnce,
    Mishap::None,
    Mishap::Hang,
    Mishap::Refuse,
    Mishap::Abort,
    Mishap::None,
    Mishap::None,
];

pub fn play(stage: &mut Stage) -> tour::Result {
    let outcome = team(&Observer::nobody(), |team| -> tour::Result<_> {
        let weak = team.spawn("weak", |_| -> u32 { panic!("I give up") })?;
        let strong = team.spawn("strong", |_| 42)?;
        Ok((weak.join(), strong.join()))
    })??;
    stage.names(["weak", "strong", "item 0"]);
    stage.line("two threads; one panics, which unwinds its stack and stops there:");
    stage.who(
        "weak",
        in_words(outcome.0.map_err(|panicked| panicked.message)),
    );
    stage.who(
        "strong",
        in_words(outcome.1.map_err(|panicked| panicked.message)),
    );
    stage.blank();

    stage.line(
        "an abort, a stack overflow or a bad pointer in C code is not a panic: it ends the \
         process, with all of its threads. So the risky items go to 3 child processes:",
    );
    let recorder = Recorder::new();
    for number in 1..=3 {
        recorder.row(format!("process {number}"));
    }
    // ANCHOR: pool
    let pool = ProcessPool::new(Role::Clumsy.recipe(this_program()?).quiet(), 3)
        .with_limit(LIMIT)
        .with_observer(draws(&recorder));
    let outcome = pool.map(&ITEMS.map(Mishap::item))?;
    // ANCHOR_END: pool
    for (index, (mishap, result)) in ITEMS.iter().zip(&outcome.results).enumerate() {
        let item = format!("item {index}");
        let crashes = outcome.crashes.iter().filter(|crash| crash.item == index);
        for crash in crashes {
            stage.who(
                &item,
                format!(
                    "attempt {} in process {}: {}",
                    crash.attempt, crash.process, crash.how
                ),
            );
        }
        stage.who(
            &item,
            match result {
                Ok(answer) if *answer == mishap.item() => "done".to_owned(),
                Ok(answer) => return Err(format!("{item} was answered {answer:?}").into()),
                Err(error) => format!("no result: {error}"),
            },
        );
    }
    stage.timeline(
        &recorder.finish(),
        "8 items in 3 processes, of which some crash",
    )?;
    stage.means(
        "no item was lost and none has two results: there are 5 results and 3 reasons. Each crash took one \
         attempt with it, a new process took its place, and this program never noticed",
    );
    stage.means(
        "that is when a process is still right: code that may crash or leak, that must be stopped \
         from outside, or that must not see your memory",
    );
    Ok(())
}

fn in_words(outcome: Result<u32, String>) -> String {
    match outcome {
        Ok(number) => format!("returned {number}"),
        Err(message) => format!("panicked: {message}"),
    }
}
