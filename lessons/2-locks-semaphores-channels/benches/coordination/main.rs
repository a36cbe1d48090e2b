//! Queues and semaphores, ours beside the well-kept ones, in one run.
//!
//! `just bench coordination` measures in rounds: each round measures every contender once, one after
//! another, so that a busy moment of the machine meets all of them; of each, the best round counts.
//! `just bench coordination 9` plays nine rounds. The queues' table is drawn too, as
//! `target/tour/2-throughput.svg`.
#![allow(clippy::print_stdout, reason = "a benchmark speaks")]

mod plot;
mod semaphores;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use coordination::throughput::{Kind, Load, pass};
use plot::{Bars, Group};
use tour::Table;

const ITEMS: u64 = 200_000;
/// With room for one item each is a switch of threads; fewer of them take as long.
const ITEMS_ONE_BY_ONE: u64 = 10_000;
const SHAPES: [(usize, usize); 4] = [(1, 1), (4, 1), (1, 4), (4, 4)];
const CAPACITIES: [usize; 3] = [1, 16, 256];

fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench`; a number is for us.
    let rounds = env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(5_u32);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("best of {rounds} rounds, {cores} cores\n");
    queues(rounds)?;
    semaphores::compare(rounds);
    Ok(())
}

fn queues(rounds: u32) -> anyhow::Result<()> {
    let mut best: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let loads: Vec<Load> = SHAPES
        .iter()
        .flat_map(|(producers, consumers)| {
            CAPACITIES.map(|capacity| Load {
                producers: *producers,
                consumers: *consumers,
                capacity,
                items: if capacity == 1 {
                    ITEMS_ONE_BY_ONE
                } else {
                    ITEMS
                },
            })
        })
        .collect();
    for _ in 0..rounds {
        for (row, load) in loads.iter().enumerate() {
            for (column, kind) in Kind::ALL.into_iter().enumerate() {
                let passed = pass(kind, load);
                ensure!(
                    load.is_whole(&passed),
                    "{} lost an item: {passed:?}",
                    kind.name()
                );
                let rate = load.items as f64 / passed.took.as_secs_f64();
                let best = best.entry((row, column)).or_default();
                *best = best.max(rate);
            }
        }
    }

    let mut head = vec!["producers > consumers".to_owned(), "capacity".to_owned()];
    head.extend(Kind::ALL.map(|kind| kind.name().to_owned()));
    head.push("crossbeam / ours".to_owned());
    let mut table = Table::new(head);
    let mut bars = Bars::new(
        "Items a second through four kinds of queue",
        Kind::ALL.map(Kind::name),
    );
    for (row, load) in loads.iter().enumerate() {
        let rates: Vec<f64> = (0..Kind::ALL.len())
            .map(|column| best[&(row, column)])
            .collect();
        let shape = format!("{} > {}", load.producers, load.consumers);
        let mut cells = vec![shape.clone(), load.capacity.to_string()];
        cells.extend(rates.iter().map(|rate| format!("{:.2} M/s", rate / 1e6)));
        cells.push(format!("{:.2} x", rates[2] / rates[0]));
        table.row(cells);
        bars.group(Group {
            label: format!("{shape}, {}", load.capacity),
            values: rates,
        });
    }
    println!("{}", table.to_text(100));
    let folder = target_folder().join("tour");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join("2-throughput.svg");
    fs::write(&path, bars.to_svg()).with_context(|| format!("cannot write {}", path.display()))?;
    println!("picture: {}\n", path.display());
    Ok(())
}

/// Cargo runs a benchmark from its package's folder; the build folder lies two above, or elsewhere.
fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("../../target"), PathBuf::from)
}
