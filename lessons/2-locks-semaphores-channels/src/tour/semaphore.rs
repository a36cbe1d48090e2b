//! Part 6: three of twelve at once, drawn.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use coordination::Semaphore;
use tour::{Failure, Kind, Recorder, Stage, duration};

const JOBS: usize = 12;
const PERMITS: usize = 3;
const JOB: Duration = Duration::from_millis(20);

pub fn play(stage: &mut Stage) -> tour::Result {
    let recorder = Recorder::new();
    let semaphore = Semaphore::new(PERMITS);
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let started = Instant::now();
    // ANCHOR: twelve
    thread::scope(|scope| {
        for number in 1..=JOBS {
            let (recorder, semaphore, inside, most) = (&recorder, &semaphore, &inside, &most);
            let row = format!("job {number}");
            recorder.row(&row);
            scope.spawn(move || {
                let mut span = recorder.span(&row, Kind::Waiting, "");
                let _permit = semaphore.acquire().expect("nobody closes it");
                span.turn(Kind::Holding, "permit");
                most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
                thread::sleep(JOB);
                inside.fetch_sub(1, SeqCst);
            }); // the permit goes back here, also if the job panicked
        }
    });
    // ANCHOR_END: twelve
    let took = started.elapsed();
    let most = most.into_inner();
    let title = format!("{JOBS} jobs, {PERMITS} permits");
    stage.timeline(&recorder.finish(), &title)?;
    stage.line(format!(
        "{JOBS} jobs of 20 ms in {}; at most {most} had a permit at the same time",
        duration(took)
    ));
    if most != PERMITS {
        let why = format!("{most} were inside at the same time, and {PERMITS} may be");
        let advice = if most > PERMITS {
            "look where each permit goes back: a guard with a name lives to the end of its block"
        } else {
            "play it once more while nothing else keeps this machine busy"
        };
        return Err(Failure::new(why, advice).into());
    }
    stage.means(format!(
        "{} rounds of at most {PERMITS}: the bars form steps, and no round waits longer than it must",
        JOBS.div_ceil(PERMITS)
    ));
    stage.means("so one limits requests to one host, open files, connections to a database");
    Ok(())
}
