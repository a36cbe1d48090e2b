//! The journal for people: a page with the latest requests, and all of them as JSON.

use crate::html::{Frame, escape};
use crate::journal::{Entry, Journal};
use crate::json::{Json, number, object, text};
use crate::server::Response;

/// How many requests the page shows, the latest first.
const SHOWN: usize = 200;

/// Answers with the page.
pub(crate) fn page(journal: &Journal) -> Response {
    let entries = journal.entries();
    let rows: String = entries
        .iter()
        .rev()
        .take(SHOWN)
        .map(|entry| {
            let status = match (entry.status, entry.finished) {
                (Some(status), _) => status.to_string(),
                (None, Some(_)) => "none".to_string(),
                (None, None) => "on its way".to_string(),
            };
            let took = entry.finished.map(|finished| finished.saturating_sub(entry.at));
            format!(
                "<tr><td class=\"number\">{:.3}</td><td>{}</td><td><code>{}</code></td><td>{status}</td>\
                 <td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td></tr>\n",
                entry.at.as_secs_f64(),
                escape(&entry.method),
                escape(&entry.path.chars().take(120).collect::<String>()),
                took.map_or_else(String::new, |took| format!("{:.1}", took.as_secs_f64() * 1_000.0)),
                entry.in_flight,
                entry.connection,
                escape(&entry.user_agent.as_deref().unwrap_or("none").chars().take(40).collect::<String>()),
            )
        })
        .collect();
    let main = format!(
        "<p class=\"lead\">{} requests, of which the latest {SHOWN} at most stand here, the latest first. \
         Looking at this page is not among them. <a href=\"/journal.json\">As JSON</a>.</p>\n\
         <div class=\"scroll wide\"><table class=\"requests\"><thead><tr><th>Second</th><th>Method</th><th>Path</th><th>Status</th>\
         <th>Took ms</th><th>In flight</th><th>Connection</th><th>User agent</th></tr></thead>\n<tbody>\n{rows}</tbody></table></div>",
        entries.len(),
    );
    let page = Frame {
        title: "Journal of requests",
        corner: "/journal",
        head: "",
        main: &main,
    };
    Response::html(200, page.to_html()).with("Cache-Control", "no-store")
}

/// Answers with all entries as JSON, in order of arrival.
pub(crate) fn json(journal: &Journal) -> Response {
    let entries = journal.entries().iter().map(to_json).collect();
    let page = object([
        ("forgotten", number(journal.forgotten())),
        ("entries", Json::List(entries)),
    ]);
    Response::new(200, "application/json", page.to_pretty()).with("Cache-Control", "no-store")
}

fn to_json(entry: &Entry) -> Json {
    let milliseconds =
        |time: std::time::Duration| Json::Number((time.as_secs_f64() * 1e6).round() / 1e3);
    object([
        ("at_ms", milliseconds(entry.at)),
        ("method", text(&entry.method)),
        ("path", text(&entry.path)),
        ("host", entry.host.clone().into()),
        ("user_agent", entry.user_agent.clone().into()),
        ("connection", number(entry.connection)),
        ("in_flight", number(entry.in_flight)),
        ("status", entry.status.map_or(Json::Null, number)),
        (
            "finished_ms",
            entry.finished.map_or(Json::Null, milliseconds),
        ),
        ("fault", entry.fault.into()),
    ])
}
