//! What a URL stands for: a page, a host, an origin.
//!
//! Pages link to each other in many spellings. [`page_key`] is equal for all spellings of a page, by
//! the rules that lesson 7 has grown ([`tdd::url_key`]), so a page is asked for once. What is asked for,
//! stored and shown is the first spelling that was found, less what is no server's business:
//! [`request_url`].

use tdd::url_key::{Rules, UrlKey};
use url::Url;

/// Returns what tells pages apart: equal keys, one page.
pub fn page_key(url: &Url) -> UrlKey {
    let rules = Rules::default();
    if has_user(url) {
        rules.key_of(&request_url(url))
    } else {
        rules.key_of(url)
    }
}

/// Returns the URL as a server is asked for it: without what is none of its business.
///
/// That is the fragment (a place on the page), a user and password (a page may not spend somebody's
/// password), and tracking parameters (which advertisement led here). The spelling stays: a server may
/// be pickier than the standards.
pub fn request_url(url: &Url) -> Url {
    let mut asked = Rules::default().without_tracking(url);
    asked.set_fragment(None);
    if has_user(url) {
        // Both fail only for URLs that cannot have a user (`mailto:`), and those have none to remove.
        let _ = asked.set_username("");
        let _ = asked.set_password(None);
    }
    asked
}

fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Returns the host that politeness counts for: the name or address, with the port where it is not the usual one.
///
/// `http://site.test` and `https://site.test` are one host, since one machine answers both;
/// `127.0.0.1:4000` and `127.0.0.1:5000` are two.
pub fn host_key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Returns the origin, for example `https://site.test`: the part of a site that one robots.txt speaks for.
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn spellings_of_a_page_have_one_key_and_pages_have_two() {
        let key = |text| page_key(&url(text));

        assert_eq!(
            key("HTTP://Site.Test:80/%7eann?utm_source=x#part"),
            key("http://site.test/~ann")
        );
        assert_eq!(
            key("http://me:secret@site.test/a"),
            key("http://site.test/a")
        );
        assert_ne!(key("http://site.test/a"), key("http://site.test/a/"));
        assert_ne!(key("http://site.test/a"), key("https://site.test/a"));
    }

    #[test]
    fn a_page_is_asked_for_as_it_was_written_less_what_is_no_servers_business() {
        let asked = request_url(&url(
            "http://me:secret@site.test/%7eann?b&utm_source=x&a#part",
        ));

        assert_eq!(asked.as_str(), "http://site.test/%7eann?b&a");
    }

    #[test]
    fn http_and_https_are_one_host_and_two_ports_are_two() {
        let host = |url| host_key(&Url::parse(url).expect("a URL"));

        assert_eq!(host("http://site.test/a"), host("https://site.test:443/b"));
        assert_ne!(
            host("http://127.0.0.1:4000/"),
            host("http://127.0.0.1:5000/")
        );
        assert_eq!(host("http://[::1]:80/"), "[::1]");
    }
}
