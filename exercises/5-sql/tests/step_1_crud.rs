//! # Step 1: create, read, update, delete
//!
//! **Task.** Fill in `src/crud.rs`: add a book to a shelf, look it up, list the shelf, rename a book,
//! remove it.
//!
//! **Hint.** Values go beside the statement, as parameters. More with `just hint 5 crud`.
//!
//! **Resources.** The chapter `book/src/5-sql.md`, "Asking"; the tour, `just lesson 5 crud`;
//! `rusqlite::Connection::execute`, `query_row` and `prepare` on docs.rs.

mod harness;

use exercise_5::crud::{Book, add, create_table, find, list, remove, rename};
use harness::{ask, memory, same};
use rusqlite::Connection;

fn shelf() -> Connection {
    let db = memory("");
    create_table(&db).expect("an empty database takes a table");
    db
}

fn book(id: i64, title: &str, author: &str, year: Option<i64>) -> Book {
    Book {
        id,
        title: title.to_owned(),
        author: author.to_owned(),
        year,
    }
}

#[test]
fn goal_1_a_book_that_was_added_is_found() {
    let db = shelf();

    let emma = add(&db, "Emma", "Jane Austen", Some(1815)).expect("a plain insert");
    let dune = add(&db, "Dune", "Frank Herbert", None).expect("a plain insert");

    assert!(
        emma != dune,
        "\n\nTwo books got the one number {emma}. The database gives each row its own: `last_insert_rowid`.\n"
    );
    same!(
        find(&db, emma).expect("a plain question"),
        Some(book(emma, "Emma", "Jane Austen", Some(1815))),
        "What went in comes out."
    );
}

#[test]
fn goal_2_a_year_that_nobody_knows_is_null() {
    let db = shelf();

    let id = add(&db, "Beowulf", "unknown", None).expect("a plain insert");

    same!(
        ask(&db, "SELECT year IS NULL FROM books"),
        "1",
        "A year that nobody knows is NULL. 0 or -1 would be a year, and it would be counted and sorted as one."
    );
    same!(
        find(&db, id).expect("NULL is read as None"),
        Some(book(id, "Beowulf", "unknown", None)),
        "NULL is `None` in Rust."
    );
}

#[test]
fn goal_3_no_book_is_an_answer_and_not_an_error() {
    let found = find(&shelf(), 99);

    let Ok(found) = found else {
        panic!(
            "\n\nThere is no book 99, and `find` said: {found:?}\nThe database worked well; the answer is `Ok(None)`. See `OptionalExtension::optional`.\n"
        );
    };
    same!(found, None, "There is no book 99.");
}

#[test]
fn goal_4_a_quote_in_a_name_is_a_letter_like_any_other() {
    let db = shelf();
    let title = "'); DELETE FROM books; --";

    let outcome = add(&db, title, "Flann O'Brien", None);

    let Ok(id) = outcome else {
        panic!(
            "\n\nFlann O'Brien could not be added: {outcome:?}\nHis name became part of the statement. Write ?1 there, and hand the value over beside it.\n"
        );
    };
    same!(
        find(&db, id).expect("a plain question"),
        Some(book(id, title, "Flann O'Brien", None)),
        "A value is a value, whatever it looks like."
    );
}

#[test]
fn goal_5_the_list_has_an_order() {
    let db = shelf();
    for (title, author) in [
        ("Persuasion", "Jane Austen"),
        ("Dune", "Frank Herbert"),
        ("Emma", "Jane Austen"),
        ("Dune", "Somebody Else"),
    ] {
        add(&db, title, author, None).expect("a plain insert");
    }

    let titles = |author| -> Vec<(String, i64)> {
        let books = list(&db, author).expect("a plain question");
        books
            .into_iter()
            .map(|book| (book.title, book.id))
            .collect()
    };

    let pair = |title: &str, id| (title.to_owned(), id);
    same!(
        titles(None),
        [
            pair("Dune", 2),
            pair("Dune", 4),
            pair("Emma", 3),
            pair("Persuasion", 1)
        ],
        "By title, and books of one title by number. Without ORDER BY a database hands out rows as it likes."
    );
    same!(
        titles(Some("Jane Austen")),
        [pair("Emma", 3), pair("Persuasion", 1)],
        "Only hers, in the same order."
    );
    same!(
        titles(Some("nobody")),
        [],
        "Nobody wrote nothing: an empty list, and no error."
    );
}

#[test]
fn goal_6_one_book_changes_and_the_others_do_not() {
    let db = shelf();
    let emma = add(&db, "Ema", "Jane Austen", Some(1815)).expect("a plain insert");
    add(&db, "Dune", "Frank Herbert", None).expect("a plain insert");

    let renamed = rename(&db, emma, "Emma").expect("a plain update");
    let nobody = rename(&db, 99, "Nothing").expect("to change no row is no error");

    same!(
        (renamed, nobody),
        (true, false),
        "`rename` says whether there was such a book: `execute` returns how many rows it changed."
    );
    same!(
        ask(&db, "SELECT title FROM books ORDER BY id"),
        "Emma;Dune",
        "An UPDATE without the right WHERE changes every row."
    );
}

#[test]
fn goal_7_one_book_goes_and_the_others_stay() {
    let db = shelf();
    let emma = add(&db, "Emma", "Jane Austen", None).expect("a plain insert");
    add(&db, "Dune", "Frank Herbert", None).expect("a plain insert");

    let gone = [remove(&db, emma), remove(&db, emma)].map(|gone| gone.expect("a plain delete"));

    same!(
        gone,
        [true, false],
        "The first time there was such a book, the second time there was none."
    );
    same!(
        ask(&db, "SELECT title FROM books"),
        "Dune",
        "Only that one book goes."
    );
}
