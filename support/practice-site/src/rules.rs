//! The corner of rules: pages that robots must not fetch, must not store, or whose links they must not follow.

use crate::app::{Outcome, add_slash};
use crate::html::Frame;
use crate::server::{Request, Response};
use crate::truth::Reach;

/// The pages of this corner: path, title, and the way that leads there.
pub(crate) const PAGES: &[(&str, &str, Reach)] = &[
    ("/rules/", "Rules for robots", Reach::Links),
    ("/rules/open.html", "An open page", Reach::Links),
    (
        "/rules/private/open.html",
        "An open page in a private folder",
        Reach::Links,
    ),
    (
        "/rules/private/secret.html",
        "A secret page",
        Reach::Forbidden,
    ),
    (
        "/rules/private/deep/secret.html",
        "A secret page, deeper down",
        Reach::Forbidden,
    ),
    ("/rules/map.pdf", "A map", Reach::Forbidden),
    ("/rules/map.pdf?as=page", "A map as a page", Reach::Links),
    (
        "/rules/noindex.html",
        "A page that is not to be stored",
        Reach::Links,
    ),
    (
        "/rules/header-noindex.html",
        "A page whose header asks not to be stored",
        Reach::Links,
    ),
    (
        "/rules/behind-noindex.html",
        "A page behind one that is not to be stored",
        Reach::Links,
    ),
    (
        "/rules/nofollow.html",
        "A page whose links are not to be followed",
        Reach::Links,
    ),
    (
        "/rules/behind-nofollow.html",
        "A page behind links that are not to be followed",
        Reach::Nofollow,
    ),
    (
        "/rules/header-nofollow.html",
        "A page whose header asks not to follow links",
        Reach::Links,
    ),
    (
        "/rules/behind-header-nofollow.html",
        "A page behind a header",
        Reach::Nofollow,
    ),
    (
        "/rules/by-nofollow-link.html",
        "A page behind a link of rel nofollow",
        Reach::Nofollow,
    ),
    (
        "/rules/only-in-the-sitemap.html",
        "A page that only the sitemap names",
        Reach::Sitemap,
    ),
];

/// Says whether a page asks not to be stored.
pub(crate) fn is_noindex(path: &str) -> bool {
    matches!(path, "/rules/noindex.html" | "/rules/header-noindex.html")
}

const INDEX: &str = r#"<p class="lead">What a polite robot does here can be read off its requests in the <a href="/journal">journal</a>.</p>
<p>The rules stand in <a href="/robots.txt">robots.txt</a>, in <code>&lt;meta name="robots"&gt;</code>, in the header
<code>X-Robots-Tag</code>, and in the <code>rel</code> of a link.</p>
<h2>Closed by robots.txt</h2>
<ul>
<li><a href="/rules/open.html">Open</a>: no rule speaks of it.</li>
<li><a href="/rules/private/secret.html">Closed</a> by <code>Disallow: /rules/private/</code>, and so is <a href="/rules/private/deep/secret.html">what lies deeper</a>.</li>
<li><a href="/rules/private/open.html">Open again</a>: <code>Allow: /rules/private/open.html</code> is longer, and the longest rule wins.</li>
<li><a href="/rules/map.pdf">Closed</a> by <code>Disallow: /rules/*.pdf$</code>; <a href="/rules/map.pdf?as=page">open</a> with a query behind, for <code>$</code> means the end.</li>
</ul>
<h2>Asks not to be stored</h2>
<ul>
<li><a href="/rules/noindex.html">By a meta element</a>; its links may be followed.</li>
<li><a href="/rules/header-noindex.html">By a header</a>.</li>
</ul>
<h2>Asks that links are not followed</h2>
<ul>
<li><a href="/rules/nofollow.html">By a meta element</a>, for all links of the page.</li>
<li><a href="/rules/header-nofollow.html">By a header</a>.</li>
<li><a rel="nofollow" href="/rules/by-nofollow-link.html">By the link itself</a>.</li>
</ul>
<p>One more page is named only by the <a href="/sitemap.xml">sitemap</a>.</p>"#;

/// Answers requests below `/rules`.
pub(crate) fn answer(request: &Request, rest: &[&str]) -> Outcome {
    if rest.is_empty() {
        add_slash(request)?;
    }
    let page = PAGES
        .iter()
        .find(|(path, _, _)| match request.parameter("as") {
            Some("page") => *path == request.path.clone() + "?as=page",
            _ => *path == request.path,
        });
    let (path, title, _) = *page.ok_or_else(|| Response::empty(404))?;
    let meta = |content: &str| format!("<meta name=\"robots\" content=\"{content}\">\n");
    let link = |name: &str| format!("<p><a href=\"{name}\">One page further</a></p>");
    let (head, main) = match path {
        "/rules/" => (String::new(), INDEX.to_string()),
        "/rules/noindex.html" => (meta("noindex"), link("behind-noindex.html")),
        "/rules/nofollow.html" => (meta("index, nofollow"), link("behind-nofollow.html")),
        "/rules/header-nofollow.html" => (String::new(), link("behind-header-nofollow.html")),
        _ => (
            String::new(),
            "<p>Back to the <a href=\"/rules/\">rules</a>.</p>".to_string(),
        ),
    };
    let page = Frame {
        title,
        corner: "/rules/",
        head: &head,
        main: &main,
    }
    .to_html();
    let response = Response::html(200, page);
    Ok(match path {
        "/rules/header-noindex.html" => response.with("X-Robots-Tag", "noindex"),
        "/rules/header-nofollow.html" => response.with("X-Robots-Tag", "nofollow"),
        _ => response,
    })
}
