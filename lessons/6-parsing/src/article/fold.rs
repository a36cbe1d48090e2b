//! Texts compared by their letters alone: titles differ in quotes, dashes and case.

/// Returns the letters and digits of a text, in small letters; of a text without any, the text.
pub(super) fn fold(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    let folded: String = letters.flat_map(char::to_lowercase).collect();
    if folded.is_empty() {
        text.trim().to_owned()
    } else {
        folded
    }
}

/// How much two folded texts agree, from 0 to 1: `a` and `b` with the texts they come from. Where one is
/// no part of the other, the words they share count.
pub(super) fn agreement(a: &str, a_text: &str, b: &str, b_text: &str) -> f32 {
    part_of(a, a_text, b, b_text).unwrap_or_else(|| shared_words(a_text, b_text))
}

/// How much two folded texts agree where one is a part of the other.
pub(super) fn part_of(a: &str, a_text: &str, b: &str, b_text: &str) -> Option<f32> {
    if a.is_empty() || b.is_empty() {
        return Some(0.0);
    }
    if a == b {
        return Some(1.0);
    }
    if names_more(b_text, a_text) || names_more(a_text, b_text) {
        return Some(0.97);
    }
    if stands_last(b_text, a_text) {
        return Some(0.3);
    }
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let ratio = ratio(short.len(), long.len());
    let cut = |text: &str| text.ends_with('…') || text.ends_with("...");
    if long.starts_with(short) && (cut(a_text) || cut(b_text)) && short.len() >= 12 {
        return Some(0.95);
    }
    if long.starts_with(short) || long.ends_with(short) {
        // A word alone is part of many titles.
        return Some(if short.len() >= 8 || ratio > 0.5 {
            0.55 + ratio * 0.4
        } else {
            ratio
        });
    }
    if short.len() >= 16 && long.contains(short) {
        return Some(0.45 + ratio * 0.4);
    }
    None
}

fn shared_words(a_text: &str, b_text: &str) -> f32 {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words
            .filter(|word| !word.is_empty())
            .take(40)
            .map(str::to_lowercase)
            .collect()
    };
    let (a_words, b_words) = (words(a_text), words(b_text));
    let shared = a_words.iter().filter(|word| b_words.contains(word)).count();
    let fewer = a_words.len().min(b_words.len());
    if fewer < 3 {
        return 0.0;
    }
    ratio(shared, fewer) * 0.6 + ratio(shared, a_words.len().max(b_words.len())) * 0.3
}

/// Whether `long` is `short` with a mark and something else before or behind it: `Bread | Blog`.
fn names_more(long: &str, short: &str) -> bool {
    let is_mark = |rest: &str, spaced: bool| {
        let marks = rest.trim();
        spaced && marks.starts_with(MARKS)
    };
    let behind = long
        .strip_prefix(short)
        .is_some_and(|rest| is_mark(rest, rest.starts_with([' ', '|', '_', ':', '｜', '：'])));
    // What stands last is more often the site or its section.
    let before = long.strip_suffix(short).is_some_and(|rest| {
        let marks = rest.trim_end();
        rest.len() < short.len() && rest.len() > marks.len() && marks.ends_with(MARKS)
    });
    behind || before
}

/// Whether `short` stands last in `long`, behind a mark: there the site is named, or a section of it.
fn stands_last(long: &str, short: &str) -> bool {
    long.strip_suffix(short)
        .is_some_and(|rest| rest.ends_with(' ') && rest.trim_end().ends_with(MARKS))
}

/// What stands between a title and something else.
const MARKS: [char; 16] = [
    '|', '-', '–', '—', ':', '·', '»', '«', '•', '/', '~', '_', '<', '>', '｜', '：',
];

#[allow(clippy::cast_precision_loss, reason = "lengths of titles")]
fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}
