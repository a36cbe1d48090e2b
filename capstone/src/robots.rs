//! What a site allows: the part of its robots.txt that is meant for us.
//!
//! The reading is lesson 6's ([`parsing::robots`], RFC 9309); this module asks it for one robot, and
//! answers with what the frontier needs: yes or no, and how long to pause.
//!
//! Nothing here asks the web: [`fetch`](crate::fetch) brings the file, [`frontier`](crate::frontier)
//! asks the question before each page.

use std::time::Duration;

pub use parsing::html::Directives;
use parsing::robots;
pub use parsing::robots::product_token;
use url::Url;

/// The longest robots.txt that is read, in bytes.
pub const MAX_ROBOTS_BYTES: u64 = robots::MAX_ROBOTS_BYTES as u64;

/// The rules of one robots.txt that apply to us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots {
    file: robots::Robots,
    token: String,
}

impl Robots {
    /// Returns rules that allow everything: what a site without robots.txt has.
    pub fn free() -> Self {
        Self::default()
    }

    /// Reads the rules that apply to the crawler called `token`, for example `Spindle`.
    pub fn parse(file: &[u8], token: &str) -> Self {
        Self {
            file: robots::Robots::parse(file),
            token: token.to_owned(),
        }
    }

    // ANCHOR: allows
    /// Returns whether `url` may be fetched.
    pub fn allows(&self, url: &Url) -> bool {
        self.file.rules_for(&self.token).allows(url.as_str())
    }
    // ANCHOR_END: allows

    /// Returns the pause the site asks for between two requests, if it names one.
    pub fn crawl_delay(&self) -> Option<Duration> {
        let rules = self.file.rules_for(&self.token);
        rules.crawl_delay().map(|delay| delay.pause)
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
