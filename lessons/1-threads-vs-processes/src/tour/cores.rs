//! Part 6: the same computing on more and more threads, in rayon, in child processes.

use tour::{Recorder, Stage, Table, count, duration};
use workers::roles::Role;
use workers::{Observer, primes};

use super::{cores_in_words, draws, n_cores, shortest, this_program, times_faster};

const LIMIT: u64 = 300_000;
const CHUNKS: u64 = 64;

pub fn play(stage: &mut Stage) -> tour::Result {
    let chunks = primes::chunks(LIMIT, CHUNKS);
    let nobody = Observer::nobody();
    let recipe = Role::Primes.recipe(this_program()?);
    let cores = n_cores();

    let mut rows = Vec::new();
    for n in [1, 2, 4, 8] {
        let name = if n == 1 {
            "1 thread".to_owned()
        } else {
            format!("{n} threads")
        };
        rows.push((
            name,
            shortest(|| primes::with_threads(&chunks, n, &nobody))?,
        ));
    }
    rows.push((
        "rayon, a thread for each core".to_owned(),
        shortest(|| primes::with_rayon(&chunks, cores))?,
    ));
    rows.push((
        "child processes, one for each core".to_owned(),
        shortest(|| primes::with_processes(&chunks, cores, &recipe, &nobody))?,
    ));

    let (found, alone) = rows[0].1;
    if let Some((name, (other, _))) = rows.iter().find(|(_, (primes, _))| *primes != found) {
        return Err(format!("{name} found {other} primes, not {found}").into());
    }
    stage.line(format!(
        "the {} primes below {}, counted in {CHUNKS} pieces; this machine has {}:",
        count(found),
        count(LIMIT),
        cores_in_words(),
    ));
    let mut table = Table::new(["who counts", "took", "speed-up"]);
    for (name, (_, took)) in &rows {
        table.row([name.clone(), duration(*took), times_faster(alone, *took)]);
    }
    stage.table(&table);
    stage.line(super::DISTURBED);

    let recorder = Recorder::new();
    for number in 1..=4 {
        recorder.row(format!("thread {number}"));
    }
    primes::with_threads(&primes::chunks(LIMIT, 16), 4, &draws(&recorder))?;
    stage.timeline(&recorder.finish(), "16 pieces of computing on 4 threads")?;
    stage.means(
        "up to the number of cores each thread adds its share; beyond it they take turns. The \
         drawing shows who had a piece, not who had a core: a piece that looks long was waiting \
         for its turn",
    );
    stage.means(
        "with more cores the rows grow with them, 4 threads up to 4 x and 8 up to 8 x. The start \
         of the processes is in their time, and weighs less the longer the work is",
    );
    Ok(())
}
