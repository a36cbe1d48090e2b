//! Part 11: uneven work, dealt out and stolen, drawn.

use std::thread;
use std::time::{Duration, Instant};

use coordination::stealing::{Share, Sharing, share_out};
use tour::{Kind, Recorder, Stage, duration};

const WORKERS: usize = 4;
const LONG: Duration = Duration::from_millis(16);
const SHORT: Duration = Duration::from_millis(1);

pub fn play(stage: &mut Stage) -> tour::Result {
    // Waiting instead of computing, so that the drawing is the same on any number of cores.
    let items: Vec<Duration> = [vec![LONG; 8], vec![SHORT; 24]].concat();
    let mut walls = Vec::new();
    for (sharing, title) in [
        (Sharing::Dealt, "dealt out: 8 items each"),
        (Sharing::Stolen, "dealt out, and then stolen"),
    ] {
        let recorder = Recorder::new();
        (1..=WORKERS).for_each(|number| recorder.row(format!("worker {number}")));
        let started = Instant::now();
        let shares = share_out(&items, WORKERS, sharing, |me, item| {
            let _works = recorder.span(format!("worker {}", me + 1), Kind::Working, "");
            thread::sleep(*item);
        });
        walls.push(started.elapsed());
        stage.timeline(&recorder.finish(), title)?;
        let sum = |of: fn(&Share) -> usize| shares.iter().map(of).sum::<usize>();
        if sum(|share| share.items) != items.len() {
            return Err(format!("not every item was done once: {shares:?}").into());
        }
        let was_stolen = sum(|share| share.stolen) > 0;
        if was_stolen != (sharing == Sharing::Stolen) {
            return Err(
                format!("stolen where it should not, or not where it should: {shares:?}").into(),
            );
        }
    }
    let ratio = walls[0].as_secs_f64() / walls[1].as_secs_f64();
    stage.line(format!(
        "dealt: {}; stolen: {}, which is {ratio:.1} x as fast; each item was done once",
        duration(walls[0]),
        duration(walls[1])
    ));
    stage.line("(an item here is a wait, not a computation: so four workers can be four times as fast on any number of cores)");
    stage.means("the first worker got all the long items; the others helped as soon as they had nothing left");
    stage.means(
        "nobody has to know beforehand which item is long: this is how rayon shares out work",
    );
    Ok(())
}
