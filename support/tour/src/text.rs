//! Text for a terminal of a known width: what is printable, how wide it is, where it breaks.

use std::{borrow::Cow, time::Duration};

/// How text is laid out: how many columns there are, and whether colour may be used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub width: usize,
    pub colour: bool,
}

/// The few styles a tour uses, as ANSI "select graphic rendition" parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Style {
    Heading,
    Name,
    Question,
    Meaning,
    Trouble,
}

impl Look {
    pub(crate) fn paint(self, style: Style, text: &str) -> String {
        let parameters = match style {
            Style::Heading => "1",
            Style::Name => "1;34",
            Style::Question => "36",
            Style::Meaning => "32",
            Style::Trouble => "1;31",
        };
        self.paint_with(parameters, text)
    }

    pub(crate) fn paint_with(self, parameters: &str, text: &str) -> String {
        if self.colour {
            format!("\x1b[{parameters}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    pub(crate) fn paint_lines(self, style: Style, text: &str) -> String {
        text.lines()
            .map(|line| self.paint(style, line) + "\n")
            .collect()
    }

    /// Wraps `text` behind `first`; the lines that follow are indented as far.
    pub(crate) fn paragraph(self, first: &str, text: &str) -> String {
        let indent = columns(first);
        let mut paragraph = String::new();
        for (index, line) in wrap(text, self.width.saturating_sub(indent))
            .iter()
            .enumerate()
        {
            let lead = if index == 0 {
                first.to_owned()
            } else {
                " ".repeat(indent)
            };
            paragraph.push_str((lead + line).trim_end());
            paragraph.push('\n');
        }
        paragraph
    }
}

/// Returns `text` with everything escaped that would not print as itself: control characters
/// (a peer's text must not move our cursor), direction overrides, line separators.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            hostile if is_hostile(hostile) && hostile.is_ascii() => {
                safe.push_str(&format!("\\x{:02x}", u32::from(hostile)));
            }
            hostile if is_hostile(hostile) => safe.extend(hostile.escape_unicode()),
            harmless => safe.push(harmless),
        }
    }
    Cow::Owned(safe)
}

fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0x200E | 0x200F | 0x2028..=0x202E | 0x2066..=0x2069 | 0xFEFF | 0xFFFE | 0xFFFF)
}

/// Returns how many terminal columns `text` takes.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

/// Returns the columns of one character: 0 for combining marks, 2 for wide letters and emoji,
/// else 1. The ranges are the large ones of UAX #11, which is enough to keep columns aligned in
/// practice without a table of a crate's size.
///
/// Source: <https://www.unicode.org/reports/tr11/>
pub(crate) fn char_columns(character: char) -> usize {
    match u32::from(character) {
        0x20..=0x2FF => 1,
        0x300..=0x36F | 0x483..=0x489 | 0x591..=0x5BD | 0x610..=0x61A | 0x64B..=0x65F => 0,
        0xE31 | 0xE34..=0xE3A | 0xE47..=0xE4E | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF => 0,
        0x200B..=0x200F | 0x20D0..=0x20FF | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F => 0,
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0xA4CF | 0xAC00..=0xD7A3 => 2,
        0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF01..=0xFF60 | 0xFFE0..=0xFFE6 => 2,
        0x1F300..=0x1F64F | 0x1F680..=0x1F6FF | 0x1F900..=0x1F9FF | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// Breaks `text` at spaces into lines of at most `width` columns; only a word that is wider than
/// a whole line is cut. Runs of spaces inside a line are kept, so hand-made columns and indents survive.
/// A width below 8 counts as 8, so that there is always room for a letter.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let (mut line, mut used, mut is_start) = (String::new(), 0, true);
    for word in text.split(' ') {
        let gap = usize::from(!is_start);
        is_start = false;
        if used + gap + columns(word) <= width {
            line.extend(std::iter::repeat_n(' ', gap));
            line.push_str(word);
            used += gap + columns(word);
            continue;
        }
        if !line.trim_end().is_empty() {
            lines.push(line.trim_end().to_owned());
        }
        (line, used) = (String::new(), 0);
        for character in word.chars() {
            if used + char_columns(character) > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(character);
            used += char_columns(character);
        }
    }
    if !line.trim_end().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Cuts `text` to `width` columns, with `…` in place of what is lost.
pub(crate) fn fit(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let (mut kept, mut used) = (String::new(), 0);
    for character in text.chars() {
        if used + char_columns(character) + 1 > width {
            break;
        }
        kept.push(character);
        used += char_columns(character);
    }
    if width > 0 {
        kept.push('…');
    }
    kept
}

/// Fills `text` with spaces up to `width` columns.
pub(crate) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// Returns the candidate nearest to `word` by edit distance, when one is near enough to be meant.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(2);
    let by_distance = candidates
        .into_iter()
        .map(|name| (edit_distance(word, name), name));
    by_distance
        .min()
        .filter(|(distance, _)| *distance <= limit)
        .map(|(_, name)| name)
}

/// The number of letters to insert, delete or change (Levenshtein), one row of the table at a time.
fn edit_distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in to.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[to.len()]
}

/// Writes a duration with three digits and its unit: `850 µs`, `12.3 ms`, `1.24 s`, `4 min 5 s`.
pub fn duration(duration: Duration) -> String {
    let nanos = duration.as_secs_f64() * 1e9;
    if nanos < 1.0 {
        return "0 s".to_owned();
    }
    if duration.as_secs() >= 120 {
        let seconds = duration.as_secs_f64().round() as u64;
        return format!("{} min {} s", count(seconds / 60), seconds % 60);
    }
    // A value that would be rounded up to 1000 belongs to the next unit.
    let (unit, value) = [("ns", nanos), ("µs", nanos / 1e3), ("ms", nanos / 1e6)]
        .into_iter()
        .find(|(_, value)| *value < 999.5)
        .unwrap_or(("s", nanos / 1e9));
    let decimals = if value < 9.995 {
        2
    } else {
        usize::from(value < 99.95)
    };
    format!("{} {unit}", decimal(value, decimals))
}

/// Writes a count with its thousands separated: `3,411`.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut separated = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            separated.push(',');
        }
        separated.push(digit);
    }
    separated
}

/// Writes `value` with at most `decimals` decimals, without trailing zeros.
pub(crate) fn decimal(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_keeps_words_whole_and_cuts_only_what_is_wider_than_a_line() {
        let check = |text: &str, width, expected: &[&str]| assert_eq!(wrap(text, width), expected);

        check(
            "a stream has no messages",
            10,
            &["a stream", "has no", "messages"],
        );
        check("fills it exactly", 8, &["fills it", "exactly"]);
        check("aaaaaaaaaabb cc", 8, &["aaaaaaaa", "aabb cc"]);
        check("two  spaces stay", 20, &["two  spaces stay"]);
        check("  an indent too", 10, &["  an", "indent too"]);
        check("日本語 日本語", 8, &["日本語", "日本語"]);
        check("", 10, &[""]);
        check("   ", 10, &[""]);
    }

    #[test]
    fn a_wide_letter_takes_two_columns_and_a_combining_mark_none() {
        assert_eq!(columns("abc"), 3);
        assert_eq!(columns("日本"), 4);
        assert_eq!(columns("e\u{301}"), 1);
        assert_eq!(fit("日本語日本語", 6), "日本…");
        assert_eq!(fit("server", 6), "server");
    }

    #[test]
    fn control_characters_and_direction_overrides_are_shown_not_obeyed() {
        assert_eq!(printable("\x1b[2J\0\r\n\t"), "\\x1b[2J\\x00\\r\\n\\t");
        assert_eq!(printable("\u{202e}evil\u{9b}"), "\\u{202e}evil\\u{9b}");
        assert_eq!(printable("café 日本"), "café 日本");
    }

    #[test]
    fn durations_have_three_digits_and_the_unit_that_suits_them() {
        let check = |nanos, expected: &str| {
            assert_eq!(duration(Duration::from_nanos(nanos)), expected);
        };

        check(0, "0 s");
        check(120, "120 ns");
        check(8_240, "8.24 µs");
        check(850_000, "850 µs");
        check(999_700, "1 ms");
        check(12_340_000, "12.3 ms");
        check(40_000_000, "40 ms");
        check(1_239_000_000, "1.24 s");
        check(119_000_000_000, "119 s");
        check(245_000_000_000, "4 min 5 s");
    }

    #[test]
    fn counts_have_their_thousands_separated() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (3_411, "3,411"),
            (1 << 20, "1,048,576"),
        ] {
            assert_eq!(count(number), expected);
        }
    }

    #[test]
    fn the_nearest_name_is_offered_only_when_it_could_be_meant() {
        let names = ["steps", "stream", "chat"];

        assert_eq!(nearest("step", names), Some("steps"));
        assert_eq!(nearest("caht", names), Some("chat"));
        assert_eq!(nearest("semaphore", names), None);
    }
}
