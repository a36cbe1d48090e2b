//! Part 12: the model checker and two broken semaphores.

use std::panic;

use tour::{Stage, count};

use crate::check::{Verdict, in_every_order};
use crate::scenes;

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.line("one permit, two threads; this semaphore loads the count, and stores one less");
    let two_steps = quietly(|| in_every_order(scenes::two_steps));
    tell(stage, &two_steps, "2 are inside")?;
    stage.means("both loaded 1 before either stored 0: the step that counts is to look and to take at once");
    stage.blank();

    stage.line("one permit, two threads; this semaphore looks under the lock, lets go of it, and then goes to sleep");
    let late = quietly(|| in_every_order(scenes::late_sleeper));
    tell(stage, &late, "deadlock")?;
    stage.means("the bell rang between the look and the sleep, and nobody heard it: a lost wakeup. A condition variable unlocks and sleeps in one step, so keep the lock from the look to the wait");
    stage.blank();

    stage.line("the lesson's own semaphores, queue and shutdown are checked by the same checker in `tests/model.rs`, in every order or in thousands, and none fails");
    Ok(())
}

/// Tells how many orders it took, and the steps of the one that failed.
fn tell(stage: &mut Stage, verdict: &Verdict, expected: &str) -> tour::Result {
    let Some(failure) = &verdict.failure else {
        return Err(format!("the checker found nothing in {} orders", verdict.orders).into());
    };
    if !failure.why.contains(expected) {
        return Err(format!("the checker complains of something else: {}", failure.why).into());
    }
    stage.names(["no. 10 ann"]);
    for (number, step) in (1..).zip(&failure.steps) {
        stage.who(format!("{number:2}. {}", step.thread), &step.what);
    }
    let why = match expected {
        "deadlock" => "all threads sleep, and nobody is left to wake them: a deadlock",
        _ => &failure.why,
    };
    stage.line(format!("found in order {} that was tried: {why}", count(verdict.orders)));
    Ok(())
}

/// Runs the checker without what it prints when a model panics: the steps say it better.
fn quietly<T>(check: impl FnOnce() -> T) -> T {
    // The checker wraps the panic hook once, at its first run; ours has to come after that.
    shuttle::check_dfs(|| {}, Some(1));
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let checked = check();
    panic::set_hook(hook);
    checked
}
