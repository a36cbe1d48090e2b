//! The difference between two texts, line by line, in the form that `diff -u` made familiar.

use std::collections::VecDeque;

/// How many equal lines are shown around a change.
const CONTEXT: usize = 3;
/// Above this many pairs of lines the longest common subsequence would take too much memory.
const MAX_PAIRS: usize = 4_000_000;

/// A line of the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// In both texts.
    Same(&'a str),
    /// In the old text alone.
    Removed(&'a str),
    /// In the new text alone.
    Added(&'a str),
    /// Equal lines were left out here; the next line is this one of the new text, from 1.
    Skipped(usize),
}

/// Returns the changed lines from `old` to `new` with some context; nothing when the texts agree.
pub fn diff<'a>(old: &'a str, new: &'a str) -> Vec<Line<'a>> {
    with_context(&whole(&lines(old), &lines(new)))
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_end).collect()
}

/// Every line of both texts, in an order that keeps as many lines as possible the same.
fn whole<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let start = common(old.iter(), new.iter());
    let end = common(old[start..].iter().rev(), new[start..].iter().rev());
    let (old_middle, new_middle) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    let mut all: Vec<Line<'a>> = old[..start].iter().map(|line| Line::Same(line)).collect();
    all.extend(middle(old_middle, new_middle));
    all.extend(old[old.len() - end..].iter().map(|line| Line::Same(line)));
    all
}

fn common<'a>(
    old: impl Iterator<Item = &'a &'a str>,
    new: impl Iterator<Item = &'a &'a str>,
) -> usize {
    old.zip(new).take_while(|(old, new)| old == new).count()
}

/// The longest common subsequence, by the table of the textbooks.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let removed = old.iter().map(|line| Line::Removed(line));
    let added = new.iter().map(|line| Line::Added(line));
    if old.len().saturating_mul(new.len()) > MAX_PAIRS {
        return removed.chain(added).collect();
    }
    // longest[i][j]: how many lines old[i..] and new[j..] have in common.
    let mut longest = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i][j] = if old[i] == new[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let mut all = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            all.push(Line::Same(old[i]));
            i += 1;
            j += 1;
        } else if j == new.len() || (i < old.len() && longest[i + 1][j] >= longest[i][j + 1]) {
            all.push(Line::Removed(old[i]));
            i += 1;
        } else {
            all.push(Line::Added(new[j]));
            j += 1;
        }
    }
    all
}

fn with_context<'a>(all: &[Line<'a>]) -> Vec<Line<'a>> {
    let mut shown = Vec::new();
    // Equal lines not shown yet: those right before the next change will be its context.
    let mut waiting: VecDeque<&'a str> = VecDeque::new();
    let mut since_change = usize::MAX;
    let mut left_out = false;
    let mut line_of_new = 0;
    for line in all {
        if let Line::Same(text) = line {
            line_of_new += 1;
            if since_change < CONTEXT {
                since_change += 1;
                shown.push(*line);
                continue;
            }
            waiting.push_back(text);
            if waiting.len() > CONTEXT {
                waiting.pop_front();
                left_out = true;
            }
            continue;
        }
        if left_out || shown.is_empty() {
            shown.push(Line::Skipped(line_of_new - waiting.len() + 1));
            left_out = false;
        }
        shown.extend(waiting.drain(..).map(Line::Same));
        shown.push(*line);
        since_change = 0;
        line_of_new += usize::from(matches!(line, Line::Added(_)));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_no_difference() {
        assert_eq!(diff("a\nb\n", "a\nb\n"), []);
        assert_eq!(diff("", ""), []);
    }

    #[test]
    fn a_change_is_shown_with_its_surroundings() {
        let shown = diff(
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
            "1\n2\n3\n4\n5\nsix\n7\n8\n9\n",
        );

        assert_eq!(
            shown,
            [
                Line::Skipped(3),
                Line::Same("3"),
                Line::Same("4"),
                Line::Same("5"),
                Line::Removed("6"),
                Line::Added("six"),
                Line::Same("7"),
                Line::Same("8"),
                Line::Same("9"),
            ]
        );
    }

    #[test]
    fn changes_far_apart_are_shown_apart_and_near_ones_together() {
        let old: String = (1..=30).map(|n| format!("{n}\n")).collect();
        let new = old
            .replace("10\n", "ten\n")
            .replace("15\n", "")
            .replace("28\n", "x\n28\n");

        let shown = diff(&old, &new);

        let skips: Vec<&Line<'_>> = shown
            .iter()
            .filter(|line| matches!(line, Line::Skipped(_)))
            .collect();
        assert_eq!(skips, [&Line::Skipped(7), &Line::Skipped(24)]);
    }

    #[test]
    fn applying_the_whole_difference_gives_the_new_text() {
        // Every pair of texts over two letters and up to five lines.
        let texts: Vec<Vec<&str>> = (0..=5_u32)
            .flat_map(|len| (0..1_u32 << len).map(move |bits| (len, bits)))
            .map(|(len, bits)| {
                (0..len)
                    .map(|n| if bits >> n & 1 == 0 { "a" } else { "b" })
                    .collect()
            })
            .collect();
        for old in &texts {
            for new in &texts {
                let all = whole(old, new);

                let kept = |line: &Line<'_>| matches!(line, Line::Same(_));
                let of_new: Vec<&str> = all
                    .iter()
                    .filter_map(|line| match line {
                        Line::Same(text) | Line::Added(text) => Some(*text),
                        _ => None,
                    })
                    .collect();
                let of_old: Vec<&str> = all
                    .iter()
                    .filter_map(|line| match line {
                        Line::Same(text) | Line::Removed(text) => Some(*text),
                        _ => None,
                    })
                    .collect();
                assert_eq!((&of_old, &of_new), (old, new));
                assert!(old != new || all.iter().all(kept));
            }
        }
    }
}
