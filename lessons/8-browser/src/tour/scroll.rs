//! Part 5: a page that grows at its end.

use std::time::Instant;

use tour::{Stage, duration};

use super::{PATIENCE, session, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let session = session()?;
    session.open(&site.url("/js/scroll"))?;
    let started = Instant::now();
    let end = session.wait(PATIENCE).until("the last thing", |session| {
        session.execute("scrollTo(0, document.body.scrollHeight)", &[])?;
        let end = session.find("#end")?.text()?;
        Ok(end.starts_with("That is all").then_some(end))
    })?;
    let things = session.find_all(".thing")?;

    stage.line(format!("the page says: {end}"));
    stage.line(format!(
        "{} things are on it now, after {}; the last is \"{}\"",
        things.len(),
        duration(started.elapsed()),
        things.last().ok_or("there is no thing")?.text()?
    ));
    stage.means("go to the end, see whether more has come, go to the end again: a loop with a condition and a limit");
    stage.means("where the page asks an API for more, as this kind does, fetching from the API is quicker still");
    Ok(())
}
