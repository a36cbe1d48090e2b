//! The corner of links: one page behind every way to write a link.

use crate::app::{Outcome, add_slash};
use crate::html::Frame;
use crate::server::{Request, Response, percent_decode};
use crate::truth::{Duplicate, Reach, Redirect};

/// The pages of this corner: path, title, and the way that leads there.
pub(crate) const PAGES: &[(&str, &str, Reach)] = &[
    ("/links/", "Every way to write a link", Reach::Links),
    (
        "/links/relative.html",
        "Behind a relative link",
        Reach::Links,
    ),
    ("/links/dot.html", "Behind a dot", Reach::Links),
    ("/links/dots.html", "Behind two dots", Reach::Links),
    ("/links/path.html", "Behind a path", Reach::Links),
    ("/links/url.html", "Behind a whole URL", Reach::Links),
    (
        "/links/scheme.html",
        "Behind a URL without a scheme",
        Reach::Links,
    ),
    ("/links/fragment.html", "Behind a fragment", Reach::Links),
    ("/links/?page=query", "Behind a query alone", Reach::Links),
    (
        "/links/entity.html?a=1&b=2",
        "Behind an entity",
        Reach::Links,
    ),
    ("/links/space.html", "Behind white space", Reach::Links),
    ("/links/up.html", "Behind a way down and up", Reach::Links),
    (
        "/links/two%20words.html",
        "Behind a percent escape",
        Reach::Links,
    ),
    ("/links/h%C3%A4fen.html", "Behind an umlaut", Reach::Links),
    ("/links/capitals.html", "Behind capitals", Reach::Links),
    ("/links/quotes.html", "Behind single quotes", Reach::Links),
    (
        "/links/area.html",
        "Behind an area of an image map",
        Reach::Links,
    ),
    ("/links/base.html", "A page with another base", Reach::Links),
    ("/links/base/leaf.html", "Behind another base", Reach::Links),
    (
        "/links/moved-here.html",
        "Behind a permanent redirect",
        Reach::Links,
    ),
    (
        "/links/found-here.html",
        "Behind a redirect with a relative Location",
        Reach::Links,
    ),
    (
        "/links/chain-end.html",
        "Behind three redirects",
        Reach::Links,
    ),
];

/// Returns the redirects of this corner.
pub(crate) fn redirects() -> Vec<Redirect> {
    [
        ("/links/moved", "/links/moved-here.html", 301),
        ("/links/found", "/links/found-here.html", 302),
        ("/links/chain-1", "/links/chain-end.html", 302),
    ]
    .map(|(from, to, status)| Redirect {
        from: from.to_string(),
        to: to.to_string(),
        status,
    })
    .to_vec()
}

/// Returns the second addresses of this corner.
pub(crate) fn duplicates() -> Vec<Duplicate> {
    [
        (
            "/links/relative.html?utm_campaign=spring",
            "/links/relative.html",
        ),
        ("/links/entity.html?b=2&a=1", "/links/entity.html?a=1&b=2"),
    ]
    .map(|(path, canonical)| Duplicate {
        path: path.to_string(),
        canonical: canonical.to_string(),
    })
    .to_vec()
}

fn index(base: &str) -> String {
    let host = base.trim_start_matches("http:");
    format!(
        r##"<p class="lead">A crawler that finds all of these resolves links as browsers do.</p>
<ul>
<li><a href="relative.html">relative.html</a></li>
<li><a href="./dot.html">./dot.html</a></li>
<li><a href="../links/dots.html">../links/dots.html</a></li>
<li><a href="/links/path.html">/links/path.html</a></li>
<li><a href="{base}/links/url.html">a whole URL</a></li>
<li><a href="{host}/links/scheme.html">//host/links/scheme.html</a></li>
<li><a href="fragment.html#part-two">fragment.html#part-two</a>, and once more <a href="fragment.html#part-three">fragment.html#part-three</a></li>
<li><a href="?page=query">?page=query</a></li>
<li><a href="entity.html?a=1&amp;b=2">entity.html?a=1&amp;amp;b=2</a></li>
<li><a href="
   space.html
">space.html with line ends around it</a></li>
<li><a href="down/../up.html">down/../up.html</a></li>
<li><a href="two%20words.html">two%20words.html</a></li>
<li><a href="häfen.html">häfen.html</a></li>
<li><A HREF=capitals.html CLASS=plain>HREF=capitals.html</A></li>
<li><a class='plain' href='quotes.html'>'quotes.html'</a></li>
<li><a href="base.html">base.html</a> names another base for its own links</li>
</ul>
<map name="bay"><area shape="rect" coords="0,0,160,90" href="area.html" alt="The left half of the picture"></map>
<p><img src="/images/3.svg" width="320" height="180" usemap="#bay" alt="A picture with one area that is a link"></p>
<h2>Redirects</h2>
<ul>
<li><a href="moved">301 to a path</a></li>
<li><a href="found">302 with a relative Location</a></li>
<li><a href="chain-1">302, then 303, then 307</a></li>
</ul>
<h2>The same page once more</h2>
<ul>
<li><a href="relative.html?utm_campaign=spring">with a tracking parameter</a></li>
<li><a href="entity.html?b=2&amp;a=1">with its parameters in another order</a></li>
<li><a href="#top">only a fragment</a></li>
<li><a href="">nothing at all</a></li>
</ul>
<h2>Not for a crawler</h2>
<ul>
<li><a href="mailto:nobody@elsewhere.example">a mail address</a></li>
<li><a href="tel:+100000000">a telephone number</a></li>
<li><a href="javascript:void(0)">a script</a></li>
<li><a href="data:text/plain,hello">data</a></li>
<li><a href="https://elsewhere.example/">another host</a></li>
<li><a href="http://[broken/">a URL that is none</a></li>
<li><a>no address</a></li>
</ul>
<!-- <a href="/links/ghost-in-a-comment.html">a comment is not a link</a> -->
<script>const text = '<a href="/links/ghost-in-a-script.html">a script is not a link</a>';</script>
<textarea rows="2" cols="40" aria-label="An example" readonly><a href="/links/ghost-in-a-text-field.html">a text field has no links</a></textarea>"##
    )
}

/// Answers requests below `/links`.
pub(crate) fn answer(request: &Request, rest: &[&str], base: &str) -> Outcome {
    match rest {
        [] => add_slash(request)?,
        ["moved"] => return Ok(Response::redirect(301, "/links/moved-here.html")),
        ["found"] => return Ok(Response::redirect(302, "found-here.html")),
        ["chain-1"] => return Ok(Response::redirect(302, "/links/chain-2")),
        ["chain-2"] => return Ok(Response::redirect(303, "/links/chain-3")),
        ["chain-3"] => return Ok(Response::redirect(307, "/links/chain-end.html")),
        _ => {}
    }
    let page = PAGES.iter().find(|(path, _, _)| {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let wanted = match query {
            "page=query" => request.parameter("page") == Some("query"),
            "" => request.path != "/links/" || request.parameter("page").is_none(),
            _ => request.parameter("a") == Some("1") && request.parameter("b") == Some("2"),
        };
        wanted && percent_decode(path) == request.path
    });
    let (path, title, _) = *page.ok_or_else(|| Response::empty(404))?;
    let canonical = crate::html::escape(path);
    let mut head = format!("<link rel=\"canonical\" href=\"{base}{canonical}\">\n");
    let main = match path {
        "/links/" => index(base),
        "/links/base.html" => {
            head.push_str("<base href=\"/links/base/\">\n");
            "<p>From here <a href=\"leaf.html\">leaf.html</a> lies in another folder.</p>"
                .to_string()
        }
        _ => "<p>Back to <a href=\"/links/\">all links</a>.</p>".to_string(),
    };
    let page = Frame {
        title,
        corner: "/links/",
        head: &head,
        main: &main,
    }
    .to_html();
    Ok(Response::html(200, page))
}
