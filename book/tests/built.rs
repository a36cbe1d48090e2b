//! The book as built: every link leads somewhere, every listing has text, nothing is loaded from
//! outside.
//!
//! The course checks its own book with the crate that it teaches for reading HTML, `scraper`.

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use common::{assert_no_complaints, build::Book, pages::files_below, skipped};
use scraper::{ElementRef, Html, Selector};
use url::Url;

#[test]
fn every_link_and_fragment_leads_somewhere_inside_the_book() {
    if skipped("book") {
        return;
    }
    let built = Built::read(&Book::build().pages_folder());

    assert_no_complaints("links", &built.dead_links());
}

#[test]
fn nothing_is_loaded_from_off_the_machine() {
    if skipped("book") {
        return;
    }
    let built = Built::read(&Book::build().pages_folder());

    assert_no_complaints("loads", &built.foreign_loads());
    // Links that a reader may follow are no loads. They are listed for the eye of whoever adds one.
    for link in built.foreign_links() {
        println!("leads off the machine: {link}");
    }
}

#[test]
fn every_page_has_one_main_heading_and_skips_no_level() {
    if skipped("book") {
        return;
    }
    let built = Built::read(&Book::build().pages_folder());

    assert_no_complaints("headings", &built.wrong_headings());
}

#[test]
fn every_picture_has_its_text() {
    if skipped("book") {
        return;
    }
    let built = Built::read(&Book::build().pages_folder());

    assert_no_complaints("pictures", &built.silent_pictures());
}

#[test]
fn every_listing_has_text_and_no_directive_is_left_over() {
    if skipped("book") {
        return;
    }
    let built = Built::read(&Book::build().pages_folder());

    assert_no_complaints("listings", &built.empty_listings());
}

#[test]
fn every_page_of_the_summary_is_built_and_no_other() {
    if skipped("book") {
        return;
    }
    let mut expected: Vec<String> = common::pages::pages()
        .iter()
        .map(|page| page.name.replace(".md", ".html"))
        .collect();
    // mdBook writes the first page a second time, as the one that a folder opens with.
    expected.push("index.html".to_owned());
    expected.sort();

    let book = Book::build();

    assert_eq!(book.page_files(), expected);
}

/// The files of a built book, its pages parsed.
struct Built {
    /// Path below the book's folder, and the page.
    pages: BTreeMap<String, Html>,
    /// Path below the book's folder, and the style sheet.
    style_sheets: BTreeMap<String, String>,
    /// Paths of all files below the book's folder.
    files: BTreeSet<String>,
}

/// An attribute that refers to something: `href` of `<a href="house.html#rooms">`.
struct Reference {
    /// The page that it stands on.
    page: String,
    /// The element's name: `a`, `img`.
    element: String,
    /// The attribute as written.
    written: String,
    /// The address that a browser makes of it.
    address: Url,
}

impl Reference {
    /// Returns true for an address outside the book.
    fn is_foreign(&self) -> bool {
        self.address.host_str() != Some(HOST)
    }

    /// Returns true for a link that leads on when a reader clicks it. All else, a browser loads by
    /// itself.
    fn is_link(&self) -> bool {
        self.element == "a"
    }
}

/// The host that the built book is thought to be served from. `.invalid` is nobody's (RFC 2606).
const HOST: &str = "book.invalid";

impl Built {
    fn read(folder: &Path) -> Self {
        let mut built = Self {
            pages: BTreeMap::new(),
            style_sheets: BTreeMap::new(),
            files: BTreeSet::new(),
        };
        for path in files_below(folder) {
            let below = path.strip_prefix(folder).expect("it lies below");
            let name = below.to_string_lossy().into_owned();
            let text = || fs::read_to_string(&path).expect("pages and style sheets are UTF-8");
            if name.ends_with(".html") {
                built
                    .pages
                    .insert(name.clone(), Html::parse_document(&text()));
            } else if name.ends_with(".css") {
                built.style_sheets.insert(name.clone(), text());
            }
            built.files.insert(name);
        }
        assert!(!built.pages.is_empty(), "no page in {}", folder.display());
        built
    }

    /// Returns every reference of every page.
    fn references(&self) -> Vec<Reference> {
        let mut references = Vec::new();
        for (name, page) in &self.pages {
            let base = Url::parse(&format!("http://{HOST}/{name}")).expect("a file name fits");
            for attribute in ["href", "src", "data", "poster", "action"] {
                for element in select(page, &format!("[{attribute}]")) {
                    let written = element.attr(attribute).expect("it was selected by it");
                    let address = base
                        .join(written)
                        .unwrap_or_else(|error| panic!("{name}: {written} is no address: {error}"));
                    references.push(Reference {
                        page: name.clone(),
                        element: element.value().name().to_owned(),
                        written: written.to_owned(),
                        address,
                    });
                }
            }
        }
        references
    }

    fn dead_links(&self) -> Vec<String> {
        let inside = self
            .references()
            .into_iter()
            .filter(|reference| !reference.is_foreign());
        inside
            .filter_map(|reference| {
                let file = reference.address.path().trim_start_matches('/');
                let missing = if !self.files.contains(file) {
                    format!("no file {file}")
                } else {
                    let fragment = reference.address.fragment().filter(|id| !id.is_empty())?;
                    let page = self.pages.get(file)?;
                    if select(page, "[id]").any(|element| element.attr("id") == Some(fragment)) {
                        return None;
                    }
                    format!("no id {fragment} in {file}")
                };
                Some(format!(
                    "{}: {}: {missing}",
                    reference.page, reference.written
                ))
            })
            .collect()
    }

    fn foreign_loads(&self) -> Vec<String> {
        let loads = self
            .references()
            .into_iter()
            .filter(|reference| reference.is_foreign() && !reference.is_link())
            .map(|load| format!("{}: <{}> loads {}", load.page, load.element, load.written));
        let inside_style_sheets = self.style_sheets.iter().flat_map(|(name, text)| {
            style_sheet_loads(text)
                .into_iter()
                .filter(|target| target.contains("//"))
                .map(move |target| format!("{name} loads {target}"))
        });
        loads.chain(inside_style_sheets).collect()
    }

    fn foreign_links(&self) -> BTreeSet<String> {
        self.references()
            .into_iter()
            .filter(|reference| reference.is_foreign() && reference.is_link())
            .map(|reference| reference.written)
            .collect()
    }

    fn wrong_headings(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        for (name, page) in self.pages_to_read() {
            let levels: Vec<(u8, String)> = select(page, "main :is(h1, h2, h3, h4, h5, h6)")
                .map(|heading| {
                    (
                        heading.value().name().as_bytes()[1] - b'0',
                        text_of(heading),
                    )
                })
                .collect();
            let mains = levels.iter().filter(|(level, _)| *level == 1).count();
            if mains != 1 {
                complaints.push(format!("{name}: {mains} main headings"));
            }
            for pair in levels.windows(2) {
                if pair[1].0 > pair[0].0 + 1 {
                    complaints.push(format!("{name}: {} skips a level", pair[1].1));
                }
            }
        }
        complaints
    }

    fn silent_pictures(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        for (name, page) in &self.pages {
            for picture in select(page, "img") {
                if picture.attr("alt").unwrap_or_default().trim().is_empty() {
                    let source = picture.attr("src").unwrap_or_default();
                    complaints.push(format!("{name}: {source} has no text"));
                }
            }
        }
        complaints
    }

    fn empty_listings(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        for (name, page) in self.pages_to_read() {
            for listing in select(page, "pre") {
                if text_of(listing).is_empty() {
                    complaints.push(format!("{name}: a listing is empty: unknown anchor?"));
                }
            }
            for main in select(page, "main") {
                if text_of(main).contains("{{#") {
                    complaints.push(format!("{name}: a directive is left over"));
                }
            }
        }
        complaints
    }

    /// Returns the pages without `toc.html`, which is a list of links for readers without scripts.
    fn pages_to_read(&self) -> impl Iterator<Item = (&String, &Html)> {
        self.pages.iter().filter(|(name, _)| *name != "toc.html")
    }
}

fn select<'a>(page: &'a Html, selector: &str) -> impl Iterator<Item = ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("the selectors of this file are valid");
    page.select(&selector).collect::<Vec<_>>().into_iter()
}

fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

/// Returns what a style sheet loads: the targets of `url(…)` and `@import "…"`.
fn style_sheet_loads(text: &str) -> Vec<&str> {
    let targets = ["url(", "@import "].into_iter().flat_map(|word| {
        text.split(word)
            .skip(1)
            .map(|after| after.split([')', ';']).next().unwrap_or_default())
    });
    targets
        .map(|target| target.trim_matches(['"', '\'', ' ']))
        // A picture written into the sheet itself is not loaded.
        .filter(|target| !target.starts_with("data:"))
        .collect()
}

/// The checks themselves, tried on a book that is wrong.
mod checks {
    use super::*;

    /// Returns a book of one good page and one with `inside` its `<main>`.
    fn book_with(inside: &str) -> Built {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text);
        write(
            "good.html",
            "<main><h1 id=top>Good</h1><h2>Sub</h2><pre>x</pre></main>",
        )
        .expect("it can be filled");
        write("page.html", &format!("<main><h1>Page</h1>{inside}</main>"))
            .expect("it can be filled");
        write("a.css", "a { background: url(\"b.png\"), url(data:,x) }").expect("it can be filled");
        Built::read(folder.path())
    }

    #[test]
    fn a_good_book_gets_no_complaint() {
        let book = book_with(
            "<h2>Sub</h2><a href=good.html#top>x</a><a href=https://doc.rust-lang.org/>y</a>\
             <img src=a.css alt=text>",
        );

        assert_eq!(book.dead_links(), [""; 0]);
        assert_eq!(book.foreign_loads(), [""; 0]);
        assert_eq!(book.wrong_headings(), [""; 0]);
        assert_eq!(book.silent_pictures(), [""; 0]);
        assert_eq!(book.empty_listings(), [""; 0]);
        assert_eq!(
            book.foreign_links(),
            BTreeSet::from(["https://doc.rust-lang.org/".to_owned()])
        );
    }

    #[test]
    fn a_link_to_nowhere_is_found() {
        let check = |inside: &str, expected: &str| {
            assert_eq!(book_with(inside).dead_links(), [expected]);
        };

        check(
            "<a href=gone.html>x</a>",
            "page.html: gone.html: no file gone.html",
        );
        check(
            "<a href=good.html#gone>x</a>",
            "page.html: good.html#gone: no id gone in good.html",
        );
        check(
            "<a href=#gone>x</a>",
            "page.html: #gone: no id gone in page.html",
        );
        check(
            "<img src=../lessons/a.svg>",
            "page.html: ../lessons/a.svg: no file lessons/a.svg",
        );
        check(
            "<script src=a.js></script>",
            "page.html: a.js: no file a.js",
        );
    }

    #[test]
    fn a_load_from_off_the_machine_is_found() {
        let check = |inside: &str| {
            assert_eq!(book_with(inside).foreign_loads().len(), 1, "{inside}");
        };

        check("<img src=https://example.org/a.png>");
        check("<script src=//example.org/a.js></script>");
        check("<link rel=stylesheet href=https://example.org/a.css>");
        check("<iframe src=https://example.org/></iframe>");

        assert_eq!(
            style_sheet_loads("@import 'x.css'; a { b: url( //c.org/d ) }"),
            ["//c.org/d", "x.css"]
        );
    }

    #[test]
    fn headings_pictures_and_listings_that_are_wrong_are_found() {
        assert_eq!(book_with("<h1>Second</h1>").wrong_headings().len(), 1);
        assert_eq!(book_with("<h3>Deep</h3>").wrong_headings().len(), 1);
        assert_eq!(book_with("<img src=a.css>").silent_pictures().len(), 1);
        assert_eq!(
            book_with("<img src=a.css alt=' '>").silent_pictures().len(),
            1
        );
        assert_eq!(
            book_with("<pre><code></code></pre>").empty_listings().len(),
            1
        );
        assert_eq!(book_with("<p>{{#include x}}</p>").empty_listings().len(), 1);
    }
}
