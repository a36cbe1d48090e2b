//! Pages that lead a crawler on for ever, one at a time.

use crate::html::{Frame, escape};
use crate::random::{hash, mix};
use crate::server::{Request, Response};

/// Answers requests below `/faults/trap`. Nothing is stored: each page is made from its own path.
pub(super) fn answer(request: &Request, rest: &[&str]) -> Option<Response> {
    let (title, main) = match rest {
        ["calendar", year, month] => {
            let (year, month): (u64, u64) = (year.parse().ok()?, month.parse().ok()?);
            if !(1..=12).contains(&month) || year > 1_000_000 {
                return None;
            }
            let next = if month == 12 {
                (year + 1, 1)
            } else {
                (year, month + 1)
            };
            let days: String = (1..=28)
                .map(|day| {
                    format!("<a href=\"/faults/trap/calendar/{year}/{month}?day={day}\">{day}</a> ")
                })
                .collect();
            (
                format!("Month {month} of {year}"),
                format!(
                    "<p>{days}</p><p><a rel=\"next\" href=\"/faults/trap/calendar/{}/{}\">The month after</a></p>",
                    next.0, next.1
                ),
            )
        }
        ["deep", rest @ ..] => {
            let depth = rest.len();
            // From a path with a slash at its end, a relative link goes one deeper.
            let name = ["salt", "wind", "rope"][depth % 3];
            (
                format!("Level {depth}"),
                format!("<p><a href=\"{name}/\">One level deeper</a></p>"),
            )
        }
        ["session"] => {
            let before = request.parameter("sid").unwrap_or_default();
            let fresh = mix(hash(before.as_bytes()).wrapping_add(u64::from(before.is_empty())));
            (
                "A page for this visit".to_string(),
                format!(
                    "<p><a href=\"/faults/trap/session?sid={fresh:016x}\">On</a> and <a href=\"/faults/trap/session?sid={:016x}\">on</a></p>",
                    mix(fresh)
                ),
            )
        }
        ["facets"] => {
            let query = request
                .target
                .split_once('?')
                .map_or("", |(_, query)| query);
            let links: String = [
                "colour=red",
                "colour=blue",
                "size=small",
                "size=large",
                "order=price",
                "order=name",
            ]
            .iter()
            .map(|facet| {
                let joint = if query.is_empty() { "" } else { "&" };
                let href = escape(&format!("/faults/trap/facets?{query}{joint}{facet}"));
                format!("<li><a href=\"{href}\">{facet}</a></li>\n")
            })
            .collect();
            (
                "Things to filter".to_string(),
                format!("<ul>\n{links}</ul>"),
            )
        }
        _ => return None,
    };
    let page = Frame {
        title: &title,
        corner: "/faults/",
        head: "",
        main: &main,
    };
    Some(Response::html(200, page.to_html()))
}
