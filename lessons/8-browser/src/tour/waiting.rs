//! Part 3: one who looks at once, one who sleeps, one who waits.

use std::thread;
use std::time::{Duration, Instant};

use browser::Session;
use tour::{Kind, Recorder, Stage, duration};

use super::{PATIENCE, session, site};

/// Too short for this page.
const NAP: Duration = Duration::from_millis(300);
/// Long enough for this page, today.
const SLEEP: Duration = Duration::from_secs(3);

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let session = session()?;
    let recorder = Recorder::new();
    let (sleeper, waiter) = ("sleeps 3 s", "waits");
    recorder.row(sleeper);
    recorder.row(waiter);
    let press = |session: &Session| -> Result<String, browser::Error> {
        session.find("#late")?.click()?;
        let answer = session.find("#answer")?.text()?;
        // Pressing a button that is off is no error: nobody says that nothing has happened.
        Ok(match answer.as_str() {
            "" => "pressed in vain.".to_owned(),
            _ => answer,
        })
    };

    session.open(&site.url("/js/late"))?;
    let at_once = reason(press(&session));
    thread::sleep(NAP);
    let after_a_nap = reason(press(&session));
    stage.names(["naps 300 ms"]);
    stage.who("at once", at_once);
    stage.who(format!("naps {}", duration(NAP)), after_a_nap);

    let mut took = Vec::new();
    for row in [sleeper, waiter] {
        session.open(&site.url("/js/late"))?;
        let started = Instant::now();
        if row == sleeper {
            let _sleeping = recorder.span(row, Kind::Sleeping, "sleep");
            thread::sleep(SLEEP);
        } else {
            let _waiting = recorder.span(row, Kind::Waiting, "wait");
            session.wait(PATIENCE).for_clickable("#late")?;
        }
        let answer = press(&session)?;
        took.push(started.elapsed());
        recorder.mark(row, "pressed");
        stage.who(
            row,
            format!("{answer} After {}", duration(started.elapsed())),
        );
    }
    stage.timeline(
        &recorder.finish(),
        "The same button, by a sleep and by a wait",
    )?;
    stage.means("a sleep is a guess about how fast the page is today; the wait asked, and went on when the answer was yes");
    stage.means("its limit is only for the day on which the button never comes");
    Ok(())
}

/// Returns why it could not be pressed, in a few words.
fn reason(outcome: Result<String, browser::Error>) -> String {
    match outcome {
        Ok(answer) => answer,
        Err(error) => match error.refusal() {
            Some(browser::Refusal::NoSuchElement) => "refused: no such element".to_owned(),
            _ => error.to_string(),
        },
    }
}
