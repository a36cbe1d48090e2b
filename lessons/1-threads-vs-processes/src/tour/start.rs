//! Part 3: what it costs to start 1,000 threads and 100 processes.

use std::time::{Duration, Instant};

use tour::{Stage, Table, count, duration};
use workers::roles::Role;
use workers::{Error, Observer, team};

use super::{ratio, this_program};

const THREADS: u32 = 1_000;
const PROCESSES: u32 = 100;

pub fn play(stage: &mut Stage) -> tour::Result {
    let threads = threads()?;
    let processes = processes()?;
    let mut table = Table::new(["started, and waited for", "all of them", "each"]);
    for (n, what, took) in [
        (THREADS, "threads", threads),
        (PROCESSES, "processes", processes),
    ] {
        let all = format!("{} {what}", count(n.into()));
        table.row([all, duration(took), duration(took / n)]);
    }
    stage.table(&table);
    let dearer = (processes / PROCESSES).as_secs_f64() / (threads / THREADS).as_secs_f64();
    stage.line(format!("so a process costs {} a thread", ratio(dearer)));
    stage.means(
        "start a thread for a download if you like, but not a process for an addition: either is \
         better started once and given many items. And this child is small: an interpreter first \
         has to start itself",
    );
    Ok(())
}

/// Starts all threads, then waits for all.
fn threads() -> tour::Result<Duration> {
    let started = Instant::now();
    team(&Observer::nobody(), |team| -> Result<(), Error> {
        for number in 0..THREADS {
            let _ends_at_once = team.spawn(format!("thread {number}"), |_| ())?;
        }
        Ok(())
    })??;
    Ok(started.elapsed())
}

/// Starts all processes, then waits for all.
fn processes() -> tour::Result<Duration> {
    let recipe = Role::Nothing.recipe(this_program()?);
    let started = Instant::now();
    let mut children = (0..PROCESSES)
        .map(|_| recipe.start())
        .collect::<Result<Vec<_>, _>>()?;
    for child in &mut children {
        let status = child.wait()?;
        if !status.success() {
            return Err(format!("a child that does nothing ended with {status}").into());
        }
    }
    Ok(started.elapsed())
}
