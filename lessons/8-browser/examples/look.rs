//! Opens a page in Chromium and says what a person would see there.
//!
//! ```sh
//! just site                                                          # in one terminal
//! cargo run --example look -- http://127.0.0.1:4000/js/story/1       # in another
//! cargo run --example look -- http://127.0.0.1:4000/js/books books.png
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program speaks to its user"
)]

use std::env;
use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use browser::{Options, Session, needs_rendering};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(url) = arguments.next().filter(|url| !url.starts_with('-')) else {
        eprintln!(
            "Which page? For example: cargo run --example look -- http://127.0.0.1:4000/js/books"
        );
        return ExitCode::from(2);
    };
    match look(&url, arguments.next().as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn look(url: &str, picture: Option<&str>) -> anyhow::Result<()> {
    let session = Session::start(&Options::default())?;
    session.open(url)?;
    // Of a page that nobody knows one can only say that it has come to rest: twice the same.
    let mut before = String::new();
    let html = session
        .wait(Duration::from_secs(20))
        .until("a page that has come to rest", |session| {
            let now = session.source()?;
            let rests = now == before && needs_rendering(&now).is_none();
            before.clone_from(&now);
            Ok(rests.then_some(now))
        })
        .or_else(|_| session.source())?;
    println!("title:  {}", session.title()?);
    println!("url:    {}", session.url()?);
    println!("links:  {}", session.find_all("a[href]")?.len());
    match needs_rendering(&html) {
        Some(shell) => println!("it is still an empty shell: {shell}"),
        None => println!("text:\n{}", session.find("body")?.text()?),
    }
    if let Some(path) = picture {
        fs::write(path, session.screenshot()?).with_context(|| format!("cannot write {path}"))?;
        println!("picture: {path}");
    }
    Ok(())
}
