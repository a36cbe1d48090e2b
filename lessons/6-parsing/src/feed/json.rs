//! JSON Feed. Source: <https://www.jsonfeed.org/version/1.1/>.

use serde_json::Value;

use super::{Entry, Error, Feed, Format, Stamp, text};

/// Reads a JSON Feed. Fields of a wrong type are passed over.
///
/// # Errors
///
/// [`Error`] if it is no JSON or no feed.
pub fn read(document: &str) -> Result<Feed, Error> {
    let value: Value = serde_json::from_str(document).map_err(Error::Json)?;
    let Some(items) = value["items"].as_array() else {
        return Err(Error::NotA {
            wanted: "feed",
            found: "JSON without items",
        });
    };
    Ok(Feed {
        format: Format::Json,
        title: string(&value, &["title"]),
        link: string(&value, &["home_page_url"]),
        language: string(&value, &["language"]),
        entries: items
            .iter()
            .map(entry)
            .filter(Entry::says_something)
            .collect(),
    })
}

fn entry(item: &Value) -> Entry {
    let stamp = |name: &str| item[name].as_str().and_then(Stamp::parse);
    // Version 1.1 has a list of authors, version 1 had one.
    let authors = item["authors"]
        .as_array()
        .map_or(std::slice::from_ref(&item["author"]), Vec::as_slice);
    Entry {
        // Identities should be strings, and are numbers all the same.
        id: string(item, &["id"]).or_else(|| item["id"].as_number().map(ToString::to_string)),
        title: string(item, &["title"]),
        link: string(item, &["url", "external_url"]),
        published: stamp("date_published"),
        updated: stamp("date_modified"),
        authors: authors
            .iter()
            .filter_map(|author| string(author, &["name"]))
            .collect(),
        summary: string(item, &["summary", "content_text"])
            .or_else(|| item["content_html"].as_str().map(text::plain)),
    }
}

/// Returns the first of these fields that is a text and not empty.
fn string(value: &Value, names: &[&str]) -> Option<String> {
    let mut texts = names.iter().filter_map(|name| value[*name].as_str());
    texts.find_map(|text| Some(text::collapsed(text)).filter(|text| !text.is_empty()))
}
