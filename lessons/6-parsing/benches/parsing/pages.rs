//! Pages as the web serves them: a third text, a third menus and lists, a third scripts and styles.

use std::fmt::Write as _;

const WORDS: &str = "the council voted on a plan after debate that lasted most of night and few who came to watch stayed until its end \
    second reading is expected before summer though nobody could say how money would be found";

/// Makes `n` pages, each another.
pub fn make(n: usize) -> Vec<Vec<u8>> {
    (0..n).map(|at| page(at).into_bytes()).collect()
}

fn page(at: usize) -> String {
    let mut words = WORDS.split_ascii_whitespace().cycle().skip(at);
    let mut text = |n: usize| words.by_ref().take(n).collect::<Vec<_>>().join(" ");
    let title = format!("{} {at}", text(7));
    let mut page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} - The Lantern</title>\
         <link rel=\"canonical\" href=\"https://site.test/2024/03/05/page-{at}\"><meta property=\"og:title\" content=\"{title}\">\
         <meta property=\"og:site_name\" content=\"The Lantern\"><meta property=\"article:published_time\" content=\"2024-03-05T10:00:00+00:00\">\
         <script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"headline\":\"{title}\",\
         \"datePublished\":\"2024-03-05T10:00:00+00:00\",\"author\":{{\"@type\":\"Person\",\"name\":\"Ann\"}}}}</script>"
    );
    page.push_str("<style>");
    for n in 0..60 {
        let _ = writeln!(page, ".c-{n}{{margin:0 auto;padding:{n}px;color:#3{n}}}");
    }
    page.push_str("</style><script>");
    for n in 0..90 {
        let _ = writeln!(
            page,
            "window.q=window.q||[];q.push(function(){{if(a<{n}&&b>2)c('{n}')}});"
        );
    }
    page.push_str("</script></head><body class=\"post-template single\"><header class=\"site-header\"><nav class=\"menu main-navigation\"><ul>");
    for n in 0..50 {
        let _ = writeln!(
            page,
            "<li class=\"menu-item menu-item-{n}\"><a class=\"menu-link\" href=\"/section/{n}\">{}</a></li>",
            text(2)
        );
    }
    let _ = write!(
        page,
        "</ul></nav></header><main id=\"main\"><article class=\"post type-post\"><h1 class=\"entry-title\">{title}</h1>\
         <div class=\"entry-meta\">By <a rel=\"author\" href=\"/ann\">Ann</a> <time class=\"entry-date\" datetime=\"2024-03-05\">5 March 2024</time></div>"
    );
    for n in 0..30 {
        let _ = writeln!(
            page,
            "<p>{} <a href=\"/link/{n}?a=1&amp;b=2\">{}</a> &mdash; {}.</p>",
            text(40),
            text(3),
            text(20)
        );
    }
    page.push_str("</article></main><aside class=\"widget-area sidebar\">");
    for n in 0..40 {
        let _ = writeln!(
            page,
            "<div class=\"card card--{n}\"><h3 class=\"card__title\"><a href=\"/story/{n}\">{}</a></h3><img src=\"/i/{n}.jpg\" alt=\"{}\" srcset=\"/i/{n}-2.jpg 2x\">\
             <time datetime=\"2023-01-02\">2 January 2023</time></div>",
            text(6),
            text(3)
        );
    }
    page.push_str("</aside><footer>&copy; 2024 The Lantern</footer></body></html>");
    page
}
