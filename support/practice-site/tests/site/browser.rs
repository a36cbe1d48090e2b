//! The pages that need JavaScript, in a real Chromium.

use crate::client::{LIMIT, get, start};
use practice_site::{Reach, Site};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Finds the browser. Where it is missing the test fails and says what to do, unless the browser is to be skipped.
fn chromium() -> Option<&'static str> {
    if std::env::var("COURSE_SKIP")
        .is_ok_and(|skip| skip.split(',').any(|word| word.trim() == "browser"))
    {
        println!("SKIPPED, as COURSE_SKIP says: this test needs Chromium");
        return None;
    }
    let runs = |name: &&str| {
        let run = Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        run.is_ok_and(|status| status.success())
    };
    let found = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ]
    .into_iter()
    .find(runs);
    Some(
        found.expect(
            "Chromium is not installed: run `cargo course setup`, or set COURSE_SKIP=browser",
        ),
    )
}

/// Returns the page as it stands after its scripts have run.
fn rendered(browser: &str, site: &Site, path: &str) -> String {
    let profile = std::env::temp_dir().join(format!(
        "practice-site-{}-{}",
        std::process::id(),
        site.address().port()
    ));
    let mut child = Command::new(browser)
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--virtual-time-budget=8000",
            "--timeout=15000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(site.url(path))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut page = String::new();
        let _ = std::io::Read::read_to_string(&mut stdout, &mut page);
        page
    });
    let deadline = Instant::now() + 3 * LIMIT;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            let _ = child.kill();
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let _ = std::fs::remove_dir_all(&profile);
    reader.join().unwrap()
}

#[test]
fn pages_that_are_empty_when_fetched_are_full_in_a_browser() {
    let site = start();
    let first = site.truth().books()[0].title.replace('&', "&amp;");
    let story = site
        .truth()
        .pages()
        .iter()
        .find(|page| page.path == "/js/story/3")
        .unwrap();
    assert_eq!(story.reach, Reach::JavaScript);
    let expected = [
        ("/js/books", first.as_str()),
        ("/js/stories", "href=\"/js/story/6\""),
        ("/js/story/3", &format!("<h1>{}</h1>", story.title)),
        ("/js/scroll", "id=\"thing-8\""),
        ("/js/late", "type=\"button\">Press me</button>"),
    ];
    for (path, text) in &expected {
        assert!(
            !get(&site, path).text().contains(text),
            "{path}: plainly fetched it is empty"
        );
    }
    let Some(browser) = chromium() else { return };
    for (path, text) in expected {
        let page = rendered(browser, &site, path);
        assert!(page.contains(text), "{path} lacks {text:?}: {page}");
    }
    let asked_elsewhere: Vec<_> = site
        .journal()
        .entries()
        .into_iter()
        .filter(|entry| entry.status == Some(404))
        .collect();
    assert_eq!(asked_elsewhere, []);
}
