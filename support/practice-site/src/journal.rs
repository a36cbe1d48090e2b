//! The journal: which requests came, in order of arrival.

use std::time::Duration;

/// What one request was, and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// How long after the start of the site the request's head had arrived.
    pub at: Duration,
    /// The method, for example `GET`.
    pub method: String,
    /// The path with its query, as it was sent.
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
    /// How long after the start of the site the answer was written or given up.
    pub finished: Option<Duration>,
    /// The name of the fault that struck, when [`Config::fault_share`](crate::Config::fault_share) chose one.
    pub fault: Option<&'static str>,
}

/// Which requests came, in order of arrival. Requests for `/journal` itself are left out.
#[derive(Debug)]
pub struct Journal {}

impl Journal {
    /// Returns a copy of all entries since the start or the last [`Journal::clear`].
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        Vec::new()
    }

    /// Waits until at least `count` requests have arrived, and returns the entries; `None` when `limit` passes first.
    pub fn wait_for(&self, count: usize, limit: Duration) -> Option<Vec<Entry>> {
        self.wait_until(limit, |entries| entries.len() >= count)
    }

    /// Waits until `condition` holds for the entries, and returns them; `None` when `limit` passes first.
    ///
    /// The condition is tried now and after each change: a request that arrives, an answer that ends.
    pub fn wait_until(
        &self,
        limit: Duration,
        condition: impl FnMut(&[Entry]) -> bool,
    ) -> Option<Vec<Entry>> {
        let _ = (limit, condition);
        None
    }

    /// Forgets all entries.
    pub fn clear(&self) {}

    /// Returns how many entries were forgotten because the journal was full.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        0
    }
}
