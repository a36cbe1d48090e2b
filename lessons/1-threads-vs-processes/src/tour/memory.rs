//! Part 2: one counter, seen by threads and not by child processes.

use std::process;
use std::sync::atomic::Ordering;

use tour::{Stage, count};
use workers::child::{Answer, Connection};
use workers::roles::{COUNTER, Role, decode_number};
use workers::{Observer, team};

use super::{PATIENCE, this_program};

const WORKERS: usize = 4;
const TIMES: u64 = 1_000;

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.names(["process 4194304"]);
    let me = format!("process {}", process::id());
    // ANCHOR: threads
    COUNTER.store(0, Ordering::Relaxed);
    team(&Observer::nobody(), |team| -> tour::Result {
        for number in 1..=WORKERS {
            let _ends_by_itself = team.spawn(format!("thread {number}"), |_| {
                for _ in 0..TIMES {
                    COUNTER.fetch_add(1, Ordering::Relaxed);
                }
            })?;
        }
        Ok(())
    })??;
    let after_threads = COUNTER.load(Ordering::Relaxed);
    // ANCHOR_END: threads
    let (workers, times) = (count(WORKERS as u64), count(TIMES));
    stage.line(format!(
        "{workers} threads add {times} each to one counter:"
    ));
    stage.who(&me, format!("the counter holds {}", count(after_threads)));
    stage.means("the threads and the main thread look at the same bytes");
    stage.blank();

    stage.line(format!(
        "{workers} child processes of the same program do the same:"
    ));
    // ANCHOR: processes
    let recipe = Role::Counter.recipe(this_program()?);
    for _ in 0..WORKERS {
        let mut child = Connection::start(&recipe)?;
        let answer = child.ask(0, 1, &TIMES.to_be_bytes(), Some(PATIENCE))?;
        let Answer::Done(counter) = answer else {
            return Err("the child refused to count".into());
        };
        let counter = count(decode_number(&counter)?);
        stage.who(
            format!("process {}", child.id()),
            format!("my counter holds {counter}"),
        );
        let _ = child.close();
    }
    // ANCHOR_END: processes
    let after_processes = COUNTER.load(Ordering::Relaxed);
    stage.who(&me, format!("mine still holds {}", count(after_processes)));
    if (after_threads, after_processes) != (WORKERS as u64 * TIMES, WORKERS as u64 * TIMES) {
        return Err(format!("counted {after_threads}, then {after_processes}").into());
    }
    stage.means(
        "each child has a counter of its own, and what it found out came back through a pipe, \
         as 8 bytes. That is the whole difference: threads share, processes send",
    );
    Ok(())
}
