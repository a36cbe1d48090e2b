//! The blog: articles, and the lists that lead to them.

mod post;
mod deck;
mod path;
mod listing;
mod page;
mod evidence;

pub(crate) use evidence::BLOG_NAME;
pub(crate) use post::{LAST_DAY, Post};

use crate::app::{Outcome, add_slash};
use crate::server::{Request, Response};
use crate::truth::{Article, Duplicate, Page, Reach, Redirect};
use listing::{Listing, Shelf};
use post::Writer;
use std::sync::Arc;

/// All articles and lists.
#[derive(Debug)]
pub(crate) struct Blog {
    pub(crate) seed: u64,
    /// The articles, the newest first.
    pub(crate) articles: Arc<[Article]>,
    /// What the site knows beyond the truth, in the same order.
    pub(crate) posts: Vec<Post>,
    listing: Listing,
}

impl Blog {
    /// Decides what all articles are; their texts are written when they are asked for.
    pub(crate) fn new(seed: u64, total: usize) -> Self {
        let mut writer = Writer::new(seed, total);
        let mut written: Vec<(Article, Post)> =
            (1..=total).map(|number| writer.write(number)).collect();
        written.reverse();
        let (articles, posts): (Vec<Article>, Vec<Post>) = written.into_iter().unzip();
        let listing = Listing::new(&articles, &posts, &writer.authors);
        Self {
            seed,
            articles: articles.into(),
            posts,
            listing,
        }
    }

    /// Returns the place in the listing of the article with that number.
    fn place(&self, number: u32) -> Option<usize> {
        if number == 0 {
            None
        } else {
            self.posts.len().checked_sub(number as usize)
        }
    }

    /// Returns the lists that lead to the articles, as pages of the site.
    pub(crate) fn list_pages(&self) -> Vec<Page> {
        self.listing
            .pages()
            .map(|(shelf, number)| Page {
                path: shelf.path(number),
                title: self.listing.title(shelf, number),
                reach: Reach::Links,
                noindex: false,
            })
            .collect()
    }

    /// Returns the redirects that a crawler meets in the lists.
    pub(crate) fn linked_redirects(&self) -> Vec<Redirect> {
        let mut redirects = Vec::new();
        if self.listing.count(Shelf::All) > 1 {
            redirects.push(Redirect {
                from: "/blog/?page=2".to_string(),
                to: "/blog/page/2/".to_string(),
                status: 301,
            });
        }
        for (article, post) in self.articles.iter().zip(&self.posts) {
            if let Some(from) = listing::linked_redirect(article, post) {
                redirects.push(Redirect {
                    from,
                    to: article.path.clone(),
                    status: 301,
                });
            }
        }
        redirects
    }

    /// Returns the second addresses of articles that a crawler meets in the lists.
    pub(crate) fn linked_duplicates(&self) -> Vec<Duplicate> {
        self.articles
            .iter()
            .zip(&self.posts)
            .filter_map(|(article, post)| {
                let path = listing::linked_duplicate(article, post)?;
                Some(Duplicate {
                    path,
                    canonical: article.path.clone(),
                })
            })
            .collect()
    }

    /// Answers requests below `/blog`.
    pub(crate) fn answer(&self, request: &Request, rest: &[&str], base: &str) -> Outcome {
        if let Some(place) = self.find(rest) {
            return self.article(request, rest, place, base);
        }
        add_slash(request)?;
        if rest.is_empty() {
            if let Some(number) = request.parameter("p") {
                let place = number.parse().ok().and_then(|number| self.place(number));
                let article = place.and_then(|place| self.articles.get(place));
                return match article {
                    Some(article) => Ok(Response::redirect(301, &article.path)),
                    None => Err(Response::empty(404)),
                };
            }
            if let Some(number) = request.parameter("page").and_then(|page| page.parse().ok()) {
                return Ok(Response::redirect(301, Shelf::All.path(number)));
            }
        }
        let (shelf, number) = self
            .listing
            .find(rest)
            .ok_or_else(|| Response::empty(404))?;
        if number == 1 && rest.last() == Some(&"1") && rest.contains(&"page") {
            return Ok(Response::redirect(301, shelf.path(1)));
        }
        let oldest_first = request.parameter("sort") == Some("oldest");
        let page = listing::write(self, shelf, number, oldest_first);
        Ok(Response::html(
            200,
            page.ok_or_else(|| Response::empty(404))?,
        ))
    }

    /// Returns the place of the article that a path names, if it names one.
    fn find(&self, rest: &[&str]) -> Option<usize> {
        let words = rest.strip_suffix(&["print"]).unwrap_or(rest);
        let (_, number) = words.last()?.rsplit_once('-')?;
        let place = self.place(number.parse().ok()?)?;
        let path = crate::server::percent_decode(&self.articles.get(place)?.path);
        let expected = path.trim_matches('/').split('/').skip(1);
        expected.eq(words.iter().copied()).then_some(place)
    }

    fn article(&self, request: &Request, rest: &[&str], place: usize, base: &str) -> Outcome {
        let article = &self.articles[place];
        let is_print = rest.last() == Some(&"print");
        let without_slash = article.path.trim_end_matches('/');
        let shows_without_slash = article.duplicates.iter().any(|path| path == without_slash);
        if is_print
            && !article
                .duplicates
                .iter()
                .any(|path| path.ends_with("/print/"))
        {
            return Err(Response::empty(404));
        }
        if is_print || !shows_without_slash {
            add_slash(request)?;
        }
        Ok(page::answer(self, place, base))
    }
}
