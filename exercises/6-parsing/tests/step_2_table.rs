//! # Step 2: from a table to records
//!
//! **Task.** Fill in `src/table.rs`: `records` turns a page's first table into records, heading to
//! value, also where cells reach over several rows or columns.
//!
//! **Hint.** Walk from row to row and keep for each column what reaches down into it. More with
//! `just hint 6 table`.
//!
//! **Resources.** The chapter `book/src/6-parsing.md`, "The tree that a browser makes"; the tour, `just lesson 6 repair`;
//! the documentation of `scraper::ElementRef` (`children`, `wrap`, `text`, `attr`).

mod harness;

use exercise_6::table::{Record, records};
use harness::{same, within};

/// Checks that a page's table gives these records, each written as `heading=value` pairs.
#[track_caller]
fn check(page: &str, expected: &[&[(&str, &str)]], why: &str) {
    let expected: Vec<Record> = expected
        .iter()
        .map(|row| {
            row.iter()
                .map(|(heading, value)| ((*heading).to_owned(), (*value).to_owned()))
                .collect()
        })
        .collect();
    let asked = page.to_owned();
    let came = within("Is there a loop that never ends?", move || records(&asked));
    same!(came, expected, "The table was:\n{page}\n\n{why}");
}

#[test]
fn goal_1_each_row_below_the_headings_is_a_record() {
    check(
        "<p>Prices</p><table><tr><th>Bread</th><th>Price</th></tr>\n<tr><td>Rye</td><td>3.20</td></tr><tr><td>Spelt</td><td>4.10</td></tr></table>",
        &[
            &[("Bread", "Rye"), ("Price", "3.20")],
            &[("Bread", "Spelt"), ("Price", "4.10")],
        ],
        "The first row names the columns, each further row is a record.",
    );
    check(
        "<p>No table.</p>",
        &[],
        "Without a table there are no records.",
    );
}

#[test]
fn goal_2_a_value_is_what_a_reader_sees() {
    check(
        "<table><thead><tr><th> Bread </th><th>Price<br>in <b>€</b></th></tr></thead><tbody><tr><td>\n  Rye\n   <i>bread</i></td><td>3.20</td></tr></tbody></table>",
        &[&[("Bread", "Rye bread"), ("Price in €", "3.20")]],
        "All pieces of text belong to the value. Here they are joined by a space, so that `Price<br>in` stays two words.",
    );
}

#[test]
fn goal_3_a_row_may_begin_with_a_heading_of_its_own_and_headings_may_be_repeated() {
    check(
        "<table><tr><th>Day</th><th>Bread</th></tr><tr><th scope=row>Mon</th><td>Rye</td></tr><tr><th>Day</th><th>Bread</th></tr><tr><th>Tue</th><td>Spelt</td></tr></table>",
        &[
            &[("Day", "Mon"), ("Bread", "Rye")],
            &[("Day", "Tue"), ("Bread", "Spelt")],
        ],
        "\"Mon\" is a th and still a value of its row. A row of nothing but th repeats the headings and is no record.",
    );
}

#[test]
fn goal_4_missing_and_surplus_cells_do_no_harm() {
    check(
        "<table><tr><th>A<th>B<tr><td>1<tr><td>2<td>3<td>4</table>",
        &[&[("A", "1")], &[("A", "2"), ("B", "3")]],
        "The first row has a cell too few: the record has no B. The second has one too many: it has no name.\n\
         (The end tags were left out, as HTML allows. The parser has added them.)",
    );
}

#[test]
fn goal_5_a_cell_may_reach_over_several_rows() {
    check(
        "<table><tr><th>Day</th><th>Bread</th><th>Price</th></tr>\
         <tr><td rowspan=2>Mon</td><td>Rye</td><td>3.20</td></tr>\
         <tr><td>Spelt</td><td rowspan='2'>4.10</td></tr>\
         <tr><td>Tue</td><td>Corn</td></tr></table>",
        &[
            &[("Day", "Mon"), ("Bread", "Rye"), ("Price", "3.20")],
            &[("Day", "Mon"), ("Bread", "Spelt"), ("Price", "4.10")],
            &[("Day", "Tue"), ("Bread", "Corn"), ("Price", "4.10")],
        ],
        "\"Mon\" stands in two rows. The second row has only two cells of its own, and they are in the columns that are\n\
         still free: Spelt is a bread, not a day.",
    );
}

#[test]
fn goal_6_a_cell_may_reach_over_several_columns() {
    check(
        "<table><tr><th>Day</th><th>Bread</th><th>Price</th></tr>\
         <tr><td>Sun</td><td colspan=2>closed</td></tr></table>",
        &[&[("Day", "Sun"), ("Bread", "closed"), ("Price", "closed")]],
        "The cell stands in both columns, so both headings have its value.",
    );
}

#[test]
fn goal_7_a_table_inside_a_cell_is_text() {
    check(
        "<table><tr><th>Bread</th><th>Made of</th></tr><tr><td>Rye</td><td><table><tr><td>flour</td><td>1</td></tr><tr><td>salt</td></tr></table></td></tr><tr><td>Corn</td><td>?</td></tr></table>",
        &[
            &[("Bread", "Rye"), ("Made of", "flour 1 salt")],
            &[("Bread", "Corn"), ("Made of", "?")],
        ],
        "The inner rows belong to the inner table. A selector \"tr\" finds them as well, so walk down from the table instead.",
    );
}

#[test]
fn goal_8_a_hostile_span_costs_nothing() {
    let page = format!(
        "<table><tr><th>A</th><th>B</th></tr><tr><td rowspan=4000000000>x</td><td colspan=4000000000>y</td></tr>{}</table>",
        "<tr><td>z</td></tr>".repeat(3)
    );

    let came = within(
        "A span of four thousand million is written in a moment, and must not be filled in cell by cell.",
        move || records(&page),
    );

    let z = |value: &str| Record::from([("A".into(), "x".into()), ("B".into(), value.into())]);
    same!(
        came,
        [z("y"), z("z"), z("z"), z("z")],
        "Spans come from strangers too: never make room for more rows or columns than there are."
    );
}
