//! What is next: which URL may be asked now, and which must wait, for how long, or for ever.
//!
//! The frontier is the memory and the conscience of a crawl. It knows each URL that was ever seen,
//! keeps a queue and a clock for each host, and opens a host's queue only once its robots.txt is known:
//!
//! ```text
//!                 seen?    wanted?                 robots.txt known and allowing?
//!  offer(url) ──> known ─> refused ─> queue of its host ──> refused
//!                                     └─ clock of the host: not yet? ──> wait
//!                                                           now? ──────> FetchJob
//! ```
//!
//! It does no input or output and never asks what time it is: `now` is an argument. So a test can run
//! a day of politeness in a millisecond, and a property test can try thousands of crawls.
//! One thread owns it (see `crawl`), so nothing here locks.
//!
//! Whose turn it is, [`tdd::politeness`] decides: a host with something to ask stands in its line, once
//! for each connection that it may have. What is asked when a host's turn comes is decided here.
//!
//! What it promises, and its tests keep:
//!
//! 1. every URL that is offered comes out once, as a job or as a refusal, however often it is offered;
//! 2. two requests to one host are never closer than its delay, a retry included;
//! 3. a page is never handed out before the robots.txt of its origin allowed it;
//! 4. while something is left to do, [`Frontier::next`] says so; when it says [`Next::Done`], nothing is.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_client::address::is_public;
use tdd::politeness::{Next as NextTurn, Pace, Politeness, Turn};
use tdd::url_key::UrlKey;
use url::{Host as UrlHost, Url};

use crate::events::HostNow;
use crate::robots::Robots;
use crate::settings::{Settings, is_this_machine};
use crate::url_key::{host_key, origin, page_key, request_url};

/// How a request went, as far as the next ones to its host are concerned.
pub use tdd::politeness::Answer as HostAnswer;

/// How often a host's own delay is added to it at most while the host is in trouble.
const MAX_SLOW_DOWN: u32 = 30;
/// How many good answers in a row halve what trouble has added.
const RECOVERY: u32 = 3;

/// The number of a URL in one crawl: in the order in which URLs were first seen, from 1.
pub type UrlId = u32;

/// One request that may be made now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchJob {
    /// What to ask for, as it was found: a server may be pickier than the standards about spelling.
    pub url: Url,
    /// Steps from a seed.
    pub depth: u32,
    /// How often it was asked for before.
    pub tries: u32,
    /// What the answer is for.
    pub want: Want,
    /// When its turn came, since the crawl began; zero before that.
    pub turn_at: Duration,
}

impl FetchJob {
    /// Returns a job that was never tried.
    pub fn new(url: Url, depth: u32, want: Want) -> Self {
        Self {
            url,
            depth,
            tries: 0,
            want,
            turn_at: Duration::ZERO,
        }
    }
}

/// What the answer to a [`FetchJob`] is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// A page, to be read and stored.
    Page(UrlId),
    /// The rules of an origin.
    Robots {
        /// Whose rules they are, for example `https://site.test`.
        origin: String,
        /// How many redirects led here.
        redirects: u32,
    },
}

/// What a crawl does next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Make this request now, and tell [`Frontier::finished`] when it ended.
    Fetch(FetchJob),
    /// This URL was accepted and turns out to be closed to us: it will not be asked for.
    Refuse(FetchJob, Refusal),
    /// Nothing may be asked before this moment, unless a request that is out ends first.
    Wait(Instant),
    /// Nothing can be asked until a request that is out ends.
    InFlight,
    /// Nothing is left, and nothing is out: the crawl is over.
    Done,
}

/// What became of a URL that was offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offered {
    /// It is new (or was refused before and now is wanted), and waits in the queue.
    Queued(UrlId),
    /// It is new, and will not be asked for.
    Refused(UrlId, Refusal),
    /// It was seen before.
    Known(UrlId),
}

impl Offered {
    /// Returns the number of the URL.
    pub fn id(&self) -> UrlId {
        match self {
            Self::Queued(id) | Self::Refused(id, _) | Self::Known(id) => *id,
        }
    }
}

/// Why a URL is not asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Its host is not one of the seeds'.
    OutOfScope,
    /// It is further from the seeds than the crawl may go.
    TooDeep,
    /// It is longer than a URL may be.
    TooLong,
    /// It is on this machine or in a private network, and that was not allowed.
    LocalAddress,
    /// It is on somebody else's machine, and no contact was given.
    NoContact,
    /// Its site's robots.txt closes it.
    Robots,
    /// Its site's robots.txt could not be had: the server is in trouble, so nothing may be asked.
    RobotsUnavailable(String),
    /// Its host could not be reached when its robots.txt was asked for.
    Unreachable(String),
    /// It is a robots.txt: read as rules, once, and never as a page.
    RobotsFile,
    /// The page itself asks not to be kept (`noindex`).
    NoIndex,
}

impl Refusal {
    /// Returns a short name for the database and for counting.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfScope => "out of scope",
            Self::TooDeep => "too deep",
            Self::TooLong => "too long",
            Self::LocalAddress => "local address",
            Self::NoContact => "no contact",
            Self::Robots => "closed by robots.txt",
            Self::RobotsUnavailable(_) => "robots.txt unavailable",
            Self::Unreachable(_) => "unreachable",
            Self::RobotsFile => "robots.txt itself",
            Self::NoIndex => "noindex",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        match self {
            Self::RobotsUnavailable(why) | Self::Unreachable(why) => write!(f, ": {why}"),
            _ => Ok(()),
        }
    }
}

/// What robots.txt says for one origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// These rules hold. A site without robots.txt has [`Robots::free`].
    Rules(Robots),
    /// Nothing may be asked, for this reason.
    Closed(Refusal),
}

/// What is known of an origin's robots.txt.
#[derive(Debug)]
enum Gate {
    Asked,
    Known(Access),
}

#[derive(Debug)]
struct Host {
    name: Arc<str>,
    /// The longest delay that the robots.txt files of its origins ask for.
    crawl_delay: Duration,
    in_flight: usize,
    /// Whether it stands in line for a turn.
    in_line: bool,
    /// What may be asked when its turn comes: robots.txt first (no depth), then the nearest to the
    /// seeds, then in order of arrival.
    queue: BTreeMap<(Option<u32>, u64), FetchJob>,
    gates: HashMap<String, Gate>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    id: UrlId,
    /// It was refused for a reason that can pass: a nearer way to it may be found, or the scope grow.
    reconsider: bool,
}

/// What is next. See the [module](self) for what it promises.
#[derive(Debug)]
pub struct Frontier {
    settings: Settings,
    scope: HashSet<String>,
    seen: HashMap<UrlKey, Seen>,
    hosts: Vec<Host>,
    host_index: HashMap<Arc<str>, usize>,
    /// Whose turn it is.
    politeness: Politeness,
    /// The moment that `politeness` counts from: the first one that this frontier was told.
    began: Option<Instant>,
    /// What is to be tried again, when, and by which host.
    later: BTreeMap<(Instant, u64), (usize, FetchJob)>,
    /// What was accepted and turned out to be closed to us.
    refused: VecDeque<(FetchJob, Refusal)>,
    waiting: usize,
    in_flight: usize,
    pages_in_flight: u64,
    /// How many more pages may be stored.
    pages_left: Option<u64>,
    /// Which page left its place to which (`rel=canonical`).
    gave_way: HashMap<UrlId, UrlId>,
    last_id: UrlId,
    last_sequence: u64,
}

impl Frontier {
    /// Returns an empty frontier whose scope is the hosts of the seeds. The seeds are not offered yet.
    pub fn new(settings: &Settings) -> Self {
        let delay = settings.politeness.delay;
        Self {
            scope: settings.seeds.iter().map(host_key).collect(),
            pages_left: settings.reach.max_pages,
            settings: settings.clone(),
            seen: HashMap::new(),
            hosts: Vec::new(),
            host_index: HashMap::new(),
            politeness: Politeness::new(Pace {
                delay,
                // Who is asked without a delay is asked so on purpose, and only slows us down by word.
                slow_down: delay,
                max_slow_down: delay.saturating_mul(MAX_SLOW_DOWN),
                recovery: RECOVERY,
            }),
            began: None,
            later: BTreeMap::new(),
            refused: VecDeque::new(),
            waiting: 0,
            in_flight: 0,
            pages_in_flight: 0,
            gave_way: HashMap::new(),
            last_id: 0,
            last_sequence: 0,
        }
    }

    /// Adds a host to the scope: a seed led there.
    pub fn widen_scope(&mut self, host: impl Into<String>) -> bool {
        self.scope.insert(host.into())
    }

    // ANCHOR: offer
    /// Takes a URL into account: a link that was found, a redirect, a seed.
    ///
    /// Looking up and remembering are one step for the one thread that owns the frontier. Two workers
    /// that find the same link at the same moment therefore cannot both get it.
    pub fn offer(&mut self, url: &Url, depth: u32, now: Instant) -> Offered {
        let (url, key) = (request_url(url), page_key(url));
        let verdict = self.wanted(&url, depth);
        let id = match self.seen.get(&key) {
            Some(seen) if !(seen.reconsider && verdict.is_ok()) => return Offered::Known(seen.id),
            Some(seen) => seen.id,
            None => {
                self.last_id += 1;
                self.last_id
            }
        };
        let reconsider = verdict.is_err();
        self.seen.insert(key, Seen { id, reconsider });
        match verdict {
            Ok(()) => {
                self.enqueue(FetchJob::new(url, depth, Want::Page(id)), now);
                Offered::Queued(id)
            }
            Err(why) => Offered::Refused(id, why),
        }
    }
    // ANCHOR_END: offer

    /// Remembers a URL of an earlier run. One that has `ended` is only known; another is queued again,
    /// or refused under today's settings.
    pub fn restore(&mut self, id: UrlId, url: &Url, depth: u32, ended: bool, now: Instant) {
        self.last_id = self.last_id.max(id);
        let verdict = if ended {
            Ok(())
        } else {
            self.wanted(url, depth)
        };
        let reconsider = verdict.is_err();
        self.seen.insert(page_key(url), Seen { id, reconsider });
        if !ended && !reconsider {
            self.enqueue(FetchJob::new(url.clone(), depth, Want::Page(id)), now);
        }
    }

    /// Says what the settings say of a URL, whatever its robots.txt says.
    fn wanted(&self, url: &Url, depth: u32) -> Result<(), Refusal> {
        let local = match url.host() {
            Some(UrlHost::Ipv4(ip)) => !is_public(IpAddr::V4(ip)),
            Some(UrlHost::Ipv6(ip)) => !is_public(IpAddr::V6(ip)),
            // Names are looked up when they are fetched, and the guard there has the last word.
            _ => is_this_machine(url),
        };
        if !self.scope.contains(&host_key(url)) {
            Err(Refusal::OutOfScope)
        } else if url.path() == "/robots.txt" {
            Err(Refusal::RobotsFile)
        } else if url.as_str().len() > self.settings.limits.max_url_bytes {
            Err(Refusal::TooLong)
        } else if self.settings.reach.max_depth.is_some_and(|max| depth > max) {
            Err(Refusal::TooDeep)
        } else if local && !self.settings.allow_local {
            Err(Refusal::LocalAddress)
        } else if !is_this_machine(url) && self.settings.agent.contact().is_none() {
            Err(Refusal::NoContact)
        } else {
            Ok(())
        }
    }

    // ANCHOR: next
    /// Returns what to do at the moment `now`.
    pub fn next(&mut self, now: Instant) -> Next {
        self.wake(now);
        let spent = self
            .pages_left
            .is_some_and(|left| self.pages_in_flight >= left);
        if !spent && let Some(next) = self.next_unspent(now) {
            return next;
        }
        if self.in_flight > 0 {
            Next::InFlight
        } else {
            Next::Done
        }
    }

    /// Returns what to do while more pages may be stored; `None` when only an answer can bring more.
    fn next_unspent(&mut self, now: Instant) -> Option<Next> {
        loop {
            if let Some((job, why)) = self.refused.pop_front() {
                self.waiting -= 1;
                return Some(Next::Refuse(job, why));
            }
            let since = self.since(now);
            match self.politeness.next(since) {
                NextTurn::Go(turn) => {
                    // `None` means: what stood in front was refused, or waits for its robots.txt.
                    if let Some(job) = self.take(&turn, now) {
                        return Some(Next::Fetch(job));
                    }
                }
                NextTurn::WaitUntil(then) => {
                    let turn = now + then.saturating_sub(since);
                    let retry = self.next_retry().unwrap_or(turn);
                    return Some(Next::Wait(retry.min(turn)));
                }
                NextTurn::Idle => return self.next_retry().map(Next::Wait),
            }
        }
    }
    // ANCHOR_END: next

    /// Puts what is due again into the queues.
    fn wake(&mut self, now: Instant) {
        while let Some(entry) = self
            .later
            .first_entry()
            .filter(|entry| entry.key().0 <= now)
        {
            let ((_, sequence), (index, job)) = entry.remove_entry();
            self.hosts[index]
                .queue
                .insert((priority(&job), sequence), job);
            self.line_up(index, now);
        }
    }

    fn next_retry(&self) -> Option<Instant> {
        self.later.keys().next().map(|&(at, _)| at)
    }

    /// Returns `now` as the politeness clock counts it.
    fn since(&mut self, now: Instant) -> Duration {
        now.saturating_duration_since(*self.began.get_or_insert(now))
    }

    // ANCHOR: take
    /// Gives a host's turn to the first thing in its queue.
    fn take(&mut self, turn: &Turn, now: Instant) -> Option<FetchJob> {
        let index = self.host_index[&turn.host];
        self.hosts[index].in_line = false;
        if !self.settle(index) {
            return None;
        }
        let host = &mut self.hosts[index];
        let (_, mut job) = host.queue.pop_first()?;
        host.in_flight += 1;
        self.in_flight += 1;
        self.waiting -= 1;
        self.pages_in_flight += u64::from(matches!(job.want, Want::Page(_)));
        job.turn_at = turn.at;
        self.line_up(index, now);
        Some(job)
    }

    /// Puts a host in line for a turn, if it has something to ask and may have one more connection:
    /// to be called after each change to it.
    fn line_up(&mut self, index: usize, now: Instant) {
        let host = &self.hosts[index];
        let at_once = if self.politeness.delay(&host.name).is_zero() {
            self.settings.politeness.connections.max(1)
        } else {
            1
        };
        if !host.in_line && host.in_flight < at_once && self.settle(index) {
            let since = self.since(now);
            self.hosts[index].in_line = true;
            self.politeness.add(&self.hosts[index].name, since);
        }
    }

    /// Clears the front of a host's queue: what is closed to us goes, and before the first page of an
    /// origin comes its robots.txt. Returns whether something that may be asked for stands there now.
    fn settle(&mut self, index: usize) -> bool {
        loop {
            let host = &mut self.hosts[index];
            let Some(entry) = host.queue.first_entry() else {
                return false;
            };
            if matches!(entry.get().want, Want::Robots { .. }) {
                return true;
            }
            let origin = origin(&entry.get().url);
            let why = match host.gates.get(&origin) {
                None => {
                    self.ask_for_robots(index, origin);
                    return true;
                }
                Some(Gate::Asked) => return false,
                Some(Gate::Known(Access::Rules(rules))) if rules.allows(&entry.get().url) => {
                    return true;
                }
                Some(Gate::Known(Access::Rules(_))) => Refusal::Robots,
                Some(Gate::Known(Access::Closed(why))) => why.clone(),
            };
            // It costs its host no turn: nothing is asked.
            self.refused.push_back((entry.remove(), why));
        }
    }
    // ANCHOR_END: take

    fn ask_for_robots(&mut self, index: usize, origin: String) {
        let url =
            Url::parse(&format!("{origin}/robots.txt")).expect("an origin with a path is a URL");
        let want = Want::Robots {
            origin: origin.clone(),
            redirects: 0,
        };
        let sequence = self.sequence();
        self.waiting += 1;
        let host = &mut self.hosts[index];
        host.gates.insert(origin, Gate::Asked);
        host.queue
            .insert((None, sequence), FetchJob::new(url, 0, want));
    }

    // ANCHOR: pause
    /// Tells that a request ended, and how its host did: the host's pause begins, and its place is free.
    pub fn finished(&mut self, job: &FetchJob, answer: HostAnswer, now: Instant) {
        let index = self.host_of(&job.url);
        let since = self.since(now);
        let host = &mut self.hosts[index];
        host.in_flight -= 1;
        self.in_flight -= 1;
        self.pages_in_flight -= u64::from(matches!(job.want, Want::Page(_)));
        let turn = Turn {
            host: host.name.clone(),
            at: job.turn_at,
        };
        self.politeness.report(&turn, since, answer);
        self.pause(index, now);
        self.line_up(index, now);
    }

    /// Lets a host's pause begin now, at the end of a request. So the distance on the server's side
    /// is at least the delay too, however slow the network was.
    fn pause(&mut self, index: usize, now: Instant) {
        let since = self.since(now);
        let host = &self.hosts[index].name;
        let delay = self.politeness.delay(host);
        self.politeness.hold(host, since.saturating_add(delay));
    }
    // ANCHOR_END: pause

    /// Puts a request back, to be made again after `pause` at the earliest, and after all that its host demands.
    pub fn retry(&mut self, mut job: FetchJob, pause: Duration, now: Instant) {
        job.tries += 1;
        let index = self.host_of(&job.url);
        let sequence = self.sequence();
        self.waiting += 1;
        self.later.insert((now + pause, sequence), (index, job));
    }

    /// Tells what the robots.txt of an origin says. Returns the delay that its host has now.
    pub fn robots_known(&mut self, origin: &str, access: Access, now: Instant) -> Duration {
        let url = Url::parse(origin).expect("an origin is a URL");
        let index = self.host_of(&url);
        let host = &mut self.hosts[index];
        if let Access::Rules(rules) = &access {
            let asked_for = rules.crawl_delay().unwrap_or_default();
            host.crawl_delay = host.crawl_delay.max(asked_for);
        }
        host.gates.insert(origin.to_owned(), Gate::Known(access));
        // An earlier run may have asked already: what is known need not be asked for.
        let asking = host.queue.iter().find_map(|(key, job)| match &job.want {
            Want::Robots { origin: of, .. } => (of == origin).then_some(*key),
            Want::Page(_) => None,
        });
        if asking.is_some_and(|key| host.queue.remove(&key).is_some()) {
            self.waiting -= 1;
        }
        self.politeness
            .set_crawl_delay(&host.name, Some(host.crawl_delay));
        // The robots.txt itself was a request: a delay that it brought counts from its end.
        self.pause(index, now);
        self.line_up(index, now);
        self.politeness.delay(&self.hosts[index].name)
    }

    /// Asks for a robots.txt where a redirect says that it is, in the queue and by the clock of that host.
    pub fn robots_moved(&mut self, job: &FetchJob, to: Url, now: Instant) {
        let Want::Robots { origin, redirects } = &job.want else {
            return;
        };
        let want = Want::Robots {
            origin: origin.clone(),
            redirects: redirects + 1,
        };
        self.enqueue(FetchJob::new(to, 0, want), now);
    }

    /// Counts stored pages against [`max_pages`](crate::settings::Reach::max_pages).
    pub fn pages_stored(&mut self, pages: u64) {
        self.pages_left = self.pages_left.map(|left| left.saturating_sub(pages));
    }

    /// Remembers from an earlier run that page `id` left its place to `to`.
    pub fn restore_gave_way(&mut self, id: UrlId, to: UrlId) {
        self.gave_way.insert(id, to);
    }

    /// Lets page `id` leave its place to `to`, the page that it calls canonical.
    ///
    /// Returns `false`, and the page keeps its place, when that would lose it: when `to` is closed to
    /// us, or when pages call each other canonical in a circle.
    pub fn give_way(&mut self, id: UrlId, to: UrlId, url: &Url, depth: u32) -> bool {
        let closed = self.wanted(url, depth).is_err()
            || self
                .host_index
                .get(host_key(url).as_str())
                .and_then(|&index| self.hosts[index].gates.get(&origin(url)))
                .is_some_and(|gate| match gate {
                    Gate::Known(Access::Rules(rules)) => !rules.allows(url),
                    Gate::Known(Access::Closed(_)) => true,
                    Gate::Asked => false,
                });
        let mut end = to;
        while let Some(&further) = self.gave_way.get(&end) {
            end = further;
        }
        let stays = closed || end == id;
        if !stays {
            self.gave_way.insert(id, to);
        }
        !stays
    }

    /// Returns how many URLs were ever seen.
    pub fn known(&self) -> usize {
        self.seen.len()
    }

    /// Returns how many requests wait in queues.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// Returns the `most` hosts with the longest queues, the longest first.
    pub fn hosts(&self, most: usize) -> Vec<HostNow> {
        let mut hosts: Vec<&Host> = self
            .hosts
            .iter()
            .filter(|host| host.in_flight > 0 || !host.queue.is_empty())
            .collect();
        hosts.sort_by_key(|host| std::cmp::Reverse((host.queue.len(), host.in_flight)));
        hosts
            .into_iter()
            .take(most)
            .map(|host| HostNow {
                name: host.name.to_string(),
                waiting: host.queue.len(),
                in_flight: host.in_flight,
            })
            .collect()
    }

    /// Returns how many requests are out.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    fn enqueue(&mut self, job: FetchJob, now: Instant) {
        let index = self.host_of(&job.url);
        let key = (priority(&job), self.sequence());
        self.waiting += 1;
        self.hosts[index].queue.insert(key, job);
        self.line_up(index, now);
    }

    /// Returns the place of a URL's host, which is made when it is new.
    fn host_of(&mut self, url: &Url) -> usize {
        let name = host_key(url);
        if let Some(&index) = self.host_index.get(name.as_str()) {
            return index;
        }
        let (name, index) = (Arc::<str>::from(name), self.hosts.len());
        self.hosts.push(Host {
            name: name.clone(),
            crawl_delay: Duration::ZERO,
            in_flight: 0,
            in_line: false,
            queue: BTreeMap::new(),
            gates: HashMap::new(),
        });
        self.host_index.insert(name, index);
        index
    }

    fn sequence(&mut self) -> u64 {
        self.last_sequence += 1;
        self.last_sequence
    }
}

/// robots.txt before pages, then the nearest to the seeds.
fn priority(job: &FetchJob) -> Option<u32> {
    matches!(job.want, Want::Page(_)).then_some(job.depth)
}

/// Returns the pause before a page is tried again: `first`, doubled for each try that was made before.
pub fn backoff(first: Duration, tries: u32) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(tries))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::settings::{UserAgent, seed};

    fn settings(seeds: &[&str]) -> Settings {
        let agent = UserAgent::new("Spindle", Some("ann@site.test")).expect("a valid agent");
        Settings::new(
            seeds.iter().map(|s| seed(s).expect("a seed")).collect(),
            std::path::Path::new("unused.db"),
            agent,
        )
    }

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    /// A frontier for `http://a.test/` whose robots.txt is known and allows all.
    fn open(settings: &Settings, now: Instant) -> Frontier {
        let mut frontier = Frontier::new(settings);
        for seed in &settings.seeds {
            let known = Access::Rules(Robots::free());
            frontier.robots_known(&origin(seed), known, now);
        }
        frontier
    }

    /// Jumps over the pause after the robots.txt.
    fn later(now: Instant) -> Instant {
        now + Duration::from_secs(3_600)
    }

    fn fetch(frontier: &mut Frontier, now: Instant) -> FetchJob {
        match frontier.next(now) {
            Next::Fetch(job) => job,
            other => panic!("expected a job, got {other:?}"),
        }
    }

    #[test]
    fn robots_txt_is_asked_once_and_before_any_page() {
        let now = Instant::now();
        let mut frontier = Frontier::new(&settings(&["http://a.test/"]));
        frontier.offer(&url("http://a.test/1"), 0, now);
        frontier.offer(&url("http://a.test/2"), 0, now);

        let job = fetch(&mut frontier, now);
        let meanwhile = frontier.next(later(now));
        frontier.finished(&job, HostAnswer::Fine, now);
        frontier.robots_known("http://a.test", Access::Rules(Robots::free()), now);

        assert_eq!(job.url, url("http://a.test/robots.txt"));
        assert_eq!(
            meanwhile,
            Next::InFlight,
            "no page before the rules are known"
        );
        assert_eq!(fetch(&mut frontier, later(now)).url, url("http://a.test/1"));
    }

    #[test]
    fn a_closed_path_is_refused_and_never_handed_out() {
        let now = Instant::now();
        let mut frontier = Frontier::new(&settings(&["http://a.test/"]));
        let id = frontier.offer(&url("http://a.test/private"), 0, now).id();
        let rules = Robots::parse(b"User-agent: *\nDisallow: /private", "Spindle");
        frontier.robots_known("http://a.test", Access::Rules(rules), now);

        let Next::Refuse(job, why) = frontier.next(later(now)) else {
            panic!("the path is closed")
        };
        assert_eq!((job.want, why), (Want::Page(id), Refusal::Robots));
        assert_eq!(frontier.next(later(now)), Next::Done);
    }

    #[test]
    fn the_pause_begins_when_a_request_ends() {
        let start = Instant::now();
        let mut frontier = open(&settings(&["http://a.test/"]), start);
        let now = start + Duration::from_secs(10);
        frontier.offer(&url("http://a.test/1"), 0, now);
        frontier.offer(&url("http://a.test/2"), 0, now);

        let job = fetch(&mut frontier, now);
        let end = now + Duration::from_secs(7);
        frontier.finished(&job, HostAnswer::Fine, end);

        assert_eq!(frontier.next(end), Next::Wait(end + Duration::from_secs(1)));
    }

    #[test]
    fn a_longer_crawl_delay_wins_and_a_shorter_one_does_not() {
        let now = Instant::now();
        let mut frontier = Frontier::new(&settings(&["http://a.test/", "http://b.test/"]));
        let rules = |seconds: u32| {
            Access::Rules(Robots::parse(
                format!("User-agent: *\nCrawl-delay: {seconds}").as_bytes(),
                "Spindle",
            ))
        };

        assert_eq!(
            frontier.robots_known("http://a.test", rules(5), now),
            Duration::from_secs(5)
        );
        assert_eq!(
            frontier.robots_known("http://b.test", rules(0), now),
            Duration::from_secs(1)
        );
    }

    #[test]
    fn retry_after_holds_the_whole_host() {
        let now = Instant::now();
        let mut frontier = open(&settings(&["http://a.test/"]), now);
        frontier.offer(&url("http://a.test/1"), 0, now);
        frontier.offer(&url("http://a.test/2"), 0, now);
        let now = later(now);

        let job = fetch(&mut frontier, now);
        let busy = HostAnswer::Busy {
            retry_after: Some(Duration::from_secs(90)),
        };
        frontier.finished(&job, busy, now);
        frontier.retry(job, Duration::ZERO, now);

        assert_eq!(
            frontier.next(now),
            Next::Wait(now + Duration::from_secs(90))
        );
    }

    #[test]
    fn a_page_is_tried_again_after_its_own_pause_and_others_meanwhile() {
        let now = Instant::now();
        let mut settings = settings(&["http://a.test/"]);
        settings.politeness.delay = Duration::ZERO;
        let mut frontier = open(&settings, now);
        frontier.offer(&url("http://a.test/1"), 0, now);
        frontier.offer(&url("http://a.test/2"), 0, now);

        let job = fetch(&mut frontier, now);
        frontier.finished(&job, HostAnswer::Fine, now);
        frontier.retry(job.clone(), Duration::from_secs(8), now);
        let meanwhile = fetch(&mut frontier, now);
        frontier.finished(&meanwhile, HostAnswer::Fine, now);

        assert_eq!(meanwhile.url, url("http://a.test/2"));
        assert_eq!(frontier.next(now), Next::Wait(now + Duration::from_secs(8)));
        let again = fetch(&mut frontier, now + Duration::from_secs(8));
        assert_eq!((again.url, again.tries), (job.url, 1));
    }

    #[test]
    fn each_origin_of_a_host_waits_for_its_own_rules() {
        let now = Instant::now();
        let mut settings = settings(&["http://a.test/"]);
        settings.politeness.delay = Duration::ZERO;
        settings.politeness.connections = 9;
        let mut frontier = open(&settings, now);
        frontier.offer(&url("http://a.test/plain"), 1, now);
        let plain = fetch(&mut frontier, now);
        frontier.offer(&url("https://a.test/safe"), 0, now);
        let rules = fetch(&mut frontier, now);

        // What is due again wakes the host while the other origin's rules are still on their way.
        frontier.finished(&plain, HostAnswer::Fine, now);
        frontier.retry(plain, Duration::ZERO, now);

        assert_eq!(rules.url, url("https://a.test/robots.txt"));
        assert_eq!(frontier.next(now), Next::InFlight);
    }

    #[test]
    fn a_waiting_host_does_not_hold_up_another() {
        let now = Instant::now();
        let mut frontier = open(&settings(&["http://a.test/", "http://b.test/"]), now);
        let now = later(now);
        for path in ["1", "2", "3"] {
            frontier.offer(&url(&format!("http://a.test/{path}")), 0, now);
        }
        frontier.offer(&url("http://b.test/1"), 0, now);

        let first = fetch(&mut frontier, now);
        let second = fetch(&mut frontier, now);

        assert_eq!(first.url, url("http://a.test/1"));
        assert_eq!(second.url, url("http://b.test/1"));
    }

    #[test]
    fn the_nearest_to_the_seeds_come_first() {
        let now = Instant::now();
        let mut frontier = open(&settings(&["http://a.test/"]), now);
        frontier.offer(&url("http://a.test/deep"), 3, now);
        frontier.offer(&url("http://a.test/near"), 1, now);

        assert_eq!(
            fetch(&mut frontier, later(now)).url,
            url("http://a.test/near")
        );
    }

    #[test]
    fn a_url_too_deep_is_taken_when_a_nearer_way_is_found() {
        let now = Instant::now();
        let mut settings = settings(&["http://a.test/"]);
        settings.reach.max_depth = Some(2);
        let mut frontier = open(&settings, now);

        let far = frontier.offer(&url("http://a.test/x"), 3, now);
        let near = frontier.offer(&url("http://a.test/x"), 2, now);

        assert_eq!(far, Offered::Refused(1, Refusal::TooDeep));
        assert_eq!(near, Offered::Queued(1));
        assert_eq!(
            frontier.offer(&url("http://a.test/x"), 1, now),
            Offered::Known(1)
        );
    }

    #[test]
    fn what_the_settings_exclude_is_refused_with_the_reason() {
        let now = Instant::now();
        let check = |settings: &Settings, text: &str, why: Refusal| {
            let offered = Frontier::new(settings).offer(&url(text), 0, now);
            assert_eq!(offered, Offered::Refused(1, why), "{text}");
        };
        let all = settings(&[
            "http://a.test/",
            "http://127.0.0.1/",
            "http://[::1]/",
            "http://localhost/",
        ]);
        let mut nobody = all.clone();
        nobody.agent = UserAgent::anonymous();

        check(&all, "http://b.test/", Refusal::OutOfScope);
        check(&all, "http://a.test:81/", Refusal::OutOfScope);
        check(&all, "http://a.test/robots.txt", Refusal::RobotsFile);
        check(&all, "http://127.0.0.1/", Refusal::LocalAddress);
        check(&all, "http://0x7f.1/", Refusal::LocalAddress);
        check(&all, "http://[::1]/", Refusal::LocalAddress);
        check(&all, "http://localhost/", Refusal::LocalAddress);
        check(
            &all,
            &format!("http://a.test/{}", "x".repeat(5_000)),
            Refusal::TooLong,
        );
        check(&nobody, "http://a.test/", Refusal::NoContact);
    }

    #[test]
    fn no_more_pages_are_handed_out_than_may_be_stored() {
        let now = Instant::now();
        let mut settings = settings(&["http://a.test/"]);
        settings.reach.max_pages = Some(1);
        let mut frontier = open(&settings, now);
        frontier.offer(&url("http://a.test/1"), 0, now);
        frontier.offer(&url("http://a.test/2"), 0, now);

        let job = fetch(&mut frontier, later(now));
        let meanwhile = frontier.next(later(now));
        frontier.pages_stored(1);
        frontier.finished(&job, HostAnswer::Fine, later(now));

        assert_eq!(meanwhile, Next::InFlight);
        assert_eq!(frontier.next(later(later(now))), Next::Done);
        assert_eq!(frontier.waiting(), 1, "the rest stays for another run");
    }

    #[test]
    fn pages_that_call_each_other_canonical_lose_nothing() {
        let now = Instant::now();
        let mut frontier = open(&settings(&["http://a.test/"]), now);
        let at = |name| url(&format!("http://a.test/{name}"));
        let [a, b, c] = ["a", "b", "c"].map(|name| frontier.offer(&at(name), 0, now).id());

        assert!(frontier.give_way(a, b, &at("b"), 0));
        assert!(frontier.give_way(b, c, &at("c"), 0));
        assert!(
            !frontier.give_way(c, a, &at("a"), 0),
            "the circle ends here"
        );
        assert!(
            !frontier.give_way(c, 9, &url("http://b.test/"), 0),
            "out of scope would be lost"
        );
    }

    /// One crawl of an invented web, with the clock of the simulation.
    #[derive(Clone, Debug)]
    struct World {
        /// For each host: its delay in robots.txt, the length of its answers, whether robots.txt is closed.
        hosts: Vec<(u32, u64, bool)>,
        /// For each page: its host, the pages it links to, how often it fails before it answers.
        pages: Vec<(usize, Vec<usize>, u32)>,
        delay: u64,
        connections: usize,
        threads: usize,
    }

    fn world() -> impl Strategy<Value = World> {
        let hosts =
            prop::collection::vec((0..4_u32, 1..5_000_u64, prop::bool::weighted(0.2)), 1..5);
        let pages = prop::collection::vec(
            (
                0..5_usize,
                prop::collection::vec(0..30_usize, 0..6),
                0..3_u32,
            ),
            1..30,
        );
        (
            hosts,
            pages,
            prop::sample::select(vec![0_u64, 1, 1_000]),
            1..4_usize,
            1..6_usize,
        )
            .prop_map(|(hosts, pages, delay, connections, threads)| World {
                hosts,
                pages,
                delay,
                connections,
                threads,
            })
    }

    impl World {
        fn page(&self, number: usize) -> Url {
            let number = number % self.pages.len();
            let host = self.pages[number].0 % self.hosts.len();
            // Each sixth page is closed by robots.txt.
            let folder = if number % 6 == 5 { "closed" } else { "open" };
            url(&format!("http://h{host}.test/{folder}/{number}"))
        }

        fn number(&self, url: &Url) -> usize {
            url.path()
                .rsplit('/')
                .next()
                .and_then(|last| last.parse().ok())
                .expect("a page ends in its number")
        }

        fn host(&self, url: &Url) -> usize {
            url.host_str()
                .and_then(|host| host[1..].split('.').next()?.parse().ok())
                .expect("a host has a number")
        }
    }

    proptest! {
        #[test]
        fn every_crawl_is_polite_complete_and_ends(world in world()) {
            let seeds: Vec<String> = (0..world.hosts.len()).map(|h| format!("http://h{h}.test/")).collect();
            let mut settings = settings(&seeds.iter().map(String::as_str).collect::<Vec<_>>());
            settings.politeness.delay = Duration::from_millis(world.delay);
            settings.politeness.connections = world.connections;
            let mut frontier = Frontier::new(&settings);
            let start = Instant::now();
            let mut now = start;
            let mut out: Vec<(Instant, FetchJob)> = Vec::new();
            let mut offered = HashSet::from([world.page(0)]);
            let mut ended: HashMap<UrlId, u32> = HashMap::new();
            let mut asked = vec![0; world.hosts.len()];
            let mut rules_known = vec![false; world.hosts.len()];
            // When the last request to each host ended.
            let mut last_end: Vec<Option<Instant>> = vec![None; world.hosts.len()];
            frontier.offer(&world.page(0), 0, now);

            for step in 0.. {
                prop_assert!(step < 10_000, "the crawl does not end");
                let next = if out.len() < world.threads { frontier.next(now) } else { Next::InFlight };
                match next {
                    Next::Fetch(job) => {
                        let host = world.host(&job.url);
                        let same_host = out.iter().filter(|(_, other)| world.host(&other.url) == host).count();
                        let crawl_delay = if rules_known[host] { u64::from(world.hosts[host].0) * 1_000 } else { 0 };
                        let delay = Duration::from_millis(world.delay.max(crawl_delay));
                        if delay.is_zero() {
                            prop_assert!(same_host < world.connections);
                        } else {
                            prop_assert_eq!(same_host, 0);
                            prop_assert!(last_end[host].is_none_or(|end| now >= end + delay), "too soon");
                        }
                        match &job.want {
                            Want::Robots { .. } => asked[host] += 1,
                            Want::Page(_) => {
                                prop_assert!(rules_known[host]);
                                prop_assert!(!world.hosts[host].2 && !job.url.path().contains("closed"));
                            }
                        }
                        out.push((now + Duration::from_millis(world.hosts[host].1), job));
                    }
                    Next::Refuse(job, _) => {
                        let Want::Page(id) = job.want else { panic!("only pages are refused") };
                        *ended.entry(id).or_default() += 1;
                    }
                    Next::Done => break,
                    waiting => {
                        // Jump to whatever happens first: an answer, or the end of a pause.
                        let answer = (0..out.len()).min_by_key(|&i| out[i].0);
                        let pause = if let Next::Wait(until) = waiting { Some(until) } else { None };
                        prop_assert!(pause.is_none_or(|until| until > now));
                        match answer {
                            Some(i) if pause.is_none_or(|until| out[i].0 <= until) => {
                                let (at, job) = out.swap_remove(i);
                                now = now.max(at);
                                let host = world.host(&job.url);
                                last_end[host] = Some(now);
                                frontier.finished(&job, HostAnswer::Fine, now);
                                match job.want {
                                    Want::Robots { ref origin, .. } => {
                                        let (delay, _, closed) = world.hosts[host];
                                        let file = format!("User-agent: *\nCrawl-delay: {delay}\nDisallow: /closed/");
                                        let access = if closed {
                                            Access::Closed(Refusal::RobotsUnavailable("503".into()))
                                        } else {
                                            Access::Rules(Robots::parse(file.as_bytes(), "Spindle"))
                                        };
                                        rules_known[host] = true;
                                        frontier.robots_known(origin, access, now);
                                    }
                                    Want::Page(id) => {
                                        let number = world.number(&job.url);
                                        let (_, links, failures) = &world.pages[number];
                                        if job.tries < *failures {
                                            let pause = backoff(Duration::from_millis(700), job.tries);
                                            frontier.retry(job, pause, now);
                                        } else {
                                            *ended.entry(id).or_default() += 1;
                                            for &link in links {
                                                offered.insert(world.page(link));
                                                frontier.offer(&world.page(link), job.depth + 1, now);
                                            }
                                        }
                                    }
                                }
                            }
                            _ => now = pause.expect("with nothing out, only a pause can be waited for"),
                        }
                    }
                }
            }

            prop_assert!(out.is_empty());
            prop_assert!(asked.iter().all(|&times| times <= 1), "robots.txt was asked more than once");
            prop_assert!(ended.values().all(|&times| times == 1), "a URL came out more than once");
            prop_assert_eq!(ended.len(), offered.len());
        }
    }
}
