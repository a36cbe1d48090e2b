//! The books of a site, from the shell. In one terminal: `just site --port 8000`, and in another:
//! `cargo run -p lesson-4 --example books -- http://127.0.0.1:8000 list tales`
//!
//! Whoever changes books logs in first: `editor` with the password `tide` may, `reader` with `rain`
//! may not. Try both, and stop the server in between.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program speaks to a person"
)]

use std::process::ExitCode;

use anyhow::{Context, bail};
use http_client::books::{BookError, Books, Change, Draft, Versioned};
use http_client::{Client, Config, Error, Private};

const USAGE: &str = "\
usage: books SITE COMMAND

 list [WORDS]               books whose title or author holds the words
 show ID                    one book
 add TITLE AUTHOR YEAR      a new book
 lend ID, return ID         changes whether it can be borrowed
 rename ID TITLE            changes its title, if nobody else was quicker
 remove ID                  removes it

SITE is an address such as http://127.0.0.1:8000; SITE with a name and a password in it,
http://editor:tide@127.0.0.1:8000, may change books.";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let [site, command @ ..] = &words[..] else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(site, command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            if let Some(BookError::Http(Error::Connect { .. })) = error.downcast_ref() {
                eprintln!("start the site in another terminal: just site --port 8000");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(site: &str, command: &[&str]) -> anyhow::Result<()> {
    let books = books_at(site)?;
    match command {
        ["list", words @ ..] => {
            let mut found = 0;
            for book in books.list(&words.join(" "), 50) {
                let book = book?;
                found += 1;
                let free = if book.about.available { ' ' } else { '*' };
                println!(
                    "{:>5}{free} {}, {}",
                    book.id, book.about.title, book.about.author
                );
            }
            if found == 0 {
                eprintln!(
                    "no title and no author holds these words; without any, `list` shows all"
                );
            }
        }
        ["show", id] => show(&books.read(number(id)?)?),
        ["add", title, author, year] => {
            let draft = Draft {
                title: (*title).to_owned(),
                author: (*author).to_owned(),
                year: year.parse().context("the year is a whole number")?,
                pages: None,
                available: true,
            };
            // The same command typed twice is meant twice, so each run has a key of its own.
            let key = format!("{}-{:?}", std::process::id(), std::time::SystemTime::now());
            show(&books.create(&draft, &key)?);
        }
        ["lend", id] => change(&books, id, |change| change.available = Some(false))?,
        ["return", id] => change(&books, id, |change| change.available = Some(true))?,
        ["rename", id, title] => {
            change(&books, id, |change| {
                change.title = Some((*title).to_owned())
            })?;
        }
        ["remove", id] => books.remove(number(id)?)?,
        _ => bail!("{USAGE}"),
    }
    Ok(())
}

fn books_at(site: &str) -> anyhow::Result<Books> {
    let client = Client::new(Config {
        // The site is one that the person at the keyboard named.
        private: Private::Allow,
        ..Config::default()
    })?;
    // http://NAME:PASSWORD@HOST
    let Some((scheme, rest)) = site.split_once("://") else {
        return Ok(Books::at(&client, site)?);
    };
    let Some((person, host)) = rest.split_once('@') else {
        return Ok(Books::at(&client, site)?);
    };
    let (name, password) = person.split_once(':').context("write NAME:PASSWORD@HOST")?;
    let mut books = Books::at(&client, &format!("{scheme}://{host}"))?;
    books.log_in(name, password)?;
    Ok(books)
}

fn change(books: &Books, id: &str, what: impl Fn(&mut Change)) -> anyhow::Result<()> {
    let mut change = Change::default();
    what(&mut change);
    // What was read may be out of date by now; then the server says so, and we look again, once.
    let id = number(id)?;
    let changed = match books.change(&books.read(id)?, &change) {
        Err(BookError::Changed) => books.change(&books.read(id)?, &change),
        done => done,
    };
    show(&changed?);
    Ok(())
}

fn show(Versioned { book, version }: &Versioned) {
    let about = &book.about;
    println!(
        "{} {}, by {}, {}",
        book.id, about.title, about.author, about.year
    );
    let available = if about.available { "yes" } else { "no" };
    let version = version.as_deref().unwrap_or("none");
    println!("  can be borrowed: {available}; version {version}");
}

fn number(text: &str) -> anyhow::Result<u64> {
    text.parse()
        .with_context(|| format!("{text:?} is no number of a book"))
}
