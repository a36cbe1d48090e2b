//! # How the lessons' tours speak
//!
//! A tour is a list of parts. A part asks the learner to predict, makes a claim, shows evidence
//! that was measured just now, and says in a line what it means.
//!
//! Read in this order: [`play`] (what is played and how it ends), [`stage`] (how a part speaks),
//! [`table`], [`recorder`] (who did what when) and [`timeline`] (how that is drawn, as text and
//! as SVG). `cargo run --example sample` plays a small one.
//!
//! ```
//! use tour::{Console, Kind, Outcome, Part, Recorder, Stage, Tour};
//!
//! fn naps(stage: &mut Stage) -> tour::Result {
//!     let recorder = Recorder::new();
//!     let nap = recorder.span("main", Kind::Sleeping, "nap");
//!     std::thread::sleep(std::time::Duration::from_millis(2));
//!     drop(nap);
//!     stage.timeline(&recorder.finish(), "A nap")?;
//!     stage.means("a thread that sleeps uses no processor");
//!     Ok(())
//! }
//!
//! let lesson = Tour::new(1, "Threads").part(
//!     Part::new("nap", "Sleeping is idle", "A thread can pause itself.", naps)
//!         .predict("How much processor time does a nap take?"),
//! );
//! // In a lesson's `main` this is `lesson.play()`.
//! let (mut output, mut errors, mut input) = (Vec::new(), Vec::new(), std::io::empty());
//! let outcome = lesson.play_to(["nap"], Console::new(&mut output, &mut errors, &mut input));
//!
//! assert_eq!(outcome, Outcome::Played);
//! assert!(String::from_utf8(output)?.contains(" -> a thread that sleeps"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod play;
pub mod stage;
pub mod failure;
pub mod table;
pub mod recorder;
pub mod timeline;
mod text;

pub use crate::{
    failure::Failure,
    play::{Console, Outcome, Part, Tour},
    recorder::{OpenSpan, Recorder},
    stage::Stage,
    table::Table,
    text::{count, duration},
    timeline::{Kind, Mark, Span, Timeline},
};

/// What a part may fail with: any error that can cross a thread. A [`Failure`] brings its advice.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// What a part returns.
pub type Result<T = ()> = std::result::Result<T, Error>;
