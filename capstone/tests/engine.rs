//! The engine on an invented web: no sockets, so every kind of trouble can be had at will.

#![allow(
    clippy::print_stdout,
    reason = "what was measured, and the seed of a round, are worth a line"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use capstone::crawl::crawl;
use capstone::fetch::{Content, FetchError, Fetched, HtmlBody, Web};
use capstone::frontier::{FetchJob, Want};
use capstone::store::Store;
use common::{Notes, Random, rows, run_with, settings};
use coordination::Shutdown;
use http_client::Measured;
use proptest::prelude::*;

const HOME: &str = "http://127.0.0.1/";

/// A web that is a function.
struct Invented<F>(F);

impl<F: Fn(&FetchJob) -> Result<Fetched, FetchError> + Sync> Web for Invented<F> {
    fn fetch(&self, job: &FetchJob) -> Result<Fetched, FetchError> {
        (self.0)(job)
    }
}

fn fetched(status: u16, content: Content) -> Fetched {
    Fetched {
        status,
        took: Duration::ZERO,
        content,
    }
}

fn html(text: impl Into<String>) -> Fetched {
    fetched(
        200,
        Content::Html(HtmlBody {
            bytes: text.into().into_bytes(),
            ..HtmlBody::default()
        }),
    )
}

fn nothing(status: u16) -> Fetched {
    fetched(status, Content::Nothing { retry_after: None })
}

/// Answers robots.txt with 404, and pages by their number.
fn by_number(answer: impl Fn(usize, &FetchJob) -> Result<Fetched, FetchError> + Sync) -> impl Web {
    Invented(move |job: &FetchJob| match job.want {
        Want::Robots { .. } => Ok(nothing(404)),
        Want::Page(_) => answer(
            job.url.path().trim_start_matches('/').parse().unwrap_or(0),
            job,
        ),
    })
}

fn links(to: impl IntoIterator<Item = usize>) -> String {
    to.into_iter()
        .map(|to| format!("<a href=/{to}>x</a>"))
        .collect()
}

fn state_of(rows: &[capstone::store::Exported], path: &str) -> String {
    let row = rows
        .iter()
        .find(|row| row.url == format!("http://127.0.0.1{path}"))
        .unwrap_or_else(|| panic!("{path} is unknown"));
    row.error.clone().unwrap_or_else(|| "stored".to_owned())
}

#[test]
fn a_crawl_ends_when_nothing_is_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[HOME], folder.path().join("a.db"));

    let summary = run_with(
        &settings,
        &by_number(|n, _| Ok(html(links([2 * n + 1, 2 * n + 2].map(|to| to % 1_000))))),
    )
    .expect("a crawl");

    assert_eq!(
        summary.counts.stored, 1_001,
        "1,000 numbers and the home page"
    );
    assert_eq!(summary.counts.pending, 0);
    assert!(!summary.stopped);
}

#[test]
fn a_page_that_makes_the_program_panic_is_marked_and_the_crawl_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[HOME], folder.path().join("a.db"));
    let web = by_number(|n, _| match n {
        3 => panic!("page 3 is cursed"),
        _ => Ok(html(links((1..10).filter(|to| *to != n)))),
    });

    let summary = run_with(&settings, &web).expect("the crawl goes on");

    assert_eq!((summary.counts.stored, summary.counts.failed), (9, 1));
    let error = state_of(&rows(&settings.database), "/3");
    assert!(error.contains("page 3 is cursed"), "{error}");
}

#[test]
fn what_may_pass_is_tried_again_and_what_may_not_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[HOME], folder.path().join("a.db"));
    let asked: Vec<AtomicUsize> = (0..8).map(|_| AtomicUsize::new(0)).collect();
    let web = by_number(|n, job| {
        asked[n].fetch_add(1, Ordering::SeqCst);
        match n {
            0 => Ok(html(links(1..8))),
            1 if job.tries < 2 => Err(FetchError::Broken("cut".into())),
            2 => Ok(nothing(503)),
            3 => Ok(nothing(404)),
            4 => Err(FetchError::Silent {
                limit: Duration::from_secs(1),
            }),
            5 => Err(FetchError::TooLarge {
                limit: 10,
                measured: Measured::Unpacked,
            }),
            6 if job.tries == 0 => Ok(nothing(429)),
            7 => Err(FetchError::PrivateAddress {
                host: "127.0.0.1".into(),
            }),
            _ => Ok(html("")),
        }
    });

    run_with(&settings, &web).expect("a crawl");

    let rows = rows(&settings.database);
    assert_eq!(state_of(&rows, "/1"), "stored");
    assert_eq!(
        state_of(&rows, "/2"),
        "failed: 503 Service Unavailable (3 tries)"
    );
    assert_eq!(state_of(&rows, "/3"), "failed: 404 Not Found (1 try)");
    assert_eq!(
        state_of(&rows, "/4"),
        "failed: waited 1 s in vain (3 tries)"
    );
    assert_eq!(
        state_of(&rows, "/5"),
        "failed: body larger than 10 bytes unpacked (1 try)"
    );
    assert_eq!(state_of(&rows, "/6"), "stored");
    assert_eq!(state_of(&rows, "/7"), "refused: local address");
    let asked: Vec<_> = asked
        .iter()
        .map(|count| count.load(Ordering::SeqCst))
        .collect();
    assert_eq!(asked, [1, 3, 3, 1, 3, 1, 2, 1]);
}

#[test]
fn retry_after_gives_the_whole_host_its_peace() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = settings(&[HOME], folder.path().join("a.db"));
    settings.threads = 1;
    // A day is asked for; the settings cut it to a moment that a test can wait for.
    let pause = Duration::from_millis(300);
    settings.politeness.max_retry_after = pause;
    let busy_until = std::sync::Mutex::new(None::<std::time::Instant>);
    let web = by_number(|n, job| {
        let mut busy_until = busy_until.lock().expect("not poisoned");
        assert!(
            busy_until.is_none_or(|until| std::time::Instant::now() >= until),
            "asked too soon"
        );
        if n == 0 {
            return Ok(html(links(1..5)));
        }
        if n == 1 && job.tries == 0 {
            *busy_until = Some(std::time::Instant::now() + pause);
            let content = Content::Nothing {
                retry_after: Some(Duration::from_secs(86_400)),
            };
            return Ok(fetched(503, content));
        }
        Ok(html(""))
    });

    let summary = run_with(&settings, &web).expect("a crawl");

    assert_eq!((summary.counts.stored, summary.counts.failed), (5, 0));
}

#[test]
fn the_next_run_tries_what_may_have_passed_and_fetches_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[HOME], folder.path().join("a.db"));
    let first = by_number(|n, _| match n {
        0 => Ok(html(links(1..4))),
        1 => Ok(nothing(503)),
        2 => Ok(nothing(404)),
        _ => Ok(html("")),
    });
    run_with(&settings, &first).expect("a crawl");
    let asked = std::sync::Mutex::new(BTreeSet::new());
    let second = Invented(|job: &FetchJob| {
        asked
            .lock()
            .expect("not poisoned")
            .insert(job.url.path().to_owned());
        Ok(html(""))
    });

    let summary = run_with(&settings, &second).expect("a second crawl");

    assert_eq!(
        *asked.lock().expect("not poisoned"),
        BTreeSet::from(["/1".to_owned()]),
        "not even robots.txt, which is fresh"
    );
    assert_eq!((summary.counts.stored, summary.counts.failed), (3, 1));
}

#[test]
fn a_site_whose_robots_txt_fails_is_not_asked_and_one_without_is_free() {
    let folder = tempfile::tempdir().expect("a folder");
    for (answer, expected) in [
        (404, "stored"),
        (403, "stored"),
        (
            503,
            "refused: robots.txt unavailable: 503 Service Unavailable",
        ),
        (501, "refused: robots.txt unavailable: 501 Not Implemented"),
    ] {
        let settings = settings(&[HOME], folder.path().join(format!("{answer}.db")));
        let web = Invented(move |job: &FetchJob| match job.want {
            Want::Robots { .. } => Ok(nothing(answer)),
            Want::Page(_) => Ok(html("")),
        });

        run_with(&settings, &web).expect("a crawl");

        assert_eq!(
            state_of(&rows(&settings.database), "/"),
            expected,
            "{answer}"
        );
    }
}

#[test]
fn a_host_that_is_not_there_fails_and_is_tried_by_the_next_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[HOME], folder.path().join("a.db"));

    let summary = run_with(
        &settings,
        &Invented(|_: &FetchJob| {
            Err(FetchError::Connect {
                host: "127.0.0.1".into(),
                why: "refused".into(),
            })
        }),
    )
    .expect("a crawl");
    assert_eq!(summary.counts.failed, 1);

    let summary = run_with(&settings, &by_number(|_, _| Ok(html("")))).expect("a second crawl");
    assert_eq!((summary.counts.stored, summary.counts.failed), (1, 0));
}

#[test]
fn the_robots_txt_is_followed_through_five_redirects() {
    let folder = tempfile::tempdir().expect("a folder");
    for (redirects, expected) in [(5, "refused: closed by robots.txt"), (6, "stored")] {
        let settings = settings(
            &[&format!("{HOME}private")],
            folder.path().join(format!("{redirects}.db")),
        );
        let web = Invented(move |job: &FetchJob| match &job.want {
            Want::Robots {
                redirects: done, ..
            } if *done < redirects => {
                let to = job.url.join(&format!("/robots{done}.txt")).expect("a URL");
                Ok(fetched(301, Content::Redirect(to)))
            }
            Want::Robots { .. } => Ok(fetched(
                200,
                Content::Robots(b"User-agent: *\nDisallow: /private".to_vec()),
            )),
            Want::Page(_) => Ok(html("")),
        });

        run_with(&settings, &web).expect("a crawl");

        assert_eq!(
            state_of(&rows(&settings.database), "/private"),
            expected,
            "{redirects} redirects"
        );
    }
}

#[test]
fn redirects_are_discoveries_and_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[HOME], folder.path().join("a.db"));
    let to = |job: &FetchJob, path: &str| {
        Ok(fetched(
            301,
            Content::Redirect(job.url.join(path).expect("a URL")),
        ))
    };
    let web = by_number(move |n, job| match n {
        0 => Ok(html(links([1, 10, 20, 100]))),
        1 => to(job, "/2"),
        10 => to(job, "/11"),
        11 => to(job, "/10"),
        20 => to(job, "http://other.test/"),
        100.. => to(job, &format!("/{}", n + 1)),
        _ => Ok(html("")),
    });

    let summary = run_with(&settings, &web).expect("the crawl ends");

    let rows = rows(&settings.database);
    assert_eq!(
        state_of(&rows, "/1"),
        "skipped: redirect to http://127.0.0.1/2"
    );
    assert_eq!(state_of(&rows, "/2"), "stored");
    assert_eq!(
        state_of(&rows, "/10"),
        "skipped: redirect to http://127.0.0.1/11",
        "a loop ends"
    );
    assert_eq!(
        state_of(&rows, "/110"),
        "failed: more than 10 redirects (1 try)",
        "a chain without end is cut"
    );
    assert_eq!(summary.counts.refused, 1, "the other host is out of scope");
}

#[test]
fn where_a_seed_leads_the_crawl_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[HOME], folder.path().join("a.db"));
    let web = Invented(|job: &FetchJob| match (&job.want, job.url.port()) {
        (Want::Robots { .. }, _) => Ok(nothing(404)),
        (_, None) => Ok(fetched(
            301,
            Content::Redirect("http://127.0.0.1:81/".parse().expect("a URL")),
        )),
        _ => Ok(html("<a href=/next>next</a>")),
    });

    let summary = run_with(&settings, &web).expect("a crawl");

    assert_eq!(summary.counts.stored, 2);
}

#[test]
fn a_duplicate_leaves_its_place_and_a_circle_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[HOME], folder.path().join("a.db"));
    let canonical = |to: &str| Ok(html(format!("<link rel=canonical href='{to}'>")));
    let web = by_number(move |n, _| match n {
        0 => Ok(html(links([1, 3, 4, 6]))),
        1 => canonical("/2"),
        3 => canonical("/4"),
        4 => canonical("/3"),
        6 => canonical("http://original.test/6"),
        _ => Ok(html("")),
    });

    run_with(&settings, &web).expect("a crawl");

    let rows = rows(&settings.database);
    assert_eq!(
        state_of(&rows, "/1"),
        "skipped: same page as http://127.0.0.1/2"
    );
    assert_eq!(state_of(&rows, "/2"), "stored");
    let circle = [state_of(&rows, "/3"), state_of(&rows, "/4")];
    assert_eq!(
        circle.iter().filter(|state| *state == "stored").count(),
        1,
        "{circle:?}"
    );
    assert_eq!(
        state_of(&rows, "/6"),
        "stored",
        "a mirror is crawled all the same"
    );
}

#[test]
fn a_page_that_asks_not_to_be_kept_is_not_but_leads_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[HOME], folder.path().join("a.db"));
    let web = by_number(|n, _| match n {
        0 => Ok(html(format!(
            "<meta name=robots content=noindex>{}",
            links([1])
        ))),
        1 => Ok(html(format!(
            "<meta name=robots content=nofollow>{}",
            links([2])
        ))),
        _ => Ok(html("")),
    });

    run_with(&settings, &web).expect("a crawl");

    let rows = rows(&settings.database);
    assert_eq!(state_of(&rows, "/"), "refused: noindex");
    assert_eq!(state_of(&rows, "/1"), "stored");
    assert_eq!(rows.len(), 2, "page 2 was never seen");
}

#[test]
fn max_pages_leaves_the_rest_for_another_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = settings(&[HOME], folder.path().join("a.db"));
    let web = by_number(|_, _| Ok(html(links(1..20))));

    settings.reach.max_pages = Some(5);
    let summary = run_with(&settings, &web).expect("a crawl");
    assert_eq!((summary.counts.stored, summary.counts.pending), (5, 15));

    settings.reach.max_pages = Some(12);
    let summary = run_with(&settings, &web).expect("a second crawl");
    assert_eq!((summary.counts.stored, summary.counts.pending), (12, 8));

    settings.reach.max_pages = None;
    let summary = run_with(&settings, &web).expect("a third crawl");
    assert_eq!((summary.counts.stored, summary.counts.pending), (20, 0));
}

#[test]
fn a_deeper_run_takes_up_what_was_too_deep() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = settings(&[HOME], folder.path().join("a.db"));
    let web = by_number(|n, _| Ok(html(links([n + 1].into_iter().filter(|to| *to < 10)))));

    settings.reach.max_depth = Some(3);
    let summary = run_with(&settings, &web).expect("a crawl");
    assert_eq!((summary.counts.stored, summary.counts.refused), (4, 1));

    settings.reach.max_depth = Some(6);
    let summary = run_with(&settings, &web).expect("a deeper crawl");
    assert_eq!((summary.counts.stored, summary.counts.refused), (7, 1));
}

#[test]
fn when_the_writer_fails_the_crawl_stops_and_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[HOME], folder.path().join("a.db"));
    drop(Store::create(&settings.database).expect("a database"));
    // Another connection spoils the table that the writer needs.
    let spoiler = rusqlite::Connection::open(folder.path().join("a.db")).expect("opened");
    spoiler
        .execute_batch("CREATE TRIGGER broken BEFORE INSERT ON pages WHEN NEW.url_id > 20 BEGIN SELECT RAISE(ABORT, 'the disk broke'); END")
        .expect("spoiled");
    let web = by_number(|n, _| Ok(html(links([2 * n + 1, 2 * n + 2]))));

    let error = run_with(&settings, &web).expect_err("an endless web ends only by the failure");

    assert!(format!("{:#}", anyhow::Error::from(error)).contains("the disk broke"));
    spoiler
        .execute_batch("DROP TRIGGER broken")
        .expect("mended");
    let finite = by_number(|_, _| Ok(html("")));
    let summary = run_with(&settings, &finite).expect("it goes on where it stopped");
    assert_eq!(summary.counts.pending, 0);
}

#[test]
fn asked_to_stop_it_finishes_what_is_out_and_goes_on_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[HOME], folder.path().join("a.db"));
    let stop = Shutdown::new();
    let begun = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let web = by_number(|n, _| {
        begun.fetch_add(1, Ordering::SeqCst);
        if n == 40 {
            stop.request();
        }
        done.fetch_add(1, Ordering::SeqCst);
        Ok(html(links([2 * n + 1, 2 * n + 2])))
    });
    let notes = Notes::default();
    let store = Store::create(&settings.database).expect("a database");

    let summary = crawl(
        &settings,
        store,
        &web,
        &mut [Box::new(notes.clone())],
        &stop,
        None,
    )
    .expect("a crawl");

    assert!(summary.stopped);
    assert_eq!(begun.load(Ordering::SeqCst), done.load(Ordering::SeqCst));
    assert_eq!(
        summary.counts.stored as usize,
        done.load(Ordering::SeqCst),
        "what was out is stored"
    );
    assert!(summary.counts.pending > 0);
    assert!(
        notes
            .0
            .lock()
            .expect("not poisoned")
            .iter()
            .any(|event| event.starts_with("Stopping"))
    );
}

#[test]
fn a_page_with_a_hundred_thousand_links_is_one_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = settings(&[HOME], folder.path().join("a.db"));
    settings.reach.max_pages = Some(1);

    let summary =
        run_with(&settings, &by_number(|_, _| Ok(html(links(1..=100_000))))).expect("a crawl");

    assert_eq!(
        (
            summary.counts.stored,
            summary.counts.pending,
            summary.counts.links
        ),
        (1, 100_000, 100_000)
    );
}

/// A web in which every page has a fate of its own.
#[derive(Clone, Debug)]
struct Fates {
    pages: Vec<(u8, Vec<usize>)>,
    threads: usize,
}

fn fates() -> impl Strategy<Value = Fates> {
    let page = (0..12_u8, prop::collection::vec(0..40_usize, 0..6));
    (prop::collection::vec(page, 1..40), 1..9_usize)
        .prop_map(|(pages, threads)| Fates { pages, threads })
}

impl Fates {
    fn answer(&self, n: usize, job: &FetchJob) -> Result<Fetched, FetchError> {
        let n = n % self.pages.len();
        let (fate, to) = &self.pages[n];
        let to = to.iter().map(|to| to % self.pages.len());
        match fate {
            0 => Ok(nothing(404)),
            1 => Ok(fetched(
                301,
                Content::Redirect(
                    job.url
                        .join(&format!("/{}", to.sum::<usize>() % 40))
                        .expect("a URL"),
                ),
            )),
            2 => Ok(fetched(
                200,
                Content::Other {
                    content_type: "image/png".into(),
                },
            )),
            3 if job.tries < 1 => Err(FetchError::Broken("cut".into())),
            4 => Err(FetchError::Broken("cut".into())),
            5 => panic!("cursed"),
            6 => Ok(html(format!(
                "<meta name=robots content=noindex>{}",
                links(to)
            ))),
            _ => Ok(html(format!("<title>Page {n}</title>{}", links(to)))),
        }
    }
}

/// Some invented pages panic on purpose, hundreds of times; their messages would hide all others.
fn be_quiet_about_curses() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if panic.payload().downcast_ref::<&str>() != Some(&"cursed") {
                usual(panic);
            }
        }));
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_crawl_ends_with_every_url_accounted_for_however_often_it_is_stopped(fates in fates(), stops in 0..5_usize, seed in 1..u64::MAX) {
        be_quiet_about_curses();
        let folder = tempfile::tempdir().expect("a folder");
        let mut whole = settings(&[HOME], folder.path().join("whole.db"));
        whole.threads = fates.threads;
        run_with(&whole, &by_number(|n, job| fates.answer(n, job))).expect("a crawl");

        let mut parts = whole.clone();
        parts.database = folder.path().join("parts.db").into();
        let mut random = Random(seed);
        for _ in 0..stops {
            // Stopped after so many requests, which may be before the first or after the last.
            let stop = Shutdown::new();
            let left = AtomicUsize::new(random.below(30) as usize);
            let web = by_number(|n, job| {
                if left.fetch_sub(1, Ordering::SeqCst) == 0 {
                    stop.request();
                }
                fates.answer(n, job)
            });
            let store = Store::create(&parts.database).expect("a database");
            crawl(&parts, store, &web, &mut [], &stop, None).expect("a part of a crawl");
        }
        let store = Store::create(&parts.database).expect("a database");
        let summary = crawl(&parts, store, &by_number(|n, job| fates.answer(n, job)), &mut [], &Shutdown::new(), None).expect("the rest");

        prop_assert_eq!(summary.counts.pending, 0);
        // Tries add up over runs, so what failed for a passing reason was tried more often: all else is the same.
        let plain = |database: &database::Address| -> BTreeMap<String, (Option<String>, String)> {
            rows(database)
                .into_iter()
                .map(|row| {
                    let error = row.error.unwrap_or_default();
                    let error = error.split(" (").next().unwrap_or_default().to_owned();
                    (row.url, (row.title, error))
                })
                .collect()
        };
        prop_assert_eq!(plain(&parts.database), plain(&whole.database));
    }
}

#[test]
fn the_time_of_a_fetch_is_stored() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&[HOME], folder.path().join("a.db"));
    let before = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("after 1970")
        .as_secs();

    run_with(&settings, &by_number(|_, _| Ok(html("")))).expect("a crawl");

    let at: u64 = rusqlite::Connection::open(folder.path().join("a.db"))
        .and_then(|connection| {
            connection.query_row("SELECT fetched_at FROM pages", [], |row| row.get(0))
        })
        .expect("one page");
    assert!(at >= before);
}
