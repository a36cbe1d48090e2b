//! Part 5: a process is killed in the middle of a transaction.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use database::{Address, Database, Transaction};
use tour::{Stage, Table};

use super::{Ground, number};

/// By this argument the program plays the one that is killed.
pub const CHILD: &str = "--transfer-and-wait";

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new(["", "SQLite", "PostgreSQL"]);
    let mut columns = Vec::new();
    for ground in Ground::both(stage)? {
        let mut database = ground.open()?;
        database.batch("CREATE TABLE accounts (name TEXT PRIMARY KEY, amount BIGINT NOT NULL)")?;
        database.batch("INSERT INTO accounts VALUES ('ada', 100), ('bob', 0)")?;
        let mut child = Command::new(std::env::current_exe()?)
            .args([CHILD, &ground.text()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("it is piped")?;
        let inside = BufReader::new(output)
            .lines()
            .next()
            .ok_or("the child said nothing")??;
        let outside = amounts(database.as_mut())?;
        child.kill()?;
        child.wait()?;
        let after = amounts(database.as_mut())?;
        let again = database.execute("UPDATE accounts SET amount = amount", &[])?;
        columns.push([inside, outside, after, format!("{again} rows at once")]);
    }
    let names = [
        "the child itself sees",
        "others see meanwhile",
        "after kill -9",
        "the next writer",
    ];
    for (index, name) in names.into_iter().enumerate() {
        let of = |which: usize| {
            columns
                .get(which)
                .map_or("-", |column| column[index].as_str())
        };
        table.row([name, of(0), of(1)]);
    }
    stage.line("a child begins to move 50 from ada to bob, has done the first of two statements, and is killed");
    stage.table(&table);
    stage.means("until COMMIT nothing of a transaction is there for others, and after a crash nothing at all");
    stage.means("its locks went with it: who comes next does not wait");
    Ok(())
}

fn amounts(database: &mut dyn Database) -> tour::Result<String> {
    let ada = number(database, "SELECT amount FROM accounts WHERE name = 'ada'")?;
    let bob = number(database, "SELECT amount FROM accounts WHERE name = 'bob'")?;
    Ok(format!("ada {ada}, bob {bob}"))
}

/// The child: takes, tells what it sees, and waits for its end.
pub fn child(address: &str) -> tour::Result {
    let mut database = Address::parse(address)?.open()?;
    let mut transaction = Transaction::begin(database.as_mut())?;
    transaction.execute(
        "UPDATE accounts SET amount = amount - 50 WHERE name = 'ada'",
        &[],
    )?;
    println!("{}", amounts(&mut transaction)?);
    std::io::stdin().read_exact(&mut [0])?;
    Ok(())
}
