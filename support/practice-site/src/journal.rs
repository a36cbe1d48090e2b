//! The journal: which requests came, in order of arrival.

use crate::server::lock;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How much text the entries may hold together, in bytes: a flood of long paths must not fill the memory.
const MAX_TEXT: usize = 64 * 1024 * 1024;

/// What one request was, and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// How long after the start of the site the request's head had arrived.
    pub at: Duration,
    /// The method, for example `GET`; `?` where the head could not be read.
    pub method: String,
    /// The path with its query, as it was sent; `?` where the head could not be read.
    pub path: String,
    /// The `Host` header, where there was one.
    pub host: Option<String>,
    /// The `User-Agent` header, where there was one.
    pub user_agent: Option<String>,
    /// The number of the connection it came on: 1 for the first that the site accepted.
    pub connection: u64,
    /// How many requests were being answered at that moment, this one included.
    pub in_flight: usize,
    /// The status of the answer: `None` while there is none, or when a fault left it out.
    pub status: Option<u16>,
    /// How long after the start of the site the answer was written or given up, up to its last bytes.
    pub finished: Option<Duration>,
    /// The name of the fault that struck, when [`Config::fault_share`](crate::Config::fault_share) chose one.
    pub fault: Option<&'static str>,
}

impl Entry {
    fn text(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        self.method.len() + self.path.len() + length(&self.host) + length(&self.user_agent)
    }
}

/// Which requests came, in order of arrival. Requests for `/journal` itself are left out.
///
/// A client that has read an answer to its end finds the entry finished: the site marks it just
/// before it sends the last bytes. So a client that asks one thing after another is never seen
/// with two in flight.
#[derive(Debug)]
pub struct Journal {
    started: Instant,
    capacity: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    entries: VecDeque<Entry>,
    /// The number of the first entry, counted from the start of the site.
    first: u64,
    /// The bytes of text in all entries.
    text: usize,
    in_flight: usize,
    forgotten: u64,
}

impl State {
    fn drop_oldest(&mut self) {
        if let Some(entry) = self.entries.pop_front() {
            self.text -= entry.text();
            self.first += 1;
            self.forgotten += 1;
        }
    }
}

impl Journal {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            started: Instant::now(),
            capacity: capacity.max(1),
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Returns a copy of all entries since the start or the last [`Journal::clear`].
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        lock(&self.state).entries.iter().cloned().collect()
    }

    /// Waits until at least `count` requests have arrived, and returns the entries; `None` when `limit` passes first.
    #[must_use = "`None` means that the requests did not come in time"]
    pub fn wait_for(&self, count: usize, limit: Duration) -> Option<Vec<Entry>> {
        self.wait_until(limit, |entries| entries.len() >= count)
    }

    /// Waits until `condition` holds for the entries, and returns them; `None` when `limit` passes first.
    ///
    /// The condition is tried now and after each change: a request that arrives, an answer that ends.
    /// It must not ask the journal itself, which is locked meanwhile.
    #[must_use = "`None` means that it did not happen in time"]
    pub fn wait_until(
        &self,
        limit: Duration,
        mut condition: impl FnMut(&[Entry]) -> bool,
    ) -> Option<Vec<Entry>> {
        let end = Instant::now() + limit;
        let mut state = lock(&self.state);
        loop {
            let entries = state.entries.make_contiguous();
            if condition(entries) {
                return Some(entries.to_vec());
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Forgets all entries. Requests that are being answered stay counted in [`Entry::in_flight`].
    pub fn clear(&self) {
        let mut state = lock(&self.state);
        state.first += state.entries.len() as u64;
        state.entries.clear();
        state.text = 0;
        state.forgotten = 0;
    }

    /// Returns how many entries were forgotten because the journal was full.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        lock(&self.state).forgotten
    }

    /// Enters a request that has just arrived; `at`, `in_flight` and what comes after are filled in here.
    pub(crate) fn arrive(&self, mut entry: Entry) -> Ticket<'_> {
        let mut state = lock(&self.state);
        state.in_flight += 1;
        // Under the lock, so that the order of the entries is that of their times.
        entry.at = self.started.elapsed();
        entry.in_flight = state.in_flight;
        state.text += entry.text();
        state.entries.push_back(entry);
        let number = state.first + state.entries.len() as u64 - 1;
        while state.entries.len() > self.capacity
            || (state.text > MAX_TEXT && state.entries.len() > 1)
        {
            state.drop_oldest();
        }
        drop(state);
        self.changed.notify_all();
        Ticket {
            journal: Some(self),
            number,
        }
    }
}

/// A request on its way; when it is dropped, the request is over.
#[derive(Debug)]
pub(crate) struct Ticket<'a> {
    journal: Option<&'a Journal>,
    number: u64,
}

impl Ticket<'_> {
    /// Makes a ticket for a request that the journal leaves out.
    pub(crate) fn unrecorded() -> Self {
        Self {
            journal: None,
            number: 0,
        }
    }

    /// Enters how the request ended. Only the first call counts.
    pub(crate) fn finish(&mut self, status: Option<u16>, fault: Option<&'static str>) {
        let Some(journal) = self.journal.take() else {
            return;
        };
        let mut state = lock(&journal.state);
        state.in_flight -= 1;
        let finished = journal.started.elapsed();
        let place = self
            .number
            .checked_sub(state.first)
            .map(|place| place as usize);
        // The entry may have been forgotten meanwhile.
        if let Some(entry) = place.and_then(|place| state.entries.get_mut(place)) {
            entry.status = status;
            entry.finished = Some(finished);
            entry.fault = fault;
        }
        drop(state);
        journal.changed.notify_all();
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.finish(None, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> Entry {
        Entry {
            at: Duration::ZERO,
            method: "GET".to_string(),
            path: path.to_string(),
            host: None,
            user_agent: None,
            connection: 1,
            in_flight: 0,
            status: None,
            finished: None,
            fault: None,
        }
    }

    #[test]
    fn in_flight_counts_what_has_come_and_not_gone() {
        let journal = Journal::new(10);

        let mut first = journal.arrive(entry("/1"));
        let second = journal.arrive(entry("/2"));
        first.finish(Some(200), None);
        let third = journal.arrive(entry("/3"));

        let in_flight: Vec<usize> = journal
            .entries()
            .iter()
            .map(|entry| entry.in_flight)
            .collect();
        assert_eq!(in_flight, [1, 2, 2]);
        drop((second, third));
        assert_eq!(journal.entries()[0].status, Some(200));
        assert!(
            journal
                .entries()
                .iter()
                .all(|entry| entry.finished.is_some())
        );
    }

    #[test]
    fn a_full_journal_forgets_the_oldest_and_counts_them() {
        let journal = Journal::new(3);

        let mut tickets: Vec<Ticket<'_>> = (0..5)
            .map(|number| journal.arrive(entry(&format!("/{number}"))))
            .collect();
        tickets[0].finish(Some(200), None);
        tickets[4].finish(Some(404), None);

        let entries = journal.entries();
        let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["/2", "/3", "/4"]);
        assert_eq!(entries[2].status, Some(404));
        assert_eq!(journal.forgotten(), 2);
    }

    #[test]
    fn an_answer_to_a_request_from_before_a_clear_changes_no_later_entry() {
        let journal = Journal::new(3);

        let mut before = journal.arrive(entry("/before"));
        journal.clear();
        let _after = journal.arrive(entry("/after"));
        before.finish(Some(500), None);

        assert_eq!(journal.entries().len(), 1);
        assert_eq!(journal.entries()[0].status, None);
    }

    #[test]
    fn long_paths_cannot_fill_the_memory() {
        let journal = Journal::new(usize::MAX);
        let path = "x".repeat(MAX_TEXT / 4);

        for _ in 0..6 {
            drop(journal.arrive(entry(&path)));
        }

        assert_eq!(journal.entries().len(), 3);
        assert_eq!(journal.forgotten(), 3);
    }

    #[test]
    fn waiting_ends_with_the_event_or_with_the_limit() {
        let journal = Journal::new(10);

        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| journal.wait_for(2, Duration::from_secs(20)));
            drop(journal.arrive(entry("/1")));
            drop(journal.arrive(entry("/2")));
            assert!(waiter.join().unwrap().is_some());
        });

        assert!(journal.wait_for(3, Duration::from_millis(1)).is_none());
    }
}
