//! Part 2: list, create, read, change, replace, remove, and two who change the same.

use http_client::books::{BookError, Books, Change, Draft};
use tour::{Stage, Table};

use super::{client, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    // ANCHOR: use
    let mut books = Books::at(&client()?, &site.url("/"))?;
    let first: Vec<_> = books.list("tales", 5).collect::<Result<_, _>>()?;
    // ANCHOR_END: use
    let asked = |site: &practice_site::Site| site.journal().entries().len();
    stage.line(format!(
        "books with \"tales\" in title or author: {}, in pages of 5: {} requests",
        first.len(),
        asked(&site)
    ));
    let all = books.list("", 20).count();
    stage.line(format!(
        "all books: {all}, in pages of 20: {} more requests",
        asked(&site) - 2
    ));
    let before = asked(&site);
    let some = books.list("", 10).take(3).count();
    stage.line(format!(
        "the first {some} of a list in pages of 10: {} request, since nobody wanted the next page",
        asked(&site) - before
    ));

    let draft = Draft {
        title: "Knots for Two Hands".into(),
        author: "M. Ropemaker".into(),
        year: 1987,
        pages: Some(240),
        available: true,
    };
    let refused = books.create(&draft, "one");
    books.log_in("editor", "tide")?;
    let made = books.create(&draft, "two")?;
    let again = books.create(&draft, "two")?;
    let id = made.book.id;
    let lent = Change {
        available: Some(false),
        ..Change::default()
    };
    let changed = books.change(&made, &lent)?;
    let late = books.change(&made, &lent);
    let revised = Draft {
        title: "Knots for Two Hands, revised".into(),
        ..changed.book.about.clone()
    };
    let replaced = books.replace(&changed, &revised)?;
    let wrong = books.replace(
        &replaced,
        &Draft {
            year: 3000,
            ..revised.clone()
        },
    );
    books.remove(id)?;
    let gone = books.read(id);

    stage.blank();
    let mut table = Table::new(["what", "request", "answer"]);
    let list = "/api/books";
    let one = format!("{list}/{id}");
    // What the server says that it answered, not what we hope.
    let answered = |method: &str, nth: usize| {
        let entries = site.journal().entries();
        let mut done = entries.iter().filter(|entry| entry.method == method);
        let status = done.nth(nth).and_then(|entry| entry.status);
        status.map_or_else(|| "-".to_owned(), |status| status.to_string())
    };
    table
        .row([
            "create, not logged in",
            &format!("POST {list}"),
            &told(&refused),
        ])
        .row([
            "create",
            &format!("POST {list}"),
            &format!("{}, book {id}", answered("POST", 2)),
        ])
        .row([
            "the same once more",
            "the same key",
            &format!("{}, book {}", answered("POST", 3), again.book.id),
        ])
        .row(["lend it", &format!("PATCH {one}"), &answered("PATCH", 0)])
        .row([
            "lend it, by an old version",
            "If-Match: the old tag",
            &told(&late),
        ])
        .row(["revise it", &format!("PUT {one}"), &answered("PUT", 0)])
        .row([
            "give it the year 3000",
            &format!("PUT {one}"),
            &told(&wrong),
        ])
        .row([
            "remove it",
            &format!("DELETE {one}"),
            &answered("DELETE", 0),
        ])
        .row(["read it", &format!("GET {one}"), &told(&gone)]);
    stage.table(&table);
    stage.means(
        "the program sees books and errors that it can act on; addresses, statuses and JSON stay in \
         one file",
    );
    stage.means("a version that goes along with a change keeps two people from undoing each other");
    Ok(())
}

fn told<T>(answer: &Result<T, BookError>) -> String {
    match answer {
        Ok(_) => "done".to_owned(),
        Err(error) => error.to_string(),
    }
}
