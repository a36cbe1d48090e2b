//! # Step 1: a client that knows books
//!
//! **Task.** Fill in `src/client.rs`: `BookClient` turns the API of books into calls that return books,
//! or say why not. The tests start a practice site and read in its journal what you really asked for.
//!
//! **Hint.** Write one helper that sends a request and looks at the status; everything else is a line
//! or two. More with `just hint 4 client`.
//!
//! **Resources.** The chapter `book/src/4-http.md`; the tour, `just lesson 4`; the API for people at
//! `/api/` of `cargo course site`; `reqwest::blocking::Client` and `serde_json::from_str` on docs.rs.

mod harness;

use std::net::TcpListener;
use std::time::Duration;

use exercise_4::client::{ApiError, Book, BookClient, Draft};
use harness::{LIMIT, asked, site, within};
use practice_site::Site;

fn client(site: &Site) -> BookClient {
    match BookClient::new(site.url("/").trim_end_matches('/'), LIMIT) {
        Ok(client) => client,
        Err(error) => panic!("\n\nNo client came to be: {error:?}\n"),
    }
}

fn editor(site: &Site) -> BookClient {
    let mut client = client(site);
    if let Err(error) = client.log_in("editor", "tide") {
        panic!(
            "\n\nThe editor's password is `tide`, and the log-in failed: {error:?}\nthe site was asked: {:?}\n",
            asked(&site.journal().entries())
        );
    }
    client
}

fn draft(title: &str) -> Draft {
    Draft {
        title: title.to_owned(),
        author: "Ann Author".to_owned(),
        year: 1999,
        pages: None,
        available: true,
    }
}

/// Checks that the answer is a no with this status, and with words of the server.
fn refused<T: std::fmt::Debug>(came: Result<T, ApiError>, expected: u16, words: &str) {
    match came {
        Err(ApiError::Status { status, detail }) if status == expected => assert!(
            detail.contains(words),
            "\n\nThe server explained itself in the field `detail`, which speaks of {words:?}, and the error says: \
             {detail:?}\nThe words are in the BODY of the answer. `error_for_status` throws it away.\n"
        ),
        other => panic!(
            "\n\nexpected: a no with status {expected}\ncame:     {other:?}\n\
             A server that says no sends a body too, but no book. Look at the status first.\n"
        ),
    }
}

#[test]
fn goal_1_a_book_is_read_and_one_that_is_not_there_is_a_no() {
    within("Reading two books takes no time.", || {
        let site = site();
        let client = client(&site);
        let truth = site.truth().books()[16].clone();

        let book = match client.read(truth.id) {
            Ok(book) => book,
            Err(error) => panic!("\n\nBook {} is there, and came as: {error:?}\n", truth.id),
        };

        assert_eq!(book.id, truth.id);
        assert_eq!(book.about.title, truth.title);
        assert_eq!(book.about.author, truth.author);
        assert_eq!(book.about.pages.map(i64::from), truth.pages);
        refused(client.read(4711), 404, "no such book");
    });
}

#[test]
fn goal_2_words_are_found_whatever_characters_they_hold() {
    within("Four searches take no time.", || {
        let site = site();
        let client = client(&site);
        for words in [
            "& other",
            "\"",
            "volume 2",
            "explained, volume",
            "#",
            "%26",
            "a+b",
            "é",
        ] {
            let has = |text: &str| text.to_lowercase().contains(words);
            let expected: Vec<u64> = site
                .truth()
                .books()
                .iter()
                .filter(|book| has(&book.title) || has(&book.author))
                .map(|book| book.id)
                .collect();

            let found = client.search(words);

            let found: Vec<u64> = match found {
                Ok(books) => books.iter().map(|book: &Book| book.id).collect(),
                Err(error) => panic!("\n\nThe search for {words:?} failed: {error:?}\n"),
            };
            assert!(
                found == expected,
                "\n\nA search for {words:?} finds the books {expected:?}, and came back with {found:?}.\n\
                 the site was asked: {:?}\n\
                 In an address &, #, +, % and blanks mean something else than themselves. Let the library write them.\n",
                asked(&site.journal().entries()).last()
            );
        }
    });
}

#[test]
fn goal_3_who_is_logged_in_may_add_and_remove() {
    within("A book more and a book less take no time.", || {
        let site = site();
        let client = editor(&site);

        let added = match client.create(&draft("Nets & ropes")) {
            Ok(added) => added,
            Err(error) => panic!(
                "\n\nThe editor may add books, and could not: {error:?}\n401: the token was not sent. \
                 415: the request did not say that it is JSON.\n"
            ),
        };
        let read = client.read(added.id).expect("it was just added");
        let removed = client.delete(added.id);

        assert_eq!(added.about, draft("Nets & ropes"));
        assert_eq!(read, added);
        assert!(
            removed.is_ok(),
            "\n\nThe book was removed, and that came back as {removed:?}.\n204 has no body, so there is no JSON to be read.\n"
        );
        refused(client.read(added.id), 404, "no such book");
    });
}

#[test]
fn goal_4_a_no_comes_with_the_servers_own_words() {
    within("Five refusals take no time.", || {
        let site = site();
        let nobody = client(&site);
        refused(nobody.create(&draft("x")), 401, "");
        refused(nobody.delete(1), 401, "");
        let mut wrong = client(&site);
        assert!(
            matches!(
                wrong.log_in("editor", "wrong"),
                Err(ApiError::Status { status: 401, .. })
            ),
            "\n\nA wrong password is a no with status 401.\n"
        );

        let editor = editor(&site);

        refused(
            editor.create(&draft("")),
            422,
            "Some fields of the book are wrong",
        );
        refused(editor.delete(4711), 404, "no such book");
    });
}

#[test]
fn goal_5_one_client_keeps_one_connection() {
    within("Thirty books are read in no time.", || {
        let site = site();
        let client = editor(&site);
        for id in 1..=30 {
            client.read(id).expect("the first 57 are there");
        }

        let entries = site.journal().entries();

        let mut connections: Vec<u64> = entries.iter().map(|entry| entry.connection).collect();
        connections.sort_unstable();
        connections.dedup();
        assert!(
            connections.len() == 1,
            "\n\n{} requests, one after another, came on {} connections.\n\
             A `reqwest::blocking::Client` keeps connections open for the next request, and starts a thread of its own. \
             Make one in `new` and keep it. An answer that is not read to its end closes its connection, too.\n",
            entries.len(),
            connections.len()
        );
    });
}

#[test]
fn goal_6_a_server_that_never_answers_does_not_hold_the_client() {
    within(
        "The server accepted and never answered. `new` is told how long a request may take.",
        || {
            let silent = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
            let address = silent
                .local_addr()
                .expect("a bound listener knows its address");
            let limit = Duration::from_millis(200);
            let client = BookClient::new(&format!("http://{address}"), limit).expect("a client");

            let came = client.read(1);

            let Err(ApiError::Http(error)) = came else {
                panic!("\n\nNo answer came, and that is no book: {came:?}\n");
            };
            assert!(
                error.is_timeout(),
                "\n\nThe error should be the time that is over: {error:?}\n"
            );
            drop(silent);
        },
    );
}
