//! Part 1: tables, keys and rules; joins, sums, and NULL.

use database::{Row, Value, books, values};
use tour::{Stage, Table};

use super::{Ground, outcome};

/// Statements that break a rule of the tables, and the rule.
const BROKEN: [(&str, &str); 4] = [
    (
        "UNIQUE",
        "INSERT INTO books (title, author) VALUES ('Emma', 'Jane Austen')",
    ),
    (
        "NOT NULL",
        "INSERT INTO books (title, author) VALUES (NULL, 'nobody')",
    ),
    (
        "CHECK",
        "INSERT INTO books (title, author, status) VALUES ('x', 'y', 'burnt')",
    ),
    (
        "REFERENCES",
        "INSERT INTO tags (book_id, tag) VALUES (99, 'novel')",
    ),
];

/// Questions, each with what it shows.
const QUESTIONS: [(&str, &str); 3] = [
    (
        "join",
        "SELECT books.title, tags.tag FROM books JOIN tags ON tags.book_id = books.id ORDER BY 1, 2",
    ),
    (
        "aggregate",
        "SELECT tag, count(*) FROM tags GROUP BY tag ORDER BY 2 DESC, 1",
    ),
    (
        "NULL",
        "SELECT count(*), count(note), count(CASE WHEN note <> 'x' THEN 1 END) FROM books",
    ),
];

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.names(["aggregate"]);
    let mut answers: Vec<Vec<String>> = Vec::new();
    let mut refusals = Table::new(["the rule", "SQLite", "PostgreSQL"]);
    let mut outcomes: Vec<Vec<String>> = Vec::new();
    for ground in Ground::both(stage)? {
        let mut database = ground.open()?;
        let database = database.as_mut();
        books::prepare(database)?;
        let books = [
            ("Emma", "Jane Austen", Some("again")),
            ("Ulysses", "James Joyce", None),
        ];
        for (title, author, note) in books {
            database.execute(
                "INSERT INTO books (title, author, note) VALUES ($1, $2, $3)",
                values![title, author, note],
            )?;
        }
        database.batch("INSERT INTO tags VALUES (1, 'novel'), (2, 'novel'), (2, 'long')")?;
        let mut shown = Vec::new();
        for (_, question) in QUESTIONS {
            let rows = database.query(question, &[])?;
            shown.push(rows.iter().map(row).collect::<Vec<_>>().join(" / "));
        }
        answers.push(shown);
        let of =
            BROKEN.map(|(_, sql)| outcome(&database.execute(sql, &[]), |n| format!("{n} row")));
        outcomes.push(of.to_vec());
    }
    let none = || "-".to_owned();
    for (index, (rule, _)) in BROKEN.iter().enumerate() {
        let of = |which: usize| {
            outcomes
                .get(which)
                .map_or_else(none, |all| all[index].clone())
        };
        refusals.row([(*rule).to_owned(), of(0), of(1)]);
    }
    for (index, (name, question)) in QUESTIONS.iter().enumerate() {
        stage.who(*name, *question);
        stage.who("", format!("= {}", answers[0][index]));
    }
    stage.blank();
    stage.table(&refusals);
    let same = answers.iter().all(|shown| *shown == answers[0]);
    stage.means(if same {
        "one set of statements, the same answers; the rules live in the tables, for every program"
    } else {
        "the two databases answer differently"
    });
    stage.means(
        "NULL is \"nobody knows\": count(note) passes over it, and NULL <> 'x' is neither true nor false",
    );
    Ok(())
}

fn row(row: &Row) -> String {
    let cells = row.0.iter().map(|value| match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        other => other.kind().to_owned(),
    });
    cells.collect::<Vec<_>>().join(", ")
}
