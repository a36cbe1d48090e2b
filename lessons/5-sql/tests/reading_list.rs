//! The reading list as its users have it: a program with commands, the same on either database.

mod common;

use std::fs;
use std::process::{Command, Output, Stdio};
use std::thread;

use common::{Empty, on_both, program};
use database::injection::{PAYLOADS, titles_by_parameter, titles_by_string};
use database::{Database as _, Transaction, books, books::Entry};
use proptest::prelude::*;

/// Runs a command of the program.
fn run(empty: &Empty, words: &[&str]) -> Output {
    Command::new(program("reading-list"))
        .args(["--database", &empty.text()])
        .args(words)
        .stdin(Stdio::null())
        .output()
        .expect("it starts")
}

/// What it answers; it must succeed.
fn answer(empty: &Empty, words: &[&str]) -> String {
    let output = run(empty, words);
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {problem}");
    String::from_utf8(output.stdout).expect("it is text")
}

/// What it complains of; it must fail, and in one line.
fn complaint(empty: &Empty, words: &[&str]) -> String {
    let output = run(empty, words);
    assert_eq!(output.status.code(), Some(1), "{words:?}");
    let problem = String::from_utf8(output.stderr).expect("it is text");
    assert_eq!(problem.lines().count(), 1, "{problem}");
    problem.trim_end().to_owned()
}

fn three_books(empty: &Empty) {
    answer(
        empty,
        &["add", "Emma", "--author", "Jane Austen", "--tag", "novel"],
    );
    answer(
        empty,
        &[
            "add",
            "Ulysses",
            "--author",
            "James Joyce",
            "--status",
            "reading",
            "--tag",
            "novel",
            "--tag",
            "long",
        ],
    );
    answer(
        empty,
        &[
            "add",
            "On Liberty",
            "--author",
            "J. S. Mill",
            "--status",
            "read",
            "--note",
            "100% worth it",
        ],
    );
}

#[test]
fn a_book_is_created_read_changed_and_removed() {
    on_both(|empty| {
        three_books(&empty);

        assert_eq!(
            answer(&empty, &["list"]),
            "    1  to-read  Emma, Jane Austen #novel\n    \
             2  reading  Ulysses, James Joyce #long #novel\n    \
             3  read     On Liberty, J. S. Mill\n3 books, page 1 of 1\n"
        );
        answer(
            &empty,
            &["edit", "1", "--status", "read", "--note", "again"],
        );
        assert_eq!(
            answer(&empty, &["show", "1"]),
            "title   Emma\nauthor  Jane Austen\nstatus  read\nnote    again\ntags    novel\n"
        );
        answer(&empty, &["edit", "1", "--no-note", "--tag", "classic"]);
        assert_eq!(
            answer(&empty, &["show", "1"]),
            "title   Emma\nauthor  Jane Austen\nstatus  read\nnote    -\ntags    classic\n"
        );
        assert_eq!(
            answer(&empty, &["remove", "1", "2"]),
            "removed 1\nremoved 2\n"
        );
        assert_eq!(
            answer(&empty, &["tags"]),
            "",
            "the tags went with the books"
        );
        assert!(answer(&empty, &["list"]).ends_with("1 books, page 1 of 1\n"));
    });
}

#[test]
fn a_list_is_filtered_sorted_and_cut_into_pages() {
    on_both(|empty| {
        three_books(&empty);
        answer(&empty, &["add", "a lower-case title", "--author", "Ärzte"]);
        let check = |words: &[&str], expected: &[u32]| {
            let words: Vec<&str> = ["list"].iter().chain(words).copied().collect();
            let text = answer(&empty, &words);
            let ids: Vec<u32> = text
                .lines()
                .filter_map(|line| line.split_whitespace().next()?.parse().ok())
                .take(text.lines().count() - 1)
                .collect();
            assert_eq!(ids, expected, "{} {words:?}\n{text}", empty.kind());
        };

        check(&["--author", "Jane Austen"], &[1]);
        check(&["--status", "read"], &[3]);
        check(&["--tag", "novel"], &[1, 2]);
        check(&["--tag", "novel", "--status", "to-read"], &[1]);
        check(&["--search", "LIBERTY"], &[3]);
        check(&["--search", "%"], &[3]);
        check(&["--search", "_"], &[]);
        check(&["--sort", "title"], &[1, 3, 2, 4]);
        check(&["--sort", "title", "--descending"], &[4, 2, 3, 1]);
        check(&["--sort", "author"], &[3, 2, 1, 4]);
        check(&["--page-size", "2"], &[1, 2]);
        check(&["--page-size", "2", "--page", "2"], &[3, 4]);
        assert_eq!(
            complaint(&empty, &["list", "--page", "7"]),
            "error: there is no page 7; the last is 1"
        );
    });
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    on_both(|empty| {
        three_books(&empty);

        assert_eq!(
            complaint(&empty, &["show", "9"]),
            "error: there is no book 9"
        );
        assert_eq!(
            complaint(&empty, &["edit", "9", "--title", "x"]),
            "error: there is no book 9"
        );
        assert_eq!(
            complaint(&empty, &["remove", "9"]),
            "error: there is no book 9"
        );
        assert_eq!(
            complaint(&empty, &["add", ""]),
            "error: a title cannot be empty"
        );
        let twice = "error: \"Emma\" by Jane Austen is on the list already";
        assert_eq!(
            complaint(&empty, &["add", "Emma", "--author", "Jane Austen"]),
            twice
        );
        let rename = ["edit", "2", "--title", "Emma", "--author", "Jane Austen"];
        assert_eq!(complaint(&empty, &rename), twice);
        assert!(
            answer(&empty, &["show", "2"]).contains("Ulysses"),
            "nothing changed"
        );
    });
    let missing = Command::new(program("reading-list"))
        .args(["--database", "/nowhere/at/all.db", "list"])
        .output()
        .expect("it starts");
    let problem = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(
        problem.starts_with("error: cannot open /nowhere/at/all.db: "),
        "{problem}"
    );
}

#[test]
fn a_title_cannot_command_the_terminal() {
    let empty = Empty::sqlite();
    answer(&empty, &["add", "\u{1b}[2Jgone\n"]);

    let listed = answer(&empty, &["list"]) + &answer(&empty, &["show", "1"]);

    assert!(!listed.contains('\u{1b}'), "{listed:?}");
    assert!(listed.contains("\u{fffd}[2Jgone\u{fffd}"), "{listed:?}");
}

#[test]
fn what_is_exported_is_imported_by_the_other_database() {
    let Some(postgres) = Empty::postgres() else {
        return;
    };
    let sqlite = Empty::sqlite();
    three_books(&sqlite);
    answer(
        &sqlite,
        &[
            "add",
            "Commas, \"quotes\"\nand lines",
            "--note",
            "naïve \u{1f4da}",
            "--tag",
            "x",
        ],
    );
    let folder = tempfile::tempdir().expect("a folder");

    for format in ["csv", "json"] {
        let file = folder.path().join(format!("books.{format}"));
        let file = file.to_str().expect("it is text");
        assert_eq!(
            answer(&sqlite, &["export", file]),
            format!("4 books written to {file}\n")
        );
        let added = if format == "csv" {
            "4 added, 0 updated\n"
        } else {
            "0 added, 4 updated\n"
        };
        assert_eq!(answer(&postgres, &["import", file]), added);

        let export = ["export", "--format", format];
        assert_eq!(answer(&postgres, &export), answer(&sqlite, &export));
    }
}

#[test]
fn a_bad_line_imports_nothing_and_is_named() {
    on_both(|empty| {
        let folder = tempfile::tempdir().expect("a folder");
        let check = |name: &str, text: &str, expected: &str| {
            let file = folder.path().join(name);
            fs::write(&file, text).expect("written");
            let problem = complaint(&empty, &["import", file.to_str().expect("it is text")]);
            assert!(problem.contains(expected), "{problem}");
            assert_eq!(answer(&empty, &["list"]), "0 books, page 1 of 1\n");
        };

        check(
            "a.csv",
            "title,status\nEmma,read\nUlysses,red\n",
            "line 3: \"red\" is no status",
        );
        check(
            "b.csv",
            "title\nEmma\n\"\"\n",
            "line 3: a title cannot be empty",
        );
        check("c.csv", "title,autor\nEmma,x\n", "no column \"autor\"");
        check("d.csv", "title,author\nEmma\n", "not CSV");
        check(
            "e.json",
            "[{\"title\": \"Emma\"}, {\"title\": 7}]",
            "entry 2: title is not a text",
        );
        check("f.json", "{", "not JSON");
        check(
            "g.json",
            "[{\"title\": \"a\\u0000b\"}]",
            "entry 1: a title cannot contain the sign NUL",
        );
        check("h.txt", "", "say --format csv or --format json");
    });
}

#[test]
fn who_lists_does_not_wait_for_who_writes() {
    on_both(|empty| {
        answer(&empty, &["add", "Emma"]);
        let mut database = empty.open();
        let mut writing = Transaction::begin(database.as_mut()).expect("nobody else writes");
        writing
            .execute("UPDATE books SET title = 'Persuasion'", &[])
            .expect("it fits");

        let list = answer(&empty, &["list"]);

        assert!(list.contains("Emma\n"), "{list}");
        writing.commit().expect("nobody else wrote");
        assert!(answer(&empty, &["list"]).contains("Persuasion\n"));
    });
}

#[test]
fn two_users_who_write_at_once_lose_nothing() {
    on_both(|empty| {
        answer(&empty, &["add", "shared"]);
        let each = 8;

        thread::scope(|scope| {
            for user in 0..2 {
                let empty = &empty;
                scope.spawn(move || {
                    for i in 0..each {
                        answer(empty, &["add", &format!("book {i} of user {user}")]);
                        // Each changes another thing of the book that they share.
                        let text = format!("{i} of user {user}");
                        let what = if user == 0 { "--note" } else { "--author" };
                        answer(empty, &["edit", "1", what, &text]);
                    }
                });
            }
        });

        let total = format!("{} books, page 1 of 1\n", 1 + 2 * each);
        assert!(answer(&empty, &["list"]).ends_with(&total));
        let shared = answer(&empty, &["show", "1"]);
        assert!(
            shared.contains("author  7 of user 1\n") && shared.contains("note    7 of user 0\n"),
            "{shared}"
        );
    });
}

#[test]
fn the_string_built_query_is_broken_into_and_the_other_is_not() {
    on_both(|empty| {
        let mut database = empty.open();
        let database = database.as_mut();
        books::prepare(database).expect("tables");
        for (title, author) in [("Emma", "Jane Austen"), ("Ulysses", "James Joyce")] {
            let entry = Entry {
                title: title.into(),
                author: author.into(),
                ..Entry::default()
            };
            books::add(database, &entry).expect("added");
        }

        let stolen = titles_by_string(database, "' OR '1'='1").expect("it is valid SQL");
        assert_eq!(stolen, ["Emma", "Ulysses"], "every book, of no author");
        assert!(
            titles_by_string(database, "O'Brien").is_err(),
            "an honest name breaks it"
        );
        for (aim, payload) in PAYLOADS {
            let found = titles_by_parameter(database, payload).expect(aim);
            assert!(found.is_empty(), "{aim}: {found:?}");
        }
    });
}

#[test]
fn nothing_that_people_type_is_more_than_a_text_to_any_command() {
    on_both(|empty| {
        answer(
            &empty,
            &[
                "add",
                "Emma",
                "--author",
                "Jane Austen",
                "--note",
                "secret",
                "--tag",
                "novel",
            ],
        );
        let before = answer(&empty, &["export", "--format", "json"]);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("in.json");

        for (aim, payload) in PAYLOADS {
            // Reading: nobody is called that, so nothing is found. `%` is a sign like others.
            for option in ["--author", "--tag", "--search"] {
                let list = answer(&empty, &["list", &format!("{option}={payload}")]);
                assert_eq!(list, "0 books, page 1 of 1\n", "{aim}: list {option}");
            }
            // What must be a number or a known word is refused before the database hears of it.
            for words in [
                vec!["show", payload],
                vec!["remove", "--", payload],
                vec!["edit", payload, "--title", "x"],
                vec!["list", "--sort", payload],
                vec!["list", "--status", payload],
                vec!["list", "--page", payload],
            ] {
                assert_eq!(
                    run(&empty, &words).status.code(),
                    Some(2),
                    "{aim}: {words:?}"
                );
            }
            // Writing: it is kept as it was typed, in every place.
            let (title, author) = (format!("--author={payload}"), format!("--note={payload}"));
            let tag = format!("--tag={payload}");
            let added = answer(&empty, &["add", &title, &author, &tag, "--", payload]);
            let id = added.trim_start_matches("added ").trim_end();
            assert_eq!(answer(&empty, &["show", id]), shown(payload), "{aim}");
            let title = format!("--title=2 {payload}");
            answer(&empty, &["edit", id, &title, &author, &tag]);
            let shown_again = answer(&empty, &["show", id]);
            assert!(
                shown_again.starts_with(&format!("title   2 {payload}\n")),
                "{aim}: {shown_again}"
            );
            answer(&empty, &["remove", id]);

            let entry = serde_json::json!([{"title": payload, "author": payload, "note": payload, "tags": [payload]}]);
            fs::write(&file, entry.to_string()).expect("written");
            answer(&empty, &["import", file.to_str().expect("it is text")]);
            let exported = answer(&empty, &["export", "--format", "json"]);
            let exported: serde_json::Value = serde_json::from_str(&exported).expect("it is JSON");
            assert_eq!(exported[1]["title"], payload, "{aim}");
            assert_eq!(exported[1]["tags"][0], payload, "{aim}");
            let last = answer(&empty, &["list", "--descending"]);
            let id = last.split_whitespace().next().expect("a number");
            answer(&empty, &["remove", id]);
        }

        assert_eq!(
            answer(&empty, &["export", "--format", "json"]),
            before,
            "nothing else changed"
        );
    });
}

fn shown(payload: &str) -> String {
    format!(
        "title   {payload}\nauthor  {payload}\nstatus  to-read\nnote    {payload}\ntags    {payload}\n"
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_but_nul_is_kept_as_it_is(title in "[^\0]{1,40}", author in "[^\0]{0,20}") {
        let mut database = database::Sqlite::open(std::path::Path::new(":memory:")).expect("it opens");
        books::prepare(&mut database).expect("tables");
        let entry = Entry { title, author, ..Entry::default() };

        let id = books::add(&mut database, &entry).expect("added");

        prop_assert_eq!(books::show(&mut database, id).expect("there").entry, entry);
    }
}
