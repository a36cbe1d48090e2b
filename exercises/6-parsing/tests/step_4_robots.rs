//! # Step 4: may I fetch this?
//!
//! **Task.** Fill in `src/robots.rs`: `parse` finds the rules that are meant for a robot, `decide` lets
//! the right one decide and names its line.
//!
//! **Hint.** First collect names and rules, then match. More with `just hint 6 robots`.
//!
//! **Resources.** The chapter `book/src/6-parsing.md`, "What a site asks of robots"; the tour, `just lesson 6 robots`; RFC 9309, section 2.2,
//! <https://www.rfc-editor.org/rfc/rfc9309#section-2.2>.

mod harness;

use exercise_6::robots::{Robots, Verdict};
use harness::{same, within};

/// Checks one path for the robot `spindle`; `line` is the line that must decide.
#[track_caller]
fn check(file: &str, path: &str, allowed: bool, line: Option<usize>, why: &str) {
    let numbered: String = (1..)
        .zip(file.lines())
        .map(|(n, text)| format!("{n:>3}  {text}\n"))
        .collect();
    same!(
        Robots::parse(file, "spindle").decide(path),
        Verdict { allowed, line },
        "The file was\n{numbered}and the path {path}.\n{why}"
    );
}

#[test]
fn goal_1_a_rule_closes_what_begins_like_it() {
    let file = "User-agent: *\nDisallow: /private/\n";
    check(
        file,
        "/private/diary",
        false,
        Some(2),
        "The path begins with /private/, so line 2 closes it.",
    );
    check(
        file,
        "/public",
        true,
        None,
        "No rule matches: what is not closed is open.",
    );
    check(
        file,
        "/my/private/x",
        true,
        None,
        "A pattern matches the beginning of the path, not its middle.",
    );
    check("", "/a", true, None, "An empty file closes nothing.");
    check(
        "User-agent: *\nDisallow:\n",
        "/a",
        true,
        None,
        "An empty Disallow closes nothing. Many sites write it to say \"come in\".",
    );
}

#[test]
fn goal_2_fields_comments_and_odd_lines() {
    let file = "\n# hello\nUSER-AGENT : * # all\r\nnonsense\nDisAllow:/a#b\nHost: x\n";
    check(
        file,
        "/a/c",
        false,
        Some(5),
        "Fields may be in any case and have spaces around. A comment begins at #, also behind a rule. Empty lines and nonsense count\n\
         as lines, and for nothing else.",
    );
}

#[test]
fn goal_3_the_longest_pattern_decides() {
    let file = "User-agent: *\nDisallow: /\nAllow: /blog/\nDisallow: /blog/drafts/\n";
    check(file, "/shop", false, Some(2), "Only line 2 matches.");
    check(
        file,
        "/blog/1",
        true,
        Some(3),
        "Lines 2 and 3 match, and line 3 is longer. The order of the lines means nothing.",
    );
    check(
        file,
        "/blog/drafts/1",
        false,
        Some(4),
        "Three lines match, and line 4 is the longest.",
    );
    check(
        "User-agent: *\nDisallow: /page\nAllow: /page\nAllow: /page\n",
        "/page",
        true,
        Some(3),
        "Equally long: Allow wins. Of two that say the same the first is named.",
    );
}

#[test]
fn goal_4_a_group_may_have_several_names() {
    let file = "User-agent: other\nUser-agent: Spindle/2.0\nSitemap: /s.xml\nUser-agent: third\nDisallow: /a\nUser-agent: fourth\nDisallow: /b\n";
    check(
        file,
        "/a",
        false,
        Some(5),
        "The names in lines 1, 2 and 4 share the rule in line 5. A version does not count, upper and lower case do not either,\n\
         and a line that is no rule does not end the list of names.",
    );
    check(
        file,
        "/b",
        true,
        None,
        "A name behind a rule begins a new group: line 7 is for fourth alone.",
    );
}

#[test]
fn goal_5_who_is_named_is_not_everybody_else() {
    let file = "User-agent: *\nDisallow: /\n\nUser-agent: spindle\nDisallow: /no\n";
    check(
        file,
        "/yes",
        true,
        None,
        "A group bears our name, so the group for * is not for us.",
    );
    check(file, "/no", false, Some(5), "And ours is.");
    check(
        "User-agent: spindle\n\nUser-agent: *\nDisallow: /a\n",
        "/a",
        false,
        Some(4),
        "An empty line ends nothing: both names are above the rule, so it is for both.",
    );
    check(
        "User-agent: *\nDisallow: /\nUser-agent: spindle\nDisallow:\n",
        "/a",
        true,
        None,
        "Our group closes nothing. It is ours all the same, so the one for * does not count.",
    );
}

#[test]
fn goal_6_all_groups_with_our_name_are_one() {
    let file = "User-agent: spindle\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\n\nUser-agent: SPINDLE\nDisallow: /c\n";
    check(file, "/a", false, Some(2), "Our first group.");
    check(file, "/b", true, None, "Somebody else's.");
    check(
        file,
        "/c",
        false,
        Some(8),
        "Our second group: the two are read as one.",
    );
}

#[test]
fn goal_7_a_longer_name_is_another_robot() {
    check(
        "User-agent: spindle-news\nDisallow: /\n",
        "/a",
        true,
        None,
        "`spindle-news` only begins like our name.",
    );
    check(
        "User-agent: spin\nDisallow: /\n",
        "/a",
        true,
        None,
        "`spin` is a part of our name, and another robot.",
    );
}

#[test]
fn goal_8_stars_and_the_end() {
    let file = "User-agent: *\nDisallow: /*.pdf$\nDisallow: /a*b*c\nAllow: /$\nDisallow: /x$y\n";
    check(
        file,
        "/docs/map.pdf",
        false,
        Some(2),
        "* stands for \"docs/map\", $ for the end of the path.",
    );
    check(
        file,
        "/map.pdf?page=2",
        true,
        None,
        "Here the path goes on behind .pdf.",
    );
    check(
        file,
        "/a.pdf.pdf",
        false,
        Some(2),
        "* may take the first .pdf as well: the path ends with one all the same.",
    );
    check(
        file,
        "/a-b-c-d",
        false,
        Some(3),
        "* may stand for a dash, and without $ the path may go on.",
    );
    check(
        file,
        "/a-c-b",
        true,
        None,
        "The pieces must come in this order.",
    );
    check(file, "/", true, Some(4), "/$ is the front page alone.");
    check(
        file,
        "/x$y",
        false,
        Some(5),
        "A $ that is not at the end means itself.",
    );
}

#[test]
fn goal_9_robots_txt_itself_may_always_be_read() {
    check(
        "User-agent: *\nDisallow: /\n",
        "/robots.txt",
        true,
        None,
        "How else would one learn what is allowed?",
    );
}

#[test]
fn goal_10_a_hostile_pattern_is_answered_at_once() {
    let file = format!("User-agent: *\nDisallow: /{}c$\n", "*a".repeat(40));
    let path = format!("/{}b", "a".repeat(80));

    let verdict = within(
        "A matcher that tries every length for every star needs more steps here than there are atoms.\n\
         Take each piece between two stars where it comes first, and never go back.",
        move || Robots::parse(&file, "spindle").decide(&path),
    );

    same!(
        verdict,
        Verdict {
            allowed: true,
            line: None
        },
        "The path does not end with c."
    );
}
