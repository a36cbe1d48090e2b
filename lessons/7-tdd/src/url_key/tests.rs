use super::{Rules, TrailingSlash, UrlError, UrlKey, cases};

fn key(url: &str) -> String {
    match UrlKey::parse(url) {
        Ok(key) => key.to_string(),
        Err(error) => panic!("{url:?} is a URL: {error}"),
    }
}

/// Checks a table, and lists every row that is wrong rather than only the first.
fn check(cases: &[cases::Case]) {
    check_by(&Rules::default(), cases);
}

fn check_by(rules: &Rules<'_>, cases: &[cases::Case]) {
    let key = |url: &str| match rules.key(url) {
        Ok(key) => key.to_string(),
        Err(error) => panic!("{url:?} is a URL: {error}"),
    };
    let wrong: Vec<String> = cases
        .iter()
        .filter(|case| (key(case.left) == key(case.right)) != case.one_page)
        .map(|case| {
            let (left, right) = (key(case.left), key(case.right));
            let is = if case.one_page {
                "one page"
            } else {
                "two pages"
            };
            format!(
                "{:?} and {:?} are {is}: {}\n    keys {left} and {right}",
                case.left, case.right, case.why
            )
        })
        .collect();

    assert!(
        wrong.is_empty(),
        "{} of {} rows:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

#[test]
fn spellings_of_one_origin_have_one_key() {
    check(cases::ORIGIN);
}

#[test]
fn dots_in_a_path_are_resolved_and_all_else_is_kept() {
    check(cases::PATH);
}

#[test]
fn a_url_without_its_tracking_parameters_is_as_it_was_written() {
    let clean = |url: &str| {
        let url = url::Url::parse(url).expect("a URL");
        Rules::default().without_tracking(&url).to_string()
    };

    assert_eq!(
        clean("http://site.test/%7eann?utm_source=x"),
        "http://site.test/%7eann"
    );
    assert_eq!(
        clean("http://site.test/?b=%7e&fbclid=1&a&UTM%5Fmedium=y#top"),
        "http://site.test/?b=%7e&a#top"
    );
    assert_eq!(clean("http://site.test/a?&&"), "http://site.test/a?&&");
    assert_eq!(clean("http://site.test/a?"), "http://site.test/a?");
    assert_eq!(
        clean("mailto:ann@site.test?utm_source=x"),
        "mailto:ann@site.test?utm_source=x"
    );
}

#[test]
fn a_fragment_makes_no_page() {
    check(cases::FRAGMENT);
}

#[test]
fn percent_codes_that_mean_nothing_are_undone_and_the_others_are_kept() {
    check(cases::ENCODING);
}

#[test]
fn a_query_loses_what_only_follows_readers_about_and_nothing_else() {
    check(cases::QUERY);
}

#[test]
fn a_slash_at_the_end_is_kept_unless_the_site_is_known_not_to_care() {
    check(cases::SLASH_KEPT);
    check_by(
        &Rules {
            trailing_slash: TrailingSlash::Ignore,
            ..Rules::default()
        },
        cases::SLASH_IGNORED,
    );
}

#[test]
fn the_list_of_tracking_parameters_is_the_callers_to_change() {
    let rules = Rules {
        tracking: &["sid", "from_*"],
        ..Rules::default()
    };

    let key = rules
        .key("http://e.com/?sid=1&from_ann=2&utm_source=3&from=4")
        .map(|key| key.to_string());

    assert_eq!(key, Ok("http://e.com/?utm_source=3&from=4".to_owned()));
}

#[test]
fn the_key_is_spelled_as_the_standards_spell_it() {
    assert_eq!(
        key("HTTP://Ann@EXAMPLE.com:80/%7e/a|b%"),
        "http://Ann@example.com/~/a%7Cb%25"
    );
    assert_eq!(
        key("https://example.com:8443/?q=é"),
        "https://example.com:8443/?q=%C3%A9"
    );
    assert_eq!(key("http://ann:%70w@[::1]:81/"), "http://ann:pw@[::1]:81/");
    assert_eq!(key("ftp://example.com/%7e"), "ftp://example.com/~");
    assert_eq!(key("file:///etc/%6dotd"), "file:///etc/motd");
    assert_eq!(key("MAILTO:%61nn@example.com"), "mailto:ann@example.com");
    assert_eq!(key("gemini://EXAMPLE.com/a"), "gemini://example.com/a");
    assert_eq!(key("web:/.//a"), "web:/.//a");
}

#[test]
fn what_is_no_url_is_refused_with_a_reason() {
    let reason = |text: &str| UrlKey::parse(text).expect_err(text).to_string();

    assert_eq!(
        reason("/blog/"),
        "it has no scheme, so it is relative to another URL"
    );
    assert_eq!(
        reason(""),
        "it has no scheme, so it is relative to another URL"
    );
    assert_eq!(reason("http://"), "it is malformed: empty host");
    assert_eq!(
        reason("http://e.com:99999/"),
        "it is malformed: invalid port number"
    );
    assert_eq!(
        reason("http://a b/"),
        "it is malformed: invalid international domain name"
    );
    assert_eq!(
        reason("http://[::1/"),
        "it is malformed: invalid IPv6 address"
    );
}

#[test]
fn a_malformed_url_keeps_the_parsers_error_as_its_source() {
    let error = UrlKey::parse("http://").expect_err("there is no host");

    assert_eq!(
        error,
        UrlError::Malformed {
            source: url::ParseError::EmptyHost
        }
    );
    assert!(std::error::Error::source(&error).is_some());
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    /// Text with all that is odd in URLs, near enough to a URL to be one quite often.
    fn url() -> impl Strategy<Value = String> {
        let part = "[a-cA-C0-3éß%/.?&=;+~_ #|\\[\\]{}\"'<>^`\\\\@:!*,$-]{0,12}";
        let code = "(%[0-9a-fA-F]{2}|%|/|\\.|\\?|&|utm_|gclid=|[a-z=]){0,10}";
        let start = prop::sample::select(vec![
            "http://e.com/",
            "https://e.com:443/",
            "HTTP://u:p@E.com",
            "ftp://e.com/",
            "file:///",
            "web:",
            "web:/",
            "web://h/",
            "mailto:",
            "http:",
            "data:,",
        ]);
        (start, prop_oneof![part, code], code).prop_map(|(a, b, c)| format!("{a}{b}{c}"))
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_that_key(url in url()) {
            if let Ok(key) = UrlKey::parse(&url) {
                let again = UrlKey::parse(key.as_str());
                prop_assert_eq!(again, Ok(key));
            }
        }

        #[test]
        fn tracking_parameters_can_go_and_the_page_stays(url in url()) {
            if let Ok(url) = url::Url::parse(&url) {
                let rules = Rules::default();
                prop_assert_eq!(rules.key_of(&rules.without_tracking(&url)), rules.key_of(&url));
            }
        }

        #[test]
        fn the_key_of_a_key_is_that_key_where_slashes_do_not_count(url in url()) {
            let rules = Rules { trailing_slash: TrailingSlash::Ignore, ..Rules::default() };
            if let Ok(key) = rules.key(&url) {
                let again = rules.key(key.as_str());
                prop_assert_eq!(again, Ok(key));
            }
        }

        #[test]
        fn every_key_is_a_uri_of_rfc_3986(url in url()) {
            if let Ok(key) = UrlKey::parse(&url) {
                let key = key.to_string();
                let authority_ends = key.find("://").map_or(0, |at| at + 3);
                let is_uri = |c: char| c.is_ascii_alphanumeric() || "-._~:/?@!$&'()*+,;=%".contains(c);
                prop_assert!(key[authority_ends..].chars().all(is_uri), "{key}");
            }
        }

        #[test]
        fn no_text_whatever_makes_it_panic(text in ".{0,40}") {
            let _ = UrlKey::parse(&text);
        }

        /// The server decodes the path that it is sent; a key must not ask for another one.
        #[test]
        fn the_key_still_says_the_same_bytes(path in "([a-c/;=%+~|]|%[0-9a-fA-F]{2}){0,12}") {
            let url = format!("http://e.com/{path}");
            let before = url::Url::parse(&url).expect("any path will do");
            prop_assume!(!path.contains("/."), "dot segments are resolved, and that is tested elsewhere");

            let after = url::Url::parse(&key(&url)).expect("a key is a URL");

            prop_assert_eq!(decoded(after.path()), decoded(before.path()));
        }
    }

    /// Percent-decoding as the URL Standard has it: a % that starts no code stands for itself.
    fn decoded(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let [first, tail @ ..] = rest {
            let code = tail.get(..2).and_then(|two| {
                let two = std::str::from_utf8(two).ok()?;
                two.chars()
                    .all(|c| c.is_ascii_hexdigit())
                    .then(|| u8::from_str_radix(two, 16).ok())?
            });
            match (first, code) {
                (b'%', Some(byte)) => {
                    bytes.push(byte);
                    rest = &tail[2..];
                }
                _ => {
                    bytes.push(*first);
                    rest = tail;
                }
            }
        }
        bytes
    }
}
