//! The program for the second terminal.

use std::process::{Command, Output};

use practice_site::{Config, Site};

/// Runs the example; `cargo test` builds it beside the tests.
fn books(words: &[&str]) -> Output {
    let mut path = std::env::current_exe().expect("it has a path");
    path.pop();
    path.pop();
    path.push("examples/books");
    let built = "built by `cargo build -p lesson-4 --examples`";
    Command::new(path).args(words).output().expect(built)
}

#[test]
fn books_are_listed_added_lent_and_removed_from_the_shell() {
    let site = Site::start(Config::default()).expect("a site");
    let address = site.url("");
    let editor = address.replace("http://", "http://editor:tide@");
    let said = |done: &Output| {
        let told = String::from_utf8_lossy(&done.stdout).into_owned();
        told + &String::from_utf8_lossy(&done.stderr)
    };

    let all = books(&[&address, "list"]);
    let refused = books(&[&address, "add", "Knots", "A. Nonymous", "1999"]);
    let added = books(&[&editor, "add", "Knots", "A. Nonymous", "1999"]);
    let lent = books(&[&editor, "lend", "58"]);
    let removed = books(&[&editor, "remove", "58"]);
    let gone = books(&[&address, "show", "58"]);

    assert_eq!(said(&all).lines().count(), 57, "{}", said(&all));
    assert!(!refused.status.success() && said(&refused).contains("not permitted"));
    assert!(
        said(&added).starts_with("58 Knots, by A. Nonymous, 1999"),
        "{}",
        said(&added)
    );
    assert!(
        said(&lent).contains("can be borrowed: no"),
        "{}",
        said(&lent)
    );
    assert!(removed.status.success(), "{}", said(&removed));
    assert!(
        said(&gone).contains("there is no book 58"),
        "{}",
        said(&gone)
    );
}
