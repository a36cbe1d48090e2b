//! Who did what when: rows of spans and marks, to be drawn as text or as SVG.
//!
//! A [`Recorder`](crate::Recorder) fills a [`Timeline`] as things happen. A report that has its
//! times already (from a log, from a database) fills one by [`Timeline::add_span`] and
//! [`Timeline::add_mark`]. Both drawings show the same: a row for each thread, process or peer,
//! and, where spans of a row are nested or overlap, a lane for each below the first.

mod palette;
mod svg;
mod text;

use crate::text::{decimal, duration, printable};
use std::{
    borrow::Cow,
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    ops::Range,
    time::Duration,
};

/// More lanes than this are drawn over each other in the last one.
const MAX_LANES: usize = 4;

/// What a row was doing during a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Computing.
    Working,
    /// Having what others may want: a lock, a permit, a pooled connection, a transaction.
    Holding,
    /// Handing bytes or an item over.
    Sending,
    /// Taking bytes or an item in.
    Receiving,
    /// Waiting for somebody's event: accept, recv, join.
    Waiting,
    /// Held up by somebody: a lock that is taken, a buffer that is full.
    Blocked,
    /// Pausing on purpose: a delay, a backoff.
    Sleeping,
    /// Ending in failure. In a crowd of short spans this is the one that is seen.
    Failed,
    /// Anything else, by its name in the legend; it counts as busy.
    Other(&'static str),
}

impl Kind {
    /// Returns the word that the legend uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Holding => "holding",
            Self::Sending => "sending",
            Self::Receiving => "receiving",
            Self::Waiting => "waiting",
            Self::Blocked => "blocked",
            Self::Sleeping => "sleeping",
            Self::Failed => "failed",
            Self::Other(name) => name,
        }
    }

    /// Tells whether a row in such a span makes no progress: waiting, blocked, sleeping.
    pub fn is_idle(self) -> bool {
        matches!(self, Self::Waiting | Self::Blocked | Self::Sleeping)
    }
}

/// One row doing one thing from `start` to `end`, both counted from the timeline's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The index of the row in [`Timeline::rows`].
    pub row: usize,
    /// What the row was doing.
    pub kind: Kind,
    /// What exactly: the call, the file, the peer. May be empty.
    pub label: Cow<'static, str>,
    /// When it began.
    pub start: Duration,
    /// When it ended, never before `start`.
    pub end: Duration,
    /// Whether it was still going on when the recording was finished.
    pub open: bool,
}

impl Span {
    /// Returns how long the span took.
    pub fn length(&self) -> Duration {
        self.end.saturating_sub(self.start)
    }

    fn is_within(&self, outer: &Span) -> bool {
        outer.start <= self.start && self.end <= outer.end
    }
}

/// Something that happened at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The index of the row in [`Timeline::rows`].
    pub row: usize,
    /// What happened.
    pub label: Cow<'static, str>,
    /// When, counted from the timeline's start.
    pub at: Duration,
}

/// What was recorded: rows in the order in which they were declared or first seen, their spans
/// and marks in the order in which these began, and the total time.
///
/// ```
/// use std::time::Duration;
/// use tour::{Kind, Timeline};
///
/// let ms = Duration::from_millis;
/// let mut timeline = Timeline::new();
/// timeline.add_span("server", Kind::Waiting, "accept", ms(0)..ms(30));
/// timeline.add_span("server", Kind::Sending, "send", ms(30)..ms(40));
/// timeline.add_mark("server", "bye", ms(40));
///
/// assert_eq!(timeline.total(), ms(40));
/// assert!(timeline.to_text(80).contains("accept"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    rows: Vec<String>,
    spans: Vec<Span>,
    marks: Vec<Mark>,
    total: Duration,
    by_name: HashMap<String, usize>,
}

impl Timeline {
    /// Makes an empty timeline, to be filled with given times.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the index of the row with this name, which is added below the others when new.
    pub fn add_row(&mut self, name: impl AsRef<str>) -> usize {
        let name = name.as_ref();
        if let Some(row) = self.by_name.get(name) {
            return *row;
        }
        self.by_name.insert(name.to_owned(), self.rows.len());
        self.rows.push(name.to_owned());
        self.rows.len() - 1
    }

    /// Adds a span by its times since the start; one that would end before it starts gets no
    /// length. The total grows with it.
    pub fn add_span(
        &mut self,
        row: impl AsRef<str>,
        kind: Kind,
        label: impl Into<Cow<'static, str>>,
        during: Range<Duration>,
    ) {
        let row = self.add_row(row);
        let index = self.open_span(row, kind, label.into(), during.start);
        self.close_span(index, during.end);
    }

    /// Adds a mark by its time since the start. The total grows with it.
    pub fn add_mark(
        &mut self,
        row: impl AsRef<str>,
        label: impl Into<Cow<'static, str>>,
        at: Duration,
    ) {
        let (row, label) = (self.add_row(row), label.into());
        self.marks.push(Mark { row, label, at });
        self.total = self.total.max(at);
    }

    /// Begins a span whose end is not known yet, and returns its index.
    pub(crate) fn open_span(
        &mut self,
        row: usize,
        kind: Kind,
        label: Cow<'static, str>,
        start: Duration,
    ) -> usize {
        self.spans.push(Span {
            row,
            kind,
            label,
            start,
            end: start,
            open: true,
        });
        self.spans.len() - 1
    }

    /// Ends a span that [`open_span`](Self::open_span) began.
    pub(crate) fn close_span(&mut self, index: usize, end: Duration) {
        let span = &mut self.spans[index];
        span.end = end.max(span.start);
        span.open = false;
        self.total = self.total.max(span.end);
    }

    /// Ends every open span at `end`, which becomes the total; the spans stay marked as open.
    pub(crate) fn close_all(&mut self, end: Duration) {
        self.total = self.total.max(end);
        for span in self.spans.iter_mut().filter(|span| span.open) {
            span.end = self.total;
        }
    }

    /// Returns the names of the rows, from top to bottom.
    pub fn rows(&self) -> &[String] {
        &self.rows
    }

    /// Returns the spans of all rows.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Returns the marks of all rows.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Returns the time from the start to the end of the recording.
    pub fn total(&self) -> Duration {
        self.total
    }

    /// Draws the timeline in plain text, no line wider than `width` columns (at least 20).
    ///
    /// A span that is shorter than a column still gets one; where many short spans share a
    /// column, the kind that took most of that time is shown, and a failure before all others.
    pub fn to_text(&self, width: usize) -> String {
        text::draw(self, width, false)
    }

    pub(crate) fn to_text_in_colour(&self, width: usize) -> String {
        text::draw(self, width, true)
    }

    /// Draws the timeline as an SVG document that follows the reader's light or dark theme.
    /// The same timeline gives the same document, byte for byte.
    pub fn to_svg(&self, title: &str) -> String {
        svg::draw(self, title)
    }

    /// Returns how long a row spent in each kind; of nested spans the innermost counts.
    /// The kinds come in the order of [`Kind`].
    pub fn times(&self, row: usize) -> Vec<(Kind, Duration)> {
        let mut spans: Vec<&Span> = self.spans.iter().filter(|span| span.row == row).collect();
        spans.sort_by_key(|span| (span.start, Reverse(span.end)));
        let mut moments: Vec<Duration> = spans.iter().flat_map(|s| [s.start, s.end]).collect();
        moments.sort_unstable();
        moments.dedup();

        let mut times: HashMap<Kind, Duration> = HashMap::new();
        // The span that began last is on top; those that ended are dropped when they come up.
        let mut going_on: BinaryHeap<usize> = BinaryHeap::new();
        let mut next = 0;
        for pair in moments.windows(2) {
            while spans.get(next).is_some_and(|span| span.start <= pair[0]) {
                going_on.push(next);
                next += 1;
            }
            while going_on
                .peek()
                .is_some_and(|top| spans[*top].end <= pair[0])
            {
                going_on.pop();
            }
            if let Some(top) = going_on.peek() {
                *times.entry(spans[*top].kind).or_default() += pair[1] - pair[0];
            }
        }
        let mut times: Vec<_> = times.into_iter().collect();
        times.sort_unstable();
        times
    }

    /// Tells in words what the drawings show: how busy each row was and what it did, and what
    /// happened when. This is the SVG's text alternative.
    pub fn describe(&self) -> String {
        const AT_MOST: usize = 24;
        let mut words = format!(
            "{} in {}.",
            amount(self.rows.len(), "row"),
            duration(self.total)
        );
        let total = self.total.as_secs_f64().max(f64::MIN_POSITIVE);
        let percent = |time: Duration| decimal(100.0 * time.as_secs_f64() / total, 0);
        for (row, name) in self.rows.iter().enumerate().take(AT_MOST) {
            let times = self.times(row);
            let share = |idle| {
                let of_kind = times.iter().filter(|(kind, _)| kind.is_idle() == idle);
                percent(of_kind.map(|(_, time)| *time).sum())
            };
            let detail = |(kind, time): &(Kind, Duration)| {
                format!("{} {} %", printable(kind.name()), percent(*time))
            };
            let details = times.iter().map(detail).collect::<Vec<_>>().join(", ");
            let name = printable(name);
            words += &match times.is_empty() {
                true => format!(" {name}: no spans."),
                false => {
                    format!(
                        " {name}: busy {} %, idle {} % ({details}).",
                        share(false),
                        share(true)
                    )
                }
            };
        }
        if self.rows.len() > AT_MOST {
            words += &format!(" And {}.", amount(self.rows.len() - AT_MOST, "more row"));
        }
        let mut marks: Vec<&Mark> = self.marks.iter().collect();
        marks.sort_by_key(|mark| mark.at);
        for mark in marks.iter().take(AT_MOST) {
            let (row, label) = (printable(&self.rows[mark.row]), printable(&mark.label));
            words += &format!(" At {}, {row}: {label}.", duration(mark.at));
        }
        if marks.len() > AT_MOST {
            words += &format!(" And {}.", amount(marks.len() - AT_MOST, "more mark"));
        }
        words
    }

    /// Sorts a row's spans into lanes in which they follow each other: a nested span comes below
    /// the one around it. An overlap of a moment, as between two guards of which the second is
    /// made before the first is dropped, is not worth a lane.
    fn lanes(&self, row: usize) -> Vec<Vec<&Span>> {
        let moment = self.total / 500;
        let mut spans: Vec<&Span> = self.spans.iter().filter(|span| span.row == row).collect();
        // Outer before inner; but what took no time at all came before what began then and did.
        spans.sort_by_key(|span| (span.start, span.end > span.start, Reverse(span.end)));
        let mut lanes: Vec<Vec<&Span>> = vec![Vec::new()];
        for span in spans {
            let is_free = |lane: &Vec<&Span>| {
                lane.last().is_none_or(|last| {
                    last.end <= span.start
                        || last.end <= span.start + moment.min(last.length() / 2)
                            && !span.is_within(last)
                })
            };
            match lanes.iter().position(is_free) {
                Some(lane) => lanes[lane].push(span),
                None if lanes.len() < MAX_LANES => lanes.push(vec![span]),
                None => lanes[MAX_LANES - 1].push(span),
            }
        }
        lanes
    }

    /// A row's marks in the order of time, with their labels made printable.
    fn marks_of(&self, row: usize) -> Vec<(&Mark, String)> {
        let marks = self.marks.iter().filter(|mark| mark.row == row);
        let mut marks: Vec<_> = marks
            .map(|mark| (mark, printable(&mark.label).into_owned()))
            .collect();
        marks.sort_by_key(|(mark, _)| mark.at);
        marks
    }

    /// Where a moment lies between 0 and `extent`.
    fn position(&self, at: Duration, extent: f64) -> f64 {
        match self.total.as_nanos() {
            0 => 0.0,
            total => at.as_nanos() as f64 / total as f64 * extent,
        }
    }

    /// Chooses at most `limit` + 1 ticks, 1, 2 or 5 of a decimal unit apart, with their labels.
    fn ticks(&self, limit: usize) -> Vec<(Duration, String)> {
        let total = self.total.as_nanos();
        let mut step: u128 = 1;
        let mut factors = [2, 5, 10].into_iter().cycle();
        let mut decade = 1;
        while total / step > limit.max(1) as u128 {
            let factor = factors.next().unwrap_or(10);
            step = decade * factor;
            if factor == 10 {
                decade = step;
            }
        }
        let (unit, size) = match total {
            0..1_000 => ("ns", 1.0),
            1_000..1_000_000 => ("µs", 1e3),
            1_000_000..1_000_000_000 => ("ms", 1e6),
            _ => ("s", 1e9),
        };
        (0..=total / step)
            .map(|index| {
                let nanos = index * step;
                let label = format!("{} {unit}", decimal(nanos as f64 / size, 9));
                (
                    nanos_to_duration(nanos),
                    if index == 0 { "0".to_owned() } else { label },
                )
            })
            .collect()
    }
}

/// A tick is never later than the total, which is a `Duration`, so nothing is cut off here.
fn nanos_to_duration(nanos: u128) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    Duration::new((nanos / SECOND) as u64, (nanos % SECOND) as u32)
}

fn amount(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// Where a mark's label stands: on which line below the row, and from where.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    line: usize,
    start: f64,
}

/// Finds room for the labels of marks: each to the right of its moment or else to the left of it,
/// on the first of `max_lines` lines where it meets no other. `marks` are (moment, label's
/// width), sorted by moment; the `pointer` is the part of that width which stands at the moment
/// itself, on either side. `None` when there is no room.
fn place_labels(
    marks: &[(f64, f64)],
    pointer: f64,
    extent: f64,
    max_lines: usize,
) -> Vec<Option<Place>> {
    let mut ends = vec![0.0_f64; max_lines];
    let mut place = |&(at, width): &(f64, f64)| {
        let starts = [at, at + pointer - width];
        let fits = |start: f64, end: f64| start >= end && start + width <= extent;
        let found = (0..max_lines).find_map(|line| {
            let start = starts.into_iter().find(|start| fits(*start, ends[line]))?;
            Some(Place { line, start })
        })?;
        ends[found.line] = found.start + width;
        Some(found)
    };
    marks.iter().map(&mut place).collect()
}

#[cfg(test)]
mod tests;
