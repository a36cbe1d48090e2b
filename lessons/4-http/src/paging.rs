//! A list that comes in pages, as one iterator.
//!
//! The server says where the next page is, in a header: `Link: <…?page=3>; rel="next"`. Following that
//! needs no knowledge of how it counts. But it is the server that leads us, so each step is judged.
//!
//! Source: RFC 8288, <https://www.rfc-editor.org/rfc/rfc8288>.

use std::collections::VecDeque;
use std::fmt;

use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};
use serde::de::DeserializeOwned;

use crate::redirect::same_origin;
use crate::{Error, Response};

/// No list has more pages than this: who is led further is led in circles.
const MAX_PAGES: usize = 10_000;

/// Asks for a page, with whatever token that needs.
type Ask<E> = Box<dyn FnMut(&Url) -> Result<Response, E> + Send>;

// ANCHOR: pages
/// The items of all pages, one after another. A page is asked for when its first item is.
///
/// After an error it ends: nobody gets a list with a hole that looks like a whole one.
pub struct Pages<P, T, E = Error> {
    ask: Ask<E>,
    next: Option<Url>,
    seen: Vec<Url>,
    items: VecDeque<T>,
    page: std::marker::PhantomData<fn() -> P>,
}

impl<P, T, E> Pages<P, T, E>
where
    P: DeserializeOwned + Into<Vec<T>>,
    E: From<Error>,
{
    /// Begins at a first page. `ask` makes the requests, with whatever token they need.
    pub fn new(first: Url, ask: impl FnMut(&Url) -> Result<Response, E> + Send + 'static) -> Self {
        Self {
            ask: Box::new(ask),
            next: Some(first),
            seen: Vec::new(),
            items: VecDeque::new(),
            page: std::marker::PhantomData,
        }
    }

    fn turn(&mut self, url: Url) -> Result<(), E> {
        let response = (self.ask)(&url)?;
        let next = next_link(response.headers(), response.url());
        let page: P = response.json()?;
        self.items.extend(page.into());
        self.seen.push(url);
        self.next = match next {
            // A token goes along, so the next page must be on the same site; and a new one.
            Some(next) if !same_origin(&next, &self.seen[0]) => {
                return Err(Error::OutOfScope(next).into());
            }
            Some(next) if self.seen.contains(&next) || self.seen.len() >= MAX_PAGES => {
                return Err(Error::RedirectLoop(next).into());
            }
            next => next,
        };
        Ok(())
    }
}

impl<P, T, E> Iterator for Pages<P, T, E>
where
    P: DeserializeOwned + Into<Vec<T>>,
    E: From<Error>,
{
    type Item = Result<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Some(Ok(item));
            }
            // Taken out, so that after an error there is no next page.
            let url = self.next.take()?;
            if let Err(error) = self.turn(url) {
                self.items.clear();
                return Some(Err(error));
            }
        }
    }
}
// ANCHOR_END: pages

impl<P, T, E> fmt::Debug for Pages<P, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("next", &self.next.as_ref().map(Url::as_str))
            .finish_non_exhaustive()
    }
}

/// Returns where the next page is, if there is one.
pub fn next_link(headers: &HeaderMap, from: &Url) -> Option<Url> {
    headers
        .get_all(LINK)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(links)
        .find(|(_, rel)| {
            rel.split_whitespace()
                .any(|rel| rel.eq_ignore_ascii_case("next"))
        })
        .and_then(|(target, _)| from.join(target).ok())
}

/// Takes a `Link` header apart: each target with its `rel`. What is no link ends the list.
fn links(mut rest: &str) -> Vec<(&str, &str)> {
    let mut links = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let Some((target, after)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'))
        else {
            return links;
        };
        let mut rel = "";
        rest = after.trim_start();
        while let Some(parameter) = rest.strip_prefix(';') {
            let end = parameter.find(['=', ';', ',']).unwrap_or(parameter.len());
            let name = parameter[..end].trim();
            rest = &parameter[end..];
            if let Some(value) = rest.strip_prefix('=') {
                let value = value.trim_start();
                // A comma inside quotes is part of the value, not the next link.
                let (value, after) = match value.strip_prefix('"') {
                    Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                    None => value.split_at(value.find([';', ',']).unwrap_or(value.len())),
                };
                rest = after.trim_start();
                // The first one counts, says the standard.
                if name.eq_ignore_ascii_case("rel") && rel.is_empty() {
                    rel = value.trim();
                }
            }
        }
        links.push((target, rel));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    fn next(value: &str) -> Option<String> {
        let headers = [(LINK, HeaderValue::from_str(value).expect("a header"))];
        let from = Url::parse("http://a.test/books?page=1").expect("a URL");
        next_link(&HeaderMap::from_iter(headers), &from).map(String::from)
    }

    #[test]
    fn the_next_page_is_found_however_the_header_is_written() {
        for (value, expected) in [
            ("<http://a.test/2>; rel=\"next\"", Some("http://a.test/2")),
            ("</2>;rel=next", Some("http://a.test/2")),
            (
                "<?page=2>; title=\"a, b; c\"; REL=Next",
                Some("http://a.test/books?page=2"),
            ),
            (
                "</1>; rel=first, </3>; rel=\"last next\"",
                Some("http://a.test/3"),
            ),
            ("</a,b;c>; rel=next", Some("http://a.test/a,b;c")),
            ("</2>; rel=prev; rel=next", None),
            ("</2>; rel=\"next", Some("http://a.test/2")),
            ("</2>; nexts", None),
            ("2; rel=next", None),
            ("", None),
        ] {
            assert_eq!(next(value).as_deref(), expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic_or_hang(value in "[<>;,=\" a-z/]{0,60}") {
            let _ = links(&value);
        }

        #[test]
        fn a_link_that_is_written_is_read(target in "[a-z/?=,;]{1,20}", before in "[a-z]{0,8}", rel in "[a-z]{1,8}") {
            let value = format!("<{before}>; rel=x, <{target}>; title=\"{before}, <y>; \"; rel=\"{rel}\"");
            prop_assert_eq!(links(&value), [(before.as_str(), "x"), (target.as_str(), rel.as_str())]);
        }
    }
}
