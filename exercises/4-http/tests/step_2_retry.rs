//! # Step 2: try again, but not too soon, and not always
//!
//! **Task.** Fill in `src/retry.rs`: a policy that decides whether and when to try again, and the loop
//! that obeys it.
//!
//! **Hint.** First whether, then how long. Nothing here asks a clock or throws dice.
//! More with `just hint 4 retry`.
//!
//! **Resources.** The chapter `book/src/4-http.md`; the tour, `just lesson 4`; RFC 9110, sections 9.2.2
//! (idempotent methods) and 10.2.3 (`Retry-After`); `Duration::mul_f64`, `u32::saturating_pow`.

mod harness;

use std::time::{Duration, SystemTime};

use exercise_4::retry::{Outcome, Policy, Verdict, World, is_idempotent, run};
use harness::{ask, asked, site, within};

const POLICY: Policy = Policy {
    max_tries: 4,
    first: Duration::from_millis(100),
    longest: Duration::from_secs(10),
};

/// 1994-11-06, 08:49:37 GMT, the moment that the RFC takes for its examples.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
}

fn answered(status: u16) -> Outcome {
    Outcome::Answered {
        status,
        retry_after: None,
    }
}

fn asked_to_wait(status: u16, text: &str) -> Outcome {
    Outcome::Answered {
        status,
        retry_after: Some(text.to_owned()),
    }
}

#[track_caller]
fn check(method: &str, tries: u32, outcome: &Outcome, chance: f64, expected: &Verdict, why: &str) {
    let came = POLICY.decide(method, tries, outcome, now(), chance);
    assert!(
        came == *expected,
        "\n\n{method}, after try {tries} of {}: {outcome:?}, with a chance of {chance}\nexpected: {expected:?}\ncame:     {came:?}\n{why}\n",
        POLICY.max_tries
    );
}

fn after(millis: u64) -> Verdict {
    Verdict::Retry {
        after: Duration::from_millis(millis),
    }
}

#[test]
fn goal_1_twice_is_the_same_as_once_for_some_methods_only() {
    for method in ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"] {
        assert!(
            is_idempotent(method),
            "\n\n{method} twice is the same as {method} once. A DELETE of what is gone leaves it gone.\n"
        );
    }
    for method in ["POST", "PATCH", "CONNECT", "get", "BREW", ""] {
        assert!(
            !is_idempotent(method),
            "\n\n{method:?} twice may do something twice, or nobody knows what it does. Methods are written in capitals.\n"
        );
    }
}

#[test]
fn goal_2_what_may_pass_is_tried_again_and_what_will_not_is_taken() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        check(
            "GET",
            1,
            &answered(status),
            0.5,
            &after(50),
            "This may be gone in a moment.",
        );
    }
    for status in [
        200, 204, 301, 304, 400, 401, 403, 404, 410, 418, 422, 501, 505, 511,
    ] {
        check(
            "GET",
            1,
            &answered(status),
            0.5,
            &Verdict::Take,
            "This is an answer. To ask again would bring the same, and cost the server another time.",
        );
    }
    for outcome in [Outcome::NotConnected, Outcome::Lost] {
        check(
            "GET",
            1,
            &outcome,
            0.5,
            &after(50),
            "There is no answer yet.",
        );
    }
}

#[test]
fn goal_3_what_may_have_been_done_is_not_done_again() {
    for outcome in [Outcome::Lost, answered(503), answered(500)] {
        check(
            "POST",
            1,
            &outcome,
            0.5,
            &Verdict::GiveUp,
            "Perhaps the order was taken before the connection ended. A second POST may order a second time.",
        );
        check(
            "PUT",
            1,
            &outcome,
            0.5,
            &after(50),
            "To put the same thing twice changes nothing.",
        );
    }
    check(
        "POST",
        1,
        &Outcome::NotConnected,
        0.5,
        &after(50),
        "Nothing was sent, so nothing was done: here even a POST may be tried again.",
    );
    check(
        "POST",
        1,
        &answered(422),
        0.5,
        &Verdict::Take,
        "A no is an answer, for a POST as well.",
    );
}

#[test]
fn goal_4_the_wait_doubles_up_to_a_limit_and_chance_takes_any_part_of_it() {
    let policy = Policy {
        max_tries: 1_000,
        ..POLICY
    };
    let wait = |tries, chance| policy.decide("GET", tries, &answered(503), now(), chance);
    for (tries, most) in [
        (1, 100),
        (2, 200),
        (3, 400),
        (7, 6_400),
        (8, 10_000),
        (9, 10_000),
        (33, 10_000),
        (999, 10_000),
    ] {
        for (chance, part) in [(0.0, 0), (0.5, most / 2), (0.75, most * 3 / 4)] {
            let came = wait(tries, chance);
            assert!(
                came == after(part),
                "\n\nAfter try {tries} the most is {most} ms, and a chance of {chance} takes {part} ms of it.\ncame: {came:?}\n\
                 Full jitter means anything from nothing to all: a hundred clients that failed together then come back \
                 spread out. Mind that 2 to the power of 998 fits no number.\n"
            );
        }
    }
}

#[test]
fn goal_5_after_the_last_try_there_is_no_other() {
    check(
        "GET",
        3,
        &answered(503),
        0.5,
        &after(200),
        "Three of four tries are used: one is left.",
    );
    for outcome in [answered(503), Outcome::Lost, Outcome::NotConnected] {
        check(
            "GET",
            4,
            &outcome,
            0.5,
            &Verdict::GiveUp,
            "The first try counts: this was the fourth of four.",
        );
    }
    check(
        "GET",
        4,
        &answered(200),
        0.5,
        &Verdict::Take,
        "A good answer is good also when it comes last.",
    );
}

#[test]
fn goal_6_the_server_may_ask_for_a_pause_in_two_forms() {
    for (text, expected) in [
        ("3", after(3_000)),
        (" 3 ", after(3_000)),
        ("0", after(50)),
        ("10", after(10_000)),
        ("Sun, 06 Nov 1994 08:49:40 GMT", after(3_000)),
        ("Sun, 06 Nov 1994 08:00:00 GMT", after(50)),
    ] {
        check(
            "GET",
            1,
            &asked_to_wait(429, text),
            0.5,
            &expected,
            "It waits at least as long as it was asked to, and at least its own wait. It is 08:49:37 GMT; a date that is over \
             asks for nothing.",
        );
    }
    for text in [
        "11",
        "86400",
        "99999999999",
        "99999999999999999999999999",
        "Sun, 06 Nov 1994 08:49:48 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        check(
            "GET",
            1,
            &asked_to_wait(503, text),
            0.5,
            &Verdict::GiveUp,
            "That is longer than we wait for anything. To come sooner is what the server asked us not to do, so we do not come.",
        );
    }
    for text in ["", "soon", "-1", "1.5", "3 seconds"] {
        check(
            "GET",
            1,
            &asked_to_wait(503, text),
            0.5,
            &after(50),
            "This says nothing that could be understood, so it is as if it were not there.",
        );
    }
    check(
        "POST",
        1,
        &asked_to_wait(503, "1"),
        0.5,
        &Verdict::GiveUp,
        "A pause does not make a POST idempotent.",
    );
}

/// A world in which waiting takes no time.
struct Quick {
    now: SystemTime,
    waits: Vec<Duration>,
}

impl Quick {
    fn new() -> Self {
        Self {
            now: now(),
            waits: Vec::new(),
        }
    }
}

impl World for Quick {
    fn now(&self) -> SystemTime {
        self.now
    }

    fn chance(&mut self) -> f64 {
        0.5
    }

    fn wait(&mut self, time: Duration) {
        assert!(
            self.waits.len() < 100,
            "\n\nIt waits and waits: does the loop count its tries?\n"
        );
        self.now += time;
        self.waits.push(time);
    }
}

#[test]
fn goal_7_the_loop_waits_between_tries_and_asks_for_the_time_each_time() {
    let mut world = Quick::new();
    // Three seconds from now, then two, then none: the date stays where it is.
    let date = "Sun, 06 Nov 1994 08:49:40 GMT";
    let mut script = vec![
        answered(200),
        asked_to_wait(503, date),
        asked_to_wait(503, date),
    ];

    let came = run(&POLICY, "GET", &mut world, &mut || {
        script.pop().expect("three tries are enough")
    });

    assert_eq!(came, answered(200), "\n\nThe third try succeeded.\n");
    assert_eq!(
        world.waits,
        [Duration::from_secs(3), Duration::from_millis(100)],
        "\n\nThe first wait is until the date. Then the date is over, and the second wait is half of 200 ms.\n"
    );
}

#[test]
fn goal_8_a_flaky_server_is_asked_as_often_as_it_needs_and_no_oftener() {
    within("Nothing here waits.", || {
        let site = site();
        let try_it = |method: &str, path: &str| {
            site.journal().clear();
            let mut world = Quick::new();
            let last = run(&POLICY, method, &mut world, &mut || match ask(
                site.address(),
                method,
                path,
                &[],
                b"",
            ) {
                Ok(answer) => Outcome::Answered {
                    status: answer.status,
                    retry_after: answer.header("Retry-After"),
                },
                Err(_) => Outcome::Lost,
            });
            (last, asked(&site.journal().entries()), world.waits.len())
        };
        let check = |came: (Outcome, Vec<String>, usize),
                     status: u16,
                     requests: usize,
                     why: &str| {
            let got = match &came.0 {
                Outcome::Answered { status, .. } => *status,
                _ => 0,
            };
            assert!(
                got == status && came.1.len() == requests && came.2 == requests - 1,
                "\n\nexpected: {requests} requests, {} waits, and {status} at the end\ncame:     {:?}, {} waits, and {:?}\n{why}\n",
                requests - 1,
                came.1,
                came.2,
                came.0
            );
        };

        check(
            try_it("GET", "/api/flaky?fail=2&key=a"),
            200,
            3,
            "It fails twice, and then answers.",
        );
        check(
            try_it("GET", "/api/flaky?fail=9&key=b"),
            503,
            4,
            "Four tries are the most.",
        );
        check(
            try_it("POST", "/api/flaky?fail=2&key=c"),
            503,
            1,
            "A POST is not sent again.",
        );
        check(
            try_it("GET", "/api/flaky?fail=2&key=d&status=404"),
            404,
            1,
            "404 is an answer.",
        );
        check(
            try_it("GET", "/api/flaky?fail=2&key=e&retry_after=60"),
            503,
            1,
            "A minute is longer than we wait.",
        );
    });
}
