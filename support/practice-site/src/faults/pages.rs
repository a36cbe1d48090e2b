//! Pages and XML that are hard on a parser.

use super::small_page;
use crate::server::{Answer, Body, Request, Response};
use std::fmt::Write;

/// The most elements, attributes or links that can be asked for.
const MAX_COUNT: u64 = 250_000;
/// The largest page that can be asked for, in megabytes.
const MAX_MEGABYTES: u64 = 256;

pub(super) fn answer(request: &Request, name: &str) -> Option<Answer> {
    let count = |name: &str, default| request.number(name, default, MAX_COUNT) as usize;
    let start = |title: &str| {
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n"
        )
    };
    let page = match name {
        "nested" => {
            let depth = count("depth", 100_000);
            start("A nested page") + &"<div>".repeat(depth) + "the bottom" + &"</div>".repeat(depth)
        }
        "attributes" => {
            let mut page = start("Many attributes") + "<p";
            for number in 0..count("n", 100_000) {
                let _ = write!(page, " a{number}=\"{number}\"");
            }
            page + ">the element</p>"
        }
        "links" => {
            let mut page = start("Many links");
            for number in 0..count("n", 100_000) {
                let _ = writeln!(page, "<a href=\"/faults/page/links/{number}\">{number}</a>");
            }
            page
        }
        "huge" => return Some(huge(request)),
        "broken" => BROKEN.to_string(),
        "escapes" => ESCAPES.to_string(),
        "nul" => small_page("A page with \0 zero").replace("<p>", "<p\0 class=\"\0\">\0"),
        _ => return None,
    };
    Some(
        Response::html(200, page)
            .with("Cache-Control", "no-store")
            .into(),
    )
}

/// Sends an honest page of many megabytes, made while it is sent.
fn huge(request: &Request) -> Answer {
    const LINE: &[u8] = b"<p>This page is long, and goes on, and it means no harm by it: there is just very much of it.</p>\n";
    let megabytes = request.number("mb", 50, MAX_MEGABYTES);
    let lines = megabytes * 1_000_000 / LINE.len() as u64;
    let start = small_page("A huge page").into_bytes();
    let length = start.len() as u64 + lines * LINE.len() as u64;
    let mut response = Response::new(200, "text/html; charset=utf-8", Vec::new());
    response.body = Body::Stream(
        length,
        Box::new(move |sink| {
            sink(&start)?;
            let (block, rest) = (lines / 200, lines % 200);
            let lines = LINE.repeat(200);
            for _ in 0..block {
                sink(&lines)?;
            }
            sink(&LINE.repeat(rest as usize))
        }),
    );
    response.into()
}

const BROKEN: &str = r#"<!doctype html>
<title>A broken page</title
<head><meta charset=utf-8>
<h1>A broken page<h1/>
<p>One <b>bold <i>both</b> slanted</i>
<table><p>Not in a table</p><tr><td>cell<td>cell<tr><td>a row more</table>
<ul><li>one<li>two<ul><li>deeper</ul>
<a href="/faults/status/200 class=x>unclosed quote</a> and "more" <a href='/faults/'>faults</a>
<p title="a > b">A > in an attribute</p attribute>
</body></html><p>After the end</p>
<script>"</scr" + "ipt>"</script><!-- unclosed comment"#;

const ESCAPES: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <title>\u{1b}[31mRed\u{1b}[0m \u{1b}]0;renamed\u{7} &lt;script&gt;alert(1)&lt;/script&gt;</title>\n</head>\n<body>\n\
    <h1>=HYPERLINK(\"http://elsewhere.example/\") \u{1b}[2J\u{202e}txet desrever\u{202c} &lt;img src=x onerror=alert(1)&gt;</h1>\n\
    <p>&#27;[1mNot bold&#27;[0m, \u{9b}31m nor red, \u{8}\u{8}\u{8}nor gone.</p>\n</body>\n</html>\n";

/// Answers with XML that a careful reader refuses or repairs.
pub(super) fn xml(name: &str) -> Option<Response> {
    let xml = match name {
        "bomb" => {
            let mut xml = String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE rss [\n<!ENTITY e0 \"word\">\n");
            for level in 1..=9 {
                let entity = format!("&e{};", level - 1).repeat(10);
                let _ = writeln!(xml, "<!ENTITY e{level} \"{entity}\">");
            }
            xml + "]>\n<rss version=\"2.0\"><channel><title>&e9;</title></channel></rss>\n"
        }
        "external" => "<?xml version=\"1.0\"?>\n<!DOCTYPE rss [<!ENTITY file SYSTEM \"file:///etc/passwd\">]>\n\
                       <rss version=\"2.0\"><channel><title>&file;</title></channel></rss>\n"
            .to_string(),
        "broken" => "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>Salt & rope</title>\n\
                     <item><title>First<br></title><link>/blog/</link><pubDate>yesterday</pubDate></item>\n\
                     <item><title>Second</title><link>/blog/</link><pubDate>Tue, 05 Mar 2024 09:30:00 EST</pubDate>\n\
                     </channel>\n"
            .to_string(),
        _ => return None,
    };
    Some(Response::new(200, "application/rss+xml", xml))
}
