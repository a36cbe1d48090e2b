//! # Step 3: scrape a list that a script renders
//!
//! **Task.** Fill in `src/rendered_list.rs`: `books` returns the whole list, which comes in tens.
//!
//! **Hint.** The page says itself when it is done. More with `just hint 8 rendered_list`.
//!
//! **Resources.** The chapter `book/src/8-browser.md`, "A list that grows"; the page itself: `just site`,
//! then `/js/books`; `Wait::for_text`, `Element::is_displayed`, `str::rsplit_once`.

mod harness;

use std::time::Duration;

use exercise_8::rendered_list::{Book, ListError, books};
use harness::{Gate, Stage, browser, same, skipped, within};
use practice_site::{Config, Site};

const ENDS: &str = "The page has everything that it is going to have. What are you still waiting for? The last press of the\n\
     button may bring fewer than ten, and a list may be empty: the text above it says when it is done.";

/// What your function returned, in a form that can be compared and that reads well in a failure.
#[derive(Debug, PartialEq)]
enum Came {
    Books(Vec<Book>),
    Unreadable(String),
    Browser(String),
}

fn ask(url: String, gate: &std::sync::Arc<Gate>) -> Came {
    let session = browser(gate);
    within(ENDS, move || match books(&session, &url) {
        Ok(books) => Came::Books(books),
        Err(ListError::Unreadable(entry)) => Came::Unreadable(entry),
        Err(ListError::Browser(error)) => Came::Browser(error.to_string()),
    })
}

fn book(title: &str, author: &str, year: i64) -> Book {
    Book {
        title: title.to_owned(),
        author: author.to_owned(),
        year,
    }
}

/// Checks the list of a practice site that answers with this latency.
fn the_whole_list(latency: Duration) {
    let site =
        Site::start(Config::default().with_latency(latency)).expect("loopback has a free port");
    let expected: Vec<Book> = site
        .truth()
        .books()
        .iter()
        .map(|truth| book(&truth.title, &truth.author, truth.year))
        .collect();

    let came = match ask(site.url("/js/books"), &Gate::shut()) {
        Came::Books(books) => books,
        other => panic!(
            "\n\nThe practice site has {} books, and no list came: {other:?}\n",
            expected.len()
        ),
    };

    same!(
        came.len(),
        expected.len(),
        "So many books are on the practice site, ten for each press of the button."
    );
    for (came, expected) in came.iter().zip(&expected) {
        same!(
            came,
            expected,
            "The books should come in the order of the list, each once."
        );
    }
}

#[test]
fn goal_1_the_whole_list_of_a_quick_site() {
    if skipped() {
        return;
    }
    the_whole_list(Duration::ZERO);
}

#[test]
fn goal_2_the_whole_list_of_a_slow_site() {
    if skipped() {
        return;
    }
    the_whole_list(Duration::from_millis(60));
}

/// A page of the same kind with a list of the test's own, which comes after some looks.
macro_rules! page {
    ($($entry:literal),*) => {
        concat!(
            "<meta charset=utf-8><p id=state>Loading …</p><ul id=books></ul><button id=more hidden>More books</button><script>",
            "const all = [", $("\"", $entry, "\",",)* "];",
            "fetch('/gate').then(() => {",
            "  for (const text of all) { const item = document.createElement('li');",
            "    item.className = 'book'; item.textContent = text; document.getElementById('books').append(item); }",
            "  document.getElementById('state').textContent = all.length + ' of ' + all.length + ' books';",
            "});</script>"
        )
    };
}

fn list_of(page: &'static str) -> Came {
    let stage = Stage::new(page);
    stage.gate.open_after(5);
    ask(stage.url.clone(), &stage.gate)
}

#[test]
fn goal_3_a_title_may_look_like_anything() {
    if skipped() {
        return;
    }
    let page = page!(
        "Passing by, by Ann Lee (1901)",
        "Stand, by the sea, by Bob Roe (1955)",
        "The year (1984), by Eve (née Moe) (2001)"
    );

    same!(
        list_of(page),
        Came::Books(vec![
            book("Passing by", "Ann Lee", 1901),
            book("Stand, by the sea", "Bob Roe", 1955),
            book("The year (1984)", "Eve (née Moe)", 2001),
        ]),
        "Author and year stand at the end, so read from the end: a title may hold a comma, a \"by\" and a year."
    );
}

#[test]
fn goal_4_an_empty_list_is_a_list() {
    if skipped() {
        return;
    }

    same!(
        list_of(page!()),
        Came::Books(Vec::new()),
        "The page says \"0 of 0 books\", and it is done."
    );
}

#[test]
fn goal_5_what_is_no_book_is_not_left_out_in_silence() {
    if skipped() {
        return;
    }

    let came = list_of(page!(
        "One, by A (1901)",
        "Our shop is closed today",
        "Two, by B (1902)"
    ));

    same!(
        came,
        Came::Unreadable("Our shop is closed today".to_owned()),
        "An entry is not of the form that you know. If the page has changed, you want to hear of it on the first day, and\n\
         not when half of the data is missing."
    );
}
