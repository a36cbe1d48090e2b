use proptest::prelude::*;

use super::*;

/// Checks what `file` says to the robot `agent` about `url`.
#[track_caller]
fn check(file: &str, agent: &str, url: &str, allowed: bool) {
    let robots = Robots::parse(file.as_bytes());
    let verdict = robots.rules_for(agent).verdict(url).to_string();

    assert_eq!(
        robots.rules_for(agent).allows(url),
        allowed,
        "{agent} {url:.80}: {verdict:.200}, under\n{file:.600}"
    );
}

/// The same for the paths of one site and a file for one robot.
#[track_caller]
fn check_rules(rules: &str, allowed: &[&str], refused: &[&str]) {
    let file = format!("user-agent: FooBot\n{rules}\n");
    for (paths, is_allowed) in [(allowed, true), (refused, false)] {
        for path in paths {
            check(
                &file,
                "FooBot",
                &format!("http://foo.bar{path}"),
                is_allowed,
            );
        }
    }
}

#[test]
fn an_empty_file_and_an_empty_rule_close_nothing() {
    check("", "FooBot", "http://foo.bar/x", true);
    check_rules("disallow:\nallow:", &["/x"], &[]);
    check(
        "user-agent: FooBot\ndisallow: /",
        "",
        "http://foo.bar/x",
        true,
    );
    check("user-agent: FooBot\ndisallow: /", "FooBot", "", false);
}

#[test]
fn fields_are_read_in_any_case_and_in_the_spellings_that_are_seen() {
    for file in [
        "USER-AGENT: FooBot\nDISALLOW: /\n",
        "user-agent FooBot\ndisallow /\n",
        "useragent: FooBot\ndisalow: /\n",
        "user agent: FooBot\ndissallow:/\n",
        "User-Agent : FooBot\nDissalow : /\n",
        "  user-agent:\tFooBot\n\tdiasllow:\t/  \n",
        "User-agent: foobot\nDisallaw: / # why",
    ] {
        check(file, "FooBot", "http://foo.bar/x/y", false);
    }
    check(
        "foo: FooBot\nbar: /\n",
        "FooBot",
        "http://foo.bar/x/y",
        true,
    );
    // Prose is no rule, though it begins like one.
    check_rules("disallow / for everybody", &["/"], &[]);
    check_rules("disallow /a:b", &["/"], &["/a:b"]);
}

#[test]
fn groups_are_found_by_their_names_and_rules_before_the_first_are_nobodys() {
    let file = "allow: /foo/bar/\n\nuser-agent: FooBot\ndisallow: /\nallow: /x/\nuser-agent: BarBot\ndisallow: /\nallow: /y/\n\n\nallow: /w/\nuser-agent: BazBot\n\nuser-agent: FooBot\nallow: /z/\ndisallow: /\n";
    let cases = [
        ("FooBot", ["/x/b", "/z/d"], ["/y/c", "/foo/bar/"]),
        ("BarBot", ["/y/c", "/w/a"], ["/z/d", "/foo/bar/"]),
        ("BazBot", ["/z/d", "/z/"], ["/x/b", "/"]),
    ];

    for (agent, allowed, refused) in cases {
        for (paths, is_allowed) in [(allowed, true), (refused, false)] {
            for path in paths {
                check(file, agent, &format!("http://foo.bar{path}"), is_allowed);
            }
        }
    }
}

#[test]
fn what_is_neither_name_nor_rule_does_not_part_the_names_of_a_group() {
    for between in [
        "Sitemap: https://foo.bar/sitemap",
        "Invalid-Unknown-Line: unknown",
        "Crawl-delay: 3",
        "",
    ] {
        let file = format!("User-agent: FooBot\n{between}\nUser-agent: *\nDisallow: /\n");

        check(&file, "FooBot", "http://foo.bar/x", false);
        check(&file, "BarBot", "http://foo.bar/x", false);
    }
}

#[test]
fn a_name_is_compared_as_a_whole_and_in_any_case() {
    let file = |name: &str| format!("User-agent: *\nDisallow: /\nUser-agent: {name}\nAllow: /\n");
    let named = [
        ("FOO BAR", "foo"),
        ("Foo/1.2", "foo"),
        ("foo*", "Foo"),
        ("Foo", "Foo/2.1 (+https://foo.bar/bot)"),
        (
            "ExampleBot",
            "Mozilla/5.0 (compatible; ExampleBot/0.1; https://www.example.com/bot.html)",
        ),
        ("MJ12bot", "MJ12bot/v1.4.8"),
    ];
    let not_named = [
        ("Foo", "Foo Bar"),
        ("Foo-News", "Foo"),
        ("Foo", "Foo-News"),
        ("Fo", "Foo"),
        ("", "Foo"),
        ("*foo", "Foo"),
    ];

    for (value, agent) in named {
        check(&file(value), agent, "http://foo.bar/x", true);
    }
    for (value, agent) in not_named {
        check(&file(value), agent, "http://foo.bar/x", false);
    }
}

#[test]
fn the_group_for_all_is_only_for_those_whom_no_group_names() {
    let both = "user-agent: *\nallow: /\nuser-agent: FooBot\ndisallow: /\n";
    check(both, "FooBot", "http://foo.bar/x", false);
    check(both, "BarBot", "http://foo.bar/x", true);
    check(
        "user-agent: * and others\ndisallow: /\n",
        "BarBot",
        "http://foo.bar/x",
        false,
    );
    // Named without any rule is named all the same.
    check(
        "user-agent: *\ndisallow: /\nuser-agent: FooBot\n",
        "FooBot",
        "/x",
        true,
    );
    check(
        "user-agent: *\ndisallow: /x/\nuser-agent: FooBot\ndisallow: /y/",
        "FooBot",
        "/x/p",
        true,
    );
}

#[test]
fn the_longest_match_wins_and_allow_wins_a_tie() {
    check_rules(
        "disallow: /x/page.html\nallow: /x/",
        &["/x/"],
        &["/x/page.html"],
    );
    check_rules(
        "allow: /x/page.html\ndisallow: /x/",
        &["/x/page.html"],
        &["/x/"],
    );
    check_rules("disallow: /\nallow: /", &["/x/page.html"], &[]);
    check_rules("disallow: /x\nallow: /x/", &["/x/"], &["/x"]);
    check_rules(
        "allow: /page\ndisallow: /*.html",
        &["/page"],
        &["/page.html"],
    );
    check_rules(
        "allow: /x/page.\ndisallow: /*.html",
        &["/x/page.html"],
        &["/x/y.html"],
    );
    check_rules("allow: /$\ndisallow: /", &["/"], &["/page.html"]);
    check_rules("disallow: /x/", &["/X/"], &["/x/"]);
}

#[test]
fn a_star_takes_any_bytes_and_a_dollar_is_the_end() {
    check_rules(
        "disallow: /foo/bar/quz\nallow: /foo/*/qux",
        &["/foo/quz", "/foo//quz", "/foo/bax/quz"],
        &["/foo/bar/quz"],
    );
    check_rules(
        "disallow: /foo/bar$\nallow: /foo/bar/qux",
        &["/foo/bar/qux", "/foo/bar/", "/foo/bar/baz"],
        &["/foo/bar"],
    );
    check_rules(
        "disallow: /*.php$",
        &["/a/b.php?c", "/a/b.php5"],
        &["/a/b.php", "/.php", "/a.phpx.php"],
    );
    check_rules(
        "disallow: /a*b*c",
        &["/axbb", "/cba"],
        &["/axbbxc/d", "/abc"],
    );
    check_rules(
        "disallow: /fish*",
        &["/Fish.asp", "/catfish"],
        &["/fish", "/fishheads/yummy.html"],
    );
    check_rules("disallow: /a*$", &["/b"], &["/a", "/abc"]);
    check_rules("disallow: *.php", &["/a"], &["/x.php"]);
    check_rules("disallow: **b**$", &["/a"], &["/abc"]);
    check_rules(
        "disallow: /aba*aba$",
        &["/aba", "/ababa"],
        &["/abaaba", "/aba-aba"],
    );
    check_rules("disallow: fish", &["/fish"], &[]);
    check_rules("disallow: $", &["/"], &[]);
}

#[test]
fn stars_and_dollars_of_a_path_are_matched_by_their_escapes() {
    check_rules(
        "disallow: /a-%2A.html",
        &["/a-b.html"],
        &["/a-*.html", "/a-%2a.html"],
    );
    check_rules("disallow: /foo-%24", &["/foo-"], &["/foo-$", "/foo-%24"]);
    check_rules("disallow: /a$b", &["/a"], &["/a$b", "/a%24b"]);
}

#[test]
fn escapes_compare_by_what_they_mean() {
    // The RFC's own table, section 2.2.2: pattern, and a path that it must match.
    for (pattern, path) in [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
        (
            "/foo/bar?baz=https://foo.bar",
            "/foo/bar?baz=https%3A%2F%2Ffoo.bar",
        ),
        (
            "/foo/bar?baz=https%3A%2F%2Ffoo.bar",
            "/foo/bar?baz=https://foo.bar",
        ),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%E3%83%84", "/foo/bar/ツ"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
        ("/foo/bar/baz", "/foo/bar/%62%61%7A"),
        ("/caf%c3%a9", "/café"),
        ("/%7Eann", "/~ann"),
        ("/a b", "/a%20b"),
        ("/100%", "/100%25"),
        (
            "/foo/bar?qux=taz&baz=http://foo.bar?tar&par",
            "/foo/bar?qux=taz&baz=http://foo.bar?tar&par",
        ),
    ] {
        check_rules(&format!("disallow: {pattern}"), &["/other"], &[path]);
    }
    check_rules("disallow: /a%2Fb", &["/a/b"], &["/a%2fb"]);
    check_rules("disallow: /*/b", &[], &["/x?q=/b"]);
    check_rules("disallow: /*?a=", &["/x"], &["/x?a=%2F"]);
}

#[test]
fn bytes_that_are_no_text_are_compared_as_bytes() {
    let robots = Robots::parse(b"user-agent: foobot\ndisallow: /caf\xe9\nuser-agent: x\xff\n");

    assert!(!robots.rules_for("FooBot").allows("/caf%E9"));
    assert!(robots.rules_for("FooBot").allows("/café"));
}

#[test]
fn path_and_query_are_taken_out_of_any_url() {
    for (url, path) in [
        ("", "/"),
        ("http://www.example.com", "/"),
        ("http://www.example.com/a", "/a"),
        (
            "http://www.example.com/a/b?c=http://d.e/",
            "/a/b?c=http://d.e/",
        ),
        (
            "http://www.example.com/a/b?c=d&e=f#fragment",
            "/a/b?c=d&e=f",
        ),
        ("http://www.example.com?a", "/?a"),
        ("http://www.example.com/a;b#c", "/a;b"),
        ("example.com", "/"),
        ("example.com/a/b?c", "/a/b?c"),
        ("//a/b/c", "/b/c"),
        ("/a/b?u=http://c", "/a/b?u=http://c"),
        ("http://a.b#/c", "/"),
    ] {
        assert_eq!(pattern::Path::of(url), pattern::Path::of(path), "{url}");
    }
}

#[test]
fn the_robots_file_itself_may_always_be_read() {
    check(
        "User-agent: *\nDisallow: /",
        "FooBot",
        "http://a.b/robots.txt",
        true,
    );
    check(
        "User-agent: *\nDisallow: /",
        "FooBot",
        "http://a.b/robots.txt2",
        false,
    );
    assert!(
        Robots::refusing_all()
            .rules_for("x")
            .allows("http://a.b/robots.txt")
    );
    assert!(!Robots::refusing_all().rules_for("x").allows("http://a.b/"));
    assert!(Robots::allowing_all().rules_for("x").allows("http://a.b/"));
}

#[test]
fn a_byte_order_mark_is_skipped_also_half_of_one() {
    let rest = b"User-Agent: foo\nAllow: /AnyValue\nDisallow: /\n";

    for mark in [&b""[..], b"\xef\xbb\xbf", b"\xef\xbb", b"\xef"] {
        let file = [mark, rest].concat();
        assert!(
            !Robots::parse(&file).rules_for("foo").allows("/x"),
            "{mark:?}"
        );
    }
    let broken = [&b"\xef\x11\xbf"[..], rest].concat();
    assert!(Robots::parse(&broken).rules_for("foo").allows("/x"));
    let inside = b"User-Agent: foo\n\xef\xbb\xbfDisallow: /\n";
    assert!(Robots::parse(inside).rules_for("foo").allows("/x"));
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for ending in ["\n", "\r", "\r\n"] {
        let file = [
            "# hello",
            "",
            "User-Agent: foo",
            "",
            "Disallow: /a # not there",
            "",
        ]
        .join(ending);
        let robots = Robots::parse(file.as_bytes());
        let rules = robots.rules_for("foo");
        let verdict = rules.verdict("/ab");

        let line = verdict.line().expect("a rule matches");
        assert_eq!(
            (line.number, line.text.as_str()),
            (5, "Disallow: /a"),
            "{ending:?}"
        );
    }
}

#[test]
fn the_first_of_two_equal_lines_is_named() {
    let robots = Robots::parse(b"user-agent: x\ndisallow: /a\ndisallow: /a\n");

    assert_eq!(
        robots.rules_for("x").verdict("/a").to_string(),
        "refused by line 2, \"disallow: /a\""
    );
    assert_eq!(
        robots.rules_for("x").verdict("/b").to_string(),
        "allowed: no rule below line 1, \"user-agent: x\", matches"
    );
    assert_eq!(
        robots.rules_for("y").verdict("/b").to_string(),
        "allowed: no group is for this robot"
    );
}

#[test]
fn a_line_without_end_is_cut_where_google_cuts_it() {
    let filled =
        |letter: &str, field: &str| format!("/x/{}", letter.repeat(2083 * 8 - 3 - field.len() + 1));
    let (a, b) = (filled("a", "disallow: "), filled("b", "disallow: "));
    check_rules(
        &format!("disallow: {a}/qux"),
        &["/fux"],
        &[&format!("{a}/fux")],
    );
    let (a, b) = (a + "aaa", b + "bbb");
    check_rules(
        &format!("disallow: /\nallow: {a}/qux\nallow: {b}/qux"),
        &[&format!("{a}/qux"), &format!("{b}/fux")],
        &["/"],
    );
}

#[test]
fn what_stands_behind_500_kib_is_not_read_and_half_a_line_is_not_a_line() {
    let head = "user-agent: foo\n";
    let padding = |until: usize| format!("#{}\n", "x".repeat(until - head.len() - 2));
    let limit = MAX_ROBOTS_BYTES;

    let within = format!("{head}{}disallow: /a\n#", padding(limit - 13));
    let across = format!("{head}{}disallow: /abc\n", padding(limit - 12));
    let behind = format!("{head}{}disallow: /a\n", padding(limit));

    check(&within, "foo", "/a", false);
    check(&across, "foo", "/abc", true);
    check(&behind, "foo", "/a", true);
}

#[test]
fn a_delay_is_for_the_names_directly_above_it() {
    let file = b"User-agent: a\nCrawl-delay: 1.5\nUser-agent: b\nCrawl-delay: 4 # slow\nDisallow: /x\n\nUser-agent: *\nCrawl-delay: -1\nCrawl-delay: soon\nCrawl-delay: 1e400\n\nUser-agent: b\nCrawl-delay: 2\n";
    let robots = Robots::parse(file);
    let delay = |agent: &str| {
        let rules = robots.rules_for(agent);
        rules
            .crawl_delay()
            .map(|delay| (delay.pause.as_secs_f64(), delay.line.number))
    };

    assert_eq!(delay("a"), Some((1.5, 2)));
    assert_eq!(delay("b"), Some((4.0, 4)));
    assert_eq!(delay("c"), None);
}

#[test]
fn sitemaps_are_for_everybody_wherever_they_stand() {
    let file = b"Sitemap: http://a.b/1.xml\nUser-agent: a\nSite-map: http://a.b/2.xml\nDisallow: /\nsitemap http://a.b/3.xml\nSitemap:\nSITEMAP:/4.xml # four";
    let robots = Robots::parse(file);

    let sitemaps: Vec<_> = robots.sitemaps().collect();

    assert_eq!(
        sitemaps,
        [
            "http://a.b/1.xml",
            "http://a.b/2.xml",
            "http://a.b/3.xml",
            "/4.xml"
        ]
    );
}

#[test]
fn a_hostile_file_is_answered_at_once() {
    let stars = format!("user-agent: *\ndisallow: /{}*b$\n", "*a".repeat(7_000)).repeat(20);
    let many = "user-agent: *\ndisallow: /*a*a*a*a*b\n".repeat(12_000);

    for file in [stars, many] {
        check(&file, "x", &format!("/{}", "a".repeat(8_000)), true);
    }
}

/// Lines as people write them, so that two readers of the RFC can be compared.
fn file() -> impl Strategy<Value = String> {
    let agent = prop::sample::select(vec!["*", "spindle", "Spindle", "other", "spindle-news"]);
    let path = "/[ab]{0,2}(/|[*]|[?]|[.]x)?[ab]{0,2}[$]?";
    let line = prop_oneof![
        agent.prop_map(|name| format!("User-agent: {name}")),
        path.prop_map(|path| format!("Disallow: {path}")),
        path.prop_map(|path| format!("Allow: {path}")),
        Just("Sitemap: http://a.b/s.xml".to_owned()),
        Just(String::new()),
    ];
    prop::collection::vec(line, 0..14).prop_map(|lines| lines.join("\n"))
}

/// The same question answered letter by letter, trying every way in which a star can be filled.
fn matches_slowly(pattern: &[u8], path: &[u8]) -> bool {
    match pattern.split_first() {
        None => true,
        Some((b'$', [])) => path.is_empty(),
        Some((b'*', rest)) => (0..=path.len()).any(|taken| matches_slowly(rest, &path[taken..])),
        Some((byte, rest)) => path.first() == Some(byte) && matches_slowly(rest, &path[1..]),
    }
}

proptest! {
    #[test]
    fn the_verdict_is_that_of_an_independent_reader(file in file(), path in "/[ab]{0,3}(/[ab]{0,2})?([.]x)?([?][ab])?") {
        let oracle = robotxt::Robots::parse(file.as_bytes(), "Spindle");
        let robots = Robots::parse(file.as_bytes());

        let ours = robots.rules_for("Spindle").allows(&format!("http://a.b{path}"));

        prop_assert_eq!(ours, oracle.is_allowed(&path), "{}\n{}", path, file);
    }

    #[test]
    fn a_pattern_matches_what_trying_everything_matches(pattern in "/?[ab*]{0,8}[$]?", path in "/[ab]{0,8}") {
        prop_assume!(!pattern.is_empty());

        let quickly = pattern::Pattern::new(pattern.as_bytes()).matches(&pattern::Path::of(&format!("http://a.b{path}")));

        prop_assert_eq!(quickly, matches_slowly(pattern.as_bytes(), path.as_bytes()));
    }

    #[test]
    fn a_path_in_the_one_form_stays_as_it_is(path in "/[a-c/%?*$ é0-9A-F:]{0,20}") {
        let once = pattern::Path::of(&path);
        let written = once.text();

        prop_assert_eq!(pattern::Path::of(&written), once);
    }

    #[test]
    fn no_bytes_make_the_reader_fail(file in prop::collection::vec(any::<u8>(), 0..400), url in ".{0,40}", agent in ".{0,20}") {
        let robots = Robots::parse(&file);
        let rules = robots.rules_for(&agent);

        let _ = (rules.verdict(&url).to_string(), rules.crawl_delay(), robots.sitemaps().count());
    }

    #[test]
    fn no_soup_of_real_lines_makes_the_reader_fail(lines in prop::collection::vec("(user-agent|allow|disallow|sitemap|crawl-delay|dis)?[ :]{0,2}[/*$%aé#0-9:]{0,9}[\r\n]{0,2}", 0..30), url in "[/*$%aé#0-9:?]{0,12}") {
        let file = lines.concat();
        let robots = Robots::parse(file.as_bytes());

        let verdict = robots.rules_for("a").verdict(&url).to_string();

        prop_assert!(!verdict.is_empty());
    }
}
