//! Part 7: the same work in Rust and in Python, side by side.

use std::time::Duration;

use tour::{Stage, Table, count, duration};
use workers::python::Python;
use workers::roles::Role;
use workers::{Observer, primes};

use super::{cores_in_words, n_cores, shortest, this_program, times_faster};

const LIMIT: u64 = 80_000;
const CHUNKS: u64 = 64;

/// Who computed, who of the same language was alone, and how long it took.
struct Row {
    name: &'static str,
    alone: Duration,
    took: Duration,
}

pub fn play(stage: &mut Stage) -> tour::Result {
    // At least two, or there would be nothing to compare.
    let workers = n_cores().max(2);
    stage.line(format!(
        "the primes below {}, by a worker for each core, two at least; this machine has {}:",
        count(LIMIT),
        cores_in_words()
    ));
    let (found, mut rows) = in_rust(workers)?;

    let python = Python::find("python3");
    if let Some(python) = &python {
        rows.extend(in_python(python, workers, found)?);
    }
    let mut table = Table::new(["who counts", "took", "speed-up over its one worker"]);
    for row in &rows {
        table.row([
            row.name.to_owned(),
            duration(row.took),
            times_faster(row.alone, row.took),
        ]);
    }
    stage.table(&table);

    stage.line(super::DISTURBED);
    match &python {
        None => stage.means(
            "there is no `python3` here (3.8 or later), so its rows are missing. With it, threads \
             show about 1 x and processes up to the number of cores",
        ),
        Some(python) => {
            let (rust, alone) = (rows[0].took, rows[4].took);
            stage.line(format!(
                "one worker in Rust is {} as fast as one in Python {}",
                times_faster(alone, rust),
                python.version,
            ));
            stage.means(if python.has_gil {
                "Python's threads took turns at the GIL: about 1 x on any number of cores. Its \
                 processes have a GIL each, and Rust has none: up to the number of cores"
            } else {
                "this Python was built free-threaded and runs without a GIL, so its threads count \
                 side by side as well: up to the number of cores"
            });
        }
    }
    stage.means(
        "no row can pass the number of cores: with one, all of them stay near 1 x; with 8, every \
         row but those of one worker, and of threads under a GIL, comes near 8 x",
    );
    Ok(())
}

fn in_rust(workers: usize) -> tour::Result<(u64, Vec<Row>)> {
    let chunks = primes::chunks(LIMIT, CHUNKS);
    let nobody = Observer::nobody();
    let recipe = Role::Primes.recipe(this_program()?);
    let (found, alone) = shortest(|| primes::with_threads(&chunks, 1, &nobody))?;
    let (by_threads, threads) = shortest(|| primes::with_threads(&chunks, workers, &nobody))?;
    let (by_rayon, rayon) = shortest(|| primes::with_rayon(&chunks, workers))?;
    let (by_processes, processes) =
        shortest(|| primes::with_processes(&chunks, workers, &recipe, &nobody))?;
    if [by_threads, by_rayon, by_processes] != [found; 3] {
        return Err("the ways of counting disagree".into());
    }
    let row = |name, took| Row { name, alone, took };
    Ok((
        found,
        vec![
            row("Rust, one thread", alone),
            row("Rust, threads", threads),
            row("Rust, rayon", rayon),
            row("Rust, processes", processes),
        ],
    ))
}

fn in_python(python: &Python, workers: usize, found: u64) -> tour::Result<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    let modes = [
        ("one", "Python, one thread"),
        ("threads", "Python, threads"),
        ("processes", "Python, processes"),
    ];
    for (mode, name) in modes {
        let numbers = [LIMIT, CHUNKS, workers as u64].map(|number| number.to_string());
        let arguments = std::iter::once(mode.to_owned()).chain(numbers);
        let arguments: Vec<String> = arguments.collect();
        // The shorter of two, as above: what disturbed the other was no part of the work.
        let first = python.run("cpu_bound.py", &arguments)?;
        let second = python.run("cpu_bound.py", &arguments)?;
        let printed = if first.took < second.took {
            first
        } else {
            second
        };
        if printed.text != format!("primes {found}\n") {
            return Err(format!("{name} says {:?}, not {found}", printed.text).into());
        }
        let alone = rows.first().map_or(printed.took, |row| row.took);
        rows.push(Row {
            name,
            alone,
            took: printed.took,
        });
    }
    Ok(rows)
}
