//! Where a redirect leads, and whether we go there.
//!
//! A redirect is a stranger's wish. So each hop is judged like a request of our own: is it on the web,
//! is it as safe as before, is it in scope, have we been there, are there too many? Its address is
//! looked at once more when the connection is made.
//!
//! Source: RFC 9110, section 15.4, <https://www.rfc-editor.org/rfc/rfc9110#section-15.4>.

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, StatusCode, Url};

use crate::Error;

/// What to do about redirects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// Follow so many, then give up.
    Follow(u32),
    /// Hand them over as answers: for a crawler, to which they are discoveries like links.
    HandOver,
}

impl Default for Redirects {
    fn default() -> Self {
        Self::Follow(10)
    }
}

/// Which addresses may be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Any.
    #[default]
    Web,
    /// Only the host of the first request; redirects may not leave it.
    SameHost,
    /// Only these hosts, in lower case.
    Hosts(Vec<String>),
}

impl Scope {
    pub(crate) fn check(&self, url: &Url, first: &Url) -> Result<(), Error> {
        let host = url.host_str().unwrap_or_default();
        let within = match self {
            Self::Web => true,
            Self::SameHost => host == first.host_str().unwrap_or_default(),
            Self::Hosts(hosts) => hosts.iter().any(|known| known == host),
        };
        if within {
            Ok(())
        } else {
            Err(Error::OutOfScope(url.clone()))
        }
    }
}

/// Reads an address on the web.
pub(crate) fn web_url(text: &str) -> Result<Url, Error> {
    Url::parse(text)
        .ok()
        .filter(is_web)
        .ok_or_else(|| Error::NotWeb(text.to_owned()))
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Returns where an answer leads, relative to where it was met; `None` when it is no redirect.
///
/// # Errors
///
/// [`Error::BadRedirect`] when that is nowhere on the web.
pub fn target(from: &Url, status: StatusCode, headers: &HeaderMap) -> Result<Option<Url>, Error> {
    let (true, Some(location)) = (
        matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308),
        headers.get(LOCATION),
    ) else {
        return Ok(None);
    };
    let location = String::from_utf8_lossy(location.as_bytes());
    match from.join(location.trim()) {
        Ok(url) if is_web(&url) => Ok(Some(url)),
        _ => Err(Error::BadRedirect(location.into_owned())),
    }
}

/// The way of one request so far.
#[derive(Debug)]
pub(crate) struct Way {
    max: u32,
    /// Every address with the method by which it was asked, in order.
    seen: Vec<(Method, Url)>,
}

impl Way {
    pub(crate) fn from(method: &Method, url: &Url, max: u32) -> Self {
        Self {
            max,
            seen: vec![(method.clone(), url.clone())],
        }
    }

    // ANCHOR: step
    /// Judges one more step.
    pub(crate) fn step(&mut self, method: &Method, to: &Url, scope: &Scope) -> Result<(), Error> {
        let (first, last) = match &self.seen[..] {
            [(_, first), .., (_, last)] => (first, last),
            [(_, only)] => (only, only),
            [] => (to, to),
        };
        if last.scheme() == "https" && to.scheme() == "http" {
            return Err(Error::Downgrade(to.clone()));
        }
        scope.check(to, first)?;
        // The same question to the same address gets the same answer. A fragment is not sent.
        let same = |url: &Url| Url::as_str(url).split('#').next() == to.as_str().split('#').next();
        if self.seen.iter().any(|(m, url)| m == method && same(url)) {
            return Err(Error::RedirectLoop(to.clone()));
        }
        if self.seen.len() as u64 > u64::from(self.max) {
            return Err(Error::TooManyRedirects(self.max));
        }
        self.seen.push((method.clone(), to.clone()));
        Ok(())
    }
    // ANCHOR_END: step
}

/// Returns the method after a redirect, and whether the body goes along.
///
/// After 303 one looks at something else. After 301 and 302 a POST becomes a GET: the standard allows
/// it because every browser does it. 307 and 308 were invented to keep the method.
pub(crate) fn method_after(status: StatusCode, method: &Method) -> (Method, bool) {
    match (status.as_u16(), method) {
        (303, &Method::HEAD) => (Method::HEAD, false),
        (303, _) | (301 | 302, &Method::POST) => (Method::GET, false),
        _ => (method.clone(), true),
    }
}

/// Returns whether both are the same site for a secret: scheme, host and port.
pub(crate) fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn step(way: &mut Way, to: &str) -> Result<(), Error> {
        way.step(&Method::GET, &url(to), &Scope::Web)
    }

    #[test]
    fn a_location_is_resolved_against_where_it_was_met() {
        let from = url("https://a.test/x/y?z");
        let read = |location: &str| {
            let headers = HeaderMap::from_iter([(LOCATION, location.parse().unwrap())]);
            target(&from, StatusCode::FOUND, &headers)
        };

        for (location, leads_to) in [
            ("../q", "https://a.test/q"),
            ("?w", "https://a.test/x/y?w"),
            ("//b.test/", "https://b.test/"),
            (" http://b.test/ ", "http://b.test/"),
        ] {
            assert_eq!(read(location).unwrap(), Some(url(leads_to)), "{location}");
        }
        for location in ["file:///etc/passwd", "javascript:alert(1)", "http://[x/"] {
            assert!(
                matches!(read(location), Err(Error::BadRedirect(_))),
                "{location}"
            );
        }
    }

    #[test]
    fn only_five_statuses_with_a_location_are_redirects() {
        let from = url("http://a.test/");
        let there = HeaderMap::from_iter([(LOCATION, "/x".parse().unwrap())]);

        for status in [200, 201, 300, 304, 305, 306, 399] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(target(&from, status, &there).unwrap(), None, "{status}");
        }
        let nowhere = HeaderMap::new();
        assert_eq!(target(&from, StatusCode::FOUND, &nowhere).unwrap(), None);
    }

    #[test]
    fn so_many_steps_are_taken_and_not_one_more() {
        let mut way = Way::from(&Method::GET, &url("http://a.test/0"), 3);

        for n in 1..=3 {
            step(&mut way, &format!("http://a.test/{n}")).unwrap();
        }
        let more = step(&mut way, "http://a.test/4");

        assert!(matches!(more, Err(Error::TooManyRedirects(3))), "{more:?}");
    }

    #[test]
    fn a_circle_is_noticed_also_behind_a_fragment() {
        let mut way = Way::from(&Method::GET, &url("http://a.test/1"), 10);

        step(&mut way, "http://a.test/2").unwrap();
        let back = step(&mut way, "http://a.test/1#top");

        assert!(matches!(back, Err(Error::RedirectLoop(_))), "{back:?}");
    }

    #[test]
    fn a_form_that_leads_back_to_its_page_is_no_circle() {
        let page = url("http://a.test/form");
        let mut way = Way::from(&Method::POST, &page, 10);

        assert!(way.step(&Method::GET, &page, &Scope::Web).is_ok());
    }

    #[test]
    fn https_is_not_given_up() {
        let mut way = Way::from(&Method::GET, &url("https://a.test/"), 10);

        let down = step(&mut way, "http://a.test/");

        assert!(matches!(down, Err(Error::Downgrade(_))), "{down:?}");
        assert!(step(&mut way, "https://b.test/").is_ok());
    }

    #[test]
    fn the_scope_holds_at_each_step() {
        let first = url("http://a.test/");
        let hosts = Scope::Hosts(vec!["a.test".into(), "b.test".into()]);

        assert!(
            Scope::SameHost
                .check(&url("http://a.test:81/x"), &first)
                .is_ok()
        );
        assert!(
            Scope::SameHost
                .check(&url("http://b.test/"), &first)
                .is_err()
        );
        assert!(hosts.check(&url("http://B.test/"), &first).is_ok());
        assert!(hosts.check(&url("http://c.test/"), &first).is_err());
    }

    #[test]
    fn a_method_survives_307_and_308_and_a_post_becomes_a_get_elsewhere() {
        let after = |status: u16, method: Method| {
            method_after(StatusCode::from_u16(status).unwrap(), &method)
        };

        assert_eq!(after(303, Method::PUT), (Method::GET, false));
        assert_eq!(after(303, Method::HEAD), (Method::HEAD, false));
        assert_eq!(after(302, Method::POST), (Method::GET, false));
        assert_eq!(after(301, Method::DELETE), (Method::DELETE, true));
        assert_eq!(after(307, Method::POST), (Method::POST, true));
        assert_eq!(after(308, Method::PUT), (Method::PUT, true));
    }
}
