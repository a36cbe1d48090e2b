//! The typed client, on the practice site's API.

use http_client::books::{BookError, Books, Change, Draft};
use http_client::{Error, Url};

use crate::common::{Server, answer, client, site};

fn draft(title: &str) -> Draft {
    Draft {
        title: title.into(),
        author: "A. Nonymous".into(),
        year: 1999,
        pages: None,
        available: true,
    }
}

fn editor(site: &practice_site::Site) -> Books {
    let mut books = Books::at(&client(), &site.url("/")).unwrap();
    books.log_in("editor", "tide").unwrap();
    books
}

#[test]
fn a_book_is_created_read_changed_replaced_and_removed() {
    let site = site();
    let books = editor(&site);

    let made = books.create(&draft("Knots"), "1").unwrap();
    let read = books.read(made.book.id).unwrap();
    assert_eq!(read, made);
    let lent = Change {
        available: Some(false),
        ..Change::default()
    };
    let changed = books.change(&read, &lent).unwrap();
    assert_eq!(
        (
            changed.book.about.title.as_str(),
            changed.book.about.available
        ),
        ("Knots", false)
    );
    let replaced = books.replace(&changed, &draft("Knots, revised")).unwrap();
    assert_eq!(replaced.book.about, draft("Knots, revised"));
    books.remove(made.book.id).unwrap();

    let gone = books.read(made.book.id);
    assert!(
        matches!(gone, Err(BookError::NotFound(id)) if id == made.book.id),
        "{gone:?}"
    );
}

#[test]
fn the_pages_of_the_list_are_one_iterator_over_all_books_in_order() {
    let site = site();
    let books = Books::at(&client(), &site.url("/")).unwrap();

    let listed: Vec<_> = books.list("", 10).collect::<Result<_, _>>().unwrap();

    let titles: Vec<&str> = listed
        .iter()
        .map(|book| book.about.title.as_str())
        .collect();
    let truth: Vec<&str> = site
        .truth()
        .books()
        .iter()
        .map(|book| book.title.as_str())
        .collect();
    assert_eq!(titles, truth);
    assert_eq!(
        site.journal().entries().len(),
        6,
        "57 books are 6 pages of 10"
    );
}

#[test]
fn a_page_is_fetched_when_its_first_book_is_needed() {
    let site = site();
    let books = Books::at(&client(), &site.url("/")).unwrap();

    let mut list = books.list("", 10);
    assert_eq!(site.journal().entries().len(), 0);
    assert!(list.by_ref().take(10).all(|book| book.is_ok()));

    assert_eq!(site.journal().entries().len(), 1);
}

#[test]
fn of_two_who_change_the_same_version_the_second_is_told() {
    let site = site();
    let books = editor(&site);
    let seen = books.read(7).unwrap();

    books
        .change(
            &seen,
            &Change {
                title: Some("Mine".into()),
                ..Change::default()
            },
        )
        .unwrap();
    let late = books.change(
        &seen,
        &Change {
            title: Some("No, mine".into()),
            ..Change::default()
        },
    );

    assert!(matches!(late, Err(BookError::Changed)), "{late:?}");
    assert_eq!(books.read(7).unwrap().book.about.title, "Mine");
}

#[test]
fn a_draft_that_is_wrong_is_refused_field_by_field() {
    let site = site();
    let wrong = Draft {
        year: 9_999,
        ..draft("")
    };

    let refused = editor(&site).create(&wrong, "1");

    let Err(BookError::Invalid { fields }) = refused else {
        panic!("{refused:?}");
    };
    let names: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(names, ["title", "year"]);
}

#[test]
fn who_is_not_logged_in_or_may_only_read_is_told() {
    let site = site();
    let mut books = Books::at(&client(), &site.url("/")).unwrap();

    let nobody = books.create(&draft("Knots"), "1");
    let wrong = books.log_in("editor", "guess");
    books.log_in("reader", "rain").unwrap();
    let reader = books.remove(7);

    for refused in [nobody.map(drop), wrong, reader] {
        assert!(
            matches!(refused, Err(BookError::NotPermitted(_))),
            "{refused:?}"
        );
    }
}

#[test]
fn the_same_key_makes_one_book() {
    let site = site();
    let books = editor(&site);

    let one = books.create(&draft("Knots"), "the same").unwrap();
    let again = books.create(&draft("Knots"), "the same").unwrap();

    assert_eq!(one.book.id, again.book.id);
}

#[test]
fn a_next_page_on_another_site_or_in_a_circle_ends_the_list_with_an_error() {
    for link in [
        "<http://other.test/api/books>; rel=next",
        "<http://{here}/api/books?q=&per_page=5>; rel=next",
    ] {
        let book = r#"{"id":1,"title":"A","author":"B","year":1,"pages":null,"available":true}"#;
        let page = answer(
            &format!("200 OK\r\nLink: {link}"),
            &format!("{{\"books\":[{book}]}}"),
        );
        let server = Server::says([page]);
        let books = Books::at(&client(), &server.url("/")).unwrap();

        let listed: Vec<_> = books.list("", 5).collect();

        assert_eq!(listed.len(), 1, "{listed:?}");
        assert!(
            matches!(
                listed[0],
                Err(BookError::Http(
                    Error::OutOfScope(_) | Error::RedirectLoop(_)
                ))
            ),
            "{listed:?}"
        );
        server.requests();
    }
}

#[test]
fn what_is_no_book_is_an_error_that_says_where() {
    let server = Server::says([answer("200 OK", r#"{"id": "seven"}"#)]);
    let books = Books::at(&client(), Url::parse(&server.url("/")).unwrap().as_str()).unwrap();

    let read = books.read(7);

    assert!(
        matches!(&read, Err(BookError::Http(Error::Body(why))) if why.contains("line 1")),
        "{read:?}"
    );
    server.requests();
}
