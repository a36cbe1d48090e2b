//! A real Chromium on the practice site: what the library promises, seen from outside.

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use browser::{Error, Key, Options, Refusal, Session, needs_rendering};
use common::{LIMIT, skipped, visit};
use practice_site::{Config, Site};
use serde_json::json;

#[test]
fn a_page_that_a_script_fills_is_seen_full() {
    visit(|site, session| {
        session.open(&site.url("/js/books"))?;

        let books = session.wait(LIMIT).for_count(".book", 10)?;

        assert_eq!(books.len(), 10);
        let first = &site.truth().books()[0];
        assert!(books[0].text()?.contains(&first.title));
        assert_eq!(
            session.title()?,
            session.execute("return document.title", &[])?
        );
        assert!(session.source()?.contains("class=\"book\""));
        assert_eq!(session.url()?, site.url("/js/books"));
        Ok(())
    });
}

#[test]
fn a_form_is_filled_in_corrected_and_its_result_awaited() {
    visit(|site, session| {
        session.open(&site.url("/js/form"))?;

        session.find("#email")?.fill("nobody")?;
        session.find("#loaves")?.fill("3")?;
        session.find("#send")?.click()?;
        let problem = session
            .wait(LIMIT)
            .for_text("#email-error", |text| !text.is_empty())?;
        session.find("#email")?.fill("ann@example.org")?;
        session.find("#email")?.press(Key::Enter)?;
        let result = session
            .wait(LIMIT)
            .for_text("#result", |text| text.starts_with("Thank you"))?;

        assert_eq!(problem, "This is no e-mail address.");
        assert_eq!(result, "Thank you, ann@example.org: 3 loaves of bread.");
        Ok(())
    });
}

#[test]
fn what_is_not_there_yet_is_awaited_and_what_never_comes_is_given_up() {
    visit(|site, session| {
        session.open(&site.url("/js/late"))?;

        let at_once = session.find("#late").map(drop).unwrap_err();
        session.wait(LIMIT).for_clickable("#late")?.click()?;
        let answer = session.find("#answer")?.text()?;
        let never = session
            .wait(Duration::from_millis(60))
            .for_element("#no-such")
            .map(drop)
            .unwrap_err();

        assert_eq!(at_once.refusal(), Some(&Refusal::NoSuchElement));
        assert_eq!(answer, "Well waited.");
        assert!(
            matches!(&never, Error::TimedOut { what, last: Some(_), .. } if what == "#no-such"),
            "{never}"
        );
        Ok(())
    });
}

#[test]
fn a_mistake_is_not_waited_for() {
    visit(|site, session| {
        session.open(&site.url("/"))?;

        let error = session.wait(LIMIT).for_element("p[").map(drop).unwrap_err();

        assert_eq!(error.refusal(), Some(&Refusal::InvalidSelector), "{error}");
        let error = session.execute("return nothing.at.all", &[]).unwrap_err();
        assert_eq!(error.refusal(), Some(&Refusal::JavaScript), "{error}");
        Ok(())
    });
}

#[test]
fn a_page_without_an_end_is_scrolled_to_its_end() {
    visit(|site, session| {
        session.open(&site.url("/js/scroll"))?;

        let things = session.wait(LIMIT).until("the last thing", |session| {
            session.execute("scrollTo(0, document.body.scrollHeight)", &[])?;
            let end = session.find("#end")?.text()?;
            let things = session.find_all(".thing")?;
            Ok(end.starts_with("That is all").then_some(things))
        })?;

        assert_eq!(things.len(), 48);
        Ok(())
    });
}

#[test]
fn dialogs_and_windows_are_answered_and_entered() {
    visit(|site, session| {
        session.open(&site.url("/js/windows"))?;
        let answer = || session.find("#answer")?.text();

        session.find("#alert")?.click()?;
        assert_eq!(session.wait(LIMIT).for_dialog()?, "The tide is coming in.");
        session.accept_dialog()?;
        session.find("#confirm")?.click()?;
        session.wait(LIMIT).for_dialog()?;
        session.dismiss_dialog()?;
        assert_eq!(answer()?, "It leaves.");
        session.find("#prompt")?.click()?;
        session.wait(LIMIT).for_dialog()?;
        session.answer_dialog("Ann")?;
        assert_eq!(answer()?, "Hello, Ann.");

        let first = session.window()?;
        let known = session.windows()?;
        session.find("#open")?.click()?;
        let second = session.wait(LIMIT).for_new_window(&known)?;
        session.switch_to(&second)?;
        let text = session.wait(LIMIT).for_element("#second")?.text()?;
        session.close_window()?;
        session.switch_to(&first)?;

        assert!(text.starts_with("This window was opened by another"));
        assert_eq!(answer()?, "It is open.");
        assert_eq!(session.windows()?, [first]);
        Ok(())
    });
}

#[test]
fn a_screenshot_is_a_png_of_the_window_or_of_an_element() {
    visit(|site, session| {
        session.open(&site.url("/"))?;

        let window = session.screenshot()?;
        let heading = session.find("h1")?.screenshot()?;

        for picture in [&window, &heading] {
            assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
        }
        assert!(window.len() > heading.len());
        Ok(())
    });
}

#[test]
fn scripts_take_arguments_and_may_take_their_time() {
    visit(|site, session| {
        session.open(&site.url("/"))?;

        let sum = session.execute(
            "return arguments[0] + arguments[1]",
            &[json!(20), json!(22)],
        )?;
        let later = session.execute_async(
            "const done = arguments[1]; setTimeout(() => done(arguments[0] + '!'), 10)",
            &[json!("later")],
        )?;

        assert_eq!((sum, later), (json!(42), json!("later!")));
        Ok(())
    });
}

#[test]
fn an_element_that_the_page_threw_away_is_stale() {
    visit(|site, session| {
        session.open(&site.url("/"))?;
        let heading = session.find("h1")?;

        session.execute("document.querySelector('h1').remove()", &[])?;

        let error = heading.text().unwrap_err();
        assert_eq!(error.refusal(), Some(&Refusal::StaleElement), "{error}");
        Ok(())
    });
}

#[test]
fn every_message_passes_the_listener() {
    if skipped() {
        return;
    }
    let site = Site::start(Config::default()).expect("loopback has a free port");
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heard);

    let session = Session::start_watched(&Options::default().local_only(), move |message| {
        kept.lock()
            .expect("nobody panics here")
            .push(message.clone());
    })
    .unwrap_or_else(|error| panic!("{error}"));
    session.open(&site.url("/")).expect("the site is there");
    let _ = session.find("#no-such");
    drop(session);

    let heard = heard.lock().expect("nobody panics here");
    let lines: Vec<String> = heard
        .iter()
        .map(|message| format!("{} {}", message.command(), message.status))
        .collect();
    assert_eq!(
        lines,
        [
            "POST /session 200",
            "POST /session/…/url 200",
            "POST /session/…/element 404",
            "DELETE /session/… 200",
        ]
    );
    assert_eq!(heard[1].sent, json!({ "url": site.url("/") }).to_string());
}

#[test]
fn two_sessions_share_no_cookies() {
    visit(|site, session| {
        session.open(&site.url("/"))?;
        session.execute("document.cookie = 'mine=1'", &[])?;

        let other = common::session();
        other.open(&site.url("/"))?;

        assert_eq!(session.execute("return document.cookie", &[])?, "mine=1");
        assert_eq!(other.execute("return document.cookie", &[])?, "");
        Ok(())
    });
}

#[test]
fn the_rule_finds_the_empty_shells_of_the_practice_site_and_no_other_page() {
    let site = Site::start(Config::default()).expect("loopback has a free port");

    let wrong: Vec<String> = site
        .truth()
        .pages()
        .iter()
        .filter_map(|page| {
            let html = plain(&site, &page.path);
            let shell = needs_rendering(&html);
            let expected = page.path.starts_with("/js/")
                && !["/js/", "/js/window"].contains(&page.path.as_str())
                // It has its links and its words, though its button comes late.
                ;
            (shell.is_some() != expected).then(|| format!("{}: {shell:?}", page.path))
        })
        .collect();

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Fetches without a browser.
fn plain(site: &Site, path: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(site.address()).expect("the site listens");
    stream
        .set_read_timeout(Some(LIMIT))
        .expect("the limit isn't zero");
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        site.address()
    );
    stream
        .write_all(request.as_bytes())
        .expect("the site reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the site answers");
    let answer = String::from_utf8_lossy(&answer);
    answer
        .split_once("\r\n\r\n")
        .map(|(_, body)| body.to_owned())
        .unwrap_or_default()
}
