//! `CrawlEvent -> a person`: the progress bar, the plain lines, the live feed, the summary.
//!
//! The engine tells what happens and does not know who listens. Each listener is an [`Observer`]:
//!
//! - [`Bar`] draws one line on a terminal and redraws it;
//! - [`Lines`] writes a line now and then, for a log file or a pipe;
//! - [`Feed`] sends each event as a line of JSON to whoever watches from a second terminal;
//! - [`Dashboard`](crate::dashboard::Dashboard) keeps a page in a browser up to date.
//!
//! Titles, addresses and reasons come from strangers. Nothing of them reaches a terminal before
//! [`sanitise`] has made it harmless: a title may hold escape sequences that a terminal would obey.

use std::fmt::{self, Display};
use std::io::Write;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use sockets::sanitise::sanitise;

use crate::export::json_text;
use crate::store::Counts;

/// Something that happened in a crawl.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CrawlEvent<'a> {
    /// It begins; so much is known from earlier runs.
    Started {
        /// URLs that ended in earlier runs.
        ended: u64,
        /// URLs that wait.
        waiting: u64,
    },
    /// The rules of an origin are known.
    Robots {
        /// The origin.
        origin: &'a str,
        /// What was found, for example `200`, `404, so all is allowed`.
        verdict: &'a str,
        /// The pause that its host gets from now on; `None` where nothing may be asked.
        delay: Option<Duration>,
    },
    /// A page is stored.
    Stored {
        /// Its URL.
        url: &'a str,
        /// Its title.
        title: Option<&'a str>,
        /// Its day of publication.
        published: Option<String>,
    },
    /// A URL will not be asked for, or not be kept.
    Refused {
        /// The URL.
        url: &'a str,
        /// Why.
        why: &'a str,
    },
    /// An answer was no page to store.
    Skipped {
        /// The URL.
        url: &'a str,
        /// Why.
        why: &'a str,
    },
    /// A request went wrong and will be made again.
    Retrying {
        /// The URL.
        url: &'a str,
        /// What went wrong.
        why: &'a str,
        /// The pause before the next try.
        pause: Duration,
    },
    /// A URL has no answer that could be used.
    Failed {
        /// The URL.
        url: &'a str,
        /// What went wrong.
        why: &'a str,
        /// How often it was asked for.
        tries: u32,
    },
    /// The crawl was asked to stop; what is out is still finished.
    Stopping {
        /// How many requests are out.
        in_flight: usize,
    },
    /// It is over.
    Finished,
}

/// How far a crawl is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Time since the start of this run.
    pub elapsed: Duration,
    /// Requests made in this run.
    pub requests: u64,
    /// Pages stored in this run.
    pub stored: u64,
    /// URLs that failed in this run.
    pub failed: u64,
    /// URLs that ended in this run or an earlier one, in whatever way.
    pub ended: u64,
    /// URLs that wait.
    pub waiting: u64,
    /// Requests that are out.
    pub in_flight: u64,
    /// How long politeness demands to wait before the next request, when there is nothing else to do.
    pub next_in: Option<Duration>,
}

impl Progress {
    /// Returns the pages stored in a second of this run.
    pub fn rate(&self) -> f64 {
        self.stored as f64 / self.elapsed.as_secs_f64().max(0.001)
    }

    /// Returns the numbers as the feed and the dashboard carry them; times are in seconds.
    pub fn to_json(&self) -> Value {
        json!({
            "elapsed": self.elapsed.as_secs_f64(),
            "requests": self.requests,
            "stored": self.stored,
            "rate": self.rate(),
            "failed": self.failed,
            "ended": self.ended,
            "waiting": self.waiting,
            "in_flight": self.in_flight,
        })
    }
}

/// Listens to a crawl. It is called by the crawl's own thread, so it must not wait.
pub trait Observer {
    /// Something happened.
    fn event(&mut self, event: &CrawlEvent<'_>, progress: &Progress);

    /// Nothing happened for a moment; time passes.
    fn tick(&mut self, _progress: &Progress) {}

    /// Whether [`moment`](Self::moment) is of use to it. Gathering one costs a little.
    fn wants_moments(&self) -> bool {
        false
    }

    /// Some fifth of a second has passed, and this is how things stand.
    fn moment(&mut self, _moment: &Moment, _progress: &Progress) {}
}

/// How things stand inside of a crawl.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The hosts with the longest queues, the longest first.
    pub hosts: Vec<HostNow>,
    /// The worker threads, in the order of their names' numbers.
    pub workers: Vec<WorkerNow>,
}

/// A host at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostNow {
    /// Its name, with the port where it is not the usual one.
    pub name: String,
    /// How many requests wait in its queue.
    pub waiting: usize,
    /// How many are out.
    pub in_flight: usize,
}

/// A worker thread at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerNow {
    /// Its name.
    pub name: String,
    /// `receiving` (a page), `working` (reading it) or `waiting` (for a job).
    pub doing: &'static str,
    /// With what, for example a path.
    pub what: String,
}

// ---------------------------------------------------------------------------------------------
// For people
// ---------------------------------------------------------------------------------------------

/// What deserves a line of its own, on a bar and in a log alike: trouble, and what slows the crawl down.
fn line_for(event: &CrawlEvent<'_>) -> Option<String> {
    let line = match event {
        CrawlEvent::Started { ended: 0, .. } => return None,
        CrawlEvent::Started { ended, waiting } => {
            format!(
                "going on: {} known, {waiting} waiting",
                plural(*ended, "URL", "URLs")
            )
        }
        CrawlEvent::Robots {
            origin,
            verdict,
            delay,
        } => {
            let delay = delay.filter(|delay| !delay.is_zero());
            let pause = delay
                .map(|delay| format!("; one request every {}", seconds(delay)))
                .unwrap_or_default();
            format!("{origin}: robots.txt {verdict}{pause}")
        }
        CrawlEvent::Retrying { url, why, pause } => {
            format!("again in {}: {url}: {why}", seconds(*pause))
        }
        CrawlEvent::Failed { url, why, tries: 0 } => format!("failed: {url}: {why}"),
        CrawlEvent::Failed { url, why, tries } => {
            format!(
                "failed after {}: {url}: {why}",
                plural((*tries).into(), "try", "tries")
            )
        }
        CrawlEvent::Stopping { in_flight } => {
            format!(
                "stopping: {} still out; Ctrl-C again ends at once",
                plural(*in_flight as u64, "request", "requests")
            )
        }
        CrawlEvent::Stored { .. }
        | CrawlEvent::Refused { .. }
        | CrawlEvent::Skipped { .. }
        | CrawlEvent::Finished => return None,
    };
    Some(sanitise(&line).into_owned())
}

/// The numbers of a moment, in one short line.
fn numbers(progress: &Progress) -> String {
    let mut line = format!(
        "{} stored, {:.0}/s, {} waiting",
        progress.stored,
        progress.rate(),
        progress.waiting
    );
    if progress.failed > 0 {
        line.push_str(&format!(", {} failed", progress.failed));
    }
    if let Some(pause) = progress
        .next_in
        .filter(|pause| *pause >= Duration::from_millis(500))
    {
        line.push_str(&format!(", next in {}", seconds(pause)));
    }
    line
}

/// One line on a terminal, drawn again and again.
#[derive(Debug)]
pub struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// Draws on standard error, so that standard output stays for results.
    pub fn stderr() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{elapsed} [{bar:16}] {pos}/{len} {msg}")
            .expect("the template is a constant that a test has seen")
            .progress_chars("=> ");
        bar.set_style(style);
        Self { bar }
    }

    fn show(&self, progress: &Progress) {
        self.bar
            .set_length(progress.ended + progress.waiting + progress.in_flight);
        self.bar.set_position(progress.ended);
        self.bar.set_message(numbers(progress));
        self.bar.tick();
    }
}

impl Observer for Bar {
    fn event(&mut self, event: &CrawlEvent<'_>, progress: &Progress) {
        if let Some(line) = line_for(event) {
            self.bar.println(line);
        }
        match event {
            CrawlEvent::Finished => self.bar.finish_and_clear(),
            _ => self.show(progress),
        }
    }

    fn tick(&mut self, progress: &Progress) {
        self.show(progress);
    }
}

/// Lines for a log file or a pipe: what deserves one, and the numbers every few seconds.
pub struct Lines {
    out: Box<dyn Write>,
    every: Duration,
    last: Instant,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}

impl Lines {
    /// Writes to `out`, the numbers not more often than `every`.
    pub fn new(out: Box<dyn Write>, every: Duration) -> Self {
        Self {
            out,
            every,
            last: Instant::now(),
        }
    }

    /// Progress is a courtesy: when nobody can read it any more, the crawl goes on.
    fn write(&mut self, line: &str) {
        let _ = writeln!(self.out, "{line}");
    }
}

impl Observer for Lines {
    fn event(&mut self, event: &CrawlEvent<'_>, progress: &Progress) {
        if let Some(line) = line_for(event) {
            self.write(&line);
        }
        self.tick(progress);
    }

    fn tick(&mut self, progress: &Progress) {
        if self.last.elapsed() >= self.every {
            self.last = Instant::now();
            self.write(&format!(
                "{:>6}: {}",
                seconds(progress.elapsed),
                numbers(progress)
            ));
        }
    }
}

// ---------------------------------------------------------------------------------------------
// For a second terminal
// ---------------------------------------------------------------------------------------------

/// Sends each event as a line of JSON to everybody who watches (`capstone watch ADDRESS`, or `nc`).
///
/// # Format
///
/// ```json
/// {"event":"stored","url":"http://127.0.0.1:4000/","title":"Home","published":null,"progress":{"stored":1}}
/// ```
#[derive(Debug)]
pub struct Feed {
    publisher: sockets::Publisher,
}

impl Feed {
    /// Publishes on a running feed.
    pub fn new(publisher: sockets::Publisher) -> Self {
        Self { publisher }
    }
}

impl Observer for Feed {
    fn event(&mut self, event: &CrawlEvent<'_>, progress: &Progress) {
        // A line that is dropped, because watchers are far behind, is no reason to wait for them.
        let _ = self
            .publisher
            .publish(&json_text(&to_json(event, progress)));
    }
}

fn to_json(event: &CrawlEvent<'_>, progress: &Progress) -> Value {
    let mut value = match event {
        CrawlEvent::Started { ended, waiting } => {
            json!({"event": "started", "ended": ended, "waiting": waiting})
        }
        CrawlEvent::Robots {
            origin,
            verdict,
            delay,
        } => {
            json!({"event": "robots", "origin": origin, "verdict": verdict, "delay": delay.map(|delay| delay.as_secs_f64())})
        }
        CrawlEvent::Stored {
            url,
            title,
            published,
        } => {
            json!({"event": "stored", "url": url, "title": title, "published": published})
        }
        CrawlEvent::Refused { url, why } => json!({"event": "refused", "url": url, "why": why}),
        CrawlEvent::Skipped { url, why } => json!({"event": "skipped", "url": url, "why": why}),
        CrawlEvent::Retrying { url, why, pause } => {
            json!({"event": "retrying", "url": url, "why": why, "pause": pause.as_secs_f64()})
        }
        CrawlEvent::Failed { url, why, tries } => {
            json!({"event": "failed", "url": url, "why": why, "tries": tries})
        }
        CrawlEvent::Stopping { in_flight } => json!({"event": "stopping", "in_flight": in_flight}),
        CrawlEvent::Finished => json!({"event": "finished"}),
    };
    value["progress"] = progress.to_json();
    value
}

/// Turns a line of the feed into a line for a person; what is no event is shown as it is, made harmless.
pub fn watched(line: &str) -> String {
    let Ok(value) = serde_json::from_str::<Value>(line) else {
        return sanitise(line).into_owned();
    };
    let text = |key: &str| value[key].as_str().unwrap_or_default();
    let number = |key: &str| value["progress"][key].as_u64().unwrap_or_default();
    let what = match text("event") {
        "stored" => {
            let date = value["published"].as_str().unwrap_or("no date   ");
            format!(
                "{date}  {}  {}",
                value["title"].as_str().unwrap_or("(no title)"),
                text("url")
            )
        }
        "robots" => format!("{}: robots.txt {}", text("origin"), text("verdict")),
        "started" | "stopping" | "finished" => "the crawl".to_owned(),
        _ => format!("{}: {}", text("url"), text("why")),
    };
    let line = format!(
        "{:>5} stored {:>5} waiting  {:<8} {what}",
        number("stored"),
        number("waiting"),
        text("event")
    );
    sanitise(&line).into_owned()
}

// ---------------------------------------------------------------------------------------------
// The summary
// ---------------------------------------------------------------------------------------------

/// What a database holds, as a small table.
///
/// ```text
///   stored       213 pages: 213 with a title, 180 with a date
///   refused       15 URLs: 12 out of scope, 3 closed by robots.txt
/// ```
pub fn summary(counts: &Counts) -> String {
    let mut out = String::new();
    let mut row = |name: &str, count: u64, noun: &str, details: &[String]| {
        let mut line = format!(
            "  {name:<8} {count:>7} {noun}{}",
            if count == 1 { "" } else { "s" }
        );
        for (number, detail) in details.iter().enumerate() {
            let before = if number == 0 { ": " } else { ", " };
            // A list that is longer than a line goes on below itself.
            let begun = line.rfind('\n').map_or(0, |at| at + 1);
            if line[begun..].chars().count() + before.len() + detail.chars().count() > 78 {
                line.push_str(before.trim_end());
                line.push_str(&format!("\n{:18} ", ""));
            } else {
                line.push_str(before);
            }
            line.push_str(detail);
        }
        out.push_str(&line);
        out.push('\n');
    };
    let reasons = |reasons: &[(String, u64)]| {
        let mut list: Vec<_> = reasons
            .iter()
            .take(6)
            .map(|(why, count)| format!("{count} {}", sanitise(why)))
            .collect();
        if reasons.len() > list.len() {
            list.push(format!("{} other reasons", reasons.len() - list.len()));
        }
        list
    };
    let fields = [
        format!("{} with a title", counts.with_title),
        format!("{} with a date", counts.with_date),
    ];
    row(
        "stored",
        counts.stored,
        "page",
        if counts.stored > 0 { &fields } else { &[] },
    );
    row(
        "refused",
        counts.refused,
        "URL",
        &reasons(&counts.refused_for),
    );
    row(
        "skipped",
        counts.skipped,
        "URL",
        &reasons(&counts.skipped_for),
    );
    row("failed", counts.failed, "URL", &reasons(&counts.failed_for));
    if counts.pending > 0 {
        row("pending", counts.pending, "URL", &[]);
    }
    out
}

/// Writes a number with its noun: `1 page`, `2 pages`.
pub fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Writes a duration as a person would: `50 ms`, `1.5 s`, `90 s`.
pub fn seconds(duration: Duration) -> impl Display {
    let seconds = duration.as_secs_f64();
    match seconds {
        ..1.0 => format!("{:.0} ms", seconds * 1_000.0),
        ..10.0 if seconds.fract() != 0.0 => format!("{seconds:.1} s"),
        _ => format!("{seconds:.0} s"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0
                .lock()
                .expect("no test panics while it writes")
                .write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Shared {
        fn text(&self) -> String {
            String::from_utf8(
                self.0
                    .lock()
                    .expect("no test panics while it writes")
                    .clone(),
            )
            .expect("text")
        }
    }

    #[test]
    fn trouble_gets_a_line_and_pages_do_not() {
        let out = Shared::default();
        let mut lines = Lines::new(Box::new(out.clone()), Duration::from_secs(3_600));

        lines.event(
            &CrawlEvent::Stored {
                url: "http://a.test/",
                title: None,
                published: None,
            },
            &Progress::default(),
        );
        lines.event(
            &CrawlEvent::Failed {
                url: "http://a.test/x",
                why: "404 Not Found",
                tries: 1,
            },
            &Progress::default(),
        );

        assert_eq!(
            out.text(),
            "failed after 1 try: http://a.test/x: 404 Not Found\n"
        );
    }

    #[test]
    fn the_numbers_come_by_themselves() {
        let out = Shared::default();
        let mut lines = Lines::new(Box::new(out.clone()), Duration::ZERO);
        let progress = Progress {
            stored: 5,
            failed: 1,
            waiting: 7,
            elapsed: Duration::from_secs(1),
            ..Progress::default()
        };

        lines.tick(&progress);

        assert_eq!(out.text(), "   1 s: 5 stored, 5/s, 7 waiting, 1 failed\n");
    }

    #[test]
    fn what_a_stranger_wrote_reaches_no_terminal_raw() {
        let out = Shared::default();
        let mut lines = Lines::new(Box::new(out.clone()), Duration::from_secs(3_600));
        let evil = "x\u{1b}]0;gotcha\u{7}\u{202e}\u{9b}2J\nsecond line";

        lines.event(
            &CrawlEvent::Failed {
                url: "http://a.test/",
                why: evil,
                tries: 1,
            },
            &Progress::default(),
        );
        let watched = watched(&json_text(&to_json(
            &CrawlEvent::Stored {
                url: "http://a.test/",
                title: Some(evil),
                published: None,
            },
            &Progress::default(),
        )));
        let counts = Counts {
            failed_for: vec![(evil.to_owned(), 1)],
            ..Counts::default()
        };

        for text in [
            out.text().trim_end().to_owned(),
            watched,
            summary(&counts).lines().last().expect("a line").to_owned(),
        ] {
            assert!(text.contains("gotcha"), "{text:?}");
            assert!(
                text.chars().all(|c| !c.is_control() && c != '\u{202e}'),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_summary_fits_on_a_terminal() {
        let reasons = (0..9)
            .map(|n| (format!("a reason of some length, number {n}"), 1))
            .collect();
        let counts = Counts {
            stored: 1,
            failed: 9,
            failed_for: reasons,
            ..Counts::default()
        };

        let text = summary(&counts);

        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert!(
            text.contains("      1 page: 0 with a title, 0 with a date\n"),
            "{text}"
        );
        assert!(text.contains("3 other reasons"), "{text}");
    }

    #[test]
    fn durations_read_as_a_person_would_write_them() {
        for (milliseconds, text) in [
            (50, "50 ms"),
            (1_000, "1 s"),
            (1_500, "1.5 s"),
            (90_400, "90 s"),
        ] {
            assert_eq!(
                seconds(Duration::from_millis(milliseconds)).to_string(),
                text
            );
        }
    }

    #[test]
    fn the_bar_can_be_drawn() {
        let mut bar = Bar::stderr();

        bar.event(
            &CrawlEvent::Started {
                ended: 1,
                waiting: 1,
            },
            &Progress::default(),
        );
        bar.event(&CrawlEvent::Finished, &Progress::default());
    }

    #[test]
    fn every_event_is_one_line_of_json() {
        let events = [
            CrawlEvent::Started {
                ended: 0,
                waiting: 1,
            },
            CrawlEvent::Robots {
                origin: "http://a.test",
                verdict: "200",
                delay: Some(Duration::from_secs(1)),
            },
            CrawlEvent::Refused { url: "u", why: "w" },
            CrawlEvent::Skipped { url: "u", why: "w" },
            CrawlEvent::Retrying {
                url: "u",
                why: "w",
                pause: Duration::from_secs(1),
            },
            CrawlEvent::Stopping { in_flight: 2 },
            CrawlEvent::Finished,
        ];
        for event in events {
            let text = json_text(&to_json(&event, &Progress::default()));
            let back: Value = serde_json::from_str(&text).expect("JSON");
            assert!(
                back["event"].is_string() && back["progress"]["stored"].is_u64(),
                "{text}"
            );
        }
    }
}
