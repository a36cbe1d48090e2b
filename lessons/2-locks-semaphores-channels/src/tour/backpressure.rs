//! Part 8: a fast sender, a slow receiver, and a queue between them, drawn.

use std::thread;
use std::time::{Duration, Instant};

use coordination::queue::bounded;
use tour::{Kind, Recorder, Stage, duration};

const ITEMS: usize = 12;
const CAPACITY: usize = 4;
const PACE: Duration = Duration::from_millis(10);

pub fn play(stage: &mut Stage) -> tour::Result {
    let recorder = Recorder::new();
    recorder.row("sender");
    recorder.row("receiver");
    let (sender, receiver) = bounded(CAPACITY);
    let mut waits = Vec::new();
    let got = thread::scope(|scope| {
        let (waits, ours) = (&mut waits, &recorder);
        scope.spawn(move || {
            for item in 0..ITEMS {
                let started = Instant::now();
                let _blocked = ours.span("sender", Kind::Blocked, format!("{item}"));
                if sender.send(item).is_err() {
                    return;
                }
                waits.push(started.elapsed());
            }
        });
        let mut got = Vec::new();
        while let Ok(item) = receiver.recv() {
            let _works = recorder.span("receiver", Kind::Working, format!("{item}"));
            thread::sleep(PACE);
            got.push(item);
        }
        got
    });
    stage.timeline(
        &recorder.finish(),
        &format!("capacity {CAPACITY}, the receiver takes 10 ms an item"),
    )?;
    if got != (0..ITEMS).collect::<Vec<_>>() {
        return Err(format!("the items came as {got:?}").into());
    }
    // One is with the receiver and as many as fit are in the queue, so nobody waits for those.
    let first: Duration = waits[..CAPACITY].iter().sum();
    let rest: Duration = waits[CAPACITY + 1..].iter().sum();
    let average = rest / (waits.len() - CAPACITY - 1) as u32;
    stage.names(["sender"]);
    stage.who(
        "sender",
        format!(
            "the first {CAPACITY} items: sent in {}, all of them",
            duration(first)
        ),
    );
    stage.who(
        "sender",
        format!(
            "each one after the {}th: sent in {}",
            CAPACITY + 1,
            duration(average)
        ),
    );
    stage.means("the queue fills once, and from then on the sender goes at the receiver's pace: backpressure");
    stage.means("without a bound it would send all at once, and the memory would hold what nobody has received yet");
    Ok(())
}
