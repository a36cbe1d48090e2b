//! # Step 4: what people type stays a value
//!
//! **Task.** Fill in `src/injection.rs`: a search whose text and order people type, and a removal by a list.
//!
//! **Hint.** Three kinds of input, three remedies. More with `just hint 5 injection`.
//!
//! **Resources.** The chapter `book/src/5-sql.md`, "A value must not become part of the statement"; the tour,
//! `just lesson 5 injection`; <https://www.sqlite.org/lang_expr.html#like>.

mod harness;

use exercise_5::injection::{SearchError, remove_titles, search};
use harness::{ask, memory, same};
use rusqlite::Connection;

fn shelf() -> Connection {
    memory(
        "CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT, author TEXT, year INTEGER);
         INSERT INTO books VALUES (1, '50% off', 'Zed', 2001), (2, '500 pages', 'Ann', 2003), (3, 'snake_case', 'Bob', 2002),
             (4, 'snakes', 'Cid', 2000), (5, 'C:\\temp', 'Dan', 1999), (6, 'At Swim''s End', 'Flann O''Brien', 1939);
         CREATE TABLE secrets (word TEXT); INSERT INTO secrets VALUES ('sesame');",
    )
}

#[track_caller]
fn check(text: &str, sort: &str, expected: &[&str], why: &str) {
    match search(&shelf(), text, sort) {
        Ok(titles) => same!(titles, expected, "searched for {text:?} by {sort:?}\n{why}"),
        Err(error) => {
            panic!("\n\nsearched for {text:?} by {sort:?}, and it said: {error:?}\n{why}\n")
        }
    }
}

#[test]
fn goal_1_titles_that_contain_the_text_are_found_in_order() {
    check(
        "snake",
        "title",
        &["snake_case", "snakes"],
        "Both contain it.",
    );
    check(
        "SNAKE",
        "year",
        &["snakes", "snake_case"],
        "LIKE does not mind the case of ASCII letters. 2000 comes before 2002.",
    );
    check(
        "5",
        "author",
        &["500 pages", "50% off"],
        "Ann comes before Zed. A value as the order, ORDER BY ?1, is the same for every row.",
    );
    check("xyz", "title", &[], "Nothing contains it.");
}

#[test]
fn goal_2_signs_of_a_pattern_mean_themselves() {
    check(
        "50%",
        "title",
        &["50% off"],
        "In LIKE, % stands for any text. What people type means itself: escape it, and say ESCAPE.",
    );
    check(
        "e_c",
        "title",
        &["snake_case"],
        "_ stands for any letter, and here it is an underscore.",
    );
    check(
        "_s",
        "title",
        &[],
        "No title holds an underscore before an s; `snakes` has an e there.",
    );
    check(
        ":\\t",
        "title",
        &["C:\\temp"],
        "A backslash is a letter too. If it is your escape sign, escape it as well, and first.",
    );
}

#[test]
fn goal_3_no_text_becomes_part_of_the_statement() {
    check("'s E", "title", &["At Swim's End"], "A quote is a letter.");
    for attack in [
        "' OR 1=1 --",
        "%' OR '1'='1",
        "' UNION SELECT word FROM secrets --",
        "'; DELETE FROM books; --",
        "\"",
        "?1",
    ] {
        check(
            attack,
            "title",
            &[],
            "No title contains this, so nothing is found, and nothing else happens.",
        );
    }
}

#[test]
fn goal_4_one_sorts_only_by_what_there_is() {
    for sort in [
        "",
        "price",
        "title; DROP TABLE books",
        "title, (SELECT word FROM secrets)",
        "1",
        "TITLE --",
    ] {
        let db = shelf();
        let outcome = search(&db, "s", sort);
        assert!(
            matches!(&outcome, Err(SearchError::UnknownColumn(name)) if name == sort),
            "\n\nSorted by {sort:?}. Expected UnknownColumn({sort:?}), came: {outcome:?}\nA name cannot be a parameter. Let what was typed choose among names that stand in your program.\n"
        );
    }
}

#[test]
fn goal_5_a_list_is_as_many_places_as_it_has_values() {
    let db = shelf();

    let removed = remove_titles(
        &db,
        &["snakes", "At Swim's End", "not there", "x') OR ('1'='1"],
    );
    let none = remove_titles(&db, &[]);

    let Ok(removed) = removed else {
        panic!(
            "\n\nFour titles were to go, two of them are there, and it said: {removed:?}\nOne ? for each value: the statement grows, and holds nothing that was typed.\n"
        );
    };
    same!(removed, 2, "Two of the four are there.");
    same!(none.ok(), Some(0), "No titles, no books.");
    same!(
        ask(&db, "SELECT count(*) FROM books"),
        "4",
        "The others stay."
    );
}
