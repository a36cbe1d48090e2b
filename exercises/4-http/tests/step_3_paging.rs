//! # Step 3: one list, however many pages
//!
//! **Task.** Fill in `src/paging.rs`: `next_link` reads a `Link` header, and `Items` hands over what is
//! on all pages, one after another, without asking for a page too soon.
//!
//! **Hint.** Brackets lead from link to link; commas do not. More with `just hint 4 paging`.
//!
//! **Resources.** The chapter `book/src/4-http.md`; the tour, `just lesson 4`; RFC 8288 for the header;
//! `Iterator`, `VecDeque`, `Url::join` and `Url::origin`.

mod harness;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use exercise_4::paging::{Items, Page, PagingError, Transport, next_link};
use harness::{ask, asked, site, within};
use practice_site::Site;
use reqwest::Url;

/// A few pages in memory, and what was asked for.
#[derive(Debug, Clone, Default)]
struct Shelf {
    pages: HashMap<String, Page>,
    asked: Rc<RefCell<Vec<String>>>,
}

impl Shelf {
    fn with(mut self, url: &str, items: &[&str], link: Option<&str>) -> Self {
        let page = Page {
            items: items.iter().map(|item| (*item).to_owned()).collect(),
            link: link.map(str::to_owned),
        };
        self.pages.insert(url.to_owned(), page);
        self
    }

    /// Hands over the list from `http://a.test/1` on, at most so many items.
    fn take(&self, most: usize) -> (Vec<Result<String, PagingError>>, Vec<String>) {
        let first = Url::parse("http://a.test/1").expect("a URL");
        let came = Items::new(self.clone(), first).take(most).collect();
        (came, self.asked.borrow().clone())
    }
}

impl Transport for Shelf {
    fn get(&mut self, url: &Url) -> Result<Page, String> {
        self.asked.borrow_mut().push(url.to_string());
        assert!(
            self.asked.borrow().len() < 50,
            "\n\nThe same pages again and again: {:?}\n",
            self.asked.borrow()
        );
        self.pages
            .get(url.as_str())
            .cloned()
            .ok_or_else(|| "503".to_owned())
    }
}

#[track_caller]
fn check(shelf: &Shelf, items: &[&str], error: Option<PagingError>, urls: &[&str], why: &str) {
    let (came, asked) = shelf.take(40);
    let mut expected: Vec<Result<String, PagingError>> =
        items.iter().map(|item| Ok((*item).to_owned())).collect();
    expected.extend(error.map(Err));
    assert!(
        came == expected && asked == urls,
        "\n\nexpected: {expected:?}\ncame:     {came:?}\nasked for:           {asked:?}\nshould ask for only: {urls:?}\n{why}\n"
    );
}

#[test]
fn goal_1_the_next_link_is_found_among_others() {
    let check = |header: &str, expected: Option<&str>, why: &str| {
        let came = next_link(header);
        assert!(
            came == expected,
            "\n\nLink: {header}\nexpected: {expected:?}\ncame:     {came:?}\n{why}\n"
        );
    };

    check(
        "<http://a.test/2>; rel=\"next\"",
        Some("http://a.test/2"),
        "The simplest one.",
    );
    check(
        "<http://a.test/1>; rel=\"first\", <http://a.test/9>; rel=\"last\", <http://a.test/2>; rel=\"next\"",
        Some("http://a.test/2"),
        "The next page may stand anywhere in the header.",
    );
    check(
        "<http://a.test/1>; rel=\"prev\"",
        None,
        "This is the last page: there is no next.",
    );
    check("", None, "There is no link at all.");
    check(
        "<a>;rel=next",
        Some("a"),
        "Quotes and blanks may be left out.",
    );
    check(
        "<a>; REL=\"Next\"",
        Some("a"),
        "Neither the name nor the word cares about capitals.",
    );
    check(
        "<a>; title=\"x\"; rel=\"last next\"",
        Some("a"),
        "One link may be two things.",
    );
    check(
        "<a>; rel=\"nextish\", <b>; rel=\"not-next\"",
        None,
        "Only the word itself counts.",
    );
    check("<a>; rev=\"next\"", None, "rev is another parameter.");
}

#[test]
fn goal_2_addresses_and_titles_may_hold_commas_and_semicolons() {
    let check = |header: &str, expected: Option<&str>| {
        let came = next_link(header);
        assert!(
            came == expected,
            "\n\nLink: {header}\nexpected: {expected:?}\ncame:     {came:?}\n\
             Between brackets or quotes a comma is a letter like any other.\n"
        );
    };

    check(
        "<http://a.test/?ids=1,2;x>; rel=\"prev\", <http://a.test/?ids=3,4;y>; rel=\"next\"",
        Some("http://a.test/?ids=3,4;y"),
    );
    check(
        "<a>; title=\"one, two; rel=next\"; rel=\"prev\", <b>; rel=\"next\"",
        Some("b"),
    );
    check("<a>; title=\"<x>; rel=next\"; rel=prev", None);
}

#[test]
fn goal_3_all_pages_are_one_list() {
    let shelf = Shelf::default()
        .with(
            "http://a.test/1",
            &["a", "b"],
            Some("<http://a.test/2?cursor=xyz>; rel=\"next\""),
        )
        .with(
            "http://a.test/2?cursor=xyz",
            &[],
            Some("</1/3>; rel=\"next\""),
        )
        .with("http://a.test/1/3", &["c"], Some("<4>; rel=\"next\""))
        .with(
            "http://a.test/1/4",
            &["d"],
            Some("<http://a.test/1>; rel=\"first\""),
        );

    check(
        &shelf,
        &["a", "b", "c", "d"],
        None,
        &[
            "http://a.test/1",
            "http://a.test/2?cursor=xyz",
            "http://a.test/1/3",
            "http://a.test/1/4",
        ],
        "Where the next page is says the link, and only the link: it may have no number. A page may be empty and still have a \
         next one. A link may be relative to the page that it stands on.",
    );
}

#[test]
fn goal_4_no_page_is_asked_for_before_it_is_needed() {
    let shelf = Shelf::default()
        .with("http://a.test/1", &["a", "b"], Some("<2>; rel=next"))
        .with("http://a.test/2", &["c"], Some("<3>; rel=next"));

    let (came, asked) = shelf.take(2);

    assert_eq!(came.len(), 2);
    assert!(
        asked == ["http://a.test/1"],
        "\n\nTwo items were wanted, and both are on the first page. Asked for: {asked:?}\n\
         Who takes ten of a million items must not fetch a thousand pages.\n"
    );
    let shelf = Shelf::default();
    let list = Items::new(shelf.clone(), Url::parse("http://a.test/1").expect("a URL"));
    assert!(
        shelf.asked.borrow().is_empty(),
        "\n\nNobody has asked for an item yet.\n"
    );
    drop(list);
}

#[test]
fn goal_5_a_failure_is_told_once_and_ends_the_list() {
    let shelf = Shelf::default().with("http://a.test/1", &["a"], Some("<2>; rel=next"));

    check(
        &shelf,
        &["a"],
        Some(PagingError::Fetch("503".to_owned())),
        &["http://a.test/1", "http://a.test/2"],
        "A list that breaks off must not look like one that is over: the error is the last item, and comes once.",
    );
}

#[test]
fn goal_6_a_list_that_goes_round_and_round_is_ended() {
    let shelf = Shelf::default()
        .with("http://a.test/1", &["a"], Some("<2>; rel=next"))
        .with("http://a.test/2", &["b"], Some("<1>; rel=next"));
    check(
        &shelf,
        &["a", "b"],
        Some(PagingError::Loop("http://a.test/1".to_owned())),
        &["http://a.test/1", "http://a.test/2"],
        "Page 2 says that page 1 is next. What was fetched is handed over, then the error.",
    );
    let shelf = Shelf::default().with("http://a.test/1", &["a"], Some("<1>; rel=next"));
    check(
        &shelf,
        &["a"],
        Some(PagingError::Loop("http://a.test/1".to_owned())),
        &["http://a.test/1"],
        "A page may also call itself its next.",
    );
}

#[test]
fn goal_7_the_list_does_not_lead_anywhere_else() {
    for (link, elsewhere) in [
        ("http://b.test/2", "http://b.test/2"),
        ("http://a.test:8080/2", "http://a.test:8080/2"),
        ("https://a.test/2", "https://a.test/2"),
        ("//b.test/2", "http://b.test/2"),
        ("file:///etc/passwd", "file:///etc/passwd"),
    ] {
        let shelf = Shelf::default().with(
            "http://a.test/1",
            &["a"],
            Some(&format!("<{link}>; rel=next")),
        );
        check(
            &shelf,
            &["a"],
            Some(PagingError::Elsewhere(elsewhere.to_owned())),
            &["http://a.test/1"],
            "A server that can choose where we go next can send us, and our token, to anybody.",
        );
    }
    let shelf = Shelf::default().with("http://a.test/1", &["a"], Some("<http://[>; rel=next"));
    check(
        &shelf,
        &["a"],
        Some(PagingError::BadLink("http://[".to_owned())),
        &["http://a.test/1"],
        "What is no address is an error of its own. The items of the page are good all the same.",
    );
}

/// Fetches pages of books from the practice site.
struct Books<'a>(&'a Site);

impl Transport for Books<'_> {
    fn get(&mut self, url: &Url) -> Result<Page, String> {
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        let answer =
            ask(self.0.address(), "GET", &path, &[], b"").map_err(|error| error.to_string())?;
        let list: serde_json::Value =
            serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
        let books = list["books"].as_array().into_iter().flatten();
        Ok(Page {
            items: books
                .map(|book| book["title"].as_str().unwrap_or_default().to_owned())
                .collect(),
            link: answer.header("Link"),
        })
    }
}

#[test]
fn goal_8_every_book_of_the_practice_site_comes_once_and_its_pages_too() {
    within("Eight pages take no time.", || {
        let site = site();
        let first = Url::parse(&site.url("/api/books?per_page=8")).expect("a URL");

        let titles: Vec<String> = Items::new(Books(&site), first)
            .collect::<Result<_, _>>()
            .unwrap_or_else(|error| panic!("\n\nThe list broke off: {error:?}\n"));

        let truth: Vec<&str> = site
            .truth()
            .books()
            .iter()
            .map(|book| book.title.as_str())
            .collect();
        assert_eq!(titles, truth);
        let asked = asked(&site.journal().entries());
        assert!(
            asked.len() == truth.len().div_ceil(8),
            "\n\n{} books, eight on a page, are {} pages. Asked for: {asked:#?}\n",
            truth.len(),
            truth.len().div_ceil(8)
        );
    });
}
