//! Tempting: the text as it stands in the source, line breaks and all.

use scraper::{ElementRef, Html, Selector};
use url::Url;

/// A link of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, from the scheme on: `https://site.example/a`.
    pub url: String,
    /// What the reader clicks on.
    pub text: String,
}

/// Returns the text of each `h2` inside an `article`, in the order of the page.
///
/// The text is what a reader sees: of all elements inside, and with single spaces.
pub fn headlines(page: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    // A space between two names means "somewhere inside".
    page.select(&selector("article h2")).map(text).collect()
}

/// Returns the text of the first `p` that stands directly inside an `article`.
pub fn first_paragraph(page: &str) -> Option<String> {
    let page = Html::parse_document(page);
    // `>` means "directly inside": a paragraph in a quotation is somebody else's.
    page.select(&selector("article > p")).next().map(text)
}

/// Returns the links inside of `main` that may be followed, in the order of the page.
///
/// A link is an `a` with an `href`. One whose `rel` has the word `nofollow` is left out. Addresses
/// are relative to `url`, the page's own, or to the page's `<base href="…">` where it has one.
pub fn links(page: &str, url: &Url) -> Vec<Link> {
    let page = Html::parse_document(page);
    let base = page
        .select(&selector("base[href]"))
        .next()
        .and_then(|base| base.attr("href"))
        // The base may itself be relative to the page.
        .and_then(|href| url.join(href).ok())
        .unwrap_or_else(|| url.clone());
    // `~=` asks for one word of several: `rel="external nofollow"` has it, too.
    let wanted = selector(r#"main a[href]:not([rel~="nofollow" i])"#);
    page.select(&wanted)
        .filter_map(|link| {
            // Joining, not pasting: `../a`, `//host/a`, `?page=2` and `#top` all have their rules.
            let url = base.join(link.attr("href")?.trim()).ok()?;
            Some(Link {
                url: url.into(),
                text: text(link),
            })
        })
        .collect()
}

/// Returns what a reader sees of an element: an element has as many pieces of text as there are tags
/// between them, and a line break in the source is a space on the screen.
fn text(element: ElementRef<'_>) -> String {
    let pieces: String = element.text().collect();
    pieces.trim().to_owned()
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("it was written here, and is a selector")
}
