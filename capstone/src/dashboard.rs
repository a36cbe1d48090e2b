//! `CrawlEvent -> a browser`: the crawl as a page that follows along.
//!
//! [`crawl --dashboard 127.0.0.1:4200`](crate::events) serves it, by lesson 3's [`LivePage`]. Five times a
//! second the page gets one [`Moment`]: the numbers, the longest queues, what each thread does, the latest
//! titles. So a crawl of thousands of pages a second costs a browser no more than a slow one.
//!
//! The page is one file, [`PAGE`], and loads nothing from anywhere. Titles and addresses come from
//! strangers: they travel as JSON and become text nodes, never markup.

use std::collections::VecDeque;

use serde_json::{Value, json};
use sockets::{LivePage, Publisher};

use crate::events::{CrawlEvent, Moment, Observer, Progress};
use crate::export::json_text;

/// The page, whole: style and script are in it.
pub const PAGE: &str = include_str!("dashboard.html");

/// How many pages and how many troubles are shown.
const LATEST: usize = 12;

/// Serves the dashboard on this address until the returned page is dropped or shut down.
///
/// # Errors
///
/// When the address is taken.
pub fn serve(address: std::net::SocketAddr) -> Result<LivePage, sockets::Error> {
    // Who comes late needs one moment, the last.
    LivePage::bind(sockets::server::Config::new(address), PAGE, 1)
}

/// Tells the dashboard what happens.
#[derive(Debug)]
pub struct Dashboard {
    publisher: Publisher,
    pages: VecDeque<Value>,
    trouble: VecDeque<Value>,
    last: Value,
}

impl Dashboard {
    /// Publishes on a page that is being served.
    pub fn new(publisher: Publisher) -> Self {
        Self {
            publisher,
            pages: VecDeque::new(),
            trouble: VecDeque::new(),
            last: json!({"hosts": [], "workers": []}),
        }
    }

    fn publish(&mut self, progress: &Progress, finished: bool) {
        self.last["progress"] = progress.to_json();
        self.last["pages"] = self.pages.iter().cloned().collect();
        self.last["trouble"] = self.trouble.iter().cloned().collect();
        self.last["finished"] = finished.into();
        // A moment that is dropped, because browsers are far behind, is followed by another.
        let _ = self.publisher.publish(&json_text(&self.last));
    }
}

impl Observer for Dashboard {
    fn event(&mut self, event: &CrawlEvent<'_>, progress: &Progress) {
        let (list, line) = match event {
            CrawlEvent::Stored {
                url,
                title,
                published,
            } => (
                &mut self.pages,
                json!({"url": url, "title": title, "published": published}),
            ),
            CrawlEvent::Failed { url, why, .. } => (
                &mut self.trouble,
                json!({"what": "failed", "url": url, "why": why}),
            ),
            CrawlEvent::Retrying { url, why, .. } => (
                &mut self.trouble,
                json!({"what": "again", "url": url, "why": why}),
            ),
            CrawlEvent::Finished => return self.publish(progress, true),
            _ => return,
        };
        list.push_front(line);
        list.truncate(LATEST);
    }

    fn wants_moments(&self) -> bool {
        true
    }

    fn moment(&mut self, moment: &Moment, progress: &Progress) {
        let hosts = moment.hosts.iter().map(
            |host| json!({"host": host.name, "waiting": host.waiting, "in_flight": host.in_flight}),
        );
        let workers = moment
            .workers
            .iter()
            .map(|worker| json!({"name": worker.name, "doing": worker.doing, "what": worker.what}));
        self.last["hosts"] = hosts.collect();
        self.last["workers"] = workers.collect();
        self.publish(progress, false);
    }
}
