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
use browser::{Options, Session};

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
    session.open(url).with_context(|| {
        format!("cannot open {url} (is it a whole address, with http://, and does its server run?)")
    })?;
    let html = session
        .wait(Duration::from_secs(20))
        .for_rest(Duration::from_secs(1), |_| true)?;
    println!("title:  {}", session.title()?);
    println!("url:    {}", session.url()?);
    println!("links:  {}", session.find_all("a[href]")?.len());
    println!("html:   {} bytes after its scripts", html.len());
    println!("text:\n{}", session.find("body")?.text()?);
    if let Some(path) = picture {
        fs::write(path, session.screenshot()?).with_context(|| format!("cannot write {path}"))?;
        println!("picture: {path}");
    }
    Ok(())
}
