//! What a site allows: robots.txt as RFC 9309 says it, and the directives a page gives about itself.
//!
//! A robots.txt is a list of groups. A group begins with one or more `User-agent` lines and holds
//! `Allow` and `Disallow` rules:
//!
//! ```text
//! User-agent: *
//! Disallow: /private/
//! Allow: /private/visit-me
//! Crawl-delay: 2
//! ```
//!
//! Three rules of the RFC decide everything, and each is one function below:
//!
//! 1. the groups that name us apply; if none does, the `*` groups apply; all of them together ([`Robots::parse`]);
//! 2. the longest matching pattern wins, and `Allow` wins a tie ([`Robots::allows`]);
//! 3. `*` in a pattern stands for any bytes, a final `$` for the end of the path ([`matches`]).
//!
//! Nothing here asks the web: [`fetch`](crate::fetch) brings the file, [`frontier`](crate::frontier)
//! asks the question before each page.
//!
//! Source: RFC 9309, <https://www.rfc-editor.org/rfc/rfc9309>. `Crawl-delay` is not in the RFC but is
//! widely written and widely obeyed.

use std::time::Duration;

use url::Url;

/// The longest robots.txt that is read, in bytes. The RFC asks for at least 500 KiB (section 2.5).
pub const MAX_ROBOTS_BYTES: u64 = 500 * 1024;

/// The rules of one robots.txt that apply to us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots {
    rules: Vec<Rule>,
    crawl_delay: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    allow: bool,
    /// Normalised like a path, so that the two compare byte by byte.
    pattern: Vec<u8>,
}

impl Robots {
    /// Returns rules that allow everything: what a site without robots.txt has.
    pub fn free() -> Self {
        Self::default()
    }

    // ANCHOR: groups
    /// Reads the rules that apply to the crawler called `token`, for example `Spindle`.
    ///
    /// Nothing is refused: a line that makes no sense is skipped, as the RFC asks, and bytes that are
    /// not UTF-8 are replaced.
    pub fn parse(file: &[u8], token: &str) -> Self {
        let text = String::from_utf8_lossy(file);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let (mut ours, mut everyones) = (None::<Self>, None::<Self>);
        let (mut names_us, mut names_all) = (false, false);
        // `User-agent` lines that follow each other open one group together; the first rule closes the list.
        let mut in_names = false;

        for line in text.split(['\n', '\r']) {
            let line = line.split_once('#').map_or(line, |(before, _)| before);
            let Some((field, value)) = line.split_once(':') else {
                continue;
            };
            let (field, value) = (field.trim().to_ascii_lowercase(), value.trim());
            match field.as_str() {
                "user-agent" => {
                    if !in_names {
                        (names_us, names_all, in_names) = (false, false, true);
                    }
                    names_us |= product_token(value).eq_ignore_ascii_case(token);
                    names_all |= value.starts_with('*');
                    // A group without a rule still is a group: naming us in it takes us out of `*`.
                    if names_us {
                        ours.get_or_insert_default();
                    }
                    if names_all {
                        everyones.get_or_insert_default();
                    }
                }
                "allow" | "disallow" => {
                    in_names = false;
                    if value.is_empty() {
                        continue;
                    }
                    let rule = Rule {
                        allow: field == "allow",
                        pattern: normalised(value),
                    };
                    if names_us {
                        ours.get_or_insert_default().rules.push(rule.clone());
                    }
                    if names_all {
                        everyones.get_or_insert_default().rules.push(rule);
                    }
                }
                "crawl-delay" => {
                    let Some(delay) = seconds(value) else {
                        continue;
                    };
                    for group in [(names_us, &mut ours), (names_all, &mut everyones)] {
                        if let (true, group) = group {
                            let group = group.get_or_insert_default();
                            group.crawl_delay = group.crawl_delay.max(Some(delay));
                        }
                    }
                }
                _ => {}
            }
        }
        ours.or(everyones).unwrap_or_default()
    }
    // ANCHOR_END: groups

    // ANCHOR: allows
    /// Returns whether `url` may be fetched: the longest matching rule decides, `Allow` wins a tie.
    pub fn allows(&self, url: &Url) -> bool {
        if url.path() == "/robots.txt" {
            return true;
        }
        let mut path = url.path().to_owned();
        if let Some(query) = url.query() {
            path.push('?');
            path.push_str(query);
        }
        let path = normalised(&path);
        self.rules
            .iter()
            .filter(|rule| matches(&rule.pattern, &path))
            .max_by_key(|rule| (rule.pattern.len(), rule.allow))
            .is_none_or(|rule| rule.allow)
    }
    // ANCHOR_END: allows

    /// Returns the pause the site asks for between two requests, if it names one.
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.crawl_delay
    }
}

/// The name at the start of a `User-agent` value: letters, `-` and `_`; `Spindle/2.0` names `Spindle`.
pub fn product_token(value: &str) -> &str {
    let end = value
        .find(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_'))
        .unwrap_or(value.len());
    &value[..end]
}

/// Reads a delay in seconds; a negative or endless one is no delay that can be kept, so it is skipped.
fn seconds(value: &str) -> Option<Duration> {
    value
        .parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

// ANCHOR: matches
/// Returns whether `pattern` matches the beginning of `path`.
///
/// `*` takes the fewest bytes that work, and only the last `*` is ever reconsidered: a pattern with
/// many stars therefore costs at most pattern × path steps, never exponentially many.
fn matches(pattern: &[u8], path: &[u8]) -> bool {
    let (pattern, anchored) = match pattern.split_last() {
        Some((b'$', rest)) => (rest, true),
        _ => (pattern, false),
    };
    let (mut p, mut at) = (0, 0);
    let mut last_star = None;
    loop {
        if p == pattern.len() && (!anchored || at == path.len()) {
            return true;
        }
        if p < pattern.len() && pattern[p] == b'*' {
            last_star = Some((p, at));
            p += 1;
        } else if p < pattern.len() && at < path.len() && pattern[p] == path[at] {
            p += 1;
            at += 1;
        } else if let Some((star, taken)) = last_star
            && taken < path.len()
        {
            last_star = Some((star, taken + 1));
            (p, at) = (star + 1, taken + 1);
        } else {
            return false;
        }
    }
}
// ANCHOR_END: matches

/// Writes a path or pattern in one form, so that `/caf%c3%a9`, `/caf%C3%A9` and `/café` are the same.
///
/// An escape of a letter, digit or `-._~` is undone, another escape gets capital digits, and bytes
/// beyond ASCII are escaped (RFC 9309 section 2.2.2).
pub(crate) fn normalised(path: &str) -> Vec<u8> {
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

/// What a page says about itself: in `<meta name="robots">` or in an `X-Robots-Tag` header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// The page must not be kept.
    pub noindex: bool,
    /// The page's links must not be followed.
    pub nofollow: bool,
}

impl Directives {
    /// Reads one value: `noindex, nofollow`, `none`, or, in a header, `otherbot: noindex`, which is not for us.
    pub fn parse(value: &str, token: &str) -> Self {
        let mut directives = Self::default();
        // A name before a colon holds for what follows it up to the end of the value.
        let mut for_us = true;
        for part in value.split(',') {
            let mut word = part.trim();
            if let Some((name, rest)) = word.split_once(':') {
                let name = name.trim();
                // `unavailable_after: DATE` and `max-snippet: N` are directives with a value, not names.
                if ![
                    "unavailable_after",
                    "max-snippet",
                    "max-image-preview",
                    "max-video-preview",
                ]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
                {
                    for_us = name.eq_ignore_ascii_case(token)
                        || name == "*"
                        || name.eq_ignore_ascii_case("robots");
                    word = rest.trim();
                }
            }
            if for_us {
                directives.noindex |= ["noindex", "none"]
                    .iter()
                    .any(|w| word.eq_ignore_ascii_case(w));
                directives.nofollow |= ["nofollow", "none"]
                    .iter()
                    .any(|w| word.eq_ignore_ascii_case(w));
            }
        }
        directives
    }

    /// Joins what two places say: a restriction in either holds.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            noindex: self.noindex || other.noindex,
            nofollow: self.nofollow || other.nofollow,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(file: &str, path: &str, allowed: bool) {
        let url = Url::parse("http://site.test")
            .expect("a URL")
            .join(path)
            .expect("a path");
        assert_eq!(
            Robots::parse(file.as_bytes(), "Spindle").allows(&url),
            allowed,
            "{path} under\n{file}"
        );
    }

    #[test]
    fn an_empty_file_allows_everything() {
        check("", "/a", true);
        check("User-agent: *\nDisallow:", "/a", true);
    }

    #[test]
    fn the_group_that_names_us_replaces_the_group_for_all() {
        let file = "User-agent: *\nDisallow: /\n\nUser-agent: spindle/9\nDisallow: /no";

        check(file, "/yes", true);
        check(file, "/no/where", false);
    }

    #[test]
    fn a_group_that_names_us_without_a_rule_frees_us() {
        check(
            "User-agent: *\nDisallow: /\n\nUser-agent: Spindle\n",
            "/a",
            true,
        );
    }

    #[test]
    fn two_groups_that_name_us_are_one() {
        let file = "User-agent: spindle\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: SPINDLE\nDisallow: /b";

        check(file, "/a", false);
        check(file, "/b", false);
        check(file, "/c", true);
    }

    #[test]
    fn names_above_each_other_share_the_rules() {
        check(
            "User-agent: x\nUser-agent: spindle\nDisallow: /a",
            "/a",
            false,
        );
    }

    #[test]
    fn a_longer_name_is_another_crawler() {
        check("User-agent: spindle-news\nDisallow: /", "/a", true);
    }

    #[test]
    fn the_longest_rule_wins_and_allow_wins_a_tie() {
        check("User-agent: *\nAllow: /p\nDisallow: /", "/page", true);
        check(
            "User-agent: *\nAllow: /folder\nDisallow: /folder",
            "/folder/page",
            true,
        );
        check(
            "User-agent: *\nAllow: /page\nDisallow: /*.htm",
            "/page.htm",
            false,
        );
        check("User-agent: *\nAllow: /$\nDisallow: /", "/", true);
        check("User-agent: *\nAllow: /$\nDisallow: /", "/page.htm", false);
    }

    #[test]
    fn a_star_takes_any_bytes_and_a_dollar_is_the_end() {
        check("User-agent: *\nDisallow: /*.php$", "/a/b.php", false);
        check("User-agent: *\nDisallow: /*.php$", "/a/b.php?c", true);
        check("User-agent: *\nDisallow: /a*b*c", "/axbbxc/d", false);
        check("User-agent: *\nDisallow: /a*b*c", "/axbb", true);
        check("User-agent: *\nDisallow: /a$b", "/a$b", false);
    }

    #[test]
    fn escapes_compare_by_what_they_mean() {
        check("User-agent: *\nDisallow: /caf%c3%a9", "/café", false);
        check("User-agent: *\nDisallow: /café", "/caf%C3%A9", false);
        check("User-agent: *\nDisallow: /%7Eann", "/~ann", false);
        check("User-agent: *\nDisallow: /a%2Fb", "/a/b", true);
    }

    #[test]
    fn the_robots_file_itself_is_always_allowed() {
        check("User-agent: *\nDisallow: /", "/robots.txt", true);
    }

    #[test]
    fn odd_lines_are_skipped() {
        check(
            "\u{feff}User-Agent : *\r\nnonsense\r\nDISALLOW:/a # why\r\n",
            "/a",
            false,
        );
        check("Disallow: /a\nUser-agent: *\nDisallow: /b", "/a", true);
        check("user-agent: *\rdisallow: /a", "/a", false);
    }

    #[test]
    fn a_pattern_of_many_stars_is_answered_at_once() {
        let file = format!("User-agent: *\nDisallow: /{}$", "*a".repeat(2_000));

        check(&file, &format!("/{}b", "a".repeat(4_000)), true);
    }

    #[test]
    fn the_crawl_delay_of_our_group_is_read() {
        let delay = |file: &str| Robots::parse(file.as_bytes(), "Spindle").crawl_delay();

        assert_eq!(
            delay("User-agent: *\nCrawl-delay: 1.5"),
            Some(Duration::from_millis(1500))
        );
        assert_eq!(delay("User-agent: other\nCrawl-delay: 9"), None);
        assert_eq!(delay("User-agent: *\nCrawl-delay: -1"), None);
        assert_eq!(delay("User-agent: *\nCrawl-delay: soon"), None);
        assert_eq!(delay("User-agent: *\nCrawl-delay: 1e400"), None);
    }

    #[test]
    fn directives_are_read_from_meta_and_header() {
        let parse = |value| Directives::parse(value, "Spindle");

        assert_eq!(
            parse("NoIndex, follow"),
            Directives {
                noindex: true,
                nofollow: false
            }
        );
        assert_eq!(
            parse("none"),
            Directives {
                noindex: true,
                nofollow: true
            }
        );
        assert_eq!(parse("otherbot: noindex, nofollow"), Directives::default());
        assert_eq!(
            parse("spindle: nofollow"),
            Directives {
                noindex: false,
                nofollow: true
            }
        );
        assert!(parse("unavailable_after: 1 Jan 2030, noindex").noindex);
        assert_eq!(parse("all"), Directives::default());
    }

    /// Lines as people write them, so that two readers of the RFC can be compared.
    fn file() -> impl Strategy<Value = String> {
        let agent = prop::sample::select(vec!["*", "spindle", "Spindle", "other", "spindle-news"]);
        let path = "/[ab]{0,2}(/|[*]|[?]|[.]x)?[ab]{0,2}[$]?";
        let line = prop_oneof![
            agent.prop_map(|name| format!("User-agent: {name}")),
            path.prop_map(|path| format!("Disallow: {path}")),
            path.prop_map(|path| format!("Allow: {path}")),
        ];
        prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #[test]
        fn the_verdict_is_that_of_an_independent_reader(file in file(), path in "/[ab]{0,3}(/[ab]{0,2})?([.]x)?([?][ab])?") {
            let url = format!("http://site.test{path}");
            let oracle = robotxt::Robots::parse(file.as_bytes(), "Spindle");

            let ours = Robots::parse(file.as_bytes(), "Spindle").allows(&Url::parse(&url).expect("a URL"));

            prop_assert_eq!(ours, oracle.is_allowed(&path), "{}\n{}", path, file);
        }

        #[test]
        fn no_bytes_make_the_reader_fail(file in prop::collection::vec(any::<u8>(), 0..400)) {
            Robots::parse(&file, "Spindle").allows(&Url::parse("http://a.test/b?c").expect("a URL"));
        }
    }
}
