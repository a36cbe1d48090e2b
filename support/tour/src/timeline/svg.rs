//! A timeline as an SVG document: one file, no script, nothing fetched.
//!
//! Colours are CSS variables, so that `prefers-color-scheme` switches them; kinds differ in
//! pattern as well as in colour (Okabe and Ito's hues), and rows that wait are pale, so that the
//! picture can be read without seeing colour.
//!
//! Source of the hues: <https://jfly.uni-koeln.de/color/>

use super::{Kind, Span, Timeline, other_index, place_labels};
use crate::text::{columns, count, duration, fit, printable};
use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

// All lengths are units of the view box, which a page scales as it likes.
const WIDTH: f64 = 960.0;
const MARGIN: f64 = 20.0;
const LANE: f64 = 22.0;
const LANE_GAP: f64 = 3.0;
const ROW_GAP: f64 = 10.0;
/// The advance of a character of the monospaced 11 unit font, rounded up.
const LETTER: f64 = 6.8;
/// Nothing is drawn narrower: a thinner span could not be seen nor hovered over.
const THINNEST: f64 = 3.0;
/// Short spans that touch are drawn together in columns of this width.
const CROWD: f64 = 8.0;
const MARK_LINE: f64 = 15.0;
const MARK_LINES: usize = 3;
const LONGEST_MARK: usize = 36;

/// How a kind looks: fill and ink by day, fill and ink by night, and the pattern, drawn in ink on
/// a tile of 8 by 8. The ink is also the outline.
struct Paint {
    day: (&'static str, &'static str),
    night: (&'static str, &'static str),
    pattern: &'static str,
}

const fn paint(
    day: (&'static str, &'static str),
    night: (&'static str, &'static str),
    pattern: &'static str,
) -> Paint {
    Paint {
        day,
        night,
        pattern,
    }
}

fn paint_of(kinds: &[Kind], kind: Kind) -> &'static Paint {
    const WORKING: Paint = paint(("#8cc4ee", "#0f5f9e"), ("#1d5c92", "#7fc4f5"), "");
    const HOLDING: Paint = paint(
        ("#d9bdf0", "#6f3aa0"),
        ("#57337a", "#cda6ee"),
        "M0 2.5H8M0 6.5H8",
    );
    const SENDING: Paint = paint(
        ("#fbc774", "#9a5b00"),
        ("#7d4d05", "#ffc35c"),
        "M2 1L5 4L2 7",
    );
    const RECEIVING: Paint = paint(
        ("#8fdcbd", "#0b6b4c"),
        ("#0d5f46", "#6fe0b6"),
        "M6 1L3 4L6 7",
    );
    const WAITING: Paint = paint(("#f1f4f7", "#8a97a5"), ("#222b35", "#7d8b99"), "M3.5 4H4.5");
    const BLOCKED: Paint = paint(
        ("#fbd9cf", "#c1441a"),
        ("#4d2417", "#ff9a73"),
        "M-2 2L2 -2M0 8L8 0M6 10L10 6",
    );
    const SLEEPING: Paint = paint(
        ("#f7f4dc", "#8d8340"),
        ("#2f2d1a", "#bdb36b"),
        "M2 2H6L2 6H6",
    );
    const FAILED: Paint = paint(
        ("#ee8a7f", "#8e0f0f"),
        ("#8a2018", "#ffb0a6"),
        "M0 0L8 8M8 0L0 8",
    );
    const OTHERS: [Paint; 4] = [
        paint(
            ("#f3b6d6", "#96336b"),
            ("#742b55", "#f5a3cf"),
            "M2.5 0V8M6.5 0V8",
        ),
        paint(
            ("#d6de8a", "#5f6a00"),
            ("#535a0c", "#dbe574"),
            "M-2 6L2 10M0 0L8 8M6 -2L10 2",
        ),
        paint(
            ("#a9dfe8", "#0d6673"),
            ("#14606c", "#86dbe8"),
            "M4 1.5V6.5M1.5 4H6.5",
        ),
        paint(
            ("#dccdb6", "#6d5226"),
            ("#5a4627", "#e0c394"),
            "M0 4Q2 1 4 4T8 4",
        ),
    ];
    match kind {
        Kind::Working => &WORKING,
        Kind::Holding => &HOLDING,
        Kind::Sending => &SENDING,
        Kind::Receiving => &RECEIVING,
        Kind::Waiting => &WAITING,
        Kind::Blocked => &BLOCKED,
        Kind::Sleeping => &SLEEPING,
        Kind::Failed => &FAILED,
        Kind::Other(_) => &OTHERS[other_index(kinds, kind) % OTHERS.len()],
    }
}

pub(super) fn draw(timeline: &Timeline, title: &str) -> String {
    let widest = timeline
        .rows
        .iter()
        .map(|name| columns(&printable(name)))
        .max()
        .unwrap_or(0);
    let left = MARGIN + (widest as f64 * 7.6 + 14.0).clamp(56.0, 216.0);
    let mut picture = Picture {
        timeline,
        kinds: timeline.kinds(),
        // Several pictures may stand in one page: their ids must not meet.
        id: format!("t{:08x}", checksum(title, timeline)),
        left,
        extent: WIDTH - MARGIN - 8.0 - left,
        body: String::new(),
        y: 0.0,
    };
    picture.head(title);
    let top = picture.y;
    let above = std::mem::take(&mut picture.body);
    for row in 0..timeline.rows.len() {
        picture.row(row);
    }
    let rows = std::mem::take(&mut picture.body);
    picture.axis(top);
    let height = picture.y;
    let axis = std::mem::take(&mut picture.body);
    let (id, description) = (&picture.id, escape(&timeline.describe()));
    let (title, style, patterns) = (escape(title), picture.style(), picture.patterns());
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{id}\" viewBox=\"0 0 {WIDTH} {height:.0}\" \
         width=\"100%\" style=\"max-width:{WIDTH}px\" \
         role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
         <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{description}</desc>\n\
         <style>{style}</style>\n<defs>\n{patterns}</defs>\n\
         <rect class=\"page\" width=\"{WIDTH}\" height=\"{height:.0}\" rx=\"10\"/>\n\
         {above}{axis}{rows}</svg>\n"
    )
}

struct Picture<'a> {
    timeline: &'a Timeline,
    kinds: Vec<Kind>,
    id: String,
    /// Where time 0 is, and how many units the total takes from there.
    left: f64,
    extent: f64,
    body: String,
    /// How far down the picture is drawn.
    y: f64,
}

/// Appends formatted text to a string, which cannot fail.
macro_rules! put {
    ($to:expr, $($text:tt)*) => {
        write!($to, $($text)*).expect("writing to a String never fails")
    };
}

impl Picture<'_> {
    fn x(&self, at: Duration) -> f64 {
        self.left + self.timeline.position(at, self.extent)
    }

    fn fill(&self, kind: Kind) -> String {
        let index = self
            .kinds
            .iter()
            .position(|known| *known == kind)
            .unwrap_or(0);
        format!("class=\"k{index}\" fill=\"url(#{}-k{index})\"", self.id)
    }

    fn style(&self) -> String {
        let id = &self.id;
        let variables = |night: bool| {
            let mut variables = String::new();
            for (index, kind) in self.kinds.iter().enumerate() {
                let paint = paint_of(&self.kinds, *kind);
                let (fill, ink) = if night { paint.night } else { paint.day };
                put!(variables, "--f{index}:{fill};--i{index}:{ink};");
            }
            variables
        };
        let mut style = format!(
            ".{id}{{--page:#fff;--band:#f6f8fa;--grid:#dfe4ea;--text:#1b2530;--soft:#566373;\
             --mark:#1b2530;{}font:13px system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\
             sans-serif}}\n\
             @media (prefers-color-scheme:dark){{.{id}{{--page:#12181f;--band:#18202a;\
             --grid:#2c3845;--text:#e8eef4;--soft:#a3b1bf;--mark:#f4f7fa;{}}}}}\n\
             .{id} .page{{fill:var(--page)}}.{id} .band{{fill:var(--band)}}\
             .{id} .grid{{stroke:var(--grid);stroke-width:1}}\
             .{id} text{{fill:var(--text)}}.{id} .title{{font-size:18px;font-weight:600}}\
             .{id} .soft{{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}}\
             .{id} .name{{font-weight:600}}\
             .{id} .label,.{id} .note{{font:11px ui-monospace,SFMono-Regular,Menlo,Consolas,\
             \"DejaVu Sans Mono\",monospace}}\
             .{id} .label{{pointer-events:none;text-anchor:middle;paint-order:stroke;\
             stroke-width:4px;stroke-linejoin:round}}\
             .{id} .note{{paint-order:stroke;stroke:var(--band);stroke-width:4px}}\
             .{id} .flat{{shape-rendering:crispEdges}}.{id} .mark{{fill:var(--mark)}}.{id} .lead{{stroke:var(--soft);stroke-width:1}}\n",
            variables(false),
            variables(true),
        );
        for index in 0..self.kinds.len() {
            put!(
                style,
                ".{id} .k{index}{{stroke:var(--i{index});stroke-width:1}}"
            );
            put!(style, ".{id} .on{index}{{stroke:var(--f{index})}}");
        }
        style
    }

    fn patterns(&self) -> String {
        let mut patterns = String::new();
        for (index, kind) in self.kinds.iter().enumerate() {
            let (id, path) = (&self.id, paint_of(&self.kinds, *kind).pattern);
            // The pattern of what waits is most of what is seen of it; others only hint.
            let strength = if kind.is_idle() { 0.6 } else { 0.35 };
            put!(
                patterns,
                "<pattern id=\"{id}-k{index}\" width=\"8\" height=\"8\" \
                 patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" \
                 style=\"fill:var(--f{index})\"/><path d=\"{path}\" fill=\"none\" \
                 stroke-opacity=\"{strength}\" style=\"stroke:var(--i{index})\"/></pattern>\n"
            );
        }
        patterns
    }

    fn head(&mut self, title: &str) {
        self.y = MARGIN + 16.0;
        let title = escape(&fit(&printable(title), 90));
        put!(
            self.body,
            "<text class=\"title\" x=\"{MARGIN}\" y=\"{:.1}\">{title}</text>\n",
            self.y
        );
        self.y += 14.0;
        let mut x = MARGIN;
        let mut items: Vec<(String, String)> = Vec::new();
        for kind in &self.kinds {
            let swatch = format!(
                "<rect {} width=\"24\" height=\"14\" rx=\"3\"/>",
                self.fill(*kind)
            );
            items.push((swatch, fit(&printable(kind.name()), 40)));
        }
        if !self.timeline.marks.is_empty() {
            items.push((
                format!("<path class=\"mark\" d=\"{}\"/>", diamond(12.0, 7.0)),
                "a moment".into(),
            ));
        }
        for (swatch, name) in items {
            let width = 24.0 + 7.0 + columns(&name) as f64 * 7.0 + 20.0;
            if x > MARGIN && x + width > WIDTH - MARGIN {
                (x, self.y) = (MARGIN, self.y + 22.0);
            }
            put!(
                self.body,
                "<g transform=\"translate({x:.1} {:.1})\">{swatch}\
                 <text class=\"soft\" x=\"31\" y=\"11.5\">{}</text></g>\n",
                self.y,
                escape(&name)
            );
            x += width;
        }
        self.y += 36.0;
    }

    fn row(&mut self, row: usize) {
        let lanes = self.timeline.lanes(row);
        let marks = self.timeline.marks_of(row);
        let labels: Vec<String> = marks
            .iter()
            .map(|mark| fit(&printable(&mark.label), LONGEST_MARK))
            .collect();
        let asked: Vec<(f64, f64)> = marks
            .iter()
            .zip(&labels)
            .map(|(mark, label)| {
                let width = columns(label) as f64 * LETTER + 16.0;
                (self.timeline.position(mark.at, self.extent), width)
            })
            .collect();
        let mut places = place_labels(&asked, 0.0, self.extent + 8.0, MARK_LINES);
        if places.contains(&None) {
            // So many labels would be a tangle; hovering tells each.
            places.fill(None);
        }
        let n_lines = places
            .iter()
            .flatten()
            .map(|place| place.line + 1)
            .max()
            .unwrap_or(0);

        let n_lanes = lanes.len() as f64;
        let lanes_height = n_lanes * LANE + (n_lanes - 1.0) * LANE_GAP;
        let rail = if marks.is_empty() { 0.0 } else { 6.0 };
        let height = lanes_height + rail + n_lines as f64 * MARK_LINE;
        let (top, name) = (self.y, &self.timeline.rows[row]);
        put!(
            self.body,
            "<g>{}<text class=\"name\" x=\"{MARGIN}\" y=\"{:.1}\">{}</text>\n",
            title_of(name),
            top + LANE / 2.0 + 4.5,
            escape(&fit(&printable(name), 26))
        );
        for (index, lane) in lanes.iter().enumerate() {
            self.y = top + index as f64 * (LANE + LANE_GAP);
            self.lane(lane);
        }
        self.body.push_str("</g>\n");
        let rail_y = top + lanes_height + rail;
        // Leaders first, so that labels stand on them.
        for (place, (at, _)) in places.iter().zip(&asked) {
            let (x, down) = (self.left + at, place.map_or(0.0, |place| place.line as f64));
            let end = rail_y + down * MARK_LINE + if place.is_some() { 11.0 } else { 0.0 };
            put!(
                self.body,
                "<path class=\"lead\" d=\"M{x:.1} {:.1}V{end:.1}\"/>\n",
                top - 2.0
            );
        }
        for ((mark, label), (place, (at, _))) in
            marks.iter().zip(&labels).zip(places.iter().zip(&asked))
        {
            let x = self.left + at;
            let when = format!("{}, at {}: {}", name, duration(mark.at), mark.label);
            put!(
                self.body,
                "<g>{}<path class=\"mark\" d=\"{}\"/>",
                title_of(&when),
                diamond(x, rail_y - 2.0)
            );
            if let Some(place) = place {
                let is_left = place.start < *at;
                let (x, anchor) = if is_left {
                    (x - 7.0, "end")
                } else {
                    (x + 7.0, "start")
                };
                put!(
                    self.body,
                    "<text class=\"note\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
                    rail_y + place.line as f64 * MARK_LINE + 11.0,
                    escape(label)
                );
            }
            self.body.push_str("</g>\n");
        }
        self.y = top + height + ROW_GAP;
    }

    /// Draws a lane: long spans each by itself, short ones that touch each other together.
    fn lane(&mut self, lane: &[&Span]) {
        let mut crowd: Vec<&Span> = Vec::new();
        let mut short_ones: Vec<Vec<&Span>> = Vec::new();
        for span in lane {
            let (start, end) = (self.x(span.start), self.x(span.end));
            if end - start >= THINNEST {
                self.long_span(span, start, end);
                continue;
            }
            let joins = crowd.last().is_some_and(|last: &&Span| {
                start < self.x(last.start) + THINNEST && end < self.x(crowd[0].start) + CROWD
            });
            if !joins && !crowd.is_empty() {
                short_ones.push(std::mem::take(&mut crowd));
            }
            crowd.push(span);
        }
        short_ones.push(crowd);
        // Above the long ones, which would else hide what is only widened to be seen.
        let mut end_before = Duration::ZERO;
        for crowd in short_ones {
            let is_alone = |first: &&Span| self.x(first.start) - self.x(end_before) > 1.0;
            let is_alone = end_before.is_zero() || crowd.first().is_some_and(is_alone);
            end_before = crowd.last().map_or(end_before, |last| last.end);
            self.crowd(&crowd, is_alone);
        }
    }

    fn long_span(&mut self, span: &Span, start: f64, end: f64) {
        let (y, width, what) = (self.y, end - start, printable(&span.label));
        put!(
            self.body,
            "<g>{}<rect {} x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.0}\" rx=\"3\"/>",
            title_of(&self.tell(span)),
            self.fill(span.kind),
            start + 0.5,
            y + 0.5,
            width - 1.0,
            LANE - 1.0
        );
        let label_width = columns(&what) as f64 * LETTER;
        if !what.is_empty() && label_width + 12.0 <= width {
            let index = self
                .kinds
                .iter()
                .position(|kind| *kind == span.kind)
                .unwrap_or(0);
            put!(
                self.body,
                "<text class=\"label on{index}\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                start + width / 2.0,
                y + LANE / 2.0 + 4.0,
                escape(&what)
            );
        }
        self.body.push_str("</g>\n");
    }

    /// Draws short spans as one column, in which each kind has its share of the height.
    fn crowd(&mut self, crowd: &[&Span], is_alone: bool) {
        let (Some(first), Some(last)) = (crowd.first(), crowd.last()) else {
            return;
        };
        let (start, end) = (self.x(first.start), self.x(last.end));
        let width = (end - start).max(THINNEST);
        // A sliver is drawn in ink, since a pale fill without an outline would be overlooked.
        let is_sliver = is_alone && width < CROWD / 2.0;
        // A span at the very end is widened to the left.
        let start = start.min(self.left + self.extent - width);
        // Columns that touch overlap a little, else the page shines through between them.
        let drawn_width = width + if is_sliver { 0.0 } else { 0.5 };
        let mut kinds: BTreeMap<Kind, (Duration, u64)> = BTreeMap::new();
        for span in crowd {
            let (time, number) = kinds.entry(span.kind).or_default();
            *time = time.saturating_add(span.length());
            *number += 1;
        }
        let told = if crowd.len() == 1 {
            self.tell(first)
        } else {
            let from = format!("{} to {}", duration(first.start), duration(last.end));
            let of_kind = |(kind, (time, number)): (&Kind, &(Duration, u64))| {
                format!("{} {} ({})", count(*number), kind.name(), duration(*time))
            };
            let kinds = kinds.iter().map(of_kind).collect::<Vec<_>>().join(", ");
            format!("{from}, {} spans: {kinds}", count(crowd.len() as u64))
        };
        put!(self.body, "<g>{}", title_of(&told));
        // No share is lower than 2 units, else the rarest could not be seen.
        let total: f64 = kinds.values().map(|(time, _)| time.as_secs_f64()).sum();
        let free = LANE - 2.0 * kinds.len() as f64;
        let mut y = self.y;
        // Idle shares on top: what is below them shows as a level how busy the row was.
        let (idle, busy): (Vec<_>, Vec<_>) = kinds.iter().partition(|(kind, _)| kind.is_idle());
        for (kind, (time, _)) in idle.into_iter().chain(busy) {
            let share = if total > 0.0 {
                time.as_secs_f64() / total
            } else {
                1.0 / kinds.len() as f64
            };
            let height = 2.0 + free * share;
            let colour = if is_sliver || *kind == Kind::Failed {
                'i'
            } else {
                'f'
            };
            let index = self
                .kinds
                .iter()
                .position(|known| known == kind)
                .unwrap_or(0);
            put!(
                self.body,
                "<rect x=\"{start:.1}\" y=\"{y:.1}\" width=\"{drawn_width:.1}\" height=\"{height:.1}\" \
                 class=\"flat\" style=\"fill:var(--{colour}{index})\"/>"
            );
            y += height;
        }
        self.body.push_str("</g>\n");
    }

    fn tell(&self, span: &Span) -> String {
        let row = &self.timeline.rows[span.row];
        let label = if span.label.is_empty() {
            String::new()
        } else {
            format!(" ({})", span.label)
        };
        let open = if span.open { ", not ended by then" } else { "" };
        let (length, start) = (duration(span.length()), duration(span.start));
        let end = duration(span.end);
        format!(
            "{row}: {}{label}, {length}, from {start} to {end}{open}",
            span.kind.name()
        )
    }

    /// Draws the grid from `top` to here, and the times below it.
    fn axis(&mut self, top: f64) {
        let (left, bottom) = (self.left, self.y);
        put!(
            self.body,
            "<rect class=\"band\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>\n",
            top - 8.0,
            self.extent,
            bottom - top + 8.0
        );
        for (at, label) in self.timeline.ticks((self.extent / 90.0) as usize) {
            let x = self.x(at);
            put!(
                self.body,
                "<path class=\"grid\" d=\"M{x:.1} {:.1}V{:.1}\"/>",
                top - 8.0,
                bottom + 5.0
            );
            put!(
                self.body,
                "<text class=\"soft\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n",
                bottom + 20.0,
                escape(&label)
            );
        }
        self.y = bottom + 20.0 + MARGIN - 4.0;
    }
}

fn diamond(x: f64, y: f64) -> String {
    format!("M{x:.1} {:.1}l4.5 4.5l-4.5 4.5l-4.5 -4.5z", y - 4.5)
}

fn title_of(text: &str) -> String {
    format!("<title>{}</title>", escape(&printable(text)))
}

/// Escapes text for XML, after making it printable: XML 1.0 has no control characters at all.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in printable(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

/// FNV-1a over the title and the spans: the same picture always gets the same ids.
fn checksum(title: &str, timeline: &Timeline) -> u32 {
    let mut sum: u32 = 0x811C_9DC5;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            sum = (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        }
    };
    add(title.as_bytes());
    for span in timeline.spans() {
        add(&span.start.as_nanos().to_le_bytes());
        add(&span.end.as_nanos().to_le_bytes());
    }
    sum
}
