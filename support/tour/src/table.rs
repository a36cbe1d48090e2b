//! A small aligned table.

use crate::text::{columns, pad, printable, wrap};

/// Spaces between two columns.
const GAP: usize = 2;

/// A table: a head and rows. A column of numbers (`40`, `3,411 messages/s`, `12 ms`) is aligned to
/// the right, others to the left. A table that is too wide wraps its widest columns of words.
///
/// ```
/// let mut table = tour::Table::new(["engine", "clients"]);
/// table.row(["thread per client", "1,000"]).row(["readiness loop", "10,000"]);
///
/// let text = "\
/// engine             clients
/// -----------------  -------
/// thread per client    1,000
/// readiness loop      10,000
/// ";
/// assert_eq!(table.to_text(80), text);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Makes a table with these column heads.
    pub fn new<T: ToString>(head: impl IntoIterator<Item = T>) -> Self {
        Self {
            head: cells(head),
            rows: Vec::new(),
        }
    }

    /// Adds a row. Missing cells stay empty; cells beyond the head get a column without a head.
    pub fn row<T: ToString>(&mut self, row: impl IntoIterator<Item = T>) -> &mut Self {
        self.rows.push(cells(row));
        self
    }

    /// Draws the table, no line wider than `width` columns as long as each column has 8 of them.
    pub fn to_text(&self, width: usize) -> String {
        let n_columns = self
            .rows
            .iter()
            .map(Vec::len)
            .chain([self.head.len()])
            .max()
            .unwrap_or(0);
        let all = || std::iter::once(&self.head).chain(&self.rows);
        let mut widths: Vec<usize> = (0..n_columns)
            .map(|i| {
                all()
                    .filter_map(|row| row.get(i))
                    .map(|cell| columns(cell))
                    .max()
            })
            .map(Option::unwrap_or_default)
            .collect();
        while widths.iter().map(|width| width + GAP).sum::<usize>() > width + GAP {
            match widths.iter_mut().max() {
                Some(widest) if *widest > 8 => *widest -= 1,
                _ => break,
            }
        }
        let right: Vec<bool> = (0..n_columns)
            .map(|i| {
                let mut cells = self.rows.iter().filter_map(|row| row.get(i)).peekable();
                cells.peek().is_some() && cells.all(|cell| is_number(cell))
            })
            .collect();
        let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();

        let mut text = String::new();
        for row in [&self.head, &rule].into_iter().chain(&self.rows) {
            let blocks: Vec<Vec<String>> = widths
                .iter()
                .enumerate()
                .map(|(i, width)| wrap(row.get(i).map_or("", String::as_str), *width))
                .collect();
            for i in 0..blocks.iter().map(Vec::len).max().unwrap_or(0) {
                let mut line = String::new();
                for ((block, width), right) in blocks.iter().zip(&widths).zip(&right) {
                    let cell = block.get(i).map_or("", String::as_str);
                    let free = width.saturating_sub(columns(cell));
                    line.push_str(&if *right {
                        " ".repeat(free) + cell
                    } else {
                        pad(cell, *width)
                    });
                    line.push_str(&" ".repeat(GAP));
                }
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
        text
    }
}

fn cells<T: ToString>(row: impl IntoIterator<Item = T>) -> Vec<String> {
    row.into_iter()
        .map(|cell| printable(&cell.to_string()).into_owned())
        .collect()
}

/// A number, with a sign before it and one word for its unit behind it if you like; or no value.
fn is_number(cell: &str) -> bool {
    let number = cell.trim_start_matches(['-', '+', '~', '<', '>', ' ']);
    let unit = number
        .trim_start_matches(|c: char| c.is_ascii_digit() || ".,".contains(c))
        .trim();
    matches!(cell, "" | "-")
        || number.starts_with(|c: char| c.is_ascii_digit())
            && !unit.contains(|c: char| c.is_ascii_digit() || c == ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units_stand_right_and_words_and_addresses_left() {
        let mut table = Table::new(["call", "time", "peer"]);
        table.row(["accept", "12 ms", "127.0.0.1:40113"]);
        table.row(["recv", "3.25 µs", "-"]);

        let text = table.to_text(80);

        let expected = "\
call       time  peer
------  -------  ---------------
accept    12 ms  127.0.0.1:40113
recv    3.25 µs  -
";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_table_that_is_too_wide_wraps_its_words() {
        let mut table = Table::new(["n", "what it promises"]);
        table.row(["1", "every byte, once, in order, or an error"]);

        let text = table.to_text(24);

        let expected = "\
n  what it promises
-  ---------------------
1  every byte, once, in
   order, or an error
";
        assert_eq!(text, expected);
    }

    #[test]
    fn missing_cells_stay_empty_and_no_cell_moves_the_cursor() {
        let mut table = Table::new(["a", "b"]);
        table.row(["\x1b[2J"]).row(["x", "y", "z"]);

        let text = table.to_text(80);

        let expected = "\
a        b
-------  -  -
\\x1b[2J
x        y  z
";
        assert_eq!(text, expected);
    }

    #[test]
    fn an_empty_table_is_empty() {
        assert_eq!(Table::default().to_text(80).trim(), "");
    }
}
