//! A timeline in plain text.

use super::{Kind, Span, Timeline, palette::Palette, place_labels};
use crate::text::{Look, char_columns, columns, fit, pad, printable};
use std::collections::BTreeMap;

/// Columns from one tick to the next, at least: room for `500 ms` and some air.
const TICK_COLUMNS: usize = 10;
const MIN_WIDTH: usize = 20;
const MARK_LINES: usize = 3;
/// Of more short spans in one cell only the kind that took most time is seen.
const FEW: usize = 4;

pub(super) fn draw(timeline: &Timeline, width: usize, colour: bool) -> String {
    if timeline.rows.is_empty() {
        return "(nothing was recorded)\n".to_owned();
    }
    let width = width.max(MIN_WIDTH);
    let names: Vec<String> = timeline
        .rows
        .iter()
        .map(|name| printable(name).into_owned())
        .collect();
    let widest = names.iter().map(|name| columns(name)).max().unwrap_or(0);
    let name_width = widest.min((width / 4).max(6));
    let canvas = Canvas {
        timeline,
        palette: Palette::of(timeline),
        cells: width - name_width - 2,
        look: Look { width, colour },
    };

    let indent = " ".repeat(name_width + 1);
    let mut text = canvas.axis(&indent);
    for (row, name) in names.iter().enumerate() {
        let mut name = pad(&fit(name, name_width), name_width);
        for lane in timeline.lanes(row) {
            text.push_str(&format!("{name} |{}\n", canvas.lane(&lane)));
            name = " ".repeat(name_width);
        }
        for line in canvas.marks(row) {
            text.push_str(&format!("{indent} {line}\n"));
        }
    }
    text.push_str(&canvas.legend(&indent));
    text.lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

struct Canvas<'a> {
    timeline: &'a Timeline,
    palette: Palette,
    /// The columns between the rows' names and the right edge.
    cells: usize,
    look: Look,
}

/// What a cell shows: a span, by its index in the lane.
type Cell = Option<usize>;

/// A short span that should be seen in a cell, and how many cells it is long.
#[derive(Clone, Debug)]
struct Claim {
    kind: Kind,
    size: f64,
    index: usize,
}

impl Canvas<'_> {
    fn cell_at(&self, at: std::time::Duration) -> usize {
        let cell = self.timeline.position(at, self.cells as f64) as usize;
        cell.min(self.cells - 1)
    }

    /// The ticks stand on the edges between cells; the first is above the rows' border.
    fn axis(&self, indent: &str) -> String {
        let mut labels = String::new();
        let mut line = vec!['-'; self.cells + 1];
        for (at, label) in self.timeline.ticks(self.cells / TICK_COLUMNS) {
            let edge = self.timeline.position(at, self.cells as f64).round() as usize;
            line[edge] = '+';
            // The last label may reach back from the edge.
            let start = edge.min((self.cells + 1).saturating_sub(columns(&label)));
            if labels.is_empty() || columns(&labels) < start {
                labels = pad(&labels, start) + &label;
            }
        }
        format!(
            "{indent}{labels}\n{indent}{}\n",
            line.into_iter().collect::<String>()
        )
    }

    /// Decides which span each cell shows. A long span shows where it covers most of a cell; a
    /// span shorter than two cells claims the cell of its middle, so that it never vanishes
    /// between long ones.
    fn cells(&self, lane: &[&Span]) -> Vec<Cell> {
        let mut most_covered = vec![0.0; self.cells];
        let mut covered_in_all = vec![0.0; self.cells];
        let mut cells: Vec<Cell> = vec![None; self.cells];
        let mut claims: Vec<Vec<Claim>> = vec![Vec::new(); self.cells];
        for (index, span) in lane.iter().enumerate() {
            let start = self.timeline.position(span.start, self.cells as f64);
            let end = self.timeline.position(span.end, self.cells as f64);
            if end - start < 2.0 {
                let middle = (((start + end) / 2.0) as usize).min(self.cells - 1);
                claims[middle].push(Claim {
                    kind: span.kind,
                    size: end - start,
                    index,
                });
            }
            for cell in start as usize..(end.ceil() as usize).min(self.cells) {
                let covered = end.min(cell as f64 + 1.0) - start.max(cell as f64);
                covered_in_all[cell] += covered;
                if covered > most_covered[cell] {
                    (most_covered[cell], cells[cell]) = (covered, Some(index));
                }
            }
        }
        // A cell that is mostly a gap stays one.
        for (cell, covered) in cells.iter_mut().zip(covered_in_all) {
            *cell = cell.filter(|_| covered >= 0.5);
        }
        self.settle(&claims, &mut cells);
        cells
    }

    /// Gives each claimed cell to the kind that took most of its time, a failure before all.
    /// Where few meet, a kind that lost may have the free cell beside, on the side of its time,
    /// when that costs a long span one of many: a short `recv` before a long `think` is then seen.
    fn settle(&self, claims: &[Vec<Claim>], cells: &mut [Cell]) {
        let mut is_free: Vec<bool> = claims.iter().map(Vec::is_empty).collect();
        for (cell, claims) in claims.iter().enumerate() {
            let mut sizes: BTreeMap<Kind, f64> = BTreeMap::new();
            for claim in claims {
                *sizes.entry(claim.kind).or_default() += claim.size;
            }
            let rank = |claim: &Claim| (claim.kind == Kind::Failed, sizes[&claim.kind]);
            let winner = claims
                .iter()
                .reduce(|a, b| if rank(b) > rank(a) { b } else { a });
            let Some(winner) = winner else { continue };
            cells[cell] = Some(winner.index);
            if claims.len() > FEW {
                continue;
            }
            let mut losers = claims.iter().filter(|claim| claim.kind != winner.kind);
            let before = losers.clone().rfind(|loser| loser.index < winner.index);
            let after = losers.find(|loser| loser.index > winner.index);
            for (loser, beside) in [(before, cell.checked_sub(1)), (after, Some(cell + 1))] {
                let (Some(loser), Some(beside)) = (loser, beside) else {
                    continue;
                };
                let has_room = beside < cells.len()
                    && is_free[beside]
                    && cells[beside].is_none_or(|long| {
                        cells.iter().filter(|shown| **shown == Some(long)).count() > 2
                    });
                if has_room {
                    cells[beside] = Some(loser.index);
                    is_free[beside] = false;
                }
            }
        }
    }

    fn lane(&self, lane: &[&Span]) -> String {
        let cells = self.cells(lane);
        let mut line = String::new();
        let mut before: Option<Kind> = None;
        for run in cells.chunk_by(|a, b| a == b) {
            let Some(span) = run[0].map(|index| lane[index]) else {
                line.push_str(&" ".repeat(run.len()));
                before = None;
                continue;
            };
            let paint = self.palette.paint(span.kind);
            let mut letters = vec![paint.letter; run.len()];
            // Two neighbours of one kind would look like one span.
            if before == Some(span.kind) && run.len() > 2 {
                letters[0] = '|';
            }
            let label = printable(&span.label);
            let n_letters = label.chars().count();
            let narrow = label.chars().all(|character| char_columns(character) == 1);
            if narrow && n_letters > 0 && n_letters + 4 <= run.len() {
                let start = (run.len() - n_letters) / 2;
                for (place, letter) in letters[start..].iter_mut().zip(label.chars()) {
                    *place = letter;
                }
            }
            line.push_str(
                &self
                    .look
                    .paint_with(paint.ansi, &letters.into_iter().collect::<String>()),
            );
            before = Some(span.kind);
        }
        line
    }

    /// The lines below a row that point to its marks. Where there is no room for the labels of
    /// all of them, only the moments are shown.
    fn marks(&self, row: usize) -> Vec<String> {
        let marks = self.timeline.marks_of(row);
        let asked: Vec<(f64, f64)> = marks
            .iter()
            .map(|(mark, label)| (self.cell_at(mark.at) as f64, columns(label) as f64 + 2.0))
            .collect();
        // A label takes its caret and a space; behind the last cell no space is needed.
        let places = place_labels(&asked, 1.0, self.cells as f64 + 1.0, MARK_LINES);
        if places.contains(&None) {
            let mut carets = vec![' '; self.cells];
            marks
                .iter()
                .for_each(|(mark, _)| carets[self.cell_at(mark.at)] = '^');
            return vec![carets.into_iter().collect()];
        }
        let mut lines: Vec<String> = Vec::new();
        for (((_, label), place), (at, _)) in marks.iter().zip(places.iter().flatten()).zip(asked) {
            lines.resize(lines.len().max(place.line + 1), String::new());
            let (start, text) = match place.start < at {
                true => (place.start as usize + 1, format!("{label}^")),
                false => (at as usize, format!("^{label}")),
            };
            lines[place.line] = pad(&lines[place.line], start) + &text;
        }
        lines
    }

    fn legend(&self, indent: &str) -> String {
        let mut items: Vec<(String, usize)> = Vec::new();
        for (kind, paint) in self.palette.iter() {
            let name = fit(&printable(kind.name()), self.look.width - indent.len() - 2);
            let letter_in_colour = self.look.paint_with(paint.ansi, &paint.letter.to_string());
            items.push((format!("{letter_in_colour} {name}"), columns(&name) + 2));
        }
        if !self.timeline.marks.is_empty() {
            items.push(("^ moment".to_owned(), 8));
        }
        let mut legend = String::new();
        let mut used = 0;
        for (item, width) in items {
            if used == 0 || used + 3 + width > self.look.width {
                legend.push_str(if used == 0 { "" } else { "\n" });
                legend.push_str(indent);
                used = indent.len();
            } else {
                legend.push_str("   ");
                used += 3;
            }
            legend.push_str(&item);
            used += width;
        }
        legend + "\n"
    }
}
