//! Records who does what when, from any thread.

use crate::timeline::{Kind, Timeline};
use std::{
    borrow::Cow,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Records spans and marks from any thread; its clones share one record.
///
/// A span costs two readings of the clock and two turns at a lock that is held for some tens of
/// nanoseconds. Measured on a busy machine with two cores, for a label that is a literal: 0.15 µs
/// from beginning to end in a release build, 0.7 µs where two threads record at once, 0.8 µs in a
/// debug build. It keeps 96 bytes for each span, until the last clone is dropped.
///
/// ```
/// let recorder = tour::Recorder::new();
/// recorder.row("server");
/// let waiting = recorder.span("client 1", tour::Kind::Waiting, "recv");
/// recorder.mark("server", "accepted");
/// drop(waiting);
///
/// let timeline = recorder.finish();
/// assert_eq!(timeline.rows(), ["server", "client 1"]);
/// ```
#[derive(Clone, Debug)]
pub struct Recorder {
    start: Instant,
    timeline: Arc<Mutex<Timeline>>,
}

/// A span that is going on; it ends when this is dropped.
#[derive(Debug)]
#[must_use = "a span ends when its guard is dropped"]
pub struct OpenSpan {
    recorder: Recorder,
    index: usize,
}

impl Recorder {
    /// Starts the clock.
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            timeline: Arc::default(),
        }
    }

    /// Declares a row. Rows stand in the order in which they are declared or first used.
    pub fn row(&self, name: impl AsRef<str>) {
        self.lock().add_row(name);
    }

    /// Begins a span in a row; it ends when the returned guard is dropped, on whichever thread.
    /// An empty label is fine.
    pub fn span(
        &self,
        row: impl AsRef<str>,
        kind: Kind,
        label: impl Into<Cow<'static, str>>,
    ) -> OpenSpan {
        let label = label.into();
        let now = self.now();
        let mut timeline = self.lock();
        let row = timeline.add_row(row);
        let index = timeline.open_span(row, kind, label, now);
        drop(timeline);
        OpenSpan {
            recorder: self.clone(),
            index,
        }
    }

    /// Records that something happened in a row now.
    pub fn mark(&self, row: impl AsRef<str>, label: impl Into<Cow<'static, str>>) {
        let label = label.into();
        let now = self.now();
        self.lock().add_mark(row, label, now);
    }

    /// Returns what was recorded so far. Spans that are going on end now in what is returned, and
    /// are marked as open there; the recorder itself goes on, and may be asked again.
    pub fn finish(&self) -> Timeline {
        let now = self.now();
        let mut timeline = self.lock().clone();
        timeline.close_all(now);
        timeline
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn lock(&self) -> MutexGuard<'_, Timeline> {
        // A thread that panicked elsewhere leaves a record that is whole: each change is one step.
        self.timeline.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

impl OpenSpan {
    /// Ends this span and begins another in the same row at the same moment.
    ///
    /// ```
    /// let recorder = tour::Recorder::new();
    /// let mut span = recorder.span("worker 1", tour::Kind::Waiting, "next job");
    /// span.turn(tour::Kind::Working, "parse");
    /// # drop(span);
    /// # assert_eq!(recorder.finish().spans().len(), 2);
    /// ```
    pub fn turn(&mut self, kind: Kind, label: impl Into<Cow<'static, str>>) {
        let label = label.into();
        let now = self.recorder.now();
        let mut timeline = self.recorder.lock();
        timeline.close_span(self.index, now);
        let row = timeline.spans()[self.index].row;
        let index = timeline.open_span(row, kind, label, now);
        drop(timeline);
        self.index = index;
    }
}

impl Drop for OpenSpan {
    fn drop(&mut self) {
        let now = self.recorder.now();
        self.recorder.lock().close_span(self.index, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn spans_of_many_threads_land_in_their_rows_in_declared_order() {
        let recorder = Recorder::new();
        recorder.row("worker 2");

        thread::scope(|scope| {
            for worker in 0..4 {
                let recorder = recorder.clone();
                scope.spawn(move || {
                    for _ in 0..100 {
                        let _span = recorder.span(format!("worker {worker}"), Kind::Working, "");
                    }
                });
            }
        });
        let timeline = recorder.finish();

        assert_eq!(timeline.rows().len(), 4);
        assert_eq!(timeline.rows()[0], "worker 2");
        for row in 0..4 {
            assert_eq!(
                timeline
                    .spans()
                    .iter()
                    .filter(|span| span.row == row)
                    .count(),
                100
            );
        }
        assert!(
            timeline
                .spans()
                .iter()
                .all(|span| !span.open && span.end <= timeline.total())
        );
    }

    #[test]
    fn a_span_that_is_going_on_is_closed_at_the_finish_and_goes_on_afterwards() {
        let recorder = Recorder::new();
        let span = recorder.span("server", Kind::Waiting, "accept");

        let first = recorder.finish();
        drop(span);
        let second = recorder.finish();

        assert!(first.spans()[0].open);
        assert_eq!(first.spans()[0].end, first.total());
        assert!(!second.spans()[0].open);
        assert!(second.total() > first.total());
    }

    #[test]
    fn a_turn_leaves_no_gap_and_no_overlap() {
        let recorder = Recorder::new();
        let mut span = recorder.span("worker", Kind::Waiting, "job");

        span.turn(Kind::Working, "parse");
        drop(span);
        let timeline = recorder.finish();

        let [waiting, working] = timeline.spans() else {
            panic!("two spans expected")
        };
        assert_eq!(waiting.end, working.start);
        assert_eq!((waiting.row, working.kind), (working.row, Kind::Working));
    }
}
