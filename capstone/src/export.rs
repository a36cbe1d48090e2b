//! Rows for other programs: JSON Lines and CSV.
//!
//! Text from strangers is data here, so nothing of it is lost; but it is written so that no reader
//! takes it for a command. JSON escapes every character that a terminal would obey, which leaves the
//! value the same. CSV has no escapes, so there these characters are replaced, and a cell that a
//! spreadsheet would calculate gets an apostrophe in front.

use serde_json::{Value, json};
use sockets::sanitise::sanitise;

use crate::store::Exported;

/// The first line of the CSV form.
pub const CSV_HEAD: &str = "url,title,date,error";

/// Writes a URL as one line of JSON: `{"url":…,"title":…,"date":…,"error":…}`.
pub fn json_line(row: &Exported) -> String {
    // Written by hand to keep this order of the keys, which is easier to read than the alphabet.
    let text = |value: Value| json_text(&value);
    format!(
        r#"{{"url":{},"title":{},"date":{},"error":{}}}"#,
        text(json!(row.url)),
        text(json!(row.title)),
        text(json!(row.date)),
        text(json!(row.error))
    )
}

/// Writes a URL as one line of CSV (RFC 4180), empty where there is nothing.
pub fn csv_line(row: &Exported) -> String {
    [
        Some(&row.url),
        row.title.as_ref(),
        row.date.as_ref(),
        row.error.as_ref(),
    ]
    .map(|field| cell(field.map_or("", String::as_str)))
    .join(",")
}

/// Writes JSON on one line in which every character that a terminal would obey is escaped.
pub fn json_text(value: &Value) -> String {
    let text = value.to_string();
    if sanitise(&text) == text {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        let mut buffer = [0; 4];
        if sanitise(c.encode_utf8(&mut buffer)).chars().eq([c]) {
            out.push(c);
        } else {
            // Only strings hold such characters, and in a string an escape means the same.
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

fn cell(text: &str) -> String {
    let text = sanitise(text);
    let guard = if text.starts_with(['=', '+', '-', '@']) {
        "'"
    } else {
        ""
    };
    if guard.is_empty() && !text.contains(['"', ',']) {
        return text.into_owned();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(title: &str) -> Exported {
        Exported {
            url: "http://a.test/".into(),
            title: Some(title.into()),
            date: None,
            state: "stored".into(),
            error: None,
        }
    }

    #[test]
    fn a_line_of_json_has_four_keys_in_order() {
        assert_eq!(
            json_line(&row("Bread \"& butter\"")),
            r#"{"url":"http://a.test/","title":"Bread \"& butter\"","date":null,"error":null}"#
        );
    }

    #[test]
    fn json_keeps_every_character_and_shows_none_that_a_terminal_obeys() {
        let evil = "a\u{1b}[2J\u{9b}x\u{202e}\u{e0001}\u{2028}é世";

        let line = json_line(&row(evil));

        let back: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(back["title"], evil);
        assert_eq!(sanitise(&line), line);
    }

    #[test]
    fn csv_quotes_what_would_break_it_and_disarms_formulas() {
        assert_eq!(
            csv_line(&row("Bread, \"butter\"")),
            "http://a.test/,\"Bread, \"\"butter\"\"\",,"
        );
        assert_eq!(
            csv_line(&row("=HYPERLINK(1)")),
            "http://a.test/,\"'=HYPERLINK(1)\",,"
        );
        assert_eq!(csv_line(&row("a\nb")).lines().count(), 1);
    }
}
