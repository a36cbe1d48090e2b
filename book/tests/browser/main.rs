//! The book in a browser: its pages load without complaint, its keys and quizzes work.
//!
//! Each test builds the book, serves it on loopback and starts a Chromium of its own.

mod chromium;
#[path = "../common/mod.rs"]
mod common;
mod server;

use std::{
    future::Future,
    time::{Duration, Instant},
};

use chromium::{Chromium, MEND};
use common::{assert_no_complaints, build::Book, skipped};
use serde_json::Value;
use server::Server;
use thirtyfour::{
    By, ChromeCapabilities, ChromiumLikeCapabilities, Key, WebDriver, WebElement,
    error::WebDriverResult,
};

/// How long a whole check, and how long a wait inside one, may take before it fails.
const CHECK_LIMIT: Duration = Duration::from_secs(300);
const WAIT_LIMIT: Duration = Duration::from_secs(30);

#[test]
fn every_page_loads_without_complaint_and_asks_no_other_machine() {
    on_a_desktop(async |visit| {
        let mut complaints = Vec::new();

        for name in &visit.page_names {
            visit.open(name).await?;
            complaints.extend(visit.complaints_of(name).await?);
        }

        assert_no_complaints("pages in the browser", &complaints);
        Ok(())
    });
}

#[test]
fn a_page_that_is_wrong_is_complained_about() {
    on_a_desktop(async |visit| {
        // The checks of the test above, tried on a page that breaks every promise.
        visit.open("welcome.html").await?;
        visit.complaints_of("welcome.html").await?;
        let spoil = "
            console.error('a complaint of the page');
            document.querySelector('main').insertAdjacentHTML('beforeend',
                '<h1>Second</h1><img src=\"no-such.svg\"><img src=\"https://example.org/a.png\">');
            const done = arguments[0];
            Promise.allSettled([...document.images].map(image => image.decode())).then(() => done());
        ";
        visit.driver.execute_async(spoil, Vec::new()).await?;

        let complaints = visit.complaints_of("welcome.html").await?.join("\n");

        for expected in [
            "a complaint of the page",
            "2 main headings",
            "no-such.svg shows nothing",
            "no-such.svg has no text",
            "asks for https://example.org/a.png",
        ] {
            assert!(
                complaints.contains(expected),
                "{expected} in:\n{complaints}"
            );
        }
        Ok(())
    });
}

#[test]
fn arrow_keys_stay_on_the_page_while_the_reader_is_in_code() {
    on_a_desktop(async |visit| {
        visit.open("house.html").await?;
        visit.mark_page_turns().await?;

        // A click puts the selection into the listing.
        visit.element("main pre code").await?.click().await?;
        visit.press(Key::Right).await?;
        visit.press(Key::Left).await?;

        assert_eq!(visit.page_turn().await?, "");
        Ok(())
    });
}

#[test]
fn arrow_keys_scroll_a_wide_listing_that_has_the_focus() {
    on_a_phone(async |visit| {
        visit.open("house.html").await?;
        visit.mark_page_turns().await?;
        let focus = "
            window.wide = [...document.querySelectorAll('main pre code')]
                .find(listing => listing.scrollWidth > listing.clientWidth);
            window.wide.tabIndex = 0;
            window.wide.focus();
        ";
        visit.driver.execute(focus, Vec::new()).await?;

        visit.press(Key::Right).await?;

        visit
            .eventually("the listing to scroll", async || {
                let moved = "return window.wide.scrollLeft > 0";
                let moved = visit.driver.execute(moved, Vec::new()).await?;
                Ok((moved.json() == &Value::Bool(true)).then_some(()))
            })
            .await?;
        assert_eq!(visit.page_turn().await?, "");
        Ok(())
    });
}

#[test]
fn arrow_keys_turn_the_page_everywhere_else() {
    on_a_desktop(async |visit| {
        visit.open("house.html").await?;
        visit.mark_page_turns().await?;

        // Into the code and out of it again: the listing lets go.
        visit.element("main pre code").await?.click().await?;
        visit.element("main p").await?.click().await?;

        visit.press(Key::Right).await?;
        assert_eq!(visit.page_turn().await?, "#next");
        visit.press(Key::Left).await?;
        assert_eq!(visit.page_turn().await?, "#previous");
        Ok(())
    });
}

#[test]
fn right_answers_are_marked_right_and_wrong_ones_wrong() {
    on_a_desktop(async |visit| {
        let mut quizzes = 0;
        for name in &visit.page_names {
            visit.open(name).await?;
            for index in 0..visit.quizzes().await?.len() {
                let questions = visit.take_quiz(name, index, Answering::Right).await?;
                assert_eq!(
                    visit.marks(index).await?,
                    (questions, 0),
                    "{name}, all right"
                );

                let questions = visit.take_quiz(name, index, Answering::Wrong).await?;
                assert_eq!(
                    visit.marks(index).await?,
                    (0, questions),
                    "{name}, all wrong"
                );
                quizzes += 1;
            }
        }
        assert!(quizzes > 0, "no page has a quiz");
        Ok(())
    });
}

#[test]
fn the_search_finds_a_word_of_the_glossary() {
    on_a_desktop(async |visit| {
        visit.open("welcome.html").await?;

        visit.press('s').await?;
        visit.press("backpressure").await?;

        let found = visit
            .eventually("a result", async || {
                let links = visit
                    .driver
                    .find_all(By::Css("#mdbook-searchresults a"))
                    .await?;
                let mut targets = Vec::new();
                for link in links {
                    targets.push(link.attr("href").await?.unwrap_or_default());
                }
                Ok(Some(targets).filter(|targets| !targets.is_empty()))
            })
            .await?;
        assert!(
            found.iter().any(|target| target.contains("glossary.html")),
            "{found:?}"
        );
        Ok(())
    });
}

#[test]
fn a_phone_shows_every_page_without_scrolling_the_page_sideways() {
    on_a_phone(async |visit| {
        let mut complaints = Vec::new();

        for name in &visit.page_names {
            visit.open(name).await?;
            // A wide listing or table may scroll by itself; then what is inside may be wider.
            let stick_out = "
                const scrolls = element => element
                    && (['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
                        && element.tagName !== 'BODY' && element.id !== 'mdbook-content'
                        || scrolls(element.parentElement));
                return [...document.querySelectorAll('main *')]
                    .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
                    .filter(element => !scrolls(element.parentElement))
                    .map(element => element.outerHTML.slice(0, 80));
            ";
            let wide = visit.driver.execute(stick_out, Vec::new()).await?;
            for element in wide.json().as_array().into_iter().flatten() {
                complaints.push(format!("{name}: {element} sticks out"));
            }
        }

        assert_no_complaints("pages on a phone", &complaints);
        Ok(())
    });
}

/// How a quiz is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answering {
    Right,
    Wrong,
}

/// A browser, and the book that it visits.
struct Visit {
    driver: WebDriver,
    server: Server,
    page_names: Vec<String>,
}

impl Visit {
    fn url(&self, name: &str) -> String {
        self.server.url(name)
    }

    /// Opens a page as a first visit: nothing is remembered from an earlier one.
    async fn open(&self, name: &str) -> WebDriverResult<()> {
        self.driver.goto(self.url(name)).await?;
        self.driver
            .execute("localStorage.clear()", Vec::new())
            .await?;
        self.driver.goto(self.url(name)).await?;
        self.arrives_at(&self.url(name)).await
    }

    async fn element(&self, selector: &str) -> WebDriverResult<WebElement> {
        self.driver.find(By::Css(selector)).await
    }

    async fn press(&self, keys: impl Into<thirtyfour::TypingData>) -> WebDriverResult<()> {
        self.driver.action_chain().send_keys(keys).perform().await
    }

    /// Waits until the browser shows the page: its scripts have run, and it is painted. A key that
    /// comes earlier is nobody's, since Chromium drops what is typed at a page that is not seen yet.
    async fn arrives_at(&self, url: &str) -> WebDriverResult<()> {
        let script = "
            const painted = performance.getEntriesByName('first-contentful-paint').length > 0;
            return [location.href, painted ? document.readyState : 'not painted'];
        ";
        self.eventually(url, async || {
            let [address, state]: [String; 2] =
                self.driver.execute(script, Vec::new()).await?.convert()?;
            Ok((address == url && state == "complete").then_some(()))
        })
        .await
    }

    /// Asks again until there is an answer; fails the test after the limit.
    async fn eventually<T, F>(&self, what: &str, mut ask: impl FnMut() -> F) -> WebDriverResult<T>
    where
        F: Future<Output = WebDriverResult<Option<T>>>,
    {
        let start = Instant::now();
        loop {
            if let Some(answer) = ask().await? {
                return Ok(answer);
            }
            assert!(start.elapsed() < WAIT_LIMIT, "waited in vain for {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Returns what is wrong with the page that is open, since the last time that this was asked.
    async fn complaints_of(&self, name: &str) -> WebDriverResult<Vec<String>> {
        let mut complaints = Vec::new();
        for entry in self.driver.browser_log().await? {
            complaints.push(format!("{name}: {}: {}", entry.level, entry.message));
        }
        for address in self.requests().await? {
            let stays_here = ["data:", "chrome:", &self.url("")]
                .iter()
                .any(|start| address.starts_with(start));
            if !stays_here {
                complaints.push(format!("{name}: asks for {address}"));
            }
        }
        for request in self.server.journal() {
            if request.status != 200 && request.path != "/favicon.ico" {
                complaints.push(format!("{name}: {} does not exist", request.path));
            }
        }
        let headings = self.driver.find_all(By::Css("h1")).await?.len();
        if headings != 1 {
            complaints.push(format!("{name}: {headings} main headings"));
        }
        for picture in self.driver.find_all(By::Css("img")).await? {
            let source = picture.attr("src").await?.unwrap_or_default();
            if picture.prop("naturalWidth").await?.as_deref() == Some("0") {
                complaints.push(format!("{name}: {source} shows nothing"));
            }
            if picture
                .attr("alt")
                .await?
                .unwrap_or_default()
                .trim()
                .is_empty()
            {
                complaints.push(format!("{name}: {source} has no text"));
            }
        }
        Ok(complaints)
    }

    /// Returns the addresses that the browser asked for on behalf of pages since the last time.
    async fn requests(&self) -> WebDriverResult<Vec<String>> {
        let log = self.driver.get_log("performance").await?;
        let events = log.iter().filter_map(|entry| {
            let event: Value = serde_json::from_str(&entry.message).ok()?;
            let event = &event["message"];
            (event["method"] == "Network.requestWillBeSent").then(|| {
                event["params"]["request"]["url"]
                    .as_str()
                    .map(str::to_owned)
            })?
        });
        Ok(events.collect())
    }

    /// Makes the links that turn the page lead to marks on this page. mdBook follows them when a key
    /// is pressed, so a turned page is seen at once; the driver, when a page goes away under its hands,
    /// would press the key again on the next one.
    async fn mark_page_turns(&self) -> WebDriverResult<()> {
        let script = "
            document.querySelector('.nav-chapters.next').href = '#next';
            document.querySelector('.nav-chapters.previous').href = '#previous';
        ";
        self.driver.execute(script, Vec::new()).await.map(drop)
    }

    /// Returns the mark of the last page turn: `#next`, `#previous`, or nothing.
    async fn page_turn(&self) -> WebDriverResult<String> {
        let hash = self.driver.execute("return location.hash", Vec::new());
        hash.await?.convert()
    }

    async fn quizzes(&self) -> WebDriverResult<Vec<WebElement>> {
        self.driver.find_all(By::Css(".quiz-placeholder")).await
    }

    /// Takes the quiz with that index from its start to its review and returns the number of
    /// questions. The answers are read from the page, where mdbook-quiz keeps them.
    async fn take_quiz(
        &self,
        name: &str,
        index: usize,
        answering: Answering,
    ) -> WebDriverResult<usize> {
        self.open(name).await?;
        let quiz = self.quizzes().await?.swap_remove(index);
        let data = quiz.attr("data-quiz-questions").await?.unwrap_or_default();
        let data: Value = serde_json::from_str(&data)?;
        let questions = data["questions"].as_array().cloned().unwrap_or_default();

        quiz.find(By::Css("button.start")).await?.click().await?;
        for (question, number) in questions.iter().zip(1..) {
            let title = format!("Question {number}");
            self.eventually(&title, async || {
                let headings = quiz.find_all(By::Css(".question .prompt h4")).await?;
                match headings.first() {
                    Some(heading) => Ok((heading.text().await? == title).then_some(())),
                    None => Ok(None),
                }
            })
            .await?;
            answer(&quiz, question, answering).await?;
            let submit = quiz.find(By::Css(".response input[type=submit]")).await?;
            submit.scroll_into_view().await?;
            submit.click().await?;
        }
        Ok(questions.len())
    }

    /// Returns how many questions the review of the quiz marks right and wrong.
    async fn marks(&self, index: usize) -> WebDriverResult<(usize, usize)> {
        let quiz = self.quizzes().await?.swap_remove(index);
        self.eventually("the review", async || {
            let answers = quiz.find_all(By::Css(".answer")).await?;
            let mut marks = (0, 0);
            for answer in &answers {
                let wrong = answer.find_all(By::Css(".incorrect")).await?;
                let right = answer.find_all(By::Css(".correct")).await?;
                match (right.is_empty(), wrong.is_empty()) {
                    (_, false) => marks.1 += 1,
                    (false, true) => marks.0 += 1,
                    (true, true) => {}
                }
            }
            Ok((!answers.is_empty()).then_some(marks))
        })
        .await
    }
}

/// Fills in one question of a quiz.
async fn answer(quiz: &WebElement, question: &Value, answering: Answering) -> WebDriverResult<()> {
    let right = answering == Answering::Right;
    match question["type"].as_str().unwrap_or_default() {
        "MultipleChoice" => {
            let wanted = if right {
                strings(&question["answer"]["answer"])
            } else {
                strings(&question["prompt"]["distractors"][0])
            };
            for choice in quiz.find_all(By::Css(".choice input")).await? {
                let value = choice.prop("value").await?.unwrap_or_default();
                if wanted.contains(&value) {
                    choice.scroll_into_view().await?;
                    choice.click().await?;
                }
            }
        }
        "ShortAnswer" => {
            let field = quiz.find(By::Css(".response [name=answer]")).await?;
            let text = question["answer"]["answer"].as_str().unwrap_or_default();
            field
                .send_keys(if right { text } else { "surely not" })
                .await?;
        }
        "Tracing" => {
            let compiles = question["answer"]["doesCompile"] == true;
            let chosen = if compiles == right {
                "input[value=true]"
            } else {
                "input[value=false]"
            };
            quiz.find(By::Css(chosen)).await?.click().await?;
            if compiles == right {
                let text = question["answer"]["stdout"].as_str().unwrap_or_default();
                let field = quiz.find(By::Css(".response textarea")).await?;
                field
                    .send_keys(if right { text } else { "surely not" })
                    .await?;
            }
        }
        other => panic!("this test does not know how to answer a {other} question"),
    }
    Ok(())
}

/// Returns the strings of a JSON string or list of strings.
fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().cloned().unwrap_or(vec![value.clone()]);
    list.iter()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

fn on_a_desktop(check: impl AsyncFnOnce(&Visit) -> WebDriverResult<()>) {
    in_browser(|_| Ok(()), check);
}

fn on_a_phone(check: impl AsyncFnOnce(&Visit) -> WebDriverResult<()>) {
    let phone = |capabilities: &mut ChromeCapabilities| {
        let metrics = serde_json::json!({
            "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2.0 }
        });
        capabilities.add_experimental_option("mobileEmulation", metrics)
    };
    in_browser(phone, check);
}

/// Builds the book, serves it, and runs `check` with a browser that ends with the test.
fn in_browser(
    adjust: impl FnOnce(&mut ChromeCapabilities) -> WebDriverResult<()>,
    check: impl AsyncFnOnce(&Visit) -> WebDriverResult<()>,
) {
    if skipped("browser") || skipped("book") {
        return;
    }
    // The capstone turns TLS on in reqwest without a provider, and features are shared by all crates
    // that are built together: then no client of reqwest's starts before there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let book = Book::build();
    let server = Server::start(&book.pages_folder());
    let page_names = book.page_files();
    // After the server: it is dropped first, and no connection is open when the server stops.
    let chromium = Chromium::start();
    let mut capabilities = chromium.capabilities().expect("they are plain values");
    adjust(&mut capabilities).expect("they are plain values");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime of one thread needs nothing");

    runtime.block_on(async {
        let driver = WebDriver::new(chromium.url(), capabilities)
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}\n{MEND}"));
        // Quits after a panic too, while the runtime that speaks to the driver still runs.
        let outcome = driver
            .run_and_quit(async |driver| {
                let visit = Visit {
                    driver,
                    server,
                    page_names,
                };
                let outcome = tokio::time::timeout(CHECK_LIMIT, check(&visit)).await;
                outcome.expect("the check ends within its limit")
            })
            .await;
        if let Err(error) = outcome {
            panic!("the browser does not do what it is told: {error}");
        }
    });
}
