//! Part 6: two who read, think and write.

use database::{Cause, Database, Error, Transaction, values};
use tour::{Stage, Table};

use super::{Ground, number};

pub fn play(stage: &mut Stage) -> tour::Result {
    let Some(ground) = Ground::postgres(stage)? else {
        return Ok(());
    };
    let (mut one, mut other) = (ground.open()?, ground.open()?);
    let (one, other) = (one.as_mut(), other.as_mut());
    one.batch("CREATE TABLE shelf (books BIGINT NOT NULL)")?;
    let mut table = Table::new(["how two add 1 to 10", "the second writer", "result"]);
    let sum = "SELECT books FROM shelf";

    one.batch("INSERT INTO shelf VALUES (10)")?;
    let (seen, seen_too) = (number(one, sum)?, number(other, sum)?);
    set(one, seen + 1)?;
    set(other, seen_too + 1)?;
    table.row([
        "both read, then both write".to_owned(),
        "succeeds".to_owned(),
        number(one, sum)?.to_string(),
    ]);

    set(one, 10)?;
    for connection in [&mut *one, &mut *other] {
        connection.execute("UPDATE shelf SET books = books + 1", &[])?;
    }
    table.row([
        "one statement, SET books = books + 1".to_owned(),
        "succeeds".to_owned(),
        number(one, sum)?.to_string(),
    ]);

    set(one, 10)?;
    let mut first = Transaction::serializable(one)?;
    let mut second = Transaction::serializable(other)?;
    let (seen, seen_too) = (number(&mut first, sum)?, number(&mut second, sum)?);
    set(&mut first, seen + 1)?;
    first.commit()?;
    let refused = set(&mut second, seen_too + 1).expect_err("it read what was changed since");
    let is_conflict = refused.cause() == Some(Cause::Conflict);
    drop(second);
    let mut again = Transaction::serializable(other)?;
    let seen = number(&mut again, sum)?;
    set(&mut again, seen + 1)?;
    again.commit()?;
    let what = if is_conflict {
        "conflict; reads again"
    } else {
        "refused otherwise"
    };
    table.row([
        "two SERIALIZABLE transactions".to_owned(),
        what.to_owned(),
        number(one, sum)?.to_string(),
    ]);

    stage.table(&table);
    stage.means("a lost update needs no crash: two who read the same number write the same number");
    stage.means("let the database count, or let it refuse and do the whole transaction again");
    Ok(())
}

fn set(database: &mut dyn Database, books: i64) -> Result<u64, Error> {
    database.execute("UPDATE shelf SET books = $1", values![books])
}
