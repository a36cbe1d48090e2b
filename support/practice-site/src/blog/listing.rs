//! The lists of articles: all, and those of a category, a tag, an author, a year; ten on a page.

use super::Blog;
use super::post::{CATEGORIES, Post, TAGS};
use crate::html::{Frame, escape};
use crate::truth::{Article, TitleForm};
use std::collections::BTreeMap;

/// How many articles a page lists.
const PER_PAGE: usize = 10;

/// A list of articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shelf {
    All,
    Category(usize),
    Tag(usize),
    Author(usize),
    Year(i32),
}

impl Shelf {
    /// Returns the path of one of its pages.
    pub(super) fn path(self, page: usize) -> String {
        let first = match self {
            Self::All => "/blog/".to_string(),
            Self::Category(category) => format!("/blog/category/{}/", CATEGORIES[category].0),
            Self::Tag(tag) => format!("/blog/tag/{}/", TAGS[tag].0),
            Self::Author(author) => format!("/blog/author/{}/", author + 1),
            Self::Year(year) => format!("/blog/{year}/"),
        };
        if page <= 1 {
            first
        } else {
            format!("{first}page/{page}/")
        }
    }
}

/// Which articles stand in which list.
#[derive(Debug)]
pub(super) struct Listing {
    shelves: BTreeMap<Shelf, Vec<u32>>,
    authors: Vec<&'static str>,
}

impl Listing {
    pub(super) fn new(articles: &[Article], posts: &[Post], authors: &[&'static str]) -> Self {
        let mut shelves: BTreeMap<Shelf, Vec<u32>> = BTreeMap::from([(Shelf::All, Vec::new())]);
        for (place, (article, post)) in articles.iter().zip(posts).enumerate() {
            let author = post.author.map(Shelf::Author);
            // An article without a date is in no year's list: that list would tell its date.
            let year = article.published.map(|date| Shelf::Year(date.year));
            let tags = post.tags.map(|tag| Some(Shelf::Tag(tag)));
            let all = [
                Some(Shelf::All),
                Some(Shelf::Category(post.category)),
                author,
                year,
            ];
            for shelf in all.into_iter().chain(tags).flatten() {
                shelves.entry(shelf).or_default().push(place as u32);
            }
        }
        Self {
            shelves,
            authors: authors.to_vec(),
        }
    }

    /// Returns each page of each list.
    pub(super) fn pages(&self) -> impl Iterator<Item = (Shelf, usize)> {
        self.shelves
            .keys()
            .flat_map(|shelf| (1..=self.count(*shelf)).map(|page| (*shelf, page)))
    }

    /// Returns how many pages a list has; the list of all has one even where there is no article.
    pub(super) fn count(&self, shelf: Shelf) -> usize {
        self.shelves
            .get(&shelf)
            .map_or(0, |places| places.len().div_ceil(PER_PAGE).max(1))
    }

    /// Returns a page's title.
    pub(super) fn title(&self, shelf: Shelf, page: usize) -> String {
        let title = match shelf {
            Shelf::All => super::BLOG_NAME.to_string(),
            Shelf::Category(category) => format!("Category {}", CATEGORIES[category].1),
            Shelf::Tag(tag) => format!("Tag {}", TAGS[tag].1),
            Shelf::Author(author) => format!("Articles by {}", self.authors[author]),
            Shelf::Year(year) => format!("Articles of {year}"),
        };
        if page == 1 {
            title
        } else {
            format!("{title}, page {page}")
        }
    }

    /// Returns the list and page that a path below `/blog` names.
    pub(super) fn find(&self, rest: &[&str]) -> Option<(Shelf, usize)> {
        let (words, page) = match rest {
            [words @ .., "page", page] => (words, page.parse().ok()?),
            words => (words, 1),
        };
        let position =
            |list: &[(&str, &str)], slug: &str| list.iter().position(|one| one.0 == slug);
        let shelf = match words {
            [] => Shelf::All,
            ["category", slug] => Shelf::Category(position(&CATEGORIES, slug)?),
            ["tag", slug] => Shelf::Tag(position(&TAGS, slug)?),
            ["author", number] => Shelf::Author(number.parse::<usize>().ok()?.checked_sub(1)?),
            [year] => Shelf::Year(year.parse().ok()?),
            _ => return None,
        };
        (1..=self.count(shelf))
            .contains(&page)
            .then_some((shelf, page))
    }
}

/// Returns the redirect by which an author's page links to an article, if it does.
pub(super) fn linked_redirect(article: &Article, post: &Post) -> Option<String> {
    let by_number = post.author.is_some() && post.number.is_multiple_of(5);
    (by_number && article.duplicates.is_empty()).then(|| article.redirects[0].clone())
}

/// Returns the second address by which an author's page links to an article, if it does.
pub(super) fn linked_duplicate(article: &Article, post: &Post) -> Option<String> {
    post.author
        .and_then(|_| article.duplicates.first().cloned())
}

/// Writes a page of a list; `None` where it has no such page.
pub(super) fn write(blog: &Blog, shelf: Shelf, page: usize, oldest_first: bool) -> Option<String> {
    let listing = &blog.listing;
    let places = listing.shelves.get(&shelf)?;
    let mut places: Vec<u32> = places.to_vec();
    if oldest_first {
        places.reverse();
    }
    let start = (page - 1) * PER_PAGE;
    let places = places.get(start..places.len().min(start + PER_PAGE))?;
    let mut main = String::new();
    if shelf == Shelf::All && page == 1 {
        main.push_str(&introduction(listing));
    }
    for place in places {
        let place = *place as usize;
        main.push_str(&entry(&blog.articles[place], &blog.posts[place], shelf));
    }
    let (head, turner) = turn(shelf, page, listing.count(shelf));
    main.push_str(&turner);
    let title = listing.title(shelf, page);
    Some(
        Frame {
            title: &title,
            corner: "/blog/",
            head: &head,
            main: &main,
        }
        .to_html(),
    )
}

/// Writes what stands above the articles on the blog's first page.
fn introduction(listing: &Listing) -> String {
    let links = |heading: &str, shelves: &mut dyn Iterator<Item = (Shelf, String)>| {
        let links: Vec<String> = shelves
            .map(|(shelf, name)| {
                format!(
                    "<a href=\"{}\"><bdi>{}</bdi></a>",
                    shelf.path(1),
                    escape(&name)
                )
            })
            .collect();
        if links.is_empty() {
            return String::new();
        }
        format!("<p><strong>{heading}</strong> {}</p>\n", links.join(" · "))
    };
    let known = listing.shelves.keys().copied();
    let categories = known.clone().filter_map(|shelf| match shelf {
        Shelf::Category(category) => Some((shelf, CATEGORIES[category].1.to_string())),
        _ => None,
    });
    let tags = known.clone().filter_map(|shelf| match shelf {
        Shelf::Tag(tag) => Some((shelf, TAGS[tag].1.to_string())),
        _ => None,
    });
    let years = known.clone().filter_map(|shelf| match shelf {
        Shelf::Year(year) => Some((shelf, year.to_string())),
        _ => None,
    });
    let authors = known.filter_map(|shelf| match shelf {
        Shelf::Author(author) => Some((shelf, listing.authors[author].to_string())),
        _ => None,
    });
    let older = if listing.count(Shelf::All) > 1 {
        "<a href=\"/blog/?page=2\">Older posts (an old address that redirects)</a> · "
    } else {
        ""
    };
    format!(
        "<p class=\"lead\">Invented articles in eighteen languages. Each tells its title and its date in another way, \
         and each shows dates that are not its own.</p>\n{}{}{}{}<p>{older}\
         <a href=\"/blog/?sort=oldest\">Oldest first (closed to robots)</a> · \
         <a href=\"/feed.rss\">RSS</a> · <a href=\"/feed.atom\">Atom</a> · <a href=\"/feed.json\">JSON Feed</a> · \
         <a href=\"/sitemap.xml\">Sitemap</a></p>\n",
        links("Categories", &mut { categories }),
        links("Tags", &mut { tags }),
        links("Years", &mut { years }),
        links("Authors", &mut { authors }),
    )
}

/// Writes an article's entry in a list.
fn entry(article: &Article, post: &Post, shelf: Shelf) -> String {
    let author_page = matches!(shelf, Shelf::Author(_));
    let path = if author_page {
        linked_duplicate(article, post)
            .or_else(|| linked_redirect(article, post))
            .unwrap_or_else(|| article.path.clone())
    } else {
        article.path.clone()
    };
    let date = article.published.map(|date| {
        format!(
            "<time datetime=\"{date}\">{}</time>",
            escape(&post.language.word(date))
        )
    });
    let by = article
        .author
        .as_ref()
        .map(|name| escape(&post.language.by.replace("{}", name)));
    let line: Vec<String> = date.into_iter().chain(by).collect();
    let title = if article.title_form == TitleForm::VeryLong {
        article.title.chars().take(120).collect::<String>() + "…"
    } else {
        article.title.clone()
    };
    format!(
        "<div class=\"entry\" lang=\"{}\"><h2><a href=\"{}\"><bdi>{}</bdi></a></h2>\n\
         <p class=\"meta\">{}</p></div>\n",
        article.language,
        escape(&path),
        escape(&title),
        line.join(" · "),
    )
}

/// Writes the links between a list's pages: for the head, and for the foot of the page.
///
/// Besides its neighbours a page links to those 10, 100, 1,000 further, so that no page is far from the first.
fn turn(shelf: Shelf, page: usize, count: usize) -> (String, String) {
    if count < 2 {
        return (String::new(), String::new());
    }
    let mut numbers = vec![1, page, count];
    for step in [1, 2, 10, 100, 1_000, 10_000] {
        numbers.extend([page.saturating_sub(step), page + step]);
    }
    numbers.retain(|number| (1..=count).contains(number));
    numbers.sort_unstable();
    numbers.dedup();
    let mut head = String::new();
    let mut foot = String::from("<nav class=\"pages\" aria-label=\"Pages\">\n");
    for number in numbers {
        let path = shelf.path(number);
        if number == page {
            foot.push_str(&format!(
                "<strong aria-current=\"page\">{number}</strong>\n"
            ));
            continue;
        }
        let rel = match number {
            _ if number + 1 == page => " rel=\"prev\"",
            _ if number == page + 1 => " rel=\"next\"",
            _ => "",
        };
        if !rel.is_empty() {
            head.push_str(&format!("<link{rel} href=\"{path}\">\n"));
        }
        foot.push_str(&format!("<a{rel} href=\"{path}\">{number}</a>\n"));
    }
    foot.push_str("</nav>\n");
    (head, foot)
}
