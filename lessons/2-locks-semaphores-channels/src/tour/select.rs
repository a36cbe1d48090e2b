//! Part 10: select, a limit, and the end of a channel.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use coordination::Shutdown;
use crossbeam_channel::{after, bounded, never, select, tick};
use tour::{Stage, duration};

use super::wait_until;

pub fn play(stage: &mut Stage) -> tour::Result {
    whichever_first(stage)?;
    disconnection(stage)
}

fn whichever_first(stage: &mut Stage) -> tour::Result {
    let (ann, from_ann) = bounded(1);
    let (bob, from_bob) = bounded(1);
    let shutdown = Shutdown::new();
    let requesting = shutdown.clone();
    let heard = Mutex::new(Vec::new());
    let say = |words: String| {
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.push(words);
    };
    thread::scope(|scope| {
        let heard = &heard;
        scope.spawn(move || {
            // Each speaks when the one before was heard, so that the order is the same each time.
            let heard_so_many = |count| {
                let len = || heard.lock().unwrap_or_else(PoisonError::into_inner).len();
                wait_until("the words are heard", || len() == count)
            };
            let _ = ann.send("one");
            heard_so_many(1)?;
            let _ = bob.send("hello");
            heard_so_many(2)?;
            let _ = ann.send("two");
            drop(ann);
            heard_so_many(4)?;
            requesting.request();
            Ok::<_, tour::Error>(())
        });
        // ANCHOR: select
        let stop = shutdown.receiver();
        let limit = after(Duration::from_secs(5));
        let (mut ann, mut bob) = (from_ann, from_bob);
        loop {
            select! {
                recv(ann) -> word => match word {
                    Ok(word) => say(format!("ann says {word}")),
                    // An ended channel is ready for ever. One that is never ready takes its place,
                    // or this loop would spin.
                    Err(_) => { say("ann is gone".to_owned()); ann = never(); }
                },
                recv(bob) -> word => match word {
                    Ok(word) => say(format!("bob says {word}")),
                    Err(_) => bob = never(),
                },
                recv(stop) -> _ => { say("somebody says stop".to_owned()); break }
                recv(limit) -> _ => { say("too late".to_owned()); break }
            }
        }
        // ANCHOR_END: select
    });
    let heard = heard.into_inner().unwrap_or_else(PoisonError::into_inner);
    for line in &heard {
        stage.line(line);
    }
    let expected = [
        "ann says one",
        "bob says hello",
        "ann says two",
        "ann is gone",
        "somebody says stop",
    ];
    if heard != expected {
        return Err("the words came in another order than they were sent".into());
    }
    stage.means(
        "one thread heard two channels, a request to stop and a clock, and slept in between",
    );
    stage.blank();

    let started = Instant::now();
    let ticks = tick(Duration::from_millis(5)).iter().take(3).count();
    stage.line(format!(
        "{ticks} ticks of a clock that is a channel: {}",
        duration(started.elapsed())
    ));
    stage.blank();
    Ok(())
}

fn disconnection(stage: &mut Stage) -> tour::Result {
    let (sender, receiver) = bounded(3);
    for item in 1..=3 {
        sender.send(item)?;
    }
    let full = sender.try_send(4).is_err_and(|error| error.is_full());
    drop(sender);
    let rest: Vec<i32> = receiver.iter().collect();
    let end = receiver.recv();
    stage.line(format!("a full channel refuses a fourth: {full}"));
    stage.line(format!(
        "the last sender is gone; the receiver still gets {rest:?}"
    ));
    stage.line(format!(
        "and then: {}",
        end.map_or_else(|error| error.to_string(), |item| item.to_string())
    ));
    let (sender, receiver) = bounded(3);
    drop(receiver);
    let back = sender.send("a letter").map_err(|error| error.into_inner());
    stage.line(format!(
        "the last receiver is gone; send gives back: {back:?}"
    ));
    stage.means("dropping the last half is the end of a channel: no special item, no flag, nobody who waits for ever");
    Ok(())
}
