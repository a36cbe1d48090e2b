//! The single pass held against the full tree of html5ever, as `scraper` builds it.

use std::path::PathBuf;

use ego_tree::NodeRef;
use jiff::civil::Date;
use scraper::{Html, Node};
use url::Url;

use super::decode;
use super::open::Visitor;
use super::parts::{Gatherer, Parts};
use super::scan::{Attribute, Attributes};
use super::tag::Tag;
use crate::article::{Article, Given, read};

/// Gathers the parts of a page from its tree.
fn from_tree(tree: &Html) -> Parts<'_> {
    let mut gatherer = Gatherer::new(0);
    tell(tree.tree.root(), &mut gatherer);
    gatherer.finish()
}

fn tell<'a>(node: NodeRef<'a, Node>, gatherer: &mut Gatherer<'a>) {
    match node.value() {
        Node::Text(text) => gatherer.text(text, false),
        Node::Element(element) => {
            let attributes: Vec<Attribute<'a>> = element
                .attrs()
                .map(|(name, value)| Attribute {
                    name,
                    value,
                    escaped: false,
                })
                .collect();
            let mut tag = Tag::of(element.name());
            let foreign = &*element.name.ns != "http://www.w3.org/1999/xhtml";
            if foreign
                && !matches!(
                    tag,
                    Tag::Svg | Tag::Math | Tag::A | Tag::ForeignObject | Tag::Desc | Tag::Title
                )
            {
                tag = Tag::Other;
            }
            if matches!(tag, Tag::Head | Tag::Frameset) {
                node.children().for_each(|child| tell(child, gatherer));
                return;
            }
            let frame = gatherer.open(tag, Attributes(&attributes));
            if matches!(tag, Tag::Html | Tag::Body) {
                gatherer.close(tag, frame);
                node.children().for_each(|child| tell(child, gatherer));
            } else {
                node.children().for_each(|child| tell(child, gatherer));
                gatherer.close(tag, frame);
            }
        }
        _ => node.children().for_each(|child| tell(child, gatherer)),
    }
}

fn pages() -> Vec<(String, Vec<u8>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/pages");
    let mut pages: Vec<_> = std::fs::read_dir(root)
        .expect("the corpus is there")
        .map(|entry| entry.expect("a file").path())
        .map(|path| {
            (
                path.display().to_string(),
                std::fs::read(&path).expect("a file"),
            )
        })
        .collect();
    pages.sort();
    pages
}

fn article(parts: &Parts<'_>, url: &Url) -> Article {
    let today = Some(Date::constant(2026, 11, 22));
    read(
        parts,
        Given {
            url: Some(url),
            language: None,
            today,
        },
    )
}

#[test]
fn the_single_pass_reads_what_the_full_tree_holds() {
    let url = Url::parse("https://site.test/a/page").expect("a URL");
    for (name, bytes) in pages() {
        let page = decode(&bytes, None);
        let tree = Html::parse_document(&page.text);
        let (fast, full) = (Parts::read(&page.text), from_tree(&tree));

        assert_eq!(article(&fast, &url), article(&full, &url), "{name}");
        assert_eq!(fast.targets(&url), full.targets(&url), "{name}");
        assert_eq!(fast.text, full.text, "{name}");
    }
}

/// Documentation that the toolchain may have brought: pages nobody made for this test.
#[test]
fn so_it_does_on_pages_nobody_made_for_it() {
    let sysroot = std::process::Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .expect("rustc runs");
    let root =
        PathBuf::from(String::from_utf8_lossy(&sysroot.stdout).trim()).join("share/doc/rust/html");
    let url = Url::parse("https://site.test/a/page").expect("a URL");
    let folders = ["book", "reference", "std", "std/sync", "cargo"];
    let files = folders
        .iter()
        .filter_map(|folder| std::fs::read_dir(root.join(folder)).ok());
    let pages = files.flatten().flatten().map(|entry| entry.path());
    let pages = pages.filter(|path| path.extension().is_some_and(|end| end == "html"));
    for path in pages
        .filter(|path| path.metadata().is_ok_and(|meta| meta.len() < 100_000))
        .take(60)
    {
        let bytes = std::fs::read(&path).expect("a file");
        let page = decode(&bytes, None);
        let tree = Html::parse_document(&page.text);
        let (fast, full) = (Parts::read(&page.text), from_tree(&tree));

        assert_eq!(
            article(&fast, &url),
            article(&full, &url),
            "{}",
            path.display()
        );
        assert_eq!(fast.targets(&url), full.targets(&url), "{}", path.display());
    }
}
