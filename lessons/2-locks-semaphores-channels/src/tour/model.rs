//! Part 12: the model checker and two broken semaphores.

use std::io::Read;

use tour::{Failure, Stage, count};

use super::start_child;

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.line("one permit, two threads; this semaphore loads the count, and stores one less");
    tell(stage, "two-steps", "2 are inside")?;
    stage.means(
        "both loaded 1 before bob stored: to look and to take must be one step, as compare_exchange is",
    );
    stage.blank();

    stage.line("one permit, two threads; this semaphore looks under the lock, lets go of it, and then goes to sleep");
    tell(stage, "late-sleeper", "deadlock")?;
    stage.means(
        "the bell rang between the look and the sleep, and nobody heard it: a lost wakeup. A \
         condition variable unlocks and sleeps in one step, so keep the lock from the look to the wait",
    );
    stage.blank();

    stage.line("the lesson's own semaphores, queue and shutdown go through the same checker in `tests/model.rs`, in every order where those can be counted and in many hundreds where not");
    stage.means("the orders that were tried are proved, and no others: a model is as small as it can be, so that they are many of all");
    Ok(())
}

/// Lets a child check a model, and tells how many orders it took, and the steps of the failing one.
fn tell(stage: &mut Stage, role: &str, expected: &str) -> tour::Result {
    let mut child = start_child(role)?;
    let mut said = String::new();
    if let Some(output) = &mut child.stdout {
        output.read_to_string(&mut said)?;
    }
    child.wait()?;
    let mut lines = said.lines();
    let (orders, why) = (
        lines.next().unwrap_or("0"),
        lines.next().unwrap_or("nothing"),
    );
    if !why.contains(expected) {
        return Err(Failure::new(
            format!(
                "the checker looked in {orders} orders for {expected:?}, and what it found is: {why}"
            ),
            "this part shows mistakes. If you have mended one in model/broken.rs, this is your \
             success: say why no order is left in which it fails",
        )
        .into());
    }
    stage.names(["10. ann"]);
    for (number, line) in (1..).zip(lines) {
        let (thread, what) = line.split_once(' ').unwrap_or((line, ""));
        stage.who(format!("{number:2}. {thread}"), what);
    }
    let why = match expected {
        "deadlock" => "all threads sleep, and nobody is left to wake them: a deadlock",
        _ => why,
    };
    let orders = count(orders.parse()?);
    stage.line(format!(
        "order {orders} of those that it tried fails: {why}"
    ));
    Ok(())
}
