//! The engine: threads, channels, and the end of the crawl.
//!
//! ```text
//!                    jobs (bounded)                        records (bounded)
//!  coordinator ──────────────────────> workers             ┌──────────────> writer ──> database
//!  owns the frontier                   own nothing         │                owns the store
//!       ^ │                              │                 │
//!       │ └──────────────────────────────┼─────────────────┘
//!       └────────── outcomes (bounded) ──┘
//! ```
//!
//! This is the only module that starts threads, sends and joins. What a worker does with a job is a
//! plain function, [`answer`]; what the crawl decides next is [`Frontier::next`]. So both are tested
//! without a thread, and what is left here is who hands what to whom.
//!
//! Why it cannot hang, and what would break:
//!
//! - **At most [`threads`](Settings::threads) jobs are out**, and both channels between coordinator and
//!   workers hold as many. So neither side ever waits to send, and two bounded channels that face each
//!   other cannot block each other. It also means that a job never waits for a worker: the moment at
//!   which politeness allowed a request is the moment at which it is made.
//! - **A worker always answers.** A panic while it reads a page is caught and becomes the answer, so
//!   the count of jobs that are out comes back to zero. Without that the coordinator would wait for ever.
//! - **The crawl is over when the frontier is empty and nothing is out**, and in no other case: an empty
//!   queue alone says nothing, for the page that is out may bring a hundred links.
//! - **The writer never sends.** The coordinator may wait for it (a slow disk slows the crawl down), but
//!   it never waits for the coordinator. When it fails, its channel closes, and the crawl stops with its error.
//! - Then the channels close, each thread sees that and returns, and the scope joins them all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crossbeam_channel::{Receiver, Sender, bounded, never, select};
use tour::{Kind, OpenSpan, Recorder};
use url::Url;
use workers::{Activity, Change, Event, Observer as WorkerObserver, Panicked, Worker, team};

use crate::events::{CrawlEvent, Moment, Observer, Progress, WorkerNow};
use crate::extract::{ExtractError, ExtractedPage, extract};
use crate::fetch::{Content, FetchError, Web, status_may_pass};
use crate::frontier::{
    Access, FetchJob, Frontier, HostAnswer, Next, Offered, Refusal, UrlId, Want, backoff,
};
use crate::robots::Robots;
use crate::settings::Settings;
use crate::store::{
    Counts, OriginRow, PageRecord, PageRow, Skip, State, Store, StoreError, UrlRow,
};
use crate::url_key::{host_key, request_url};

/// How many records may wait for the writer. It takes all that wait into one transaction, so this is
/// also the most that one transaction holds.
const RECORDS: usize = 256;

/// How long a robots.txt is believed (RFC 9309, section 2.4).
const ROBOTS_FRESH: Duration = Duration::from_secs(24 * 60 * 60);

/// How many redirects are followed from a robots.txt (RFC 9309, section 2.3.1.2) and from a page.
const MAX_ROBOTS_REDIRECTS: u32 = 5;
const MAX_REDIRECTS: u32 = 10;

/// How long the coordinator waits at most before it lets the observers know that time passes.
const TICK: Duration = Duration::from_millis(200);

/// How many hosts a moment tells of.
const MOMENT_HOSTS: usize = 20;

/// How a crawl ended.
#[derive(Clone, Debug)]
pub struct Summary {
    /// What the database holds now.
    pub counts: Counts,
    /// What this run did.
    pub progress: Progress,
    /// Whether it was asked to stop before the end.
    pub stopped: bool,
}

/// Why a crawl ended before its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrawlError {
    /// The database failed. What was stored before is whole, and the same command goes on from there.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no more threads.
    #[error(transparent)]
    Thread(#[from] workers::Error),
    /// The writer or a worker panicked outside of a page: a fault of this program.
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

// ANCHOR: crawl
/// Crawls until nothing is left, or until `stop` says so; what is out then is still finished.
///
/// The same settings on the same database go on where an earlier run ended, however it ended.
///
/// # Errors
///
/// [`CrawlError`] when the crawl itself cannot go on. A page that cannot be had is no error: it is
/// stored with the reason.
pub fn crawl(
    settings: &Settings,
    store: Store,
    web: &dyn Web,
    observers: &mut [Box<dyn Observer + '_>],
    stop: &Receiver<()>,
    recorder: Option<&Recorder>,
) -> Result<Summary, CrawlError> {
    let threads = settings.threads.max(1);
    let (job_sender, jobs) = bounded::<FetchJob>(threads);
    let (outcome_sender, outcomes) = bounded::<Outcome>(threads);
    let (record_sender, records) = bounded::<PageRecord>(RECORDS);
    let names: Vec<String> = (1..=threads).map(worker).collect();
    let watched = observers.iter().any(|observer| observer.wants_moments());
    let sight = watched.then(|| Arc::new(Mutex::new(HashMap::new())));
    let mut coordinator = Coordinator::new(settings, observers, record_sender);
    if let Some(doing) = &sight {
        coordinator.workers = Some((names.clone(), Arc::clone(doing)));
    }
    let first = coordinator.resume(&store)?;
    if let Some(recorder) = recorder {
        // Declared here, the rows stand in the order of the workers, not of their first jobs.
        names.iter().for_each(|name| recorder.row(name));
    }
    let told = told_to(recorder, sight);
    let (store, ended) = team(&told, |team| {
        for number in 1..=threads {
            let (jobs, outcomes) = (jobs.clone(), outcome_sender.clone());
            // The team waits for it, and tells of its panic.
            let _ = team.spawn(worker(number), move |me| {
                work(me, settings, web, &jobs, &outcomes);
            })?;
        }
        let writer = team.spawn("writer", move |_| write(store, &records))?;
        // Only the workers hold this sender now. If all of them were gone, the coordinator would see it.
        drop(outcome_sender);

        // `run` consumes the coordinator and the job sender, so when it returns both channels are
        // closed: the workers' loop ends, and the writer's after the last record.
        let ended = coordinator.run(first, job_sender, &outcomes, stop);
        let store = writer.join()??;
        Ok::<_, CrawlError>((store, ended))
    })??;
    Ok(Summary {
        counts: store.counts()?,
        progress: ended.progress,
        stopped: ended.stopped,
    })
}
// ANCHOR_END: crawl

// ---------------------------------------------------------------------------------------------
// Workers
// ---------------------------------------------------------------------------------------------

/// A job, and what came of it.
struct Outcome {
    job: FetchJob,
    answer: Answer,
}

/// What came of a job.
#[derive(Debug)]
pub enum Answer {
    /// A page was read.
    Page(Box<PageRow>),
    /// A robots.txt came.
    Robots {
        /// Its status.
        status: u16,
        /// Its bytes.
        file: Vec<u8>,
    },
    /// It lies elsewhere.
    Elsewhere(Url),
    /// It is no page.
    NotHtml(String),
    /// The status says that there is nothing.
    Status {
        /// The status.
        status: u16,
        /// How long the server asks us to stay away.
        retry_after: Option<Duration>,
    },
    /// There was no answer.
    Error(FetchError),
    /// The page cannot be read.
    Unreadable(ExtractError),
    /// Reading it made this program panic.
    Panicked(String),
}

/// The name of a worker, for its thread and its row in the timeline.
fn worker(number: usize) -> String {
    format!("worker {number}")
}

// ANCHOR: worker
/// The life of a worker: take a job, answer it, until no job will come.
fn work(
    me: &Worker,
    settings: &Settings,
    web: &dyn Web,
    jobs: &Receiver<FetchJob>,
    outcomes: &Sender<Outcome>,
) {
    me.turns_to(Activity::Waiting, "");
    for job in jobs {
        me.turns_to(Activity::Receiving, job.url.path());
        let mut extracting = || me.turns_to(Activity::Working, "extract");
        // Nothing that this touches outlives a panic half changed: it reads, and makes new values.
        let answer = me
            .attempt(|| answer(&job, settings, web, &mut extracting))
            .unwrap_or_else(|panicked| Answer::Panicked(panicked.message));
        me.turns_to(Activity::Waiting, "");
        // The channel has room for every job that is out, so this never waits. It is closed when the
        // crawl was given up; then nobody wants the answer.
        if outcomes.send(Outcome { job, answer }).is_err() {
            break;
        }
    }
}

/// Fetches and reads: all that a worker does with a job, without a thread. `extracting` is called between the two.
pub fn answer(
    job: &FetchJob,
    settings: &Settings,
    web: &dyn Web,
    extracting: &mut dyn FnMut(),
) -> Answer {
    let fetched = match web.fetch(job) {
        Ok(fetched) => fetched,
        Err(error) => return Answer::Error(error),
    };
    match fetched.content {
        Content::Html(body) => {
            extracting();
            match extract(
                &job.url,
                &body,
                settings.agent.token(),
                settings.limits.max_nesting,
            ) {
                Ok(extracted) => Answer::Page(Box::new(PageRow {
                    extracted,
                    status: fetched.status,
                    bytes: body.bytes.len(),
                    took: fetched.took,
                    fetched_at: SystemTime::now(),
                })),
                Err(error) => Answer::Unreadable(error),
            }
        }
        Content::Robots(file) => Answer::Robots {
            status: fetched.status,
            file,
        },
        Content::Redirect(to) => Answer::Elsewhere(to),
        Content::Other { content_type } => Answer::NotHtml(content_type),
        Content::Nothing { retry_after } => Answer::Status {
            status: fetched.status,
            retry_after,
        },
    }
}
// ANCHOR_END: worker

/// What each worker does now, by its name.
type Doing = Arc<Mutex<HashMap<String, (Activity, String)>>>;

/// Returns who is told what the workers do: the timeline, which draws a bar for each thing that they
/// turn to, and whoever asks for a [`Moment`].
fn told_to(recorder: Option<&Recorder>, doing: Option<Doing>) -> WorkerObserver {
    if recorder.is_none() && doing.is_none() {
        return WorkerObserver::nobody();
    }
    let recorder = recorder.cloned();
    let spans: Mutex<HashMap<String, OpenSpan>> = Mutex::default();
    WorkerObserver::new(move |Event { worker, change }| {
        let turned = match change {
            Change::Turned { activity, label } => Some((activity, label)),
            Change::Ended | Change::Panicked { .. } => None,
            _ => return,
        };
        if let Some(doing) = &doing {
            let (activity, label) = turned.unwrap_or((Activity::Waiting, ""));
            lock(doing).insert(worker.to_owned(), (activity, label.to_owned()));
        }
        if let Some(recorder) = &recorder {
            let mut spans = lock(&spans);
            let Some((activity, label)) = turned else {
                // Dropping a span ends it.
                spans.remove(worker);
                return;
            };
            let (kind, label) = (kind(activity), label.to_owned());
            match spans.get_mut(worker) {
                Some(span) => span.turn(kind, label),
                None => {
                    spans.insert(worker.to_owned(), recorder.span(worker, kind, label));
                }
            }
        }
    })
}

fn kind(activity: Activity) -> Kind {
    match activity {
        Activity::Working => Kind::Working,
        Activity::Sending => Kind::Sending,
        Activity::Receiving => Kind::Receiving,
        _ => Kind::Waiting,
    }
}

/// Locks what only whole steps change: a panic elsewhere has left nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

// ---------------------------------------------------------------------------------------------
// The writer
// ---------------------------------------------------------------------------------------------

// ANCHOR: writer
/// The life of the writer: wait for a record, take all that wait, make them durable together.
///
/// A slow crawl so gets a transaction for each page, and a fast one gets a few hundred pages for the
/// price of one.
fn write(mut store: Store, records: &Receiver<PageRecord>) -> Result<Store, StoreError> {
    for first in records {
        let batch: Vec<_> = std::iter::once(first)
            .chain(records.try_iter().take(RECORDS))
            .collect();
        store.write(&batch)?;
    }
    Ok(store)
}
// ANCHOR_END: writer

// ---------------------------------------------------------------------------------------------
// The coordinator
// ---------------------------------------------------------------------------------------------

/// The writer is gone; its own error says why.
struct WriterGone;

/// How the coordinator's work ended.
struct Ended {
    progress: Progress,
    stopped: bool,
}

/// Owns the frontier, hands out jobs, and turns answers into records.
struct Coordinator<'a, 'o> {
    settings: &'a Settings,
    frontier: Frontier,
    observers: &'a mut [Box<dyn Observer + 'o>],
    records: Sender<PageRecord>,
    progress: Progress,
    started: Instant,
    /// How many redirects led to a URL, where any did.
    redirects: HashMap<UrlId, u32>,
    /// The workers' names and what they do, where an observer wants to know.
    workers: Option<(Vec<String>, Doing)>,
    /// When the last moment was told.
    told_at: Instant,
}

impl<'a, 'o> Coordinator<'a, 'o> {
    fn new(
        settings: &'a Settings,
        observers: &'a mut [Box<dyn Observer + 'o>],
        records: Sender<PageRecord>,
    ) -> Self {
        Self {
            settings,
            frontier: Frontier::new(settings),
            observers,
            records,
            progress: Progress::default(),
            started: Instant::now(),
            redirects: HashMap::new(),
            workers: None,
            told_at: Instant::now(),
        }
    }

    // ANCHOR: resume
    /// Fills the frontier with what earlier runs know, then offers the seeds; returns the first record.
    fn resume(&mut self, store: &Store) -> Result<PageRecord, StoreError> {
        let now = Instant::now();
        for host in store.scope()? {
            self.frontier.widen_scope(host);
        }
        let mut ended_before = 0;
        store.urls(|id, url, depth, ended| {
            ended_before += u64::from(ended);
            self.frontier.restore(id, &url, depth, ended, now);
        })?;
        for (id, to) in store.duplicates()? {
            self.frontier.restore_gave_way(id, to);
        }
        self.frontier.pages_stored(store.counts()?.stored);
        let fresh = SystemTime::now()
            .checked_sub(ROBOTS_FRESH)
            .unwrap_or(SystemTime::UNIX_EPOCH);
        for origin in store.origins(fresh)? {
            // A file that could not be had is asked for again; only an answer is remembered.
            let rules = match origin.status {
                200..300 => Robots::parse(&origin.robots, self.settings.agent.token()),
                400..500 if origin.status != 429 => Robots::free(),
                _ => continue,
            };
            self.frontier
                .robots_known(&origin.origin, Access::Rules(rules), now);
        }

        let mut record = PageRecord::default();
        for seed in &self.settings.seeds {
            self.offer(&mut record, seed, 0, now);
        }
        self.tell(&CrawlEvent::Started {
            ended: ended_before,
            waiting: self.frontier.waiting() as u64,
        });
        Ok(record)
    }
    // ANCHOR_END: resume

    /// Runs the crawl to its end.
    fn run(
        mut self,
        first: PageRecord,
        jobs: Sender<FetchJob>,
        outcomes: &Receiver<Outcome>,
        stop: &Receiver<()>,
    ) -> Ended {
        // When the writer is gone there is nothing to be done here: its error is what the caller gets.
        let stopped = self
            .record(first)
            .and_then(|()| self.coordinate(&jobs, outcomes, stop))
            .unwrap_or(true);
        self.tell(&CrawlEvent::Finished);
        Ended {
            progress: self.progress,
            stopped,
        }
    }

    // ANCHOR: coordinate
    /// The loop of the crawl. Returns whether it was stopped before its end.
    fn coordinate(
        &mut self,
        jobs: &Sender<FetchJob>,
        outcomes: &Receiver<Outcome>,
        stop: &Receiver<()>,
    ) -> Result<bool, WriterGone> {
        let mut stop = stop.clone();
        let mut stopping = false;
        loop {
            let mut wait = TICK;
            self.progress.next_in = None;
            while !stopping && self.frontier.in_flight() < self.settings.threads.max(1) {
                let now = Instant::now();
                match self.frontier.next(now) {
                    Next::Fetch(job) => jobs
                        .send(job)
                        .expect("the workers live as long as this sender"),
                    Next::Refuse(job, why) => self.refuse(&job, why)?,
                    Next::Wait(until) => {
                        let pause = until.saturating_duration_since(now);
                        wait = wait.min(pause);
                        self.progress.next_in = (self.frontier.in_flight() == 0).then_some(pause);
                        break;
                    }
                    Next::InFlight => break,
                    Next::Done => return Ok(false),
                }
            }
            if stopping && self.frontier.in_flight() == 0 {
                return Ok(true);
            }
            self.tell_moment();
            select! {
                recv(outcomes) -> outcome => {
                    let outcome = outcome.expect("a worker lives while its job is out");
                    self.handle(outcome)?;
                }
                recv(stop) -> asked => {
                    // Asked once is enough, and a sender that is gone will not ask.
                    stop = never();
                    if asked.is_ok() {
                        stopping = true;
                        self.tell(&CrawlEvent::Stopping { in_flight: self.frontier.in_flight() });
                    }
                }
                default(wait) => {
                    self.count();
                    self.observers.iter_mut().for_each(|observer| observer.tick(&self.progress));
                }
            }
        }
    }
    // ANCHOR_END: coordinate

    // ANCHOR: handle
    /// Turns one outcome into what is known, what is durable, and what is told.
    fn handle(&mut self, outcome: Outcome) -> Result<(), WriterGone> {
        let Outcome { job, answer } = outcome;
        let now = Instant::now();
        self.progress.requests += 1;
        let asked_for = self.asked_for(&job, &answer);
        self.frontier
            .finished(&job, host_answer(&answer, asked_for), now);
        if let Some(why) = self.wants_retry(&job, &answer) {
            let pause = backoff(self.settings.limits.first_backoff, job.tries);
            self.tell(&CrawlEvent::Retrying {
                url: job.url.as_str(),
                why: &why,
                pause: asked_for.map_or(pause, |asked_for| asked_for.max(pause)),
            });
            self.frontier.retry(job, pause, now);
            return Ok(());
        }
        match job.want.clone() {
            Want::Robots { origin, redirects } => {
                self.handle_robots(&job, &origin, redirects, answer, now)
            }
            Want::Page(id) => self.handle_page(&job, id, answer, now),
        }
    }
    // ANCHOR_END: handle

    // ANCHOR: retry
    /// Decides whether a request is made again: what went wrong may pass, and it was not tried too often.
    fn wants_retry(&self, job: &FetchJob, answer: &Answer) -> Option<String> {
        let why = match answer {
            Answer::Error(error) if error.may_pass() => error.to_string(),
            Answer::Status { status, .. } if status_may_pass(*status) => status_text(*status),
            _ => return None,
        };
        (job.tries + 1 < self.settings.limits.max_tries).then_some(why)
    }

    /// Returns how long a server asks to be left alone. A 429 asks for it even without saying how long.
    fn asked_for(&self, job: &FetchJob, answer: &Answer) -> Option<Duration> {
        let Answer::Status {
            status,
            retry_after,
        } = answer
        else {
            return None;
        };
        let asked_for = retry_after
            .filter(|_| status_may_pass(*status))
            .or((*status == 429).then_some(Duration::ZERO))?;
        Some(
            backoff(self.settings.limits.first_backoff, job.tries)
                .max(asked_for)
                .min(self.settings.politeness.max_retry_after),
        )
    }
    // ANCHOR_END: retry

    fn handle_robots(
        &mut self,
        job: &FetchJob,
        origin: &str,
        redirects: u32,
        answer: Answer,
        now: Instant,
    ) -> Result<(), WriterGone> {
        let free = || Access::Rules(Robots::free());
        let (access, status, file, verdict) = match answer {
            Answer::Robots { status, file } => {
                let rules = Robots::parse(&file, self.settings.agent.token());
                (Access::Rules(rules), status, file, "found".to_owned())
            }
            Answer::Elsewhere(to) if redirects < MAX_ROBOTS_REDIRECTS => {
                self.frontier.robots_moved(job, request_url(&to), now);
                return Ok(());
            }
            Answer::Elsewhere(_) => (
                free(),
                404,
                Vec::new(),
                "redirected too often, so all is allowed".to_owned(),
            ),
            Answer::Status { status, .. } if status_may_pass(status) || status >= 500 => {
                let why = status_text(status);
                let verdict = format!("unavailable ({why}), so nothing is allowed");
                (
                    Access::Closed(Refusal::RobotsUnavailable(why)),
                    status,
                    Vec::new(),
                    verdict,
                )
            }
            Answer::Status { status, .. } => (
                free(),
                status,
                Vec::new(),
                format!("missing ({}), so all is allowed", status_text(status)),
            ),
            Answer::Error(FetchError::LocalAddress) => (
                Access::Closed(Refusal::LocalAddress),
                0,
                Vec::new(),
                "on a local address, so nothing is allowed".to_owned(),
            ),
            other => {
                let why = trouble(&other);
                let verdict = format!("not to be had ({why}), so nothing is allowed");
                (
                    Access::Closed(Refusal::Unreachable(why)),
                    0,
                    Vec::new(),
                    verdict,
                )
            }
        };
        let open = matches!(access, Access::Rules(_));
        let delay = self.frontier.robots_known(origin, access, now);
        self.tell(&CrawlEvent::Robots {
            origin,
            verdict: &verdict,
            delay: open.then_some(delay),
        });
        let origin = OriginRow {
            origin: origin.to_owned(),
            status,
            robots: file,
            fetched_at: SystemTime::now(),
        };
        self.record(PageRecord {
            origin: Some(origin),
            ..PageRecord::default()
        })
    }

    fn handle_page(
        &mut self,
        job: &FetchJob,
        id: UrlId,
        answer: Answer,
        now: Instant,
    ) -> Result<(), WriterGone> {
        let mut record = PageRecord::default();
        let state = match answer {
            Answer::Page(page) => self.take_page(&mut record, job, id, *page, now),
            Answer::Elsewhere(to) => {
                self.take_redirect(&mut record, job, id, &request_url(&to), now)
            }
            Answer::NotHtml(content_type) => State::Skipped(Skip::NotHtml(content_type)),
            Answer::Error(FetchError::LocalAddress) => State::Refused(Refusal::LocalAddress),
            other => {
                let may_pass = match &other {
                    Answer::Status { status, .. } => status_may_pass(*status),
                    Answer::Error(error) => error.may_pass(),
                    _ => false,
                };
                State::Failed {
                    why: trouble(&other),
                    may_pass,
                }
            }
        };
        self.end(job, id, state, record)
    }

    // ANCHOR: page
    /// Takes a page: its links go to the frontier, and all that it changes goes into one record.
    fn take_page(
        &mut self,
        record: &mut PageRecord,
        job: &FetchJob,
        id: UrlId,
        page: PageRow,
        now: Instant,
    ) -> State {
        let ExtractedPage {
            links,
            canonical,
            directives,
            ..
        } = &page.extracted;
        for link in links {
            let to = self.offer(record, link, job.depth + 1, now);
            record.links.push(to);
        }
        if directives.noindex {
            return State::Refused(Refusal::NoIndex);
        }
        // A page with a better address on its own site leaves its place to that. An address on another
        // site is only noted: a mirror names its original, and is crawled all the same.
        if let Some(original) = canonical
            .as_ref()
            .filter(|url| host_key(url) == host_key(&job.url))
        {
            let original = request_url(original);
            let to = self.offer(record, &original, job.depth, now);
            if self.frontier.give_way(id, to, &original, job.depth) {
                record.links.push(to);
                return State::Skipped(Skip::Duplicate(original));
            }
        }
        self.frontier.pages_stored(1);
        record.page = Some(page);
        State::Stored
    }
    // ANCHOR_END: page

    /// Takes a redirect: its target is a discovery like a link, at the same depth.
    fn take_redirect(
        &mut self,
        record: &mut PageRecord,
        job: &FetchJob,
        id: UrlId,
        to: &Url,
        now: Instant,
    ) -> State {
        let redirects = self.redirects.remove(&id).unwrap_or(0) + 1;
        if redirects > MAX_REDIRECTS {
            return State::Failed {
                why: format!("more than {MAX_REDIRECTS} redirects"),
                may_pass: false,
            };
        }
        // Where a seed leads, the user wanted to go: example.org to www.example.org.
        if job.depth == 0 && self.frontier.widen_scope(host_key(to)) {
            record.scope = Some(host_key(to));
        }
        let target = self.offer(record, to, job.depth, now);
        self.redirects.insert(target, redirects);
        record.links.push(target);
        State::Skipped(Skip::Redirect(to.clone()))
    }

    /// Offers a URL to the frontier; one that is new becomes part of the record.
    fn offer(&mut self, record: &mut PageRecord, url: &Url, depth: u32, now: Instant) -> UrlId {
        let offered = self.frontier.offer(url, depth, now);
        let id = offered.id();
        let state = match offered {
            Offered::Known(_) => return id,
            Offered::Queued(_) => State::Pending,
            Offered::Refused(_, why) => State::Refused(why),
        };
        let url = request_url(url);
        if let State::Refused(why) = &state {
            self.tell(&CrawlEvent::Refused {
                url: url.as_str(),
                why: &why.to_string(),
            });
        }
        record.found.push(UrlRow {
            id,
            url,
            depth,
            state,
            tries: 0,
        });
        id
    }

    /// Ends a URL that was queued and turned out to be closed to us.
    fn refuse(&mut self, job: &FetchJob, why: Refusal) -> Result<(), WriterGone> {
        let Want::Page(id) = job.want else {
            unreachable!("only pages are refused")
        };
        let state = match why {
            // Nobody forbade anything: the host is not there, and may be there tomorrow.
            Refusal::Unreachable(why) => State::Failed {
                why: format!("host unreachable: {why}"),
                may_pass: true,
            },
            why => State::Refused(why),
        };
        let row = UrlRow {
            id,
            url: job.url.clone(),
            depth: job.depth,
            state,
            tries: 0,
        };
        self.end_with(row, PageRecord::default())
    }

    fn end(
        &mut self,
        job: &FetchJob,
        id: UrlId,
        state: State,
        record: PageRecord,
    ) -> Result<(), WriterGone> {
        let row = UrlRow {
            id,
            url: job.url.clone(),
            depth: job.depth,
            state,
            tries: job.tries + 1,
        };
        self.end_with(row, record)
    }

    /// Ends a URL: counts it, tells of it, and sends its record, which makes it durable as a whole.
    fn end_with(&mut self, row: UrlRow, mut record: PageRecord) -> Result<(), WriterGone> {
        let url = row.url.as_str();
        let why = row.state.why().unwrap_or_default();
        match &row.state {
            State::Stored => {
                self.progress.stored += 1;
                let page = record.page.as_ref().map(|page| &page.extracted);
                let title = page.and_then(|page| page.title.as_deref());
                let published = page
                    .and_then(|page| page.published)
                    .map(|found| found.date.to_string());
                self.tell(&CrawlEvent::Stored {
                    url,
                    title,
                    published,
                });
            }
            State::Failed { .. } => {
                self.progress.failed += 1;
                self.tell(&CrawlEvent::Failed {
                    url,
                    why: &why,
                    tries: row.tries,
                });
            }
            State::Refused(_) => self.tell(&CrawlEvent::Refused { url, why: &why }),
            State::Skipped(_) => self.tell(&CrawlEvent::Skipped { url, why: &why }),
            State::Pending => {}
        }
        record.url = Some(row);
        self.record(record)
    }

    fn record(&self, record: PageRecord) -> Result<(), WriterGone> {
        self.records.send(record).map_err(|_| WriterGone)
    }

    fn tell(&mut self, event: &CrawlEvent<'_>) {
        self.count();
        self.observers
            .iter_mut()
            .for_each(|observer| observer.event(event, &self.progress));
    }

    /// Tells how things stand, if somebody wants to know and a while has passed.
    fn tell_moment(&mut self) {
        let Some((names, doing)) = &self.workers else {
            return;
        };
        if self.told_at.elapsed() < TICK {
            return;
        }
        let doing = lock(doing).clone();
        let workers = names.iter().map(|name| {
            let (activity, what) = doing
                .get(name)
                .map_or((Activity::Waiting, ""), |(a, w)| (*a, w.as_str()));
            WorkerNow {
                name: name.clone(),
                doing: match activity {
                    Activity::Receiving => "receiving",
                    Activity::Working => "working",
                    _ => "waiting",
                },
                what: what.to_owned(),
            }
        });
        let moment = Moment {
            workers: workers.collect(),
            hosts: self.frontier.hosts(MOMENT_HOSTS),
        };
        self.told_at = Instant::now();
        self.count();
        for observer in self.observers.iter_mut() {
            observer.moment(&moment, &self.progress);
        }
    }

    fn count(&mut self) {
        self.progress.elapsed = self.started.elapsed();
        self.progress.in_flight = self.frontier.in_flight() as u64;
        self.progress.waiting = self.frontier.waiting() as u64;
        let open = self.frontier.waiting() + self.frontier.in_flight();
        self.progress.ended = self.frontier.known().saturating_sub(open) as u64;
    }
}

/// Says what an answer tells of its host, whatever it tells of the page: the server that asks for peace
/// speaks for all its pages.
fn host_answer(answer: &Answer, asked_for: Option<Duration>) -> HostAnswer {
    match answer {
        _ if asked_for.is_some() => HostAnswer::Busy {
            retry_after: asked_for,
        },
        Answer::Status { status: 503, .. } => HostAnswer::Busy { retry_after: None },
        Answer::Status { status, .. } if status_may_pass(*status) => HostAnswer::Failed,
        Answer::Error(error) if error.may_pass() => HostAnswer::Failed,
        _ => HostAnswer::Fine,
    }
}

/// Says what is wrong with an answer that is none.
fn trouble(answer: &Answer) -> String {
    match answer {
        Answer::Status { status, .. } => status_text(*status),
        Answer::Error(error) => error.to_string(),
        Answer::Unreadable(error) => error.to_string(),
        Answer::Panicked(message) => format!("reading it made this program panic: {message}"),
        Answer::Page(_) | Answer::Robots { .. } | Answer::Elsewhere(_) | Answer::NotHtml(_) => {
            "an unexpected answer".to_owned()
        }
    }
}

/// Writes a status as people know it: `404 Not Found`.
fn status_text(status: u16) -> String {
    match reqwest::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
    {
        Some(reason) => format!("{status} {reason}"),
        None => status.to_string(),
    }
}
