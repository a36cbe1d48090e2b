//! Part 5: twelve files, one after another and side by side.

use std::time::Duration;

use practice_site::{Config, Site};
use tour::{Recorder, Stage, Table, duration};
use workers::download::{Downloads, Strategy, download};

use super::{PATIENCE, draws, times_faster};

/// How long the site waits before it answers with each chapter, in milliseconds.
const LATENCIES: [u64; 12] = [76, 22, 57, 33, 79, 21, 38, 25, 60, 44, 30, 55];

const STRATEGIES: [(&str, &str, Strategy); 4] = [
    ("one after another", "in turn", Strategy::OneAfterAnother),
    ("a thread each", "a thread each", Strategy::AThreadEach),
    ("a pool of 4 threads", "pool of 4", Strategy::Pool(4)),
    ("rayon on 2 threads", "rayon on 2", Strategy::Rayon(2)),
];

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = Site::start(Config::default())?;
    let paths: Vec<String> = (1..)
        .zip(LATENCIES)
        .map(|(chapter, ms)| format!("/files/chapter-{chapter:02}.txt?ms={ms}"))
        .collect();

    let mut all: Vec<Downloads> = Vec::new();
    for (title, _, strategy) in STRATEGIES {
        let recorder = Recorder::new();
        for row in rows(strategy, paths.len()) {
            recorder.row(row);
        }
        let downloads = download(
            site.address(),
            &paths,
            strategy,
            PATIENCE,
            &draws(&recorder),
        )?;
        stage.timeline(&recorder.finish(), format!("12 files, {title}").as_str())?;
        stage.blank();
        all.push(downloads);
    }

    let mut table = Table::new(std::iter::once("file").chain(STRATEGIES.map(|(_, head, _)| head)));
    for (index, path) in paths.iter().enumerate() {
        let name = path.split(['/', '?']).nth(2).unwrap_or(path);
        let times = all
            .iter()
            .map(|downloads| duration(downloads.files[index].took));
        table.row(std::iter::once(name.to_owned()).chain(times));
    }
    let total = |name: &str, of: fn(&Downloads) -> Duration| {
        let times = all.iter().map(|downloads| duration(of(downloads)));
        std::iter::once(name.to_owned())
            .chain(times)
            .collect::<Vec<_>>()
    };
    table.row(total("their sum", Downloads::sum));
    table.row(total("on the clock", |downloads| downloads.wall));
    stage.table(&table);
    if all
        .iter()
        .any(|downloads| downloads.report() != all[0].report())
    {
        return Err("the strategies brought different files".into());
    }
    stage.line(format!(
        "against one after another, a thread each is {} as fast, a pool of 4 {}, rayon {}",
        times_faster(all[0].wall, all[1].wall),
        times_faster(all[0].wall, all[2].wall),
        times_faster(all[0].wall, all[3].wall),
    ));
    stage.means(
        "each file takes as long as before: nothing got faster. What changed is that the waits \
         lie side by side, and the clock shows the longest of them instead of their sum",
    );
    stage.means(
        "a pool bounds how many ask at once, which the server will thank you for; rayon brings a \
         thread for each core, which is right for computing and too few for waiting",
    );
    Ok(())
}

/// The workers' names, so that the rows stand in their order whoever begins first.
fn rows(strategy: Strategy, n_files: usize) -> Vec<String> {
    let (name, n) = match strategy {
        Strategy::OneAfterAnother => ("thread", 1),
        Strategy::AThreadEach => ("thread", n_files),
        Strategy::Pool(k) => ("thread", k),
        Strategy::Rayon(k) => ("rayon", k),
    };
    (1..=n).map(|number| format!("{name} {number}")).collect()
}
