//! Tempting: each row has its own cells, so the values behind a tall cell slip to the left.

use std::collections::BTreeMap;

use scraper::{ElementRef, Html, Selector};

/// A row: heading to value.
pub type Record = BTreeMap<String, String>;

/// No table that a person reads has more columns; a `colspan` beyond it is a mistake or an attack.
const MAX_COLUMNS: usize = 1_000;

/// Returns the rows of the page's first table as records, in the order of the page.
///
/// - The first row holds the headings, and later rows of nothing but `th` repeat them: they are no records.
/// - A row's cells are its `th` and `td`, both: a row may begin with a heading of its own.
/// - A cell with `rowspan="3"` stands in this row and in the two below it. `colspan` works alike, to the right.
/// - A cell that is missing is missing in the record; a cell without heading is left out.
/// - A value is what a reader sees: all text inside, with single spaces. A table inside a cell is part of its text.
pub fn records(page: &str) -> Vec<Record> {
    let page = Html::parse_document(page);
    let Some(table) = page.select(&selector("table")).next() else {
        return Vec::new();
    };
    let mut headings: Option<Vec<String>> = None;
    let mut records = Vec::new();
    // For each column: the value that reaches down into it, and for how many rows more.
    let mut reaching: Vec<Option<(String, usize)>> = Vec::new();

    for row in rows(table) {
        let only_headings = children(row).all(|cell| cell.value().name() == "th");
        let values = place(row, &mut reaching);
        let Some(headings) = &headings else {
            headings = Some(values.into_iter().map(Option::unwrap_or_default).collect());
            continue;
        };
        if only_headings {
            continue;
        }
        // `zip` ends with the shorter side: a cell beyond the headings has no name.
        let named = headings.iter().zip(values);
        let record: Record = named
            .filter_map(|(heading, value)| Some((heading.clone(), value?)))
            .collect();
        records.push(record);
    }
    records
}

/// Returns the rows of this table. A selector `tr` would also find those of a table inside a cell, so the
/// way down is walked: table, perhaps thead, tbody or tfoot, row.
fn rows(table: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    children(table).flat_map(|child| {
        let is_row = child.value().name() == "tr";
        let own = is_row.then_some(child).into_iter();
        // The parser puts a tbody around rows that have none, so rows are usually grandchildren.
        let below = children(child).filter(move |it| !is_row && it.value().name() == "tr");
        own.chain(below)
    })
}

/// Puts the cells of a row into columns: first come the values that reach down from above.
fn place(row: ElementRef<'_>, reaching: &mut Vec<Option<(String, usize)>>) -> Vec<Option<String>> {
    let mut cells = children(row).filter(|cell| matches!(cell.value().name(), "td" | "th"));
    let mut values = Vec::new();
    // A cell that is as wide as several columns, and how many of them are still to come.
    let mut wide: Option<(String, usize, usize)> = None;

    for column in 0..MAX_COLUMNS {
        if reaching.len() <= column {
            reaching.push(None);
        }
        // A column that is taken from above takes no cell of this row: without this, all values
        // behind it would slip to the left.
        if let Some((value, rows)) = reaching[column].take() {
            values.push(Some(value.clone()));
            reaching[column] = (rows > 1).then(|| (value, rows - 1));
            continue;
        }
        let (value, columns, rows) = match wide.take() {
            Some(wide) => wide,
            None => match cells.next() {
                Some(cell) => (text(cell), span(cell, "colspan"), span(cell, "rowspan")),
                // Nothing more in this row; but something may still reach down further right.
                None if reaching[column..].iter().all(Option::is_none) => break,
                None => {
                    values.push(None);
                    continue;
                }
            },
        };
        if false {
            reaching[column] = Some((value.clone(), rows - 1));
        }
        if columns > 1 {
            wide = Some((value.clone(), columns - 1, rows));
        }
        values.push(Some(value));
    }
    values
}

fn span(cell: ElementRef<'_>, name: &str) -> usize {
    let written = cell.attr(name).and_then(|span| span.trim().parse().ok());
    written.unwrap_or(1).max(1)
}

fn children(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    element.children().filter_map(ElementRef::wrap)
}

fn text(element: ElementRef<'_>) -> String {
    // Joined by a space: the cells of an inner table would run into each other.
    let pieces = element.text().collect::<Vec<_>>().join(" ");
    pieces.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("it was written here, and is a selector")
}
