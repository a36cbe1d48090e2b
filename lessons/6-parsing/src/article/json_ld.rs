//! JSON-LD: what a page describes for machines, in scripts that browsers skip.
//!
//! Source: <https://schema.org/Article>, <https://www.w3.org/TR/json-ld11/>.

use serde_json::Value;
use url::Url;

use super::fold::{agreement, fold};
use crate::html::entities::{Place, unescape};
use crate::html::parts::clean;

/// The things of all scripts of a page.
#[derive(Debug, Default)]
pub struct Things {
    things: Vec<Value>,
    /// What was found in scripts that are no JSON: `datePublished` and the like, by their names.
    salvaged: Value,
}

/// How deep things are looked for in each other.
const MAX_DEPTH: usize = 8;

/// How many things of a page are kept.
const MAX_THINGS: usize = 400;

impl Things {
    /// Reads all scripts.
    pub fn read(scripts: &[&str]) -> Self {
        let mut all = Self::default();
        for script in scripts {
            match parse(script) {
                Some(value) => collect(value, &mut all.things, 0),
                None => all.salvage(script),
            }
        }
        all
    }

    /// Looks for the few keys that matter in a script that is no JSON at all.
    fn salvage(&mut self, script: &str) {
        let is_of_article = ["Article\"", "Posting\"", "Article'"]
            .iter()
            .any(|kind| script.contains(kind));
        for key in ["datePublished", "dateModified", "headline"] {
            let mut values = script.match_indices(key).filter_map(|(at, _)| {
                let rest = script[at + key.len()..].strip_prefix(['"', '\''])?;
                let rest = rest.trim_start().strip_prefix(':')?.trim_start();
                let value = rest.strip_prefix('"')?.split('"').next()?;
                (value.len() < 300).then(|| Value::String(value.to_owned()))
            });
            if let Some(value) = values.next()
                && is_of_article
            {
                self.salvaged[key] = value;
            }
        }
        if self.salvaged.is_object() {
            self.salvaged["@type"] = Value::String("Article".to_owned());
        }
    }

    /// Returns whether a thing of one of these types is described.
    pub fn has(&self, kinds: &[&str]) -> bool {
        self.things
            .iter()
            .any(|thing| is_a(thing, |kind| kinds.contains(&kind)))
    }

    /// Returns how many articles are described.
    pub fn articles(&self) -> usize {
        self.things
            .iter()
            .filter(|thing| is_a(thing, is_article))
            .count()
    }

    // ANCHOR: main
    /// Returns the thing that is the article of this page, and whether it says so itself: it names the
    /// page's address, or has its title. Of many that do neither none is.
    pub fn main(&self, page: Option<&Url>, titles: &[&str]) -> Option<(&Value, bool)> {
        let articles = || self.things.iter().filter(|thing| is_a(thing, is_article));
        let names_page = |thing: &&Value| {
            let page = page?;
            let addresses = ["url", "@id", "mainEntityOfPage"].iter().filter_map(|key| {
                let value = &thing[key];
                let text = value
                    .as_str()
                    .or(value["@id"].as_str())
                    .or(value["url"].as_str())?;
                page.join(text).ok()
            });
            let mut same = addresses.map(|address| is_same_page(&address, page));
            same.any(|same| same).then_some(())
        };
        let named: Vec<&Value> = articles()
            .filter(|thing| names_page(thing).is_some())
            .collect();
        let has_title = |thing: &&Value| {
            let headline = text(&thing["headline"]).or_else(|| text(&thing["name"]))?;
            let folded = fold(&headline);
            let mut same = titles
                .iter()
                .map(|title| agreement(&folded, &headline, &fold(title), title));
            same.any(|agreed| agreed > 0.7).then_some(())
        };
        let dated = |things: &[&'_ Value]| {
            things
                .iter()
                .position(|thing| thing["datePublished"].is_string())
        };
        if let Some(first) = named.first() {
            return Some((dated(&named).map_or(*first, |at| named[at]), true));
        }
        if let Some(thing) = articles().find(|thing| has_title(thing).is_some()) {
            return Some((thing, true));
        }
        let all: Vec<&Value> = articles().collect();
        match all.len() {
            0 => self.salvaged.is_object().then_some((&self.salvaged, false)),
            1 | 2 => Some((all[dated(&all).unwrap_or(0)], false)),
            _ => None,
        }
    }
    // ANCHOR_END: main

    /// Returns the page as such, where it is described.
    pub fn web_page(&self) -> Option<&Value> {
        self.things
            .iter()
            .find(|thing| is_a(thing, |kind| kind == "WebPage"))
    }

    /// Returns the names of the site and of who publishes it.
    pub fn site_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for thing in &self.things {
            if is_a(thing, |kind| {
                matches!(kind, "WebSite" | "Organization" | "NewsMediaOrganization")
            }) {
                names.extend(text(&thing["name"]));
                names.extend(text(&thing["alternateName"]));
            }
            names.extend(name_of(&thing["publisher"]));
        }
        names
    }
}

/// Returns a text of JSON-LD. Many systems escape it for HTML as well.
pub fn text(value: &Value) -> Option<String> {
    let value = value.as_str().or_else(|| value.get(0)?.as_str())?;
    let text = clean(&unescape(value, Place::Text));
    (!text.is_empty()).then_some(text)
}

/// Reads a name: a text, an object with a name, or the first of a list.
pub fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(_) => text(value),
        Value::Array(values) => values.iter().take(20).find_map(name_of),
        Value::Object(object) => object.get("name").and_then(text),
        _ => None,
    }
}

/// Returns whether a type of thing is something that is published.
pub fn is_article(kind: &str) -> bool {
    const OTHERS: [&str; 10] = [
        "Report",
        "Review",
        "CriticReview",
        "Recipe",
        "PodcastEpisode",
        "VideoObject",
        "ReportageNewsArticle",
        "ScholarlyArticle",
        "PressRelease",
        "AnalysisNewsArticle",
    ];
    (kind.ends_with("Article") || kind.ends_with("Posting") || OTHERS.contains(&kind))
        && !matches!(kind, "DiscussionForumPosting" | "JobPosting")
}

/// Returns whether two addresses are of one page: scheme, `www.`, a last slash, a query set aside.
pub fn is_same_page(a: &Url, b: &Url) -> bool {
    let host = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        ["www.", "m.", "amp."]
            .iter()
            .find_map(|prefix| host.strip_prefix(prefix))
            .unwrap_or(host)
            .to_owned()
    };
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    // `/?p=12` and `/article.php?id=12` are told apart by their queries alone.
    let by_query = |url: &Url| {
        matches!(
            url.path().rsplit('/').next(),
            Some("" | "index.php" | "article.php")
        )
    };
    host(a) == host(b)
        && path(a) == path(b)
        && (a.query() == b.query() || !by_query(a) || !by_query(b))
}

fn is_a(thing: &Value, test: impl Fn(&str) -> bool) -> bool {
    let plain = |kind: &str| test(kind.rsplit(['/', ':']).next().unwrap_or(kind));
    match &thing["@type"] {
        Value::String(kind) => plain(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(plain),
        _ => false,
    }
}

/// Gathers the objects: one, a list, an `@graph`, and the main entity of a page.
fn collect(value: Value, things: &mut Vec<Value>, depth: usize) {
    if depth > MAX_DEPTH || things.len() > MAX_THINGS {
        return;
    }
    match value {
        Value::Array(values) => {
            for value in values {
                collect(value, things, depth + 1);
            }
        }
        Value::Object(mut object) => {
            for key in ["@graph", "mainEntity"] {
                if let Some(inner) = object.remove(key) {
                    collect(inner, things, depth + 1);
                }
            }
            // What the page is the page of, where it is told the other way round.
            if let Some(Value::Object(_)) = object.get("mainEntityOfPage")
                && let Some(kind) = object["mainEntityOfPage"].get("headline")
                && kind.is_string()
            {
                collect(object["mainEntityOfPage"].clone(), things, depth + 1);
            }
            things.push(Value::Object(object));
        }
        _ => {}
    }
}

// ANCHOR: parse
/// Reads JSON as pages write it: in comments, with line feeds in texts, with commas too many.
fn parse(script: &str) -> Option<Value> {
    let script = script.trim();
    if let Ok(value) = serde_json::from_str(script) {
        return Some(value);
    }
    let mut body = script;
    for mark in ["<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA["] {
        body = body.strip_prefix(mark).unwrap_or(body).trim_start();
    }
    for mark in ["-->", "//]]>", "/*]]>*/", "]]>", "//", ";"] {
        body = body.strip_suffix(mark).unwrap_or(body).trim_end();
    }
    serde_json::from_str(body)
        .or_else(|_| serde_json::from_str(&mended(body)))
        .or_else(|_| serde_json::from_str(&unescape(body, Place::Text)))
        .ok()
}

/// Escapes control characters inside of texts, and leaves out commas before a closing bracket.
fn mended(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 16);
    let (mut in_text, mut escaped) = (false, false);
    for c in json.chars() {
        if in_text {
            match c {
                _ if escaped => {
                    // `\'` is none of JSON's escapes.
                    if !matches!(c, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') {
                        out.pop();
                    }
                    escaped = false;
                    out.push(if c.is_control() { ' ' } else { c });
                    continue;
                }
                '\\' => escaped = true,
                '"' => in_text = false,
                c if c.is_control() => {
                    out.push(' ');
                    continue;
                }
                _ => {}
            }
        } else if c == '"' {
            in_text = true;
        } else if matches!(c, '}' | ']') {
            let end = out.trim_end().len();
            if out[..end].ends_with(',') {
                out.truncate(end - 1);
            }
        }
        out.push(c);
    }
    out
}
// ANCHOR_END: parse

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_json_is_mended_where_its_meaning_is_clear() {
        for script in [
            r#"{"@type":"Article","headline":"A","datePublished":"2024-03-05",}"#,
            "{\"@type\":\"Article\",\"headline\":\"A\",\"description\":\"two\nlines\",\"datePublished\":\"2024-03-05\"}",
            "<!-- {\"@type\":\"Article\",\"headline\":\"A\",\"datePublished\":\"2024-03-05\"} -->",
            "//<![CDATA[\n{\"@type\":\"Article\",\"headline\":\"A\",\"datePublished\":\"2024-03-05\"}\n//]]>",
            "{\"@type\":\"Article\",\"headline\":\"A\",\"description\":\"it\\'s\",\"datePublished\":\"2024-03-05\"};",
            r#"{"@type":"Article","headline":"A","description":"a "quoted" word","datePublished":"2024-03-05"}"#,
            "{&quot;@type&quot;:&quot;Article&quot;,&quot;headline&quot;:&quot;A&quot;,&quot;datePublished&quot;:&quot;2024-03-05&quot;}",
        ] {
            let things = Things::read(&[script]);

            let (main, _) = things.main(None, &[]).expect(script);
            assert_eq!(main["datePublished"], "2024-03-05", "{script}");
            assert_eq!(main["headline"], "A", "{script}");
        }
    }

    #[test]
    fn what_nests_without_end_is_left_alone() {
        let script = "[".repeat(100_000);

        assert_eq!(Things::read(&[&script]).articles(), 0);
    }
}
