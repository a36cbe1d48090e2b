//! Step 2: from a table to records.
//!
//! A table is made for the eye. A program wants records: for each row, which value belongs to which
//! heading. Cells that reach over several rows, tables inside tables and forgotten cells stand between.

use std::collections::BTreeMap;

use scraper::{ElementRef, Html, Selector};

/// A row: heading to value.
pub type Record = BTreeMap<String, String>;

/// Returns the rows of the page's first table as records, in the order of the page.
///
/// - The first row holds the headings, and later rows of nothing but `th` repeat them: they are no records.
/// - A row's cells are its `th` and `td`, both: a row may begin with a heading of its own.
/// - A cell with `rowspan="3"` stands in this row and in the two below it. `colspan` works alike, to the right.
/// - A cell that is missing is missing in the record; a cell without heading is left out.
/// - A value is what a reader sees: all text inside, with single spaces. A table inside a cell is part of its text.
pub fn records(page: &str) -> Vec<Record> {
    // TODO: which rows belong to this table, and which column is a cell in?
    todo!("make a record of each row")
}
