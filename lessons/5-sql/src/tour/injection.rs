//! Part 4: a value that becomes part of the statement.

use database::books::{self, Entry};
use database::injection::{PAYLOADS, titles_by_parameter, titles_by_string};
use tour::{Stage, Table};

use super::Ground;

const ATTACK: &str = "' UNION SELECT note FROM books --";

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new(["somebody types", "string built", "parameter"]);
    let mut caught = 0;
    let grounds = Ground::both(stage)?;
    let tried = PAYLOADS.len() * grounds.len();
    for ground in &grounds {
        let mut database = ground.open()?;
        let database = database.as_mut();
        books::prepare(database)?;
        for (title, author, note) in [
            ("Emma", "Jane Austen", Some("borrowed from Mr. Knightley")),
            ("Ulysses", "James Joyce", Some("never finished")),
        ] {
            let entry = Entry {
                title: title.to_owned(),
                author: author.to_owned(),
                note: note.map(str::to_owned),
                ..Entry::default()
            };
            books::add(database, &entry)?;
        }
        if caught == 0 {
            stage.line("SELECT title FROM books WHERE author = '…'");
            for typed in ["Jane Austen", "O'Brien", "' OR '1'='1", ATTACK] {
                let built = titles_by_string(database, typed);
                let built = built.map_or_else(|_| "an error".to_owned(), |titles| found(&titles));
                table.row([
                    typed.to_owned(),
                    built,
                    found(&titles_by_parameter(database, typed)?),
                ]);
            }
        }
        for (_, payload) in PAYLOADS {
            caught += usize::from(titles_by_parameter(database, payload)?.is_empty());
        }
    }
    stage.table(&table);
    stage.line(format!(
        "{tried} attacks on the query with a parameter, {} on each database: {caught} found nothing",
        PAYLOADS.len()
    ));
    stage.means("a built string lets whoever types the value write the rest of the statement");
    stage.means("a parameter arrives beside the statement, after that was understood: it can only be a value");
    Ok(())
}

fn found(titles: &[String]) -> String {
    match titles {
        [] => "nothing".to_owned(),
        some => some
            .iter()
            .map(|title| title.chars().take(14).collect::<String>())
            .collect::<Vec<_>>()
            .join(", "),
    }
}
