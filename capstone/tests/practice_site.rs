//! The whole crawl on the course's own site, whose every page, title and date is known.

#![allow(
    clippy::print_stdout,
    reason = "what was measured, and the seed of a round, are worth a line"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use capstone::settings::Settings;
use common::{rows, run, settings};
use database::Address;
use practice_site::{Config, Reach, Site};

fn site(config: Config) -> Site {
    Site::start(config).expect("a free port")
}

fn polite_settings(site: &Site, database: impl Into<Address>) -> Settings {
    settings(&[&site.url("/")], database)
}

/// One stored page, by its path.
#[derive(Debug, PartialEq, Eq)]
struct Stored {
    title: Option<String>,
    published: Option<String>,
    evidence: Option<String>,
    modified: Option<String>,
    author: Option<String>,
    language: Option<String>,
}

fn stored(database: &Address, site: &Site) -> BTreeMap<String, Stored> {
    let rows = database
        .open()
        .expect("a database")
        .query("SELECT url, title, published, evidence, modified, author, language FROM pages JOIN urls ON id = url_id", &[])
        .expect("the schema");
    let base = site.url("");
    let read = |row: &database::Row| -> Result<(String, Stored), database::Error> {
        let url: String = row.get(0)?;
        let path = url.strip_prefix(&base).expect("a page of the site");
        let page = Stored {
            title: row.get(1)?,
            published: row.get(2)?,
            evidence: row.get(3)?,
            modified: row.get(4)?,
            author: row.get(5)?,
            language: row.get(6)?,
        };
        Ok((path.to_owned(), page))
    };
    rows.iter()
        .map(|row| read(row).expect("the columns that were asked for"))
        .collect()
}

/// Lists what differs, not the whole of both sides.
fn assert_same<T: Ord + std::fmt::Debug>(what: &str, found: &BTreeSet<T>, expected: &BTreeSet<T>) {
    let extra: Vec<_> = found.difference(expected).collect();
    let missing: Vec<_> = expected.difference(found).collect();
    assert!(
        extra.is_empty() && missing.is_empty(),
        "{what}: too many {extra:#?}, missing {missing:#?}"
    );
}

#[test]
fn every_reachable_page_is_stored_once_with_its_true_title() {
    let site = site(Config::default().with_articles(300));
    let folder = tempfile::tempdir().expect("a folder");
    let settings = polite_settings(&site, folder.path().join("a.db"));

    let summary = run(&settings);

    let found = stored(&settings.database, &site);
    let titles = found
        .iter()
        .map(|(path, page)| (path.clone(), page.title.clone()))
        .collect();
    let kept = site.truth().crawlable().filter(|page| !page.noindex);
    let expected = kept
        .map(|page| (page.path.clone(), Some(page.title.clone())))
        .collect();
    assert_same("pages and titles", &titles, &expected);
    assert_eq!(summary.counts.pending, 0);
    let asked = site.journal().entries();
    for page in site.truth().crawlable() {
        let times = asked.iter().filter(|entry| entry.path == page.path).count();
        assert_eq!(times, 1, "{} was asked for {times} times", page.path);
    }
}

#[test]
fn a_crawl_into_postgresql_stores_what_a_crawl_into_a_file_does() {
    let Some(server) = postgres_sandbox::Sandbox::for_tests() else {
        return;
    };
    let site = site(Config::default().with_articles(60));
    let folder = tempfile::tempdir().expect("a folder");
    let on_server = server.fresh_database().expect("a database");
    let into_file = polite_settings(&site, folder.path().join("a.db"));
    let address = Address::parse(on_server.url()).expect("an address");
    let into_server = polite_settings(&site, address);

    let (one, other) = (run(&into_file), run(&into_server));

    assert_eq!(one.counts, other.counts);
    let (one, other) = (&into_file.database, &into_server.database);
    assert_eq!(stored(one, &site), stored(other, &site));
    assert_eq!(rows(one), rows(other));
}

#[test]
fn every_article_has_its_true_dates_author_and_language() {
    let site = site(Config::default().with_articles(300));
    let folder = tempfile::tempdir().expect("a folder");
    let settings = polite_settings(&site, folder.path().join("a.db"));

    run(&settings);

    let found = stored(&settings.database, &site);
    let mut wrong = Vec::new();
    for article in site.truth().articles() {
        let Some(page) = found.get(&article.path) else {
            wrong.push(format!("{} is not stored", article.path));
            continue;
        };
        let published = article.published.map(|date| date.to_string());
        let modified = article.modified.map(|date| date.to_string());
        for (field, found, truth) in [
            ("published", &page.published, &published),
            ("modified", &page.modified, &modified),
            ("author", &page.author, &article.author),
            (
                "language",
                &page.language,
                &Some(article.language.to_owned()),
            ),
        ] {
            if found != truth {
                wrong.push(format!(
                    "{} {field}: found {found:?} by {:?}, truth {truth:?} ({:?}, {})",
                    article.path, page.evidence, article.date_form, article.language
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_site_sees_a_polite_visitor() {
    let site = site(Config::default());
    let folder = tempfile::tempdir().expect("a folder");
    let settings = polite_settings(&site, folder.path().join("a.db"));

    run(&settings);

    let entries = site.journal().entries();
    assert_eq!(entries[0].path, "/robots.txt", "the rules come first");
    assert_eq!(
        entries
            .iter()
            .filter(|entry| entry.path == "/robots.txt")
            .count(),
        1
    );
    // An independent reader of the site's rules looks at everything that was asked for.
    let file = practice_robots(&site);
    let rules = robotxt::Robots::parse(file.as_bytes(), "Spindle");
    for entry in &entries {
        assert!(rules.is_allowed(&entry.path), "{} is closed", entry.path);
        assert_eq!(entry.method, "GET");
        assert!(
            entry
                .user_agent
                .as_deref()
                .is_some_and(|agent| agent.starts_with("Spindle/")),
            "{entry:?}"
        );
    }
    for path in site.truth().forbidden() {
        assert!(
            entries.iter().all(|entry| entry.path != *path),
            "{path} is forbidden"
        );
    }
    let nofollow = site
        .truth()
        .pages()
        .iter()
        .filter(|page| page.reach == Reach::Nofollow);
    for page in nofollow {
        assert!(
            entries.iter().all(|entry| entry.path != page.path),
            "{} is only linked with nofollow",
            page.path
        );
    }
}

fn practice_robots(site: &Site) -> String {
    let config = http_client::Config {
        private: http_client::Private::Allow,
        ..http_client::Config::default()
    };
    http_client::Client::new(config)
        .and_then(|client| client.get(site.url("/robots.txt")).send())
        .and_then(|response| response.text())
        .expect("a robots.txt")
}

#[test]
fn redirects_and_duplicates_lead_to_the_page_and_are_not_stored_themselves() {
    let site = site(Config::default());
    let folder = tempfile::tempdir().expect("a folder");
    let settings = polite_settings(&site, folder.path().join("a.db"));

    run(&settings);

    let rows = rows(&settings.database);
    let error = |path: &str| {
        let row = rows
            .iter()
            .find(|row| row.url == site.url(path))
            .unwrap_or_else(|| panic!("{path} was not seen"));
        row.error.clone().unwrap_or_else(|| "stored".into())
    };
    for redirect in site.truth().redirects() {
        assert!(
            error(&redirect.from).starts_with("skipped: redirect to "),
            "{redirect:?}: {}",
            error(&redirect.from)
        );
    }
    for duplicate in site.truth().duplicates() {
        if duplicate.path.contains("utm_") {
            // Another spelling of the same page: nothing to skip, and nothing to ask for.
            let known = rows.iter().any(|row| row.url == site.url(&duplicate.path));
            assert!(!known, "{} is stored as a page of its own", duplicate.path);
            continue;
        }
        assert_eq!(
            error(&duplicate.path),
            format!("skipped: same page as {}", site.url(&duplicate.canonical))
        );
    }
}

#[test]
fn no_two_requests_are_closer_than_the_delay() {
    let site = site(
        Config::default()
            .with_articles(5)
            .with_latency(Duration::from_millis(3)),
    );
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = polite_settings(&site, folder.path().join("a.db"));
    settings.politeness.delay = Duration::from_millis(40);
    settings.reach.max_pages = Some(25);

    run(&settings);

    let entries = site.journal().entries();
    assert!(entries.len() > 25);
    for pair in entries.windows(2) {
        assert!(
            pair[1].at - pair[0].at >= Duration::from_millis(40),
            "{pair:?}"
        );
        assert_eq!(pair[1].in_flight, 1);
    }
}

#[test]
fn a_crawl_delay_of_the_site_is_kept() {
    let robots =
        "User-agent: *\nDisallow:\n\nUser-agent: spindle\nCrawl-delay: 0.1\nDisallow: /blog/";
    let site = site(Config::default().with_articles(5).with_robots(robots));
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = polite_settings(&site, folder.path().join("a.db"));
    settings.reach.max_pages = Some(6);

    run(&settings);

    let entries = site.journal().entries();
    assert!(entries.len() > 6);
    assert!(
        entries
            .windows(2)
            .all(|pair| pair[1].at - pair[0].at >= Duration::from_millis(100))
    );
    assert!(
        entries
            .iter()
            .all(|entry| !entry.path.starts_with("/blog/"))
    );
}

#[test]
fn a_site_where_every_fifth_answer_fails_is_crawled_to_the_end() {
    let site = site(Config::default().with_fault_share(0.2));
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = polite_settings(&site, folder.path().join("a.db"));
    // Some faults are silences and drips; the limits end them.
    settings.limits.silence = Duration::from_millis(300);
    settings.limits.exchange = Duration::from_millis(600);
    settings.limits.max_body_bytes = 1_000_000;
    settings.limits.max_tries = 2;
    settings.threads = 16;
    settings.politeness.connections = 16;
    // A fault may say Retry-After; here nobody has the time.
    settings.politeness.max_retry_after = Duration::from_millis(50);

    let summary = run(&settings);

    assert_eq!(summary.counts.pending, 0);
    assert!(
        summary.counts.failed > 0,
        "with every fifth answer broken some pages fail twice"
    );
    let truth: BTreeMap<_, _> = site
        .truth()
        .crawlable()
        .map(|page| (site.url(&page.path), &page.title))
        .collect();
    for row in rows(&settings.database) {
        match &row.error {
            None => assert_eq!(
                row.title.as_ref(),
                truth.get(&row.url).copied(),
                "{}",
                row.url
            ),
            Some(why) => assert!(!why.starts_with("pending"), "{row:?}"),
        }
    }
}

#[test]
fn the_fault_corner_ends_with_every_url_accounted_for() {
    let site = site(
        Config::default()
            .with_articles(3)
            .with_robots("User-agent: *\nAllow: /"),
    );
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = settings(&[&site.url("/faults/")], folder.path().join("a.db"));
    settings.limits.silence = Duration::from_millis(2_500);
    settings.limits.exchange = Duration::from_secs(5);
    settings.limits.max_body_bytes = 2_000_000;
    settings.limits.max_tries = 2;
    settings.threads = 16;
    settings.politeness.connections = 16;
    settings.politeness.max_retry_after = Duration::from_millis(50);
    settings.reach.max_depth = Some(2);

    let summary = run(&settings);

    assert_eq!(summary.counts.pending, 0);
    let rows = rows(&settings.database);
    let faults: Vec<_> = rows
        .iter()
        .filter(|row| row.url.contains("/faults/"))
        .collect();
    assert!(
        faults.len() > 60,
        "only {} URLs of the fault corner were seen",
        faults.len()
    );
    let error = |path: &str| {
        let row = rows
            .iter()
            .find(|row| row.url == site.url(path))
            .unwrap_or_else(|| panic!("{path} was not seen"));
        row.error.clone().unwrap_or_else(|| "stored".into())
    };
    for (path, expected) in [
        (
            "/faults/bomb/gzip",
            "failed: body larger than 2000000 bytes unpacked (1 try)",
        ),
        (
            "/faults/page/huge?mb=50",
            "failed: body larger than 2000000 bytes on the wire (1 try)",
        ),
        (
            "/faults/page/nested?depth=100000",
            "failed: elements nested deeper than 2000 (1 try)",
        ),
        (
            "/faults/coding/unknown",
            "failed: body packed as \"shuffle\", which was not asked for (1 try)",
        ),
        (
            "/faults/slow?ms=3000",
            "failed: waited 2.5 s in vain (2 tries)",
        ),
        ("/faults/status/404", "failed: 404 Not Found (1 try)"),
        (
            "/faults/status/503",
            "failed: 503 Service Unavailable (2 tries)",
        ),
        ("/faults/page/escapes", "stored"),
        (
            "/faults/location/scheme",
            "failed: redirect to \"file:///etc/passwd\", which is not on the web (1 try)",
        ),
    ] {
        assert_eq!(error(path), expected, "{path}");
    }
    assert!(error("/faults/loop").starts_with("skipped: redirect to "));
    let cloud = rows
        .iter()
        .find(|row| row.url.contains("169.254.169.254"))
        .expect("a redirect leads there");
    assert_eq!(cloud.error.as_deref(), Some("refused: out of scope"));
}
