//! Part 8: a question before and after an index.

use std::time::Instant;

use database::plan::{plan, uses_index};
use database::{Database, Kind, values};
use tour::{Stage, count, duration};

use super::Ground;

const ROWS: u64 = 100_000;
const QUESTION: &str = "SELECT count(*) FROM visits WHERE visitor = $1";

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.names(["PostgreSQL"]);
    stage.line(format!("{} rows; {QUESTION}", count(ROWS)));
    let mut times = Vec::new();
    for ground in Ground::both(stage)? {
        let kind = ground.kind();
        let mut database = ground.open()?;
        let database = database.as_mut();
        database.batch("CREATE TABLE visits (id BIGINT, visitor BIGINT)")?;
        let numbers = kind.choose(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n",
            "SELECT i FROM generate_series(1, 100000) AS n (i)",
        );
        database.batch(&format!(
            "INSERT INTO visits SELECT i, i % 5000 FROM ({numbers}) AS numbers"
        ))?;
        database.batch("ANALYZE")?;
        let before = ask(stage, kind, database)?;
        database.batch("CREATE INDEX visits_by_visitor ON visits (visitor)")?;
        database.batch("ANALYZE")?;
        let after = ask(stage, kind, database)?;
        times.push((format!("{kind}, without"), before));
        times.push((format!("{kind}, index"), after));
    }
    let bars = times
        .iter()
        .map(|(label, time)| (label, time.as_secs_f64(), duration(*time)));
    stage.bars(bars);
    stage.means("without an index every row is read; with one only those that are asked for");
    stage.means("an index is paid for at each write, so index what is asked, not everything");
    Ok(())
}

/// Shows the plan, and returns the shortest of some answers.
fn ask(
    stage: &mut Stage,
    kind: Kind,
    database: &mut dyn Database,
) -> tour::Result<std::time::Duration> {
    let lines = plan(database, QUESTION, values![42])?;
    let index = if uses_index(kind, &lines) {
        "by the index"
    } else {
        "all rows"
    };
    // The step that reads the table is the last line.
    let step = lines
        .iter()
        .map(|line| line.trim().trim_start_matches("-> ").trim())
        .find(|line| line.contains("visits"))
        .unwrap_or_default();
    stage.who(kind.to_string(), format!("{index}: {step}"));
    let mut best = std::time::Duration::MAX;
    for _ in 0..7 {
        let started = Instant::now();
        let rows = database.query(QUESTION, values![42])?;
        best = best.min(started.elapsed());
        if rows.first().map_or(Ok(0), |row| row.get::<i64>(0))? != 20 {
            return Err("every visitor came 20 times".into());
        }
    }
    Ok(best)
}
