//! The tour of lesson 5: every part on this machine, on SQLite and on a PostgreSQL of its own, in some
//! seconds.
//!
//! `just lesson 5` plays all of it, `just lesson 5 --list` names the parts, `just lesson 5 crud` plays one.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the child that a part starts speaks to it by its standard output"
)]

// `::tour` is the crate by which all lessons speak; this one is the lesson's own.
mod tour;

use std::process::ExitCode;

use ::tour::{Part, Tour};

fn main() -> ExitCode {
    use tour::{
        copy, crash, crud, evolve, injection, inserts, isolation, migrate, plan, pool, queue, race,
        tables, types, writers,
    };

    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(crash::CHILD) {
        return match crash::child(&arguments.next().unwrap_or_default()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        };
    }

    Tour::new(5, "SQL: one program on SQLite and PostgreSQL")
        .chapter("book/src/5-sql.md")
        .part(
            Part::new(
                "tables",
                "A table keeps its own rules",
                "A row has a key; other rows refer to it by that key. What must always hold is \
                 said once, in the table, and no program can forget it.",
                tables::play,
            )
            .predict("A note is NULL. Is it true that the note is not 'x'?"),
        )
        .part(
            Part::new(
                "crud",
                "Create, read, update, delete, by one trait on two databases",
                "SQLite is a library and a file, PostgreSQL a server with many clients. Both speak \
                 SQL, and a program that keeps to what they share runs on either.",
                crud::play,
            )
            .predict("A book with two tags is removed. What becomes of the tags?"),
        )
        .part(
            Part::new(
                "types",
                "What a column takes",
                "PostgreSQL's columns have types. SQLite's have a preference, the affinity, unless \
                 the table says STRICT.",
                types::play,
            )
            .predict("What does SQLite do with the text 'twelve' in a column of integers?"),
        )
        .part(
            Part::new(
                "injection",
                "A value must not become part of the statement",
                "If the statement is built of text, whoever chooses the text chooses the \
                 statement.",
                injection::play,
            )
            .predict("How many books has an author whose name is ' OR '1'='1 ?"),
        )
        .part(
            Part::new(
                "crash",
                "All of it or nothing, even after kill -9",
                "Between BEGIN and COMMIT a transaction is seen by nobody else. If its process \
                 dies, the database takes it back.",
                crash::play,
            )
            .predict("A process is killed between two UPDATEs of one transaction. Which of them holds?"),
        )
        .part(
            Part::new(
                "isolation",
                "Two who read, think and write",
                "Transactions run side by side. How much they notice of each other is the \
                 isolation level, and PostgreSQL's usual one lets an update get lost.",
                isolation::play,
            )
            .predict("A shelf has 10 books. Two programs read 10 and each writes 11. Does the database object?"),
        )
        .part(
            Part::new(
                "writers",
                "SQLite has one writer",
                "A second writer waits or is refused. Whether readers wait too is a setting of the \
                 file, the journal.",
                writers::play,
            )
            .predict("One program writes to a SQLite file. Can another read it meanwhile?"),
        )
        .part(
            Part::new(
                "plan",
                "An index, and what the database makes of it",
                "A database may go about a question in many ways. It tells which it chose.",
                plan::play,
            )
            .predict("100,000 rows, 20 of them match. How many times quicker is the question with an index?"),
        )
        .part(
            Part::new(
                "inserts",
                "A transaction a row is what makes inserts slow",
                "Each COMMIT is a promise, and a promise costs. Many rows can share one.",
                inserts::play,
            )
            .predict("500 inserts in one transaction: how much quicker than 500 transactions?"),
        )
        .part(
            Part::new(
                "pool",
                "Many threads, few connections",
                "A connection is used by one thread at a time. A pool lends a few of them; a writer \
                 thread owns the only one.",
                pool::play,
            )
            .predict("What does it cost to connect to a server, compared with asking it something?"),
        )
        .part(
            Part::new(
                "migrate",
                "Tables change by numbered steps",
                "A migration is applied once, whole, and recorded. The database knows where it \
                 stands; the program compares that with what it knows.",
                migrate::play,
            )
            .predict("The second statement of a migration fails. Is the table of the first one there?"),
        )
        .part(
            Part::new(
                "race",
                "Two programs start at once, and both migrate",
                "Behind a server there are often several copies of a program. They are started \
                 together, and each brings its tables up to date.",
                race::play,
            )
            .predict("Each migration is a transaction. Is that enough?"),
        )
        .part(
            Part::new(
                "evolve",
                "Expand, backfill, contract",
                "A column is replaced under a program that goes on working: first there are both, \
                 then all rows are filled, then the old one goes.",
                evolve::play,
            )
            .predict("Which edition of the program must be gone before the old column is dropped?"),
        )
        .part(
            Part::new(
                "queue",
                "A table as a queue for many workers",
                "A worker claims jobs for a while. If it dies, the time runs out and another \
                 worker takes them.",
                queue::play,
            )
            .predict("A worker comes back late and says that its job is done. What should the queue answer?"),
        )
        .part(
            Part::new(
                "copy",
                "A whole database goes to another kind, and comes back",
                "Tables, keys, indexes and sequences go along. Each value arrives as it was, or \
                 nothing arrives, and the report names the value.",
                copy::play,
            )
            .predict("A column of integers holds the text 'a dozen'. What should a copy do?"),
        )
        .play()
}
