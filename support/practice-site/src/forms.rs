//! The corner of forms: they search, send, order and upload, and redirect after a POST.

use crate::app::{Outcome, add_slash, methods};
use crate::html::{Frame, escape};
use crate::server::{Request, Response, find, lock, parse_form};
use crate::truth::Reach;
use std::collections::VecDeque;
use std::sync::Mutex;

/// The pages of this corner: path, title, and the way that leads there.
pub(crate) const PAGES: &[(&str, &str, Reach)] = &[
    ("/forms/", "Forms", Reach::Links),
    ("/forms/search", "Search the pantry", Reach::Links),
    ("/forms/contact", "Write to us", Reach::Links),
    ("/forms/order", "Order bread", Reach::Links),
    ("/forms/upload", "Send files", Reach::Links),
];

/// How many sent forms are kept.
const KEPT: usize = 1_000;

/// What the search finds.
const PANTRY: [&str; 12] = [
    "barley bread",
    "black tea",
    "dried apples",
    "fig jam",
    "ginger bread",
    "green tea",
    "honey",
    "oat bread",
    "pickled plums",
    "rye bread",
    "salted butter",
    "walnut bread",
];

/// Sent forms, the latest last.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// How many forms were sent before the first that is kept.
    gone: usize,
    kept: VecDeque<Vec<(String, String)>>,
}

impl Messages {
    /// Keeps a form, and returns its number, from 1.
    fn keep(&self, fields: Vec<(String, String)>) -> usize {
        let mut state = lock(&self.state);
        state.kept.push_back(fields);
        if state.kept.len() > KEPT {
            state.kept.pop_front();
            state.gone += 1;
        }
        state.gone + state.kept.len()
    }

    fn get(&self, number: usize) -> Option<Vec<(String, String)>> {
        let state = lock(&self.state);
        state.kept.get(number.checked_sub(state.gone + 1)?).cloned()
    }
}

/// Answers requests below `/forms`.
pub(crate) fn answer(messages: &Messages, request: &Request, rest: &[&str]) -> Outcome {
    let allowed = match rest {
        ["contact" | "order" | "upload"] => "GET, HEAD, POST, OPTIONS",
        _ => "GET, HEAD, OPTIONS",
    };
    let title = |path: &str| PAGES.iter().find(|page| page.0 == path).map(|page| page.1);
    let (title, main) = match rest {
        [] => {
            methods(request, allowed)?;
            add_slash(request)?;
            ("Forms", INDEX.to_string())
        }
        ["thanks"] => {
            methods(request, allowed)?;
            let number = request.number("id", 0, u64::MAX) as usize;
            let fields = messages.get(number).ok_or_else(|| Response::empty(404))?;
            ("Thank you", thanks(&fields))
        }
        [_] => {
            let title = title(&request.path).ok_or_else(|| Response::empty(404))?;
            methods(request, allowed)?;
            if request.method == "POST" {
                return receive(messages, request, title);
            }
            (title, form(&request.path, request))
        }
        _ => return Err(Response::empty(404)),
    };
    Ok(Response::html(
        200,
        Frame {
            title,
            corner: "/forms/",
            head: "",
            main: &main,
        }
        .to_html(),
    ))
}

/// Takes a sent form: a redirect to the page of thanks, or the form again with what is wrong.
fn receive(messages: &Messages, request: &Request, title: &'static str) -> Outcome {
    let fields = read_fields(request)?;
    let missing: Vec<&str> = required(&request.path)
        .iter()
        .copied()
        .filter(|name| find(&fields, name).is_none_or(|value| value.trim().is_empty()))
        .collect();
    if !missing.is_empty() {
        let main = format!(
            "<p class=\"error\" role=\"alert\">Please fill in: {}.</p>\n{}",
            missing.join(", "),
            form(&request.path, request)
        );
        let page = Frame {
            title,
            corner: "/forms/",
            head: "",
            main: &main,
        }
        .to_html();
        return Err(Response::html(422, page));
    }
    let number = messages.keep(fields);
    // After this redirect, loading the page once more sends nothing a second time.
    Ok(Response::redirect(
        303,
        format!("/forms/thanks?id={number}"),
    ))
}

fn required(path: &str) -> &'static [&'static str] {
    match path {
        "/forms/contact" => &["name", "message"],
        "/forms/order" => &["bread", "count"],
        _ => &[],
    }
}

/// Reads a form's fields, whichever way they are packed.
fn read_fields(request: &Request) -> Result<Vec<(String, String)>, Response> {
    let content_type = request.header("content-type").unwrap_or_default();
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    match kind.trim().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" | "" => {
            Ok(parse_form(&String::from_utf8_lossy(&request.body)))
        }
        "multipart/form-data" => {
            let boundary = parameters
                .split(';')
                .find_map(|parameter| parameter.trim().strip_prefix("boundary="))
                .map(|boundary| boundary.trim_matches('"'))
                .filter(|boundary| !boundary.is_empty() && boundary.len() <= 70)
                .ok_or_else(|| Response::text(400, "The multipart form has no boundary.\n"))?;
            parse_multipart(&request.body, boundary)
                .ok_or_else(|| Response::text(400, "The multipart form is broken.\n"))
        }
        _ => Err(Response::text(
            415,
            "A form is application/x-www-form-urlencoded or multipart/form-data.\n",
        )),
    }
}

/// Reads the parts of a multipart form; of a file it tells the name and the length.
///
/// Source: RFC 7578, RFC 2046 section 5.1.1.
fn parse_multipart(body: &[u8], boundary: &str) -> Option<Vec<(String, String)>> {
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    let mut fields = Vec::new();
    // The first delimiter may stand at the very beginning, without a line end before it.
    let mut rest = body.strip_prefix(&delimiter[2..])?;
    loop {
        if rest.starts_with(b"--") {
            return Some(fields);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = position(rest, &delimiter)?;
        let (part, after) = (&rest[..end], &rest[end + delimiter.len()..]);
        let split = position(part, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&part[..split]);
        let value = &part[split + 4..];
        let parameter = |name: &str| {
            let disposition = head.lines().find(|line| {
                line.to_ascii_lowercase()
                    .starts_with("content-disposition:")
            })?;
            let start = disposition.find(&format!("; {name}=\""))? + name.len() + 4;
            Some(
                disposition[start..]
                    .split('"')
                    .next()
                    .unwrap_or_default()
                    .to_string(),
            )
        };
        let name = parameter("name")?;
        let value = match parameter("filename") {
            Some(file) => format!("{file} ({} bytes)", value.len()),
            None => String::from_utf8_lossy(value).into_owned(),
        };
        fields.push((name, value));
        rest = after;
    }
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn thanks(fields: &[(String, String)]) -> String {
    let rows: String = fields
        .iter()
        .map(|(name, value)| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                escape(name),
                escape(value)
            )
        })
        .collect();
    format!("<p class=\"lead\">This is what arrived:</p>\n<table id=\"sent\">{rows}</table>")
}

const INDEX: &str = r#"<p class="lead">Forms as they stand all over the web.</p>
<ul>
<li><a href="/forms/search">Search</a> sends its words in the address, with GET. <a href="/forms/search?q=bread">An answer</a> has an address too, and robots stay away from those.</li>
<li><a href="/forms/contact">Write to us</a> sends a POST, and a redirect answers it.</li>
<li><a href="/forms/order">Order bread</a> has every kind of field.</li>
<li><a href="/forms/upload">Send files</a> is a multipart form.</li>
</ul>"#;

const CONTACT: &str = r#"<form method="post" action="/forms/contact">
<label for="name">Name</label><input id="name" name="name" autocomplete="off">
<label for="message">Message</label><textarea id="message" name="message" rows="4"></textarea>
<button>Send</button>
</form>"#;

const ORDER: &str = r#"<form method="post" action="/forms/order">
<label for="bread">Bread</label>
<select id="bread" name="bread"><option value="">Please choose</option><option value="rye">Rye bread</option><option value="oat">Oat bread</option><option value="walnut">Walnut bread</option></select>
<label for="count">How many</label><input id="count" name="count" type="number" min="1" max="20" value="1">
<label for="day">For which day</label><input id="day" name="day" type="date">
<label><input type="radio" name="cut" value="whole" checked> whole</label>
<label><input type="radio" name="cut" value="sliced"> sliced</label>
<label><input type="checkbox" name="bag" value="yes"> with a paper bag</label>
<input type="hidden" name="form" value="order-7">
<button>Order</button>
</form>"#;

const UPLOAD: &str = r#"<form method="post" action="/forms/upload" enctype="multipart/form-data">
<label for="note">Note</label><input id="note" name="note">
<label for="file">Files</label><input id="file" name="file" type="file" multiple>
<button>Send</button>
</form>
<p class="soft">The site looks at names and lengths, and forgets the rest. One megabyte is the most.</p>"#;

fn form(path: &str, request: &Request) -> String {
    match path {
        "/forms/contact" => CONTACT.to_string(),
        "/forms/order" => ORDER.to_string(),
        "/forms/upload" => UPLOAD.to_string(),
        _ => search(request.parameter("q")),
    }
}

fn search(words: Option<&str>) -> String {
    let asked = escape(words.unwrap_or_default());
    let form = format!(
        "<form method=\"get\" action=\"/forms/search\">\n<label for=\"q\">Words</label>\
         <input id=\"q\" name=\"q\" type=\"search\" value=\"{asked}\">\n<button>Search</button>\n</form>"
    );
    let Some(words) = words else { return form };
    let words = words.to_lowercase();
    let found: Vec<&str> = PANTRY
        .into_iter()
        .filter(|thing| thing.contains(&words))
        .collect();
    let items: String = found
        .iter()
        .map(|thing| format!("<li>{thing}</li>\n"))
        .collect();
    let count = found.len();
    format!("{form}\n<p id=\"count\">{count} found</p>\n<ul id=\"found\">\n{items}</ul>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multipart_form_is_taken_apart() {
        let body = b"--XX\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n\
            --XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\
            Content-Type: application/octet-stream\r\n\r\n\0\r\n--X\r\n--XX--\r\n";

        let fields = parse_multipart(body, "XX").unwrap();

        let pair = |name: &str, value: &str| (name.to_string(), value.to_string());
        assert_eq!(
            fields,
            [pair("note", "hello"), pair("file", "a.bin (6 bytes)")]
        );
    }

    #[test]
    fn a_broken_multipart_form_is_refused() {
        for body in [
            "",
            "--XX",
            "--XX\r\n",
            "--XX\r\n\r\n\r\n--XX--",
            "--XX\r\nname\r\n\r\nvalue\r\n--XX--",
        ] {
            assert_eq!(parse_multipart(body.as_bytes(), "XX"), None, "{body:?}");
        }
    }
}
