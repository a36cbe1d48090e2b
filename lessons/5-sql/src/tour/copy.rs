//! Part 15: a whole database goes to another kind, and comes back.

use database::copy::{Event, Options, copy};
use database::{Address, Database};
use tour::{Stage, Table};

use super::Ground;

/// A small shop as somebody kept it for years: types are wishes here.
const SHOP: &str = "
    CREATE TABLE customers (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE UNIQUE,
        born DATE, active BOOLEAN DEFAULT 1, boss INTEGER REFERENCES customers);
    CREATE TABLE orders (customer INTEGER REFERENCES customers, at DATETIME, amount DECIMAL(8, 2),
        pieces INTEGER, receipt BLOB, PRIMARY KEY (customer, at)) WITHOUT ROWID;
    CREATE INDEX large ON orders (amount) WHERE amount > 100;
    CREATE VIEW totals AS SELECT customer, sum(amount) FROM orders GROUP BY customer;
    INSERT INTO customers VALUES (1, 'Ada', '1815-12-10', 1, NULL), (2, '', NULL, 0, 1), (40, 'Žofie', '1990-02-28', NULL, 1);
    INSERT INTO orders VALUES (1, '2024-01-02 03:04:05', 19.99, 3, x'00ff'), (1, '2024-02-03 10:00:00', 250, 1, NULL),
        (40, '2024-02-03 10:00:00', 5.5, 'a dozen', x'');";

pub fn play(stage: &mut Stage) -> tour::Result {
    let shop = Ground::sqlite()?;
    let mut lite = shop.open()?;
    lite.batch(SHOP)?;
    let Some(server) = Ground::postgres(stage)? else {
        return Ok(());
    };

    let refused = copy(
        &shop.text(),
        &server.text(),
        &Options::default(),
        &mut |_| (),
    );
    let reason = refused
        .err()
        .map_or_else(|| "it was copied".to_owned(), |error| error.to_string());
    stage.line("the shop has a piece count that is no number:");
    stage.line(reason.split("; nothing").next().unwrap_or_default());
    stage.line("");

    lite.batch("UPDATE orders SET pieces = 12 WHERE pieces = 'a dozen'")?;
    let there = copy(
        &shop.text(),
        &server.text(),
        &Options::default(),
        &mut |event| {
            if let Event::Note(note) = event {
                stage.line(format!("note: {note}"));
            }
        },
    )?;
    stage.line("");
    let home = Ground::sqlite()?;
    let back = copy(
        &server.text(),
        &home.text(),
        &Options::default(),
        &mut |_| (),
    )?;
    let mut table = Table::new(["table", "rows", "sum there", "sum back"]);
    for (there, back) in there.tables.iter().zip(&back.tables) {
        let sum = |sum: u128| format!("{:08x}…", sum >> 96);
        table.row([
            there.target.clone(),
            there.digest.rows.to_string(),
            sum(there.digest.sum),
            sum(back.digest.sum),
        ]);
    }
    stage.table(&table);
    stage.line("");

    let mut types = Table::new(["orders", "SQLite says", "PostgreSQL has"]);
    for (name, declared) in declared(lite.as_mut())? {
        let kind = kind_of(&server.address, &name)?;
        types.row([name, declared, kind]);
    }
    stage.table(&types);
    let next = first_text(
        &server.address,
        "INSERT INTO customers (name) VALUES ('Eve') RETURNING CAST(id AS TEXT)",
    )?;
    stage.line(format!("the next customer gets number {next}"));
    stage.means("a value that the other side cannot hold stops everything; the report says which");
    stage.means("all of it arrives in one transaction, and is read back before the commit");
    stage.means("amount came back as the text that PostgreSQL shows, 250.00: SQLite has no exact decimals, so that sum differs");
    Ok(())
}

fn declared(database: &mut dyn Database) -> tour::Result<Vec<(String, String)>> {
    let rows = database.query("SELECT name, type FROM pragma_table_info('orders')", &[])?;
    rows.iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?)))
        .collect()
}

fn kind_of(address: &Address, column: &str) -> tour::Result<String> {
    // The names of the columns are the six above.
    first_text(
        address,
        &format!("SELECT CAST(pg_typeof({column}) AS TEXT) FROM orders LIMIT 1"),
    )
}

fn first_text(address: &Address, sql: &str) -> tour::Result<String> {
    let rows = address.open()?.query(sql, &[])?;
    Ok(rows.first().ok_or("no row")?.get(0)?)
}
