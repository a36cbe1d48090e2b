//! The corner of faults: everything a server can do wrong, on purpose and within bounds.
//!
//! Each fault harms only the connection that asked for it. What is endless ends when the client goes,
//! when the site stops, or at a bound.

mod bodies;
mod coding;
mod framing;
mod heads;
mod pages;
mod redirects;
mod strikes;
mod table;
mod traps;

pub(crate) use strikes::Strikes;
pub(crate) use table::FAULTS;

use crate::app::{App, add_slash};
use crate::html::{Frame, escape};
use crate::server::{Answer, Request, Response};
use std::time::Duration;

pub(crate) const TITLE: &str = "Faults";

/// The longest that a fault keeps a client waiting for a single byte.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// The most bytes that an endless answer has, should the client never tire.
const MAX_ENDLESS: usize = 256 * 1024 * 1024;

/// Answers requests below `/faults`.
pub(crate) fn answer(app: &App, request: &Request, rest: &[&str]) -> Answer {
    let found = match rest {
        [] => match add_slash(request) {
            Ok(()) => Some(Response::html(200, index()).into()),
            Err(redirect) => Some(redirect.into()),
        },
        ["status", status] => status_page(status).map(Answer::from),
        ["page", name] => pages::answer(request, name),
        ["trap", rest @ ..] => traps::answer(request, rest).map(Answer::from),
        ["xml", name] => pages::xml(name).map(Answer::from),
        ["loop" | "loops" | "redirects" | "location", ..] => {
            redirects::answer(&app.base(request), rest).map(Answer::from)
        }
        ["bomb" | "coding", name] => coding::answer(request, rest[0], name),
        [name] => bodies::answer(request, name)
            .or_else(|| framing::answer(request, name))
            .or_else(|| heads::answer(request, name)),
        _ => None,
    };
    found.unwrap_or_else(|| Response::empty(404).into())
}

/// Answers with any status from 200 to 599, in as orderly a way as that status allows.
fn status_page(status: &str) -> Option<Response> {
    let status: u16 = status
        .parse()
        .ok()
        .filter(|status| (200..=599).contains(status))?;
    let reason = crate::server::reason(status);
    let response = if matches!(status, 204 | 205 | 304) {
        Response::empty(status)
    } else {
        Response::text(status, format!("This is status {status}, {reason}.\n"))
    };
    // A header without which the status would break a rule of its own.
    Some(match status {
        301 | 302 | 303 | 307 | 308 => response.with("Location", "/faults/status/200"),
        401 => response.with("WWW-Authenticate", "Basic realm=\"practice site\""),
        405 => response.with("Allow", ""),
        429 | 503 => response.with("Retry-After", "1"),
        _ => response,
    })
}

fn index() -> String {
    let mut main = String::from(
        "<p class=\"lead\">Everything a server can do wrong, on purpose. A good client ends each of these in time, \
         with little memory, and with an error that says what happened.</p>\n\
         <p>Robots keep out of here: robots.txt closes all but this page. In a browser some of these load for a long time; \
         press stop when you have seen enough. <code>--fault-share 0.2</code> makes a fifth of the whole site faulty.</p>\n",
    );
    for (heading, faults) in table::groups() {
        main.push_str(&format!(
            "<h2>{heading}</h2>\n<div class=\"scroll\"><table class=\"faults\">\n<thead><tr><th>Fault</th><th>What the server does</th><th>What a good client does</th></tr></thead>\n<tbody>\n"
        ));
        for fault in faults {
            main.push_str(&format!(
                "<tr><td><a href=\"{}\">{}</a></td><td>{}</td><td>{}</td></tr>\n",
                escape(fault.path),
                escape(fault.name),
                escape(fault.what),
                escape(fault.advice)
            ));
        }
        main.push_str("</tbody></table></div>\n");
    }
    Frame {
        title: TITLE,
        corner: "/faults/",
        head: "",
        main: &main,
    }
    .to_html()
}

/// Writes a head by hand: the status line and the fields, without anything being added.
fn head(status_line: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let fields: String = fields
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    format!("{status_line}\r\n{fields}\r\n").into_bytes()
}

/// A small well-made page, for faults that lie elsewhere.
fn small_page(title: &str) -> String {
    let main = "<p>If you can read this, your client took it in good part.</p>\n\
                <p>Back to the <a href=\"/faults/\">faults</a>.</p>";
    Frame {
        title,
        corner: "/faults/",
        head: "",
        main,
    }
    .to_html()
}
