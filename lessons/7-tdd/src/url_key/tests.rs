use super::{UrlError, UrlKey, cases};

fn key(url: &str) -> String {
    match UrlKey::parse(url) {
        Ok(key) => key.to_string(),
        Err(error) => panic!("{url:?} is a URL: {error}"),
    }
}

/// Checks a table, and lists every row that is wrong rather than only the first.
fn check(cases: &[cases::Case]) {
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
fn a_fragment_makes_no_page() {
    check(cases::FRAGMENT);
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
