//! How each kind looks, in letters and in colours.
//!
//! Kinds differ in pattern as well as in colour (the hues follow Okabe and Ito's), and what waits
//! is pale, so that the drawing can be read without seeing colour at all.
//!
//! Source of the hues: <https://jfly.uni-koeln.de/color/>

use super::{Kind, Timeline};

/// How a kind looks.
#[derive(Debug)]
pub(super) struct Paint {
    /// What fills its spans in text, and that letter's colour as ANSI parameters.
    pub letter: char,
    pub ansi: &'static str,
    /// Fill and ink in a light and in a dark theme. The ink draws the outline and the pattern.
    pub day: (&'static str, &'static str),
    pub night: (&'static str, &'static str),
    /// An SVG path on a tile of 8 by 8.
    pub pattern: &'static str,
}

type Colours = (&'static str, &'static str);

const fn paint(
    (letter, ansi): (char, &'static str),
    day: Colours,
    night: Colours,
    pattern: &'static str,
) -> Paint {
    Paint {
        letter,
        ansi,
        day,
        night,
        pattern,
    }
}

#[rustfmt::skip] // A table is easier to compare by columns.
mod paints {
    use super::{Paint, paint};

    pub const WORKING:   Paint = paint(('#', "34"),   ("#8cc4ee", "#0f5f9e"), ("#1d5c92", "#7fc4f5"), "");
    pub const HOLDING:   Paint = paint(('=', "35"),   ("#d9bdf0", "#6f3aa0"), ("#57337a", "#cda6ee"), "M0 2.5H8M0 6.5H8");
    pub const SENDING:   Paint = paint(('>', "33"),   ("#fbc774", "#9a5b00"), ("#7d4d05", "#ffc35c"), "M2 1L5 4L2 7");
    pub const RECEIVING: Paint = paint(('<', "32"),   ("#8fdcbd", "#0b6b4c"), ("#0d5f46", "#6fe0b6"), "M6 1L3 4L6 7");
    pub const WAITING:   Paint = paint(('.', "2"),    ("#f1f4f7", "#8a97a5"), ("#222b35", "#7d8b99"), "M3.5 4H4.5");
    pub const BLOCKED:   Paint = paint(('x', "31"),   ("#fbd9cf", "#c1441a"), ("#4d2417", "#ff9a73"), "M-2 2L2 -2M0 8L8 0M6 10L10 6");
    pub const SLEEPING:  Paint = paint(('z', "2"),    ("#f7f4dc", "#8d8340"), ("#2f2d1a", "#bdb36b"), "M2 2H6L2 6H6");
    pub const FAILED:    Paint = paint(('!', "1;31"), ("#ee8a7f", "#8e0f0f"), ("#8a2018", "#ffb0a6"), "M0 0L8 8M8 0L0 8");
    pub const OTHERS: [Paint; 6] = [
        paint(('o', "36"), ("#f3b6d6", "#96336b"), ("#742b55", "#f5a3cf"), "M2.5 0V8M6.5 0V8"),
        paint(('%', "36"), ("#d6de8a", "#5f6a00"), ("#535a0c", "#dbe574"), "M-2 6L2 10M0 0L8 8M6 -2L10 2"),
        paint(('~', "36"), ("#dccdb6", "#6d5226"), ("#5a4627", "#e0c394"), "M0 4Q2 1 4 4T8 4"),
        paint(('+', "36"), ("#a9dfe8", "#0d6673"), ("#14606c", "#86dbe8"), "M4 1.5V6.5M1.5 4H6.5"),
        paint(('&', "36"), ("#bcc5ec", "#3d4c97"), ("#37427a", "#b3bff2"), "M4 2L6 4L4 6L2 4Z"),
        paint(('@', "36"), ("#f2c5a5", "#8a4513"), ("#6b3913", "#f3b98d"), "M2 4A2 2 0 1 0 6 4A2 2 0 1 0 2 4"),
    ];
}

/// The kinds that occur in a timeline, in the order of [`Kind`], each with its look: the legend.
#[derive(Debug)]
pub(super) struct Palette(Vec<(Kind, &'static Paint)>);

impl Palette {
    pub(super) fn of(timeline: &Timeline) -> Self {
        let mut kinds: Vec<Kind> = timeline.spans.iter().map(|span| span.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        // With more kinds of its own than there are looks, a timeline uses looks twice.
        let mut others = paints::OTHERS.iter().cycle();
        let mut paint_of = |kind| match kind {
            Kind::Working => &paints::WORKING,
            Kind::Holding => &paints::HOLDING,
            Kind::Sending => &paints::SENDING,
            Kind::Receiving => &paints::RECEIVING,
            Kind::Waiting => &paints::WAITING,
            Kind::Blocked => &paints::BLOCKED,
            Kind::Sleeping => &paints::SLEEPING,
            Kind::Failed => &paints::FAILED,
            Kind::Other(_) => others.next().expect("a cycle of six has no end"),
        };
        Self(
            kinds
                .into_iter()
                .map(|kind| (kind, paint_of(kind)))
                .collect(),
        )
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Kind, &'static Paint)> {
        self.0.iter().copied()
    }

    /// Where the legend has this kind.
    pub(super) fn index(&self, kind: Kind) -> usize {
        self.0
            .binary_search_by_key(&kind, |entry| entry.0)
            .expect("a palette has all kinds")
    }

    pub(super) fn paint(&self, kind: Kind) -> &'static Paint {
        self.0[self.index(kind)].1
    }
}
