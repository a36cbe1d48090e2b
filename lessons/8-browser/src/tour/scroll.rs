//! Part 5: a page that grows at its end.

use std::time::Instant;

use tour::{Stage, Table, duration};

use super::{PATIENCE, session, site};

/// A page that has no end is left after so many times.
const ENOUGH: usize = 20;

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let session = session()?;
    session.open(&site.url("/js/scroll"))?;
    let wait = session.wait(PATIENCE);
    let started = Instant::now();
    let mut things = wait.for_count(".thing", 1)?;
    let mut table = Table::new(["gone to the end", "things on the page", "the last of them"]);

    for times in 0..=ENOUGH {
        let last = things.last().ok_or("there is no thing")?.text()?;
        table.row([times.to_string(), things.len().to_string(), last]);
        if session.find("#end")?.text()?.starts_with("That is all") {
            break;
        }
        session.execute("scrollTo(0, document.body.scrollHeight)", &[])?;
        // More than before, however many: how many come at a time is the page's business.
        let before = things.len();
        things = wait.until("more things", |session| {
            let now = session.find_all(".thing")?;
            Ok((now.len() > before).then_some(now))
        })?;
    }
    let took = duration(started.elapsed());
    let end = session.find("#end")?.text()?;

    stage.table(&table);
    stage.line(format!("the page says, after {took}: {end}"));
    stage.means("go to the end, wait until more has come, go to the end again: a loop with a condition and a limit");
    stage.means("where the page asks an API for more, fetching from the API is quicker still");
    Ok(())
}
