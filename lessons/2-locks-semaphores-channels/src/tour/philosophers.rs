//! Part 5: five philosophers, two kinds of manners, drawn.

use std::collections::HashMap;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use coordination::philosophers::{Does, Manners, dine};
use tour::{Kind, OpenSpan, Recorder, Stage, duration};

const PHILOSOPHERS: usize = 5;
const MEALS: usize = 4;
const MEAL: Duration = Duration::from_millis(8);

pub fn play(stage: &mut Stage) -> tour::Result {
    for (manners, title) in [
        (Manners::Order, "the lower fork first"),
        (Manners::Seats, "five philosophers, four seats"),
    ] {
        let recorder = Recorder::new();
        (1..=PHILOSOPHERS).for_each(|number| recorder.row(name(number)));
        let open: Mutex<HashMap<usize, OpenSpan>> = Mutex::default();
        let observe = |me: usize, does: Does| {
            let mut open = open.lock().expect("drawing does not panic");
            match does {
                Does::Waits => {
                    let span = recorder.span(name(me + 1), Kind::Waiting, "");
                    open.insert(me, span);
                }
                Does::Reaches { .. } => {}
                Does::Eats => {
                    if let Some(span) = open.get_mut(&me) {
                        span.turn(Kind::Holding, "");
                    }
                }
                Does::Thinks => drop(open.remove(&me)),
            }
        };
        let started = Instant::now();
        let eaten = dine(PHILOSOPHERS, MEALS, manners, observe, |_| {
            thread::sleep(MEAL)
        });
        let took = started.elapsed();
        if eaten != [MEALS; PHILOSOPHERS] {
            return Err(format!("somebody did not eat: {eaten:?}").into());
        }
        stage.timeline(&recorder.finish(), title)?;
        let meals = PHILOSOPHERS * MEALS;
        stage.line(format!(
            "meals eaten: {eaten:?}, in {}; with two who eat at every moment it would be {}",
            duration(took),
            duration(MEAL * meals as u32 / 2)
        ));
    }
    stage.means("with an order there is no ring; with one seat fewer the ring is never closed");
    stage.means("an order costs nothing at run time, and everybody has to know it; the seats need no order, and cost a semaphore");
    Ok(())
}

fn name(number: usize) -> String {
    format!("philosopher {number}")
}
