//! The dates that stand on the page: marked by an element, or in plain words beside the title.

use jiff::civil::Date;

use super::super::path::{InPath, date_in};
use super::super::words::{Says, is_about_rights, says};
use super::super::{Evidence, Page};
use super::Witness;
use crate::dates::relative::relative;
use crate::dates::{self, Found};
use crate::html::parts::{Line, Mark, Moment, RegionKind, has_word};

/// A line longer than this, in bytes, is prose.
const PROSE: usize = 200;

/// What is marked as a date and longer than this holds more than a date.
const MAX_MARKED: usize = 140;

/// How many marked dates are looked at. A page that has more is a list.
const MAX_MOMENTS: usize = 400;

/// The lines of a page, and how much prose and how many headings stand before each.
struct Lay<'p> {
    lines: &'p [Line],
    prose: Vec<usize>,
    headings: Vec<usize>,
    /// The lines of the title: the first, and the one after the last.
    title: (usize, usize),
    /// Whether the title is known to stand there.
    known: bool,
}

impl Page<'_, '_> {
    pub(super) fn ask_page(&self, witnesses: &mut Vec<Witness>) {
        let lay = self.lay();
        let before = witnesses.len();
        for moment in self.parts.moments.iter().take(MAX_MOMENTS) {
            self.ask_moment(moment, &lay, witnesses);
        }
        let repeated = self.is_repeated(&witnesses[before..]);
        self.ask_lines(&lay, witnesses);
        let month = match self.given.url.and_then(date_in) {
            Some(InPath::Month(year, month)) => Some((year, month)),
            Some(InPath::Day(date)) => Some((date.year(), date.month())),
            None => None,
        };
        for witness in &mut witnesses[before..] {
            if repeated && witness.evidence != Evidence::Microdata {
                witness.weight -= 0.2;
            }
            if let Some((year, month)) = month {
                let same = (witness.date.year(), witness.date.month()) == (year, month);
                witness.weight += if same { 0.1 } else { -0.15 };
            }
        }
    }

    /// Dates of one sort with many days are those of a list, unless the page calls itself an article.
    fn is_repeated(&self, witnesses: &[Witness]) -> bool {
        if self.kind == super::super::Kind::Article {
            return false;
        }
        let mut days: Vec<Date> = witnesses
            .iter()
            .filter(|witness| matches!(witness.evidence, Evidence::Time | Evidence::Class))
            .map(|witness| witness.date)
            .collect();
        days.sort_unstable();
        days.dedup();
        days.len() >= 5
    }

    fn lay(&self) -> Lay<'_> {
        let lines = &self.parts.lines;
        let sums = |test: &dyn Fn(&Line) -> bool| {
            let mut sum = 0;
            let mut sums = Vec::with_capacity(lines.len() + 1);
            for line in lines {
                sums.push(sum);
                sum += usize::from(test(line));
            }
            sums.push(sum);
            sums
        };
        let heading = || {
            lines
                .iter()
                .position(|line| matches!(line.level, 1 | 2) && !self.beside[line.region])
        };
        let title = self
            .title_lines
            .or_else(|| heading().map(|at| (at, at + 1)));
        Lay {
            lines,
            prose: sums(&|line| line.length > PROSE && line.level == 0),
            // A heading of a word or two (`More`) begins something else too.
            headings: sums(&|line| {
                line.level > 0
                    && (line.linked * 10 > line.length * 6 || line.level > 1 && line.length <= 12)
            }),
            title: title.unwrap_or((0, 0)),
            known: self.title_lines.is_some(),
        }
    }

    /// Whether a line is one of the title's.
    pub(in super::super) fn is_title_line(&self, line: usize) -> bool {
        self.title_lines
            .is_some_and(|(start, end)| (start..end).contains(&line))
    }

    /// What a place among the lines is worth: near the title much, behind the article little.
    fn nearness(&self, line: usize, lay: &Lay<'_>) -> f32 {
        let (start, end) = lay.title;
        let unknown = if lay.known { 0.0 } else { 0.08 };
        let mut weight: f32 = if line >= end {
            let prose = lay.prose[line] - lay.prose[end.min(line)];
            let near = match line - end {
                0..=4 => 0.76,
                5..=10 => 0.7,
                11..=20 => 0.6,
                21..=40 => 0.5,
                _ => 0.4,
            };
            let far = match prose {
                0..=2 => 0.0,
                3..=4 => 0.12,
                _ => 0.2,
            };
            // Each heading that leads elsewhere begins another article.
            let others = lay.headings[line] - lay.headings[end.min(line)];
            near - far - if others > 0 { 0.4 } else { 0.0 }
        } else if line >= start {
            0.7
        } else {
            match start - line {
                1..=3 => 0.66,
                4..=8 => 0.58,
                9..=16 => 0.42,
                _ => 0.25,
            }
        };
        // A date directly above a heading that leads elsewhere is that one's.
        let next = lay.lines.get(line + 1).or(lay.lines.get(line));
        let leads = next.is_some_and(|next| next.level > 1 && next.linked * 10 > next.length * 6);
        if leads && !self.is_title_line(line + 1) {
            weight -= 0.35;
        }
        weight - unknown
    }

    /// What a region is worth.
    fn place_in(&self, region: usize) -> f32 {
        let title = self
            .title_lines
            .and_then(|(start, _)| self.parts.lines.get(start))
            .map_or(0, |line| self.scope[line.region]);
        let own = self.scope[region];
        let kind = self.parts.regions[region].kind;
        if own != title && title != 0 && self.parts.regions[own].kind == RegionKind::Article {
            // Another article than the one with the title.
            return -0.25;
        }
        if kind == RegionKind::Header && own == 0 && title != 0 {
            // Above all: often today's date.
            return -0.25;
        }
        0.0
    }

    // ANCHOR: moment
    /// Asks an element that is marked as a date.
    fn ask_moment(&self, moment: &Moment<'_>, lay: &Lay<'_>, witnesses: &mut Vec<Witness>) {
        if self.beside[moment.region] || moment.range.1 - moment.range.0 > MAX_MARKED {
            return;
        }
        let text = self.parts.slice(moment.range);
        let before = self.text_before(moment, lay);
        let mut near = self.nearness(moment.line, lay) + self.place_in(moment.region);
        let prose = lay
            .lines
            .get(moment.line)
            .is_some_and(|line| line.length > PROSE);
        let (evidence, bonus) = match moment.mark {
            Mark::Property => (Evidence::Microdata, 0.16),
            Mark::Time if moment.pubdate => (Evidence::Time, 0.14),
            Mark::Time => (Evidence::Time, 0.08),
            Mark::Class => (Evidence::Class, 0.03),
        };
        near += bonus;
        if prose && moment.mark != Mark::Property {
            // A date in a sentence tells of something else.
            near -= 0.35;
        }
        if moment.hints.published && moment.mark != Mark::Property {
            near += 0.06;
        }
        let mut by_class = match (moment.hints.published, moment.hints.modified) {
            (true, _) => Some(Says::Published),
            (false, true) => Some(Says::Modified),
            _ => None,
        };
        // Old WordPress themes call the only date of a post `updated`, as a microformat did.
        if by_class == Some(Says::Modified)
            && has_word(moment.class, "updated")
            && moment.mark != Mark::Property
        {
            by_class = None;
            near -= 0.12;
        }
        let place = if moment.property.is_empty() {
            moment.class
        } else {
            moment.property
        };
        let mut add = |date, other, says: Option<Says>, weight: f32| {
            witnesses.push(Witness {
                date,
                other,
                evidence,
                place: place.to_owned(),
                weight: if says == Some(Says::Published) {
                    weight + 0.08
                } else {
                    weight
                }
                .min(0.92),
                says: says.or(by_class).unwrap_or(Says::Published),
            });
        };
        let read = dates::expected(text, self.order);
        if let Some(date) = moment
            .value
            .as_deref()
            .and_then(|value| dates::read(value, self.order))
        {
            // What the words say of the value: `Updated <time …>`.
            let inside = read.first().map_or(text, |found| &text[..found.start]);
            let said = says(inside).or_else(|| says(&before));
            return add(date, None, said.or(by_class), near);
        }
        let mut start = 0;
        for found in read.iter().take(3) {
            let inside = &text[start..found.start];
            start = found.end;
            let said = says(inside)
                .or_else(|| says(&before).filter(|_| inside.trim().is_empty() || found.start == 0));
            add(found.date, found.other, said.or(by_class), near - 0.04);
        }
        if read.is_empty()
            && let Some(today) = self.given.today
            && let Some(date) = relative(text, today)
        {
            add(date, None, says(&before).or(by_class), near - 0.15);
        }
    }
    // ANCHOR_END: moment

    /// The words before a marked date: in its line, or a label of its own in the line before.
    fn text_before(&self, moment: &Moment<'_>, lay: &Lay<'_>) -> String {
        let Some(line) = lay.lines.get(moment.line) else {
            return String::new();
        };
        let start = line
            .range
            .0
            .max(self.floor(moment.range.0.saturating_sub(60)));
        let own = self
            .parts
            .slice((start.min(moment.range.0), moment.range.0))
            .trim();
        if !own.is_empty() {
            // Another date in between has taken the words before it.
            let others = dates::all(own, self.order);
            return others
                .last()
                .map_or(own, |last| &own[last.end..])
                .to_owned();
        }
        self.label_before(moment.line, lay)
    }

    /// A short line that is the label of the next: `Published:`.
    fn label_before(&self, line: usize, lay: &Lay<'_>) -> String {
        let label = line.checked_sub(1).and_then(|before| lay.lines.get(before));
        label
            .filter(|label| label.length <= 40 && label.level == 0)
            .map(|label| self.parts.slice(label.range))
            .filter(|text| text.ends_with(':') || text.split(' ').count() <= 3)
            .filter(|text| !dates::may_hold_date(text))
            .unwrap_or_default()
            .to_owned()
    }

    fn floor(&self, at: usize) -> usize {
        self.parts.text.floor_char_boundary(at)
    }

    // ANCHOR: lines
    /// Asks the lines near the title, and those that open with a word that says so.
    fn ask_lines(&self, lay: &Lay<'_>, witnesses: &mut Vec<Witness>) {
        let (start, end) = lay.title;
        let near = start.saturating_sub(8)..end + 16;
        let mut seen_prose = false;
        for (at, line) in lay.lines.iter().enumerate() {
            let is_near = near.contains(&at);
            let text = self.parts.slice(line.range);
            let dated = dates::may_hold_date(text);
            let prose = line.length > PROSE;
            // A press release begins with its place and its day.
            let first_prose = prose && at >= end && !seen_prose;
            seen_prose |= prose && at >= end;
            if !dated || self.beside[line.region] || self.is_title_line(at) {
                continue;
            }
            if !is_near
                && (prose
                    || line.length > 120
                    || !matches!(
                        says(&text[..self.prefix(text, 30)]),
                        Some(Says::Published | Says::Modified)
                    ))
            {
                continue;
            }
            if prose && !(first_prose && is_near) || is_about_rights(text) {
                continue;
            }
            self.ask_line(at, line, text, lay, witnesses);
        }
    }
    // ANCHOR_END: lines

    fn prefix(&self, text: &str, length: usize) -> usize {
        text.floor_char_boundary(length.min(text.len()))
    }

    fn ask_line(
        &self,
        at: usize,
        line: &Line,
        text: &str,
        lay: &Lay<'_>,
        witnesses: &mut Vec<Witness>,
    ) {
        let found = if line.length <= 24 {
            dates::expected(text, self.order)
        } else {
            dates::all(text, self.order)
        };
        let near = self.nearness(at, lay) + self.place_in(line.region) - 0.08;
        let mut start = 0;
        for (nth, date) in found.iter().take(3).enumerate() {
            let before = &text[start..date.start];
            start = date.end;
            let label = if nth == 0 && before.trim().is_empty() {
                self.label_before(at, lay)
            } else {
                String::new()
            };
            let said = says(before).or_else(|| says(&label));
            let mut weight = near + rest(line, text, date, said);
            // `5-14 March 2024` and `5 March 2024 - 14 March 2024` are stretches of time.
            if is_stretch(text, date) {
                weight -= 0.4;
            }
            if line.linked > date.end - date.start + 40 {
                weight -= 0.15;
            }
            witnesses.push(Witness {
                date: date.date,
                other: date.other,
                evidence: Evidence::Text,
                place: text[self.start_of(text, date.start)..date.end].to_owned(),
                weight: weight.min(0.85),
                says: said.unwrap_or(Says::Published),
            });
        }
        if found.is_empty()
            && line.length <= 40
            && let Some(today) = self.given.today
            && let Some(date) = relative(text, today)
        {
            witnesses.push(Witness {
                date,
                other: None,
                evidence: Evidence::Text,
                place: text.to_owned(),
                weight: near - 0.15,
                says: says(text).unwrap_or(Says::Published),
            });
        }
    }

    /// Where the words begin that are shown as the place of a date.
    fn start_of(&self, text: &str, date: usize) -> usize {
        text.floor_char_boundary(date.saturating_sub(24))
    }
}

/// What else stands in a line says whether the date is of the page: little is good, a word for
/// publishing is better.
fn rest(line: &Line, text: &str, date: &Found, said: Option<Says>) -> f32 {
    let others = line.length - (date.end - date.start).min(line.length);
    let mut weight = match others {
        0..=24 => 0.05,
        25..=70 => 0.0,
        71..=120 => -0.12,
        _ => -0.2,
    };
    if matches!(said, Some(Says::Published | Says::AsOf)) {
        weight += 0.12;
    }
    if others > 120 && date.start > 80 {
        weight -= 0.3;
    }
    if line.level > 0 && others > 16 {
        weight -= 0.3;
    }
    // "LONDON, March 5, 2024 - The council": a press release begins with its place and its day.
    let after = text[date.end..].trim_start();
    let opens = date.start < 50 && after.starts_with(['-', '–', '—', '/', '(']);
    // "… in 2019 (5 March 2024)." is the end of a sentence.
    if !opens
        && text.ends_with(['.', '!', '?', '。'])
        && others > 8
        && said != Some(Says::Published)
    {
        weight -= 0.25;
    }
    if opens && line.length > 120 {
        weight += 0.2;
    }
    weight
}

fn is_stretch(text: &str, date: &Found) -> bool {
    let dash = |c: char| matches!(c, '-' | '–' | '—');
    let before = text[..date.start].trim_end();
    let after = text[date.end..].trim_start();
    let dashed_before = before.ends_with(dash)
        && before
            .trim_end_matches(dash)
            .trim_end()
            .ends_with(|c: char| c.is_ascii_digit());
    let dashed_after = after.starts_with(dash) && {
        let rest = after.trim_start_matches(dash).trim_start();
        rest.starts_with(|c: char| c.is_ascii_digit())
            && dates::may_hold_date(rest)
            && rest.get(2..3) != Some(":")
            && rest.get(1..2) != Some(":")
    };
    dashed_before || dashed_after
}
