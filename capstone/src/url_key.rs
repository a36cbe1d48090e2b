//! When two URLs are the same page, and when they are the same host.
//!
//! Pages link to each other in many spellings. [`url_key`] writes each URL in one form, and that form
//! is what is remembered, stored and asked for:
//!
//! | spelling | becomes | because |
//! |---|---|---|
//! | `http://Site.test/a` | `http://site.test/a` | host names have no case |
//! | `http://site.test:80/a` | `http://site.test/a` | 80 is what http means anyway |
//! | `http://site.test` | `http://site.test/` | an empty path is `/` |
//! | `http://site.test/b/../a` | `http://site.test/a` | dot segments are steps, not names |
//! | `http://site.test/a#part` | `http://site.test/a` | a fragment is a place on the page |
//! | `http://me:pw@site.test/a` | `http://site.test/a` | a page may not spend somebody's password |
//! | `http://site.test/%7eann` | `http://site.test/~ann` | an escaped letter, digit or `-._~` is the same character |
//! | `http://site.test/caf%c3%a9` | `http://site.test/caf%C3%A9` | escapes have no case |
//!
//! What may be two pages stays two: a slash at the end, the order of a query, `www.`, http and https.
//!
//! The `url` crate does the first four while it parses. Source: RFC 3986, section 6.2.2,
//! <https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2>.

use url::Url;

/// Returns `url` in the one form that all its spellings share.
pub fn url_key(url: &Url) -> Url {
    let mut key = url.clone();
    key.set_fragment(None);
    // Both fail only for URLs that cannot have a user (`mailto:`), and those have none to remove.
    let _ = key.set_username("");
    let _ = key.set_password(None);
    if key.path().contains('%') {
        key.set_path(&String::from_utf8_lossy(&normalised(url.path())));
    }
    if let Some(query) = url.query().filter(|query| query.contains('%')) {
        key.set_query(Some(&String::from_utf8_lossy(&normalised(query))));
    }
    key
}

/// Writes a path in one form, so that `/caf%c3%a9`, `/caf%C3%A9` and `/café` are the same.
///
/// An escape of a letter, digit or `-._~` is undone, another escape gets capital digits, and bytes
/// beyond ASCII are escaped (RFC 9309 section 2.2.2).
fn normalised(path: &str) -> Vec<u8> {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let escaped = bytes[i] == b'%' && i + 2 < bytes.len();
        let value = escaped.then(|| hex(bytes[i + 1], bytes[i + 2])).flatten();
        match value {
            Some(byte) if is_plain(byte) && !completes_escape(&out, byte) => out.push(byte),
            Some(byte) => out.extend(format!("%{byte:02X}").into_bytes()),
            None if bytes[i].is_ascii() => out.push(bytes[i]),
            None => out.extend(format!("%{:02X}", bytes[i]).into_bytes()),
        }
        i += if value.is_some() { 3 } else { 1 };
    }
    out
}

/// Returns whether a byte never needs an escape (RFC 3986, section 2.3).
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Returns whether `byte` would make an escape of a `%` that was none: `%a%30` is not `%a0`.
fn completes_escape(written: &[u8], byte: u8) -> bool {
    byte.is_ascii_hexdigit()
        && match written {
            [.., b'%'] => true,
            [.., b'%', before] => before.is_ascii_hexdigit(),
            _ => false,
        }
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
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
    use proptest::prelude::*;

    use super::*;

    fn check(spelling: &str, expected: &str) {
        assert_eq!(
            url_key(&Url::parse(spelling).expect("a URL")).as_str(),
            expected
        );
    }

    #[test]
    fn all_spellings_of_a_page_have_one_key() {
        check("HTTP://Site.Test", "http://site.test/");
        check("http://site.test:80/a", "http://site.test/a");
        check("https://site.test:443/a", "https://site.test/a");
        check("http://site.test/b/../a", "http://site.test/a");
        check("http://site.test/a#part", "http://site.test/a");
        check("http://me:pw@site.test/a", "http://site.test/a");
        check("http://site.test/%7eann", "http://site.test/~ann");
        check(
            "http://site.test/caf%c3%a9?q=%c3%a9%41",
            "http://site.test/caf%C3%A9?q=%C3%A9A",
        );
        check("http://site.test/%a%30", "http://site.test/%a%30");
        check("http://site.test/%%330", "http://site.test/%%330");
        check("http://site.test/café", "http://site.test/caf%C3%A9");
        check("http://bücher.test/", "http://xn--bcher-kva.test/");
    }

    #[test]
    fn what_may_be_two_pages_stays_two() {
        for (one, other) in [
            ("http://site.test/a", "http://site.test/a/"),
            ("http://site.test/a?x&y", "http://site.test/a?y&x"),
            ("http://site.test/a", "https://site.test/a"),
            ("http://site.test/a%2Fb", "http://site.test/a/b"),
            ("http://site.test/A", "http://site.test/a"),
        ] {
            let key = |url| url_key(&Url::parse(url).expect("a URL"));
            assert_ne!(key(one), key(other));
        }
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

    proptest! {
        #[test]
        fn the_key_of_a_key_is_itself(path in "(/[a%/.é0-9~]{0,6}){0,3}", query in "[a%&=0-9]{0,6}") {
            let url = Url::parse(&format!("http://u@site.test:80{path}?{query}#f")).expect("a URL");

            let key = url_key(&url);

            prop_assert_eq!(url_key(&key), key.clone());
            prop_assert_eq!(Url::parse(key.as_str()).expect("a key is a URL"), key);
        }
    }
}
