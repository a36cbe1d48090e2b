//! Part 3: what a column takes: SQLite's affinity and PostgreSQL's types.

use database::{Database, Value};
use tour::{Stage, Table};

use super::{Ground, outcome};

/// What is put into a column of whole numbers.
const TRIED: [&str; 5] = ["'12'", "'twelve'", "1.5", "9000000000", "''"];

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new(["into INTEGER", "SQLite", "SQLite STRICT", "PostgreSQL"]);
    let sqlite = Ground::sqlite()?;
    let mut lite = sqlite.open()?;
    lite.batch("CREATE TABLE loose (n INTEGER); CREATE TABLE tight (n INTEGER) STRICT")?;
    let postgres = Ground::postgres(stage)?;
    let mut server = match &postgres {
        Some(ground) => Some(ground.open()?),
        None => None,
    };
    if let Some(server) = &mut server {
        server.batch("CREATE TABLE tight (n INTEGER)")?;
    }
    for tried in TRIED {
        let of_server = match &mut server {
            Some(server) => kept(server.as_mut(), "tight", tried),
            None => "-".to_owned(),
        };
        table.row([
            tried.to_owned(),
            kept(lite.as_mut(), "loose", tried),
            kept(lite.as_mut(), "tight", tried),
            of_server,
        ]);
    }
    stage.table(&table);
    stage.means("SQLite's type of a column is a wish: what does not fit is kept as it came");
    stage.means(
        "a STRICT table refuses it; PostgreSQL has 4 bytes for INTEGER and refuses more as well",
    );
    Ok(())
}

fn kept(database: &mut dyn Database, table: &str, written: &str) -> String {
    // The literals are the five above. As text in the statement, so that each database converts it.
    let insert = format!("INSERT INTO {table} (n) VALUES ({written}) RETURNING n");
    let result = database.query(&insert, &[]);
    outcome(&result, |rows| match rows.first().map(|row| &row.0[0]) {
        Some(Value::Integer(number)) => format!("integer {number}"),
        Some(Value::Real(number)) => format!("real {number}"),
        Some(Value::Text(text)) => format!("text '{text}'"),
        _ => "nothing".to_owned(),
    })
    .replace("refused: Rule", "refused")
    .replace("refused: Other", "refused")
}
