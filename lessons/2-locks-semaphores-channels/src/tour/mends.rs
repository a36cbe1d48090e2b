//! Part 2: four mends, their result and their cost.

use coordination::counter::{Way, count};
use tour::{Stage, Table};

use super::{each, shortest};

const EACH: u64 = 200_000;

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new(["way", "1 thread", "2 threads", "4 threads", "right?"]);
    for way in Way::ALL {
        let mut row = vec![name(way).to_owned()];
        let mut right = true;
        for threads in [1, 2, 4] {
            let each_thread = EACH / threads;
            let took = shortest(|| right &= count(way, threads, each_thread) == EACH);
            row.push(each(took, EACH));
        }
        let broken = way == Way::LoadThenStore;
        if !broken && !right {
            return Err(format!("{} lost an update", name(way)).into());
        }
        row.push(if broken { "no" } else { "always" }.to_owned());
        table.row(row);
    }
    stage.table(&table);
    stage.line("(time for each addition, that of starting the threads among it)");
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
