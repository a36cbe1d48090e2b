//! Part 14: a queue that several workers share, and one that dies.

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use database::queue;
use tour::{Stage, Table, duration};

use super::Ground;

const JOBS: usize = 60;
const WORKERS: usize = 3;
const LEASE: Duration = Duration::from_millis(150);

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new([
        "database",
        "jobs",
        "done",
        "twice",
        "lost",
        "the dead worker's jobs came back after",
    ]);
    for ground in Ground::both(stage)? {
        let mut database = ground.open()?;
        let database = database.as_mut();
        for statement in queue::schema(ground.kind()) {
            database.execute(&statement, &[])?;
        }
        let names: Vec<String> = (0..JOBS).map(|number| format!("job {number}")).collect();
        queue::push(database, names.iter().map(|name| (name.as_str(), "")))?;
        // It claims four and is never heard of again.
        let claimed = Instant::now();
        let dead = queue::claim(database, "mortal", 4, LEASE)?;
        let done = Mutex::new(Vec::new());
        let came_back = Mutex::new(Duration::ZERO);
        thread::scope(|scope| {
            let workers: Vec<_> = (0..WORKERS)
                .map(|number| {
                    let (ground, done, came_back) = (&ground, &done, &came_back);
                    scope.spawn(move || -> tour::Result {
                        let name = format!("worker {number}");
                        let mut database = ground.open()?;
                        let database = database.as_mut();
                        loop {
                            let jobs = queue::claim(database, &name, 2, Duration::from_secs(60))?;
                            let counts = queue::counts(database)?;
                            if jobs.is_empty() && counts.waiting + counts.claimed == 0 {
                                return Ok(());
                            }
                            if jobs.is_empty() {
                                thread::sleep(Duration::from_millis(5));
                            }
                            for job in jobs {
                                if job.tries == 2 {
                                    *came_back.lock().map_err(|_| "a worker panicked")? =
                                        claimed.elapsed();
                                }
                                if queue::finish(database, &name, &job)? {
                                    done.lock().map_err(|_| "a worker panicked")?.push(job.name);
                                }
                            }
                        }
                    })
                })
                .collect();
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().map_err(|_| "a worker panicked")?)
        })?;
        let mut done = done.into_inner().map_err(|_| "a worker panicked")?;
        let n_done = done.len();
        done.sort();
        done.dedup();
        let late = dead.first().ok_or("it claimed four")?;
        let refused = !queue::finish(database, "mortal", late)?;
        if !refused {
            return Err("a job was finished twice".into());
        }
        let after = came_back.into_inner().map_err(|_| "a worker panicked")?;
        table.row([
            ground.kind().to_string(),
            JOBS.to_string(),
            n_done.to_string(),
            (n_done - done.len()).to_string(),
            (JOBS - done.len()).to_string(),
            duration(after),
        ]);
    }
    stage.line(format!(
        "{WORKERS} workers; a fourth claimed 4 jobs for {} and is never heard of again",
        duration(LEASE)
    ));
    stage.table(&table);
    stage.means("a claim is a lease: who dies loses it by time, and who comes late is told");
    stage.means(
        "FOR UPDATE SKIP LOCKED: workers that claim at once pass each other instead of queueing up",
    );
    Ok(())
}
