//! Part 13: a child process at work is interrupted, and every item is accounted for.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::time::Instant;

use tour::{Stage, Table, count, duration};

use super::child::ITEMS;
use super::start_child;

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new([
        "the program",
        "items",
        "done",
        "handed back",
        "twice",
        "lost",
    ]);
    let (graceful, took) = interrupt("jobs")?;
    let (abrupt, _) = interrupt("jobs-abrupt")?;
    for (program, account, lost) in [
        ("finishes", &graceful, graceful.lost.to_string()),
        ("just exits", &abrupt, measured(abrupt.lost)),
    ] {
        table.row([
            program,
            &count(ITEMS),
            &measured(account.done),
            &measured(account.left),
            &account.twice.to_string(),
            &lost,
        ]);
    }
    stage.table(&table);
    stage.line("(7 x: so many of the items. Done, handed back and lost are all of them together)");
    if graceful.lost + graceful.twice > 0 {
        return Err(format!(
            "the shutdown lost {} and doubled {}",
            graceful.lost, graceful.twice
        )
        .into());
    }
    stage.line(format!(
        "from the word to the end of the process: {}",
        duration(took)
    ));
    stage.means("stop taking, finish what was begun, hand back what was not: each item is done once, or reported as not done");
    stage.means("how long it takes is how long the items take that are under way, so keep those short or let them ask too");
    Ok(())
}

/// Writes how many items it happened to be, this time.
fn measured(items: u64) -> String {
    format!("{} x", count(items))
}

/// What became of the items.
struct Account {
    done: u64,
    left: u64,
    lost: u64,
    twice: u64,
}

/// Lets a child work, tells it to stop in the middle, and counts what it says about each item.
///
/// Here it is told by the end of its standard input; `tests/shutdown_by_signal.rs` does it by
/// Ctrl-C, 200 times.
fn interrupt(role: &str) -> tour::Result<(Account, std::time::Duration)> {
    let mut child = start_child(role)?;
    let output = child.stdout.take().ok_or("the child has no output")?;
    let mut said: BTreeMap<u64, u64> = BTreeMap::new();
    let (mut done, mut left) = (0, 0);
    let mut started = None;
    for line in BufReader::new(output).lines() {
        let line = line?;
        let as_done = line.strip_prefix("done ");
        let as_left = line.strip_prefix("left ");
        done += u64::from(as_done.is_some());
        left += u64::from(as_left.is_some());
        if let Some(number) = as_done.or(as_left) {
            *said.entry(number.parse()?).or_default() += 1;
            if said.len() == 500 {
                drop(child.stdin.take());
                started = Some(Instant::now());
            }
        }
    }
    child.wait()?;
    let took = started
        .ok_or("the child ended before it was told")?
        .elapsed();
    let lost = ITEMS - said.len() as u64;
    let twice = said.values().filter(|times| **times > 1).count() as u64;
    let account = Account {
        done,
        left,
        lost,
        twice,
    };
    Ok((account, took))
}
