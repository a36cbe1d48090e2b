//! The front page: what each corner has, and what it teaches.

use crate::app::{App, Outcome};
use crate::html::Frame;
use crate::server::Response;

pub(crate) const TITLE: &str = "A small web to practise on";

/// A corner as the front page tells of it.
struct Corner {
    path: &'static str,
    name: &'static str,
    has: &'static str,
    teaches: &'static str,
}

const CORNERS: [Corner; 12] = [
    Corner {
        path: "/blog/",
        name: "Blog",
        has: "Articles in eighteen languages, on pages, in categories, by authors and years. Each tells its date in another way.",
        teaches: "Crawling; finding titles and dates.",
    },
    Corner {
        path: "/links/",
        name: "Links",
        has: "One page behind every way to write a link, redirects and second addresses among them.",
        teaches: "Resolving and comparing URLs.",
    },
    Corner {
        path: "/rules/",
        name: "Rules for robots",
        has: "Pages that robots must not fetch, must not store, or whose links they must not follow.",
        teaches: "Politeness.",
    },
    Corner {
        path: "/sitemap.xml",
        name: "Feeds and sitemap",
        has: "<a href=\"/feed.rss\">RSS</a>, <a href=\"/feed.atom\">Atom</a>, <a href=\"/feed.json\">JSON Feed</a>, <a href=\"/robots.txt\">robots.txt</a> and a sitemap in parts, one of them compressed.",
        teaches: "Reading XML and JSON.",
    },
    Corner {
        path: "/files/",
        name: "Files",
        has: "Files and any number of bytes, with a wait, a pace, ranges and validators.",
        teaches: "Downloading side by side; resuming; progress.",
    },
    Corner {
        path: "/images/",
        name: "Images",
        has: "Invented landscapes, as PNG and SVG, as slow as you like.",
        teaches: "Waiting for many things at once.",
    },
    Corner {
        path: "/api/",
        name: "API",
        has: "Books to list, add, change and remove; a token to log in with; a limit on haste; an endpoint that fails now and then.",
        teaches: "REST, retries, conditional requests.",
    },
    Corner {
        path: "/login",
        name: "Log in",
        has: "A form, a session cookie, and an <a href=\"/account\">account</a> that only the cookie opens.",
        teaches: "Cookies and sessions.",
    },
    Corner {
        path: "/forms/",
        name: "Forms",
        has: "Forms that search, send, order and upload.",
        teaches: "GET, POST, and the redirect after it.",
    },
    Corner {
        path: "/js/",
        name: "Pages that need JavaScript",
        has: "Empty without it: lists, endless scrolling, a form that checks itself, windows.",
        teaches: "Driving a browser.",
    },
    Corner {
        path: "/faults/",
        name: "Faults",
        has: "Everything a server can do wrong, on purpose: slow, endless, cut off, too long, lying, looping, trapping.",
        teaches: "Limits, timeouts, and clear errors.",
    },
    Corner {
        path: "/journal",
        name: "Journal",
        has: "The latest requests: when they came, who sent them, how many were being answered at that moment, and the answer. As data at <a href=\"/journal.json\">/journal.json</a>.",
        teaches: "Seeing what your program really asked for.",
    },
];

/// Answers with the front page.
pub(crate) fn answer(app: &App) -> Outcome {
    let cards: String = CORNERS
        .iter()
        .map(|Corner { path, name, has, teaches }| {
            format!(
                "<li><h2><a href=\"{path}\">{name}</a></h2>\n<p>{has}</p>\n<p class=\"teaches\">For: {teaches}</p></li>\n"
            )
        })
        .collect();
    let main = format!(
        "<p class=\"lead\">This site runs on your own machine, at <code>{address}</code>. Nothing on it is real, \
         nothing can break, and its every title and date is known, so that a program can be held against the truth.</p>\n\
         <ul class=\"cards\">\n{cards}</ul>\n\
         <h2>The same site again</h2>\n\
         <p>All content comes from the seed {seed}: start the site with the same seed and it is the same, byte for byte. \
         It has {articles} articles now; <code>--articles N</code> makes it larger.</p>",
        address = app.address,
        seed = app.config.seed,
        articles = app.blog.articles.len(),
    );
    Ok(Response::html(
        200,
        Frame {
            title: TITLE,
            corner: "/",
            head: "",
            main: &main,
        }
        .to_html(),
    ))
}
