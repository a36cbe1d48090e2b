//! # Step 3: now you write the tests, and they are judged
//!
//! **Task.** Add tests to `src/catch.rs` until every broken version of `shorten` is caught, and no right
//! one is. The failure tells you which behaviour went unnoticed.
//!
//! **Hint.** Go through the promises one by one, and ask at each edge: exactly the limit, one more, none.
//! More with `just hint 7 catch`.
//!
//! **Resources.** The chapter `book/src/7-tdd.md`, "Who tests the tests?"; the tour, `just lesson 7 mutants`.

mod harness;

use exercise_7::catch::{Shorten, Test, tests};
use harness::verdict;

/// Runs every test against a version, and returns those that failed with what they said.
fn failures(shorten: Shorten) -> Vec<(&'static str, String)> {
    let judge = |(name, test): Test| {
        verdict(move || test(shorten))
            .err()
            .map(|said| (name, said))
    };
    tests().into_iter().filter_map(judge).collect()
}

#[test]
fn goal_1_your_tests_pass_on_code_that_keeps_every_promise() {
    for (how, shorten) in [
        ("one", versions::right as Shorten),
        ("another", versions::right_too),
    ] {
        let failures = failures(shorten);

        assert!(
            failures.is_empty(),
            "\n\nThis version keeps all five promises, in {how} way, and your test `{}` fails on it:\n{}\n\
             A test that asks for more than was promised fails for people who did nothing wrong.\n",
            failures[0].0,
            failures[0].1
        );
    }
}

#[test]
fn goal_2_a_title_that_just_fits_is_asked_about() {
    must_be_caught(
        versions::cuts_what_just_fits,
        "a title of exactly `limit` characters loses its end",
    );
}

#[test]
fn goal_3_the_length_of_a_cut_title_is_asked_about() {
    must_be_caught(
        versions::one_too_long,
        "the … comes on top: a cut title has limit + 1 characters",
    );
    must_be_caught(
        versions::one_too_short,
        "a cut title is one character shorter than it could be",
    );
}

#[test]
fn goal_4_the_sign_at_the_end_is_asked_about() {
    must_be_caught(
        versions::three_dots,
        "a cut title ends in ... (three characters) instead of …",
    );
    must_be_caught(versions::no_sign, "a cut title ends without a …");
}

#[test]
fn goal_5_blanks_before_the_sign_are_asked_about() {
    must_be_caught(versions::keeps_a_blank, "a blank is left before the …");
    must_be_caught(
        versions::takes_one_blank,
        "of two blanks before the … one is left",
    );
    must_be_caught(
        versions::trims_everything,
        "a title that fits loses blanks that belong to it",
    );
}

#[test]
fn goal_6_characters_are_told_from_bytes() {
    must_be_caught(
        versions::counts_bytes,
        "an ä counts as two, since it is two bytes",
    );
}

#[test]
fn goal_7_small_limits_are_asked_about() {
    must_be_caught(
        versions::sign_for_nothing,
        "with a limit of 0 a … comes back",
    );
    must_be_caught(
        versions::nothing_for_one,
        "with a limit of 1 nothing comes back, where a … has room",
    );
}

fn must_be_caught(broken: Shorten, behaviour: &str) {
    let n_tests = tests().len();
    assert!(
        !failures(broken).is_empty(),
        "\n\nThis went unnoticed: {behaviour}.\nEvery one of your tests ({n_tests} so far) passes on a version \
         that does this.\nAdd one that fails on it, and still passes where every promise is kept.\n"
    );
}

/// What your tests are judged by. You will learn more if you do not look.
mod versions {
    fn cut(title: &str, n: usize) -> String {
        title.chars().take(n).collect()
    }

    fn fits(title: &str, limit: usize) -> bool {
        title.chars().count() <= limit
    }

    pub fn right(title: &str, limit: usize) -> String {
        match limit {
            _ if fits(title, limit) => title.to_owned(),
            0 => String::new(),
            _ => format!("{}…", cut(title, limit - 1).trim_end_matches(' ')),
        }
    }

    pub fn right_too(title: &str, limit: usize) -> String {
        let letters: Vec<char> = title.chars().collect();
        if letters.len() <= limit {
            return title.to_owned();
        }
        let Some(room) = limit.checked_sub(1) else {
            return String::new();
        };
        let end = letters[..room]
            .iter()
            .rposition(|letter| *letter != ' ')
            .map_or(0, |last| last + 1);
        letters[..end].iter().chain(&['…']).collect()
    }

    pub fn cuts_what_just_fits(title: &str, limit: usize) -> String {
        if limit > 0 && title.chars().count() == limit {
            return format!("{}…", cut(title, limit - 1).trim_end_matches(' '));
        }
        right(title, limit)
    }

    pub fn one_too_long(title: &str, limit: usize) -> String {
        if fits(title, limit) || limit == 0 {
            return right(title, limit);
        }
        format!("{}…", cut(title, limit).trim_end_matches(' '))
    }

    pub fn one_too_short(title: &str, limit: usize) -> String {
        if fits(title, limit) || limit < 2 {
            return right(title, limit);
        }
        format!("{}…", cut(title, limit - 2).trim_end_matches(' '))
    }

    pub fn three_dots(title: &str, limit: usize) -> String {
        if fits(title, limit) || limit < 3 {
            return right(title, limit);
        }
        format!("{}...", cut(title, limit - 3).trim_end_matches(' '))
    }

    pub fn no_sign(title: &str, limit: usize) -> String {
        cut(title, limit)
    }

    pub fn keeps_a_blank(title: &str, limit: usize) -> String {
        if fits(title, limit) || limit == 0 {
            return right(title, limit);
        }
        format!("{}…", cut(title, limit - 1))
    }

    pub fn takes_one_blank(title: &str, limit: usize) -> String {
        if fits(title, limit) || limit == 0 {
            return right(title, limit);
        }
        let start = cut(title, limit - 1);
        format!("{}…", start.strip_suffix(' ').unwrap_or(&start))
    }

    pub fn trims_everything(title: &str, limit: usize) -> String {
        if fits(title, limit) {
            title.trim().to_owned()
        } else {
            right(title, limit)
        }
    }

    pub fn counts_bytes(title: &str, limit: usize) -> String {
        if title.is_ascii() || limit == 0 {
            return right(title, limit);
        }
        if title.len() <= limit {
            return title.to_owned();
        }
        let mut end = limit - 1;
        while !title.is_char_boundary(end) {
            end -= 1;
        }
        format!("{}…", title[..end].trim_end_matches(' '))
    }

    pub fn sign_for_nothing(title: &str, limit: usize) -> String {
        if limit == 0 && !title.is_empty() {
            "…".to_owned()
        } else {
            right(title, limit)
        }
    }

    pub fn nothing_for_one(title: &str, limit: usize) -> String {
        if limit == 1 && !fits(title, 1) {
            String::new()
        } else {
            right(title, limit)
        }
    }
}
