//! Part 1: the same page, fetched plainly and opened in Chromium.

use browser::needs_rendering;
use tour::{Stage, Table};

use super::{PATIENCE, fetch, session, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let plain = fetch(&site, "/js/books")?;
    let asked_by_fetch = asked_for_books(&site);
    let session = session()?;
    session.open(&site.url("/js/books"))?;
    let books = session.wait(PATIENCE).for_count(".book", 10)?;

    let mut table = Table::new(["/js/books", "plain fetch", "Chromium"]);
    let in_source = plain.matches("class=\"book\"").count();
    table.row([
        "books on the page".to_owned(),
        in_source.to_string(),
        books.len().to_string(),
    ]);
    table.row(["first book", "none", &books[0].text()?]);
    let yes_no = |yes| if yes { "yes" } else { "no" };
    table.row([
        "the API was asked too",
        yes_no(asked_by_fetch),
        yes_no(asked_for_books(&site)),
    ]);
    stage.table(&table);
    stage.means(
        "the server sends the same to both; what differs is that one of them runs the script",
    );
    stage.blank();

    stage.line("can one tell without a browser? What a rule says to the plain HTML:");
    let mut table = Table::new(["page", "an empty shell?"]);
    let article = &site.truth().articles()[0].path;
    for path in [
        "/",
        article,
        "/js/",
        "/js/books",
        "/js/stories",
        "/js/story/1",
    ] {
        let verdict = match needs_rendering(&fetch(&site, path)?) {
            Some(shell) => format!("yes: {shell}"),
            None => "no".to_owned(),
        };
        table.row([path, &verdict]);
    }
    stage.table(&table);
    stage.means("a script, hardly any text, and a sign that more is to come: then a browser is worth its price");
    Ok(())
}

fn asked_for_books(site: &practice_site::Site) -> bool {
    let entries = site.journal().entries();
    entries
        .iter()
        .any(|entry| entry.path.starts_with("/api/books"))
}
