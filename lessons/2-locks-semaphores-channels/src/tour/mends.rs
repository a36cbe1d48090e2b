//! Part 2: four mends, their result and their cost.

use coordination::counter::{Way, count};
use tour::{Stage, Table, count as number};

use super::{each, shortest};

const EACH: u64 = 200_000;
/// How often, at most, the broken way is run once more until its mistake shows.
const TRIES: usize = 100;

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new(["way", "1 thread", "2 threads", "4 threads", "lost, at most"]);
    for way in Way::ALL {
        let mut row = vec![name(way).to_owned()];
        let mut lost = 0;
        for threads in [1, 2, 4] {
            let each_thread = EACH / threads;
            let took = shortest(|| {
                lost = lost.max(EACH - count(way, threads, each_thread));
            });
            row.push(each(took, EACH));
        }
        let broken = way == Way::LoadThenStore;
        for _ in 0..TRIES {
            if broken && lost == 0 {
                lost = EACH - count(way, 2, EACH / 2);
            }
        }
        if !broken && lost > 0 {
            return Err(format!("{} lost {lost} updates", name(way)).into());
        }
        row.push(if broken {
            format!("{} x", number(lost))
        } else {
            lost.to_string()
        });
        table.row(row);
    }
    stage.table(&table);
    stage.line(format!(
        "(time for each addition, that of starting the threads among it; each way was to count to {}, several times, and lost is how far below it stayed in the worst run)",
        number(EACH)
    ));
    stage.means(
        "for one number take the atomic; for several values that belong together, a mutex; \
         and a channel where the work, not a number, has an owner",
    );
    stage.means("a lock that readers share costs a writer more: it pays when nearly all only read");
    Ok(())
}

fn name(way: Way) -> &'static str {
    match way {
        Way::LoadThenStore => "load, store",
        Way::FetchAdd => "fetch_add",
        Way::Mutex => "Mutex",
        Way::RwLock => "RwLock",
        Way::Owner => "channel to an owner",
    }
}
