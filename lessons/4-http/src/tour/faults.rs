//! Part 8: the table of bad behaviours, each tried just now.

use std::time::Duration;

use tour::{Stage, Table};

use super::behaviours::{BEHAVIOURS, client, limits, meet_all};
use super::site;

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let client = client(limits(Duration::from_millis(1_500), Duration::from_secs(3)))?;
    let mut met = meet_all(&client, &site)?.into_iter();
    let (mut as_expected, mut slowest) = (0, Duration::ZERO);
    let mut table = Table::new(["a server that …", "ends with", "so"]);
    for (about, behaviours) in BEHAVIOURS {
        table.row([format!("[{about}]")]);
        for behaviour in *behaviours {
            let Some(met) = met.next() else { break };
            as_expected += u32::from(met.ended == behaviour.ends);
            slowest = slowest.max(met.took);
            table.row([behaviour.does, &met.ended, met.advice]);
        }
    }
    stage.table(&table);
    let all: usize = BEHAVIOURS.iter().map(|(_, list)| list.len()).sum();
    stage.line(format!("{as_expected} of {all} ended as they should"));
    stage.line(format!("the slowest took {}", tour::duration(slowest)));
    stage.means("an answer that can be used is used, and every other one is an error that says what to do next");
    Ok(())
}
