//! A timeline as an SVG document: one file, no script, nothing fetched. Its colours are CSS
//! variables, which `prefers-color-scheme` switches.

use super::{Kind, Span, Timeline, palette::Palette, place_labels};
use crate::text::{columns, count, duration, fit, printable};
use std::{collections::BTreeMap, time::Duration};

// All lengths are units of the view box, which a page scales as it likes.
const WIDTH: f64 = 960.0;
const MARGIN: f64 = 20.0;
const LANE: f64 = 22.0;
const LANE_GAP: f64 = 3.0;
const ROW_GAP: f64 = 10.0;
/// The advance of a letter of the monospaced font at 11 units, rounded up.
const LETTER: f64 = 6.8;
/// Nothing is drawn narrower: a thinner span could be neither seen nor hovered over.
const THINNEST: f64 = 3.0;
/// Short spans that touch are drawn together in columns of this width.
const CROWD: f64 = 8.0;
const MARK_LINE: f64 = 15.0;
const MARK_LINES: usize = 3;
/// Letters of a mark's label; the tool tip has all of them.
const LONGEST_MARK: usize = 36;

pub(super) fn draw(timeline: &Timeline, title: &str) -> String {
    let widest = timeline
        .rows
        .iter()
        .map(|name| columns(&printable(name)))
        .max()
        .unwrap_or(0);
    let left = MARGIN + (widest as f64 * 7.6 + 14.0).clamp(56.0, 216.0);
    let picture = Picture {
        timeline,
        palette: Palette::of(timeline),
        id: format!("t{:08x}", checksum(title, timeline)),
        left,
        extent: WIDTH - MARGIN - 8.0 - left,
    };
    let (head, top) = picture.head(title);
    let (mut rows, mut bottom) = (String::new(), top);
    for row in 0..timeline.rows.len() {
        let (drawn, height) = picture.row(row, bottom);
        rows += &drawn;
        bottom += height + ROW_GAP;
    }
    let (axis, height) = picture.axis(top, bottom);
    let (id, title, description) = (&picture.id, escape(title), escape(&timeline.describe()));
    let (style, patterns) = (picture.style(), picture.patterns());
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="{id}" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" style="max-width:100%;height:auto" role="img" aria-labelledby="{id}-title {id}-desc">
<title id="{id}-title">{title}</title>
<desc id="{id}-desc">{description}</desc>
<style>
{style}</style>
<defs>
{patterns}</defs>
<rect class="page" width="{WIDTH}" height="{height}" rx="10"/>
{head}{axis}{rows}</svg>
"#
    )
}

struct Picture<'a> {
    timeline: &'a Timeline,
    palette: Palette,
    /// The prefix of all ids and the class of all styles: a page may hold several pictures.
    id: String,
    /// Where time 0 is, and how many units the total takes from there.
    left: f64,
    extent: f64,
}

impl Picture<'_> {
    fn x(&self, at: Duration) -> f64 {
        self.left + self.timeline.position(at, self.extent)
    }

    fn style(&self) -> String {
        let id = &self.id;
        let (mut day, mut night, mut kinds) = (String::new(), String::new(), String::new());
        for (index, (_, paint)) in self.palette.iter().enumerate() {
            day += &format!(" --f{index}:{}; --i{index}:{};", paint.day.0, paint.day.1);
            night += &format!(
                " --f{index}:{}; --i{index}:{};",
                paint.night.0, paint.night.1
            );
            kinds += &format!(
                ".{id} .k{index} {{ fill: url(#{id}-k{index}); stroke: var(--i{index}) }}\n\
                 .{id} .on{index} {{ stroke: var(--f{index}) }}\n"
            );
        }
        format!(
            r#".{id} {{ --page:#fff; --band:#f6f8fa; --grid:#dfe4ea; --text:#1b2530; --soft:#566373;{day}
  font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }}
@media (prefers-color-scheme: dark) {{
.{id} {{ --page:#12181f; --band:#18202a; --grid:#2c3845; --text:#e8eef4; --soft:#a3b1bf;{night} }} }}
.{id} .page {{ fill: var(--page) }}
.{id} .band {{ fill: var(--band) }}
.{id} .grid {{ stroke: var(--grid) }}
.{id} text, .{id} .mark {{ fill: var(--text) }}
.{id} .title {{ font-size: 18px; font-weight: 600 }}
.{id} .soft {{ fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums }}
.{id} .name {{ font-weight: 600 }}
.{id} .label, .{id} .note {{ font: 11px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; paint-order: stroke; stroke-width: 4px; stroke-linejoin: round }}
.{id} .label {{ pointer-events: none; text-anchor: middle }}
.{id} .note {{ stroke: var(--band) }}
.{id} .lead {{ stroke: var(--soft) }}
.{id} .flat {{ shape-rendering: crispEdges }}
{kinds}"#
        )
    }

    fn patterns(&self) -> String {
        let pattern = |(index, (kind, paint)): (usize, (Kind, &super::palette::Paint))| {
            // The pattern of what waits is most of what is seen of it; others only hint.
            let strength = if kind.is_idle() { 0.6 } else { 0.35 };
            let (id, path) = (&self.id, paint.pattern);
            format!(
                r#"<pattern id="{id}-k{index}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" style="fill:var(--f{index})"/><path d="{path}" fill="none" stroke-opacity="{strength}" style="stroke:var(--i{index})"/></pattern>
"#
            )
        };
        self.palette.iter().enumerate().map(pattern).collect()
    }

    /// Draws title and legend, and returns them with the place where the rows begin.
    fn head(&self, title: &str) -> (String, f64) {
        let mut head = format!(
            r#"<text class="title" x="{MARGIN}" y="{:.1}">{}</text>
"#,
            MARGIN + 16.0,
            escape(&fit(&printable(title), 90))
        );
        let mut items: Vec<(String, String)> = Vec::new();
        for (index, (kind, _)) in self.palette.iter().enumerate() {
            let swatch = format!(r#"<rect class="k{index}" width="24" height="14" rx="3"/>"#);
            items.push((swatch, fit(&printable(kind.name()), 40)));
        }
        if !self.timeline.marks.is_empty() {
            items.push((diamond(12.0, 7.0), "a moment".to_owned()));
        }
        let (mut x, mut y) = (MARGIN, MARGIN + 30.0);
        for (swatch, name) in items {
            let width = 51.0 + columns(&name) as f64 * 7.0;
            if x > MARGIN && x + width > WIDTH - MARGIN {
                (x, y) = (MARGIN, y + 22.0);
            }
            head += &format!(
                r#"<g transform="translate({x:.1} {y:.1})">{swatch}<text class="soft" x="31" y="11.5">{}</text></g>
"#,
                escape(&name)
            );
            x += width;
        }
        (head, y + 36.0)
    }

    /// Draws the grid behind the rows and the times below them, and returns them with the
    /// height of the whole picture.
    fn axis(&self, top: f64, bottom: f64) -> (String, f64) {
        let top = top - 8.0;
        let mut axis = format!(
            r#"<rect class="band" x="{:.1}" y="{top:.1}" width="{:.1}" height="{:.1}"/>
"#,
            self.left,
            self.extent,
            bottom - top
        );
        for (at, label) in self.timeline.ticks((self.extent / 90.0) as usize) {
            axis += &format!(
                r#"<path class="grid" d="M{x:.1} {top:.1}V{:.1}"/><text class="soft" x="{x:.1}" y="{:.1}" text-anchor="middle">{}</text>
"#,
                bottom + 5.0,
                bottom + 20.0,
                escape(&label),
                x = self.x(at)
            );
        }
        (axis, (bottom + MARGIN + 16.0).round())
    }

    /// Draws a row from `top` down, and returns it with its height.
    fn row(&self, row: usize, top: f64) -> (String, f64) {
        let (name, lanes) = (&self.timeline.rows[row], self.timeline.lanes(row));
        let mut drawn = format!(
            r#"<g><title>{}</title><text class="name" x="{MARGIN}" y="{:.1}">{}</text>
"#,
            escape(name),
            top + LANE / 2.0 + 4.5,
            escape(&fit(&printable(name), 26))
        );
        for (index, lane) in lanes.iter().enumerate() {
            drawn += &self.lane(lane, top + index as f64 * (LANE + LANE_GAP));
        }
        let lanes_height = lanes.len() as f64 * (LANE + LANE_GAP) - LANE_GAP;
        let (marks, marks_height) = self.marks(row, top, top + lanes_height);
        (drawn + "</g>\n" + &marks, lanes_height + marks_height)
    }

    /// Draws a row's marks below its lanes: a diamond, a line up through the lanes, and the
    /// labels, unless there are so many that they would be a tangle.
    fn marks(&self, row: usize, top: f64, bottom: f64) -> (String, f64) {
        let marks = self.timeline.marks_of(row);
        if marks.is_empty() {
            return (String::new(), 0.0);
        }
        let asked: Vec<(f64, f64)> = marks
            .iter()
            .map(|(mark, label)| {
                let width = columns(&fit(label, LONGEST_MARK)) as f64 * LETTER + 16.0;
                (self.timeline.position(mark.at, self.extent), width)
            })
            .collect();
        let mut places = place_labels(&asked, 0.0, self.extent + 8.0, MARK_LINES);
        if places.contains(&None) {
            places.fill(None);
        }
        let n_lines = places
            .iter()
            .flatten()
            .map(|place| place.line + 1)
            .max()
            .unwrap_or(0);

        let rail = bottom + 6.0;
        let (mut leads, mut diamonds) = (String::new(), String::new());
        for (((mark, label), place), (at, _)) in marks.iter().zip(places).zip(asked) {
            let (x, name) = (self.left + at, &self.timeline.rows[row]);
            let told = format!("{name}, at {}: {label}", duration(mark.at));
            diamonds += &format!(
                "<g><title>{}</title>{}",
                escape(&told),
                diamond(x, rail - 2.0)
            );
            let mut end = rail;
            if let Some(place) = place {
                end = rail + place.line as f64 * MARK_LINE + 11.0;
                let left_of = place.start < at;
                let (x, anchor) = if left_of {
                    (x - 7.0, "end")
                } else {
                    (x + 7.0, "start")
                };
                diamonds += &format!(
                    r#"<text class="note" x="{x:.1}" y="{end:.1}" text-anchor="{anchor}">{}</text>"#,
                    escape(&fit(label, LONGEST_MARK))
                );
            }
            diamonds += "</g>\n";
            leads += &format!(
                r#"<path class="lead" d="M{x:.1} {:.1}V{end:.1}"/>"#,
                top - 2.0
            );
        }
        // Labels stand on the lines of other marks, not under them.
        (leads + "\n" + &diamonds, 6.0 + n_lines as f64 * MARK_LINE)
    }

    /// Draws a lane: long spans each by itself, short ones that touch each other together.
    fn lane(&self, lane: &[&Span], y: f64) -> String {
        let mut drawn = String::new();
        let mut crowds: Vec<Vec<&Span>> = Vec::new();
        for span in lane {
            let (start, end) = (self.x(span.start), self.x(span.end));
            if end - start >= THINNEST {
                drawn += &self.long_span(span, start, end, y);
                continue;
            }
            match crowds.last_mut() {
                Some(crowd)
                    if start < self.x(crowd[crowd.len() - 1].start) + THINNEST
                        && end < self.x(crowd[0].start) + CROWD =>
                {
                    crowd.push(span);
                }
                _ => crowds.push(vec![span]),
            }
        }
        // Above the long ones, which would else hide what is only widened to be seen.
        let mut end_before = f64::NEG_INFINITY;
        for crowd in crowds {
            let (start, end) = (self.x(crowd[0].start), self.x(crowd[crowd.len() - 1].end));
            drawn += &self.crowd(&crowd, start, end, y, start - end_before > 1.0);
            end_before = end;
        }
        drawn
    }

    fn long_span(&self, span: &Span, start: f64, end: f64, y: f64) -> String {
        let (index, width, label) = (
            self.palette.index(span.kind),
            end - start,
            printable(&span.label),
        );
        let mut drawn = format!(
            r#"<g><title>{}</title><rect class="k{index}" x="{:.1}" y="{:.1}" width="{:.1}" height="{:.1}" rx="3"/>"#,
            escape(&self.tell(span)),
            start + 0.5,
            y + 0.5,
            width - 1.0,
            LANE - 1.0
        );
        if !label.is_empty() && columns(&label) as f64 * LETTER + 12.0 <= width {
            drawn += &format!(
                r#"<text class="label on{index}" x="{:.1}" y="{:.1}">{}</text>"#,
                start + width / 2.0,
                y + LANE / 2.0 + 4.0,
                escape(&label)
            );
        }
        drawn + "</g>\n"
    }

    /// Draws short spans as one column, in which each kind has its share of the height.
    fn crowd(&self, crowd: &[&Span], start: f64, end: f64, y: f64, is_alone: bool) -> String {
        let mut kinds: BTreeMap<Kind, (Duration, u64)> = BTreeMap::new();
        for span in crowd {
            let (time, number) = kinds.entry(span.kind).or_default();
            *time = time.saturating_add(span.length());
            *number += 1;
        }
        let told = match crowd {
            [span] => self.tell(span),
            _ => {
                let of_kind = |(kind, (time, number)): (&Kind, &(Duration, u64))| {
                    format!("{} {} ({})", count(*number), kind.name(), duration(*time))
                };
                let (first, last) = (crowd[0].start, crowd[crowd.len() - 1].end);
                let (first, last) = (duration(first), duration(last));
                let number = count(crowd.len() as u64);
                let kinds = kinds.iter().map(of_kind).collect::<Vec<_>>().join(", ");
                format!("{first} to {last}, {number} spans: {kinds}")
            }
        };

        let width = (end - start).max(THINNEST);
        // At the very end a span is widened to the left.
        let x = start.min(self.left + self.extent - width);
        // A sliver is drawn in ink, since a pale fill without an outline would be overlooked.
        let is_sliver = is_alone && width < CROWD / 2.0;
        // Columns that touch overlap a little, else the page shines through between them.
        let width = width + if is_sliver { 0.0 } else { 0.5 };
        // No share is lower than 2 units, else the rarest kind could not be seen.
        let total: f64 = kinds.values().map(|(time, _)| time.as_secs_f64()).sum();
        let free = LANE - 2.0 * kinds.len() as f64;
        // Idle shares on top: below them one sees as a level how busy the row was.
        let (idle, busy): (Vec<_>, Vec<_>) = kinds.iter().partition(|(kind, _)| kind.is_idle());
        let mut drawn = format!("<g><title>{}</title>", escape(&told));
        let mut y = y;
        for (kind, (time, _)) in idle.into_iter().chain(busy) {
            let equal = 1.0 / kinds.len() as f64;
            let share = if total > 0.0 {
                time.as_secs_f64() / total
            } else {
                equal
            };
            let height = 2.0 + free * share;
            let colour = if is_sliver || *kind == Kind::Failed {
                'i'
            } else {
                'f'
            };
            drawn += &format!(
                r#"<rect class="flat" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" style="fill:var(--{colour}{})"/>"#,
                self.palette.index(*kind)
            );
            y += height;
        }
        drawn + "</g>\n"
    }

    fn tell(&self, span: &Span) -> String {
        let (row, kind) = (&self.timeline.rows[span.row], span.kind.name());
        let label = if span.label.is_empty() {
            String::new()
        } else {
            format!(" ({})", span.label)
        };
        let open = if span.open { ", not ended by then" } else { "" };
        let [length, start, end] = [span.length(), span.start, span.end].map(duration);
        format!("{row}: {kind}{label}, {length}, from {start} to {end}{open}")
    }
}

fn diamond(x: f64, y: f64) -> String {
    format!(
        r#"<path class="mark" d="M{x:.1} {:.1}l4.5 4.5l-4.5 4.5l-4.5 -4.5z"/>"#,
        y - 4.5
    )
}

/// Escapes text for XML, after making it printable: XML 1.0 has no control characters at all.
///
/// Source: <https://www.w3.org/TR/xml/#charsets>
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
    let times = timeline
        .spans
        .iter()
        .flat_map(|span| [span.start, span.end]);
    let times = times.flat_map(|time| time.as_nanos().to_le_bytes());
    title
        .bytes()
        .chain(times)
        .fold(0x811C_9DC5, |sum: u32, byte| {
            (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        })
}
