//! Part 9: more threads than cores, for waiting and for computing.

use std::thread;
use std::time::Duration;

use tour::{Stage, Table, duration};
use workers::{Observer, parallel, primes};

use super::{cores_in_words, shortest};

const PIECES: usize = 64;
const WAIT: Duration = Duration::from_millis(5);

pub fn play(stage: &mut Stage) -> tour::Result {
    let nobody = Observer::nobody();
    let chunks = vec![100_000..102_000; PIECES];
    let mut table = Table::new(["threads", "64 waits of 5 ms", "64 pieces of computing"]);
    for n in [1, 2, 8, 64] {
        let (_, waiting) =
            shortest(|| parallel::map(&chunks, n, "thread", &nobody, |_, _| thread::sleep(WAIT)))?;
        let (_, computing) = shortest(|| primes::with_threads(&chunks, n, &nobody))?;
        table.row([n.to_string(), duration(waiting), duration(computing)]);
    }
    stage.line(format!("this machine has {}", cores_in_words()));
    stage.table(&table);
    stage.means(
        "waiting is shared by as many as wait. Computing is shared by cores; threads beyond them \
         bring nothing, and each costs a stack and a place in the scheduler's queue",
    );
    stage.means(
        "so a program that does both has two numbers: many threads that fetch, and as many that \
         compute as there are cores",
    );
    Ok(())
}
