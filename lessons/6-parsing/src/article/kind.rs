//! What kind of page it is: most kinds have no date of publication, though dates stand all over them.

use url::Url;

use super::Page;
use crate::html::parts::RegionKind;

/// What kind of page it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A page that was published on a day: news, a post, a paper.
    Article,
    /// The front page of a site, or of a part of it in a language.
    Home,
    /// Many articles, each with a few lines: an archive, a category, a search.
    List,
    /// Something to buy.
    Product,
    /// A manual, a reference, a wiki: written on no day and every day.
    Documentation,
    /// A conversation: each of its posts has a day.
    Forum,
    /// Nothing tells.
    #[default]
    Unknown,
}

impl Kind {
    /// Returns the name that programs show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Home => "home",
            Self::List => "list",
            Self::Product => "product",
            Self::Documentation => "documentation",
            Self::Forum => "forum",
            Self::Unknown => "unknown",
        }
    }

    /// Returns whether pages of this kind are published on a day.
    pub fn is_dated(self) -> bool {
        matches!(self, Self::Article | Self::Unknown)
    }
}

/// Programs that write documentation, as `<meta name="generator">` names them, in small letters.
const DOCUMENTATION: [&str; 22] = [
    "sphinx",
    "mkdocs",
    "docusaurus",
    "rustdoc",
    "jsdoc",
    "doxygen",
    "gitbook",
    "vuepress",
    "vitepress",
    "mdbook",
    "javadoc",
    "mediawiki",
    "dokuwiki",
    "docutils",
    "asciidoctor",
    "pdoc",
    "typedoc",
    "yard",
    "confluence",
    "docbook",
    "antora",
    "texinfo",
];

/// Programs that run forums.
const FORUM: [&str; 12] = [
    "discourse",
    "phpbb",
    "vbulletin",
    "xenforo",
    "mybb",
    "smf",
    "simple machines",
    "invision",
    "vanilla",
    "flarum",
    "nodebb",
    "fluxbb",
];

/// Parts of addresses of forums.
const FORUM_PATHS: [&str; 12] = [
    "/forum/",
    "/forums/",
    "/viewtopic",
    "/showthread",
    "/thread/",
    "/threads/",
    "/thread-",
    "/discussion/",
    "/questions/",
    "/boards/",
    "/viewforum",
    "/forum-",
];

/// Parts of addresses of manuals.
const DOCUMENTATION_PATHS: [&str; 12] = [
    "/docs/",
    "/doc/",
    "/documentation/",
    "/manual/",
    "/reference/",
    "/api/",
    "/wiki/",
    "/help/",
    "/support/",
    "/faq",
    "/handbook/",
    "/hc/",
];

/// Parts of addresses of shops.
const PRODUCT_PATHS: [&str; 9] = [
    "/product/",
    "/products/",
    "/shop/",
    "/produkt/",
    "/producto/",
    "/produit/",
    "/dp/",
    "/item/",
    "/cart",
];

/// Parts of addresses of lists.
const LIST_PATHS: [&str; 16] = [
    "/category/",
    "/categories/",
    "/tag/",
    "/tags/",
    "/author/",
    "/authors/",
    "/archive/",
    "/archives/",
    "/page/",
    "/search",
    "/topics/",
    "/label/",
    "/rubrik/",
    "/kategorie/",
    "/categoria/",
    "/section/",
];

impl Page<'_, '_> {
    // ANCHOR: kind
    /// What kind of page it is. What the page declares goes before what its address looks like.
    pub(super) fn find_kind(&self) -> Kind {
        let generator = self
            .parts
            .meta("generator")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let made_by = |names: &[&str]| names.iter().any(|name| generator.starts_with(name));
        if made_by(&DOCUMENTATION) {
            return Kind::Documentation;
        }
        if made_by(&FORUM)
            || self.things.has(&["DiscussionForumPosting", "QAPage"])
            || self.has_item("QAPage")
        {
            return Kind::Forum;
        }
        let main = self.main_thing();
        if self.is_home() && !main.is_some_and(|(_, sure)| sure) {
            return Kind::Home;
        }
        if self.things.has(&["CollectionPage", "SearchResultsPage"]) && main.is_none() {
            return Kind::List;
        }
        let og_type = self
            .parts
            .meta("og:type")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let is_article = main.is_some()
            || self.parts.meta("article:published_time").is_some()
            || self.parts.meta("citation_title").is_some();
        let is_product = og_type.contains("product")
            || self.things.has(&["Product", "ProductGroup"])
            || self.has_item("Product");
        if is_product && !is_article {
            return Kind::Product;
        }
        if is_article {
            return Kind::Article;
        }
        if self.body_is(&[
            "single-post",
            "single",
            "post-template-default",
            "node-type-article",
            "page-node-type-article",
        ]) {
            return Kind::Article;
        }
        // A page with one `<article>` is no list, though its body be called `blog`.
        let articles = self
            .parts
            .regions
            .iter()
            .filter(|region| region.kind == RegionKind::Article);
        if articles.count() != 1
            && self.body_is(&[
                "archive",
                "category",
                "tag",
                "search",
                "search-results",
                "blog",
                "home",
            ])
        {
            return Kind::List;
        }
        let path = self
            .given
            .url
            .map(Url::path)
            .unwrap_or_default()
            .to_ascii_lowercase();
        let on_path = |parts: &[&str]| parts.iter().any(|part| path.contains(part));
        let host = self.given.url.and_then(Url::host_str).unwrap_or_default();
        let on_host = |parts: &[&str]| parts.iter().any(|part| host.starts_with(part));
        if on_path(&FORUM_PATHS)
            || on_host(&["forum.", "forums.", "discuss.", "community.", "board."])
            || self.looks_like_forum()
        {
            return Kind::Forum;
        }
        if on_path(&DOCUMENTATION_PATHS)
            || on_host(&["docs.", "doc.", "wiki.", "help.", "support.", "developer."])
        {
            return Kind::Documentation;
        }
        let og_article = og_type == "article"
            || self.has_item("Article")
            || self.has_item("BlogPosting")
            || self.has_item("NewsArticle");
        if !og_article
            && (on_path(&PRODUCT_PATHS)
                || self.parts.shop_marks > 0
                || on_host(&["shop.", "store."]))
        {
            return Kind::Product;
        }
        if self.is_list() || (!og_article && path.ends_with('/') && on_path(&LIST_PATHS)) {
            return Kind::List;
        }
        if og_article {
            Kind::Article
        } else {
            Kind::Unknown
        }
    }
    // ANCHOR_END: kind

    fn has_item(&self, kind: &str) -> bool {
        self.parts.item_types.contains(&kind)
    }

    fn body_is(&self, classes: &[&str]) -> bool {
        self.parts
            .body_class
            .split_ascii_whitespace()
            .any(|class| classes.contains(&class))
    }

    /// The address of a front page: nothing, or a language.
    fn is_home(&self) -> bool {
        let Some(url) = self.given.url else {
            return false;
        };
        let path = url.path().trim_matches('/');
        let file = path.rsplit('/').next().unwrap_or_default();
        let is_index = [
            "index.html",
            "index.htm",
            "index.php",
            "default.aspx",
            "home",
        ]
        .contains(&path);
        const LANGUAGES: [&str; 16] = [
            "en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "ru", "ar", "he", "zh", "ja",
            "ko", "sv",
        ];
        let language = path.split(['-', '_']).next().unwrap_or_default();
        let is_language = path.len() <= 5 && LANGUAGES.contains(&language) && !path.contains('/');
        url.query().is_none()
            && (path.is_empty() || is_index || is_language)
            && !file.contains("20")
    }

    /// A list has many headings that lead elsewhere, and a date beside each.
    fn is_list(&self) -> bool {
        let leading = self.parts.headings.iter().filter(|heading| {
            let length = heading.range.1 - heading.range.0;
            heading.level > 1
                && heading.linked * 10 > length * 6
                && length > 8
                && !self.beside[heading.region]
                && !self.is_title_line(heading.line)
        });
        if leading.count() < 4 {
            return false;
        }
        let mut marked: Vec<&str> = self
            .parts
            .moments
            .iter()
            .filter(|moment| !self.beside[moment.region])
            .map(|moment| self.parts.slice(moment.range))
            .filter(|text| text.bytes().any(|b| b.is_ascii_digit()))
            .collect();
        marked.sort_unstable();
        marked.dedup();
        marked.len() >= 4
    }

    /// A forum has many posts, each with its author and its day, and no article around the title.
    fn looks_like_forum(&self) -> bool {
        let posts = self
            .parts
            .regions
            .iter()
            .filter(|region| region.kind == RegionKind::Comments)
            .count();
        posts >= 3 && self.parts.headings.is_empty() && self.parts.moments.len() >= 3
    }
}
