use super::*;

const DELAY: Duration = Duration::from_secs(2);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn pace(delay: Duration) -> Pace {
    Pace {
        delay,
        slow_down: seconds(1),
        max_slow_down: seconds(60),
        recovery: 3,
    }
}

fn politeness() -> Politeness {
    Politeness::new(pace(DELAY))
}

/// Says in one word what `next` answers: a host, `wait 3` or `idle`.
fn next(politeness: &mut Politeness, now: u64) -> String {
    match politeness.next(seconds(now)) {
        Next::Go(turn) => {
            assert_eq!(turn.at, seconds(now), "a turn says when it was given");
            turn.host.to_string()
        }
        Next::WaitUntil(then) => format!("wait {}", then.as_secs()),
        Next::Idle => "idle".to_owned(),
    }
}

#[test]
fn nothing_waits_at_the_start() {
    let mut politeness = politeness();

    assert_eq!(next(&mut politeness, 0), "idle");
}

#[test]
fn a_host_that_was_never_asked_may_be_asked_at_once() {
    let mut politeness = politeness();
    politeness.add("a", seconds(5));

    assert_eq!(next(&mut politeness, 5), "a");
}

#[test]
fn each_request_gets_one_turn() {
    let mut politeness = politeness();
    politeness.add("a", seconds(0));
    politeness.add("a", seconds(0));

    assert_eq!(next(&mut politeness, 0), "a");
    assert_eq!(next(&mut politeness, 9), "a");
    assert_eq!(next(&mut politeness, 99), "idle");
}

#[test]
fn the_second_request_waits_for_the_delay() {
    let mut politeness = politeness();
    politeness.add("a", seconds(0));
    politeness.add("a", seconds(0));

    assert_eq!(next(&mut politeness, 10), "a");
    assert_eq!(next(&mut politeness, 10), "wait 12");
    assert_eq!(next(&mut politeness, 11), "wait 12");
    assert_eq!(next(&mut politeness, 12), "a");
}

#[test]
fn the_delay_counts_from_the_turn_and_not_from_the_wish() {
    let mut politeness = politeness();
    politeness.add("a", seconds(0));

    assert_eq!(next(&mut politeness, 10), "a");
    politeness.add("a", seconds(11));

    assert_eq!(next(&mut politeness, 11), "wait 12");
}

#[test]
fn one_hosts_delay_holds_up_no_other_host() {
    let mut politeness = politeness();
    for host in ["a", "a", "b"] {
        politeness.add(host, seconds(0));
    }

    assert_eq!(next(&mut politeness, 0), "a");
    assert_eq!(next(&mut politeness, 0), "b");
    assert_eq!(next(&mut politeness, 0), "wait 2");
}

#[test]
fn who_has_waited_longest_goes_first() {
    let mut politeness = politeness();
    for (now, host) in [(0, "c"), (1, "a"), (1, "b"), (1, "c")] {
        politeness.add(host, seconds(now));
    }

    assert_eq!(next(&mut politeness, 9), "c");
    assert_eq!(next(&mut politeness, 9), "a");
    assert_eq!(next(&mut politeness, 9), "b");
    assert_eq!(next(&mut politeness, 11), "c");
}

#[test]
fn new_hosts_do_not_starve_an_old_one() {
    let mut politeness = politeness();
    politeness.add("old", seconds(0));
    politeness.add("old", seconds(0));
    assert_eq!(next(&mut politeness, 0), "old");

    politeness.add("new at 1", seconds(1));
    politeness.add("new at 3", seconds(3));

    assert_eq!(next(&mut politeness, 3), "new at 1");
    assert_eq!(next(&mut politeness, 3), "old");
    assert_eq!(next(&mut politeness, 3), "new at 3");
}

#[test]
fn hosts_take_turns_where_there_is_no_delay() {
    let mut politeness = Politeness::new(pace(Duration::ZERO));
    for host in ["a", "a", "a", "b", "b"] {
        politeness.add(host, seconds(0));
    }

    let turns: Vec<String> = (0..6).map(|_| next(&mut politeness, 0)).collect();

    assert_eq!(turns, ["a", "b", "a", "b", "a", "idle"]);
}

#[test]
fn a_crawl_delay_makes_slower() {
    let mut politeness = politeness();
    politeness.add("a", seconds(0));
    politeness.add("a", seconds(0));
    politeness.set_crawl_delay("a", Some(seconds(7)));

    assert_eq!(next(&mut politeness, 0), "a");
    assert_eq!(next(&mut politeness, 0), "wait 7");
}

#[test]
fn a_crawl_delay_never_makes_faster() {
    let mut politeness = politeness();
    politeness.add("a", seconds(0));
    politeness.add("a", seconds(0));
    politeness.set_crawl_delay("a", Some(seconds(1)));

    assert_eq!(next(&mut politeness, 0), "a");
    assert_eq!(next(&mut politeness, 0), "wait 2");
}

#[test]
fn a_crawl_delay_that_is_learned_late_holds_for_the_next_request() {
    let mut politeness = politeness();
    politeness.add("a", seconds(0));
    politeness.add("a", seconds(0));

    assert_eq!(next(&mut politeness, 0), "a");
    politeness.set_crawl_delay("a", Some(seconds(7)));
    assert_eq!(next(&mut politeness, 2), "wait 7");
    politeness.set_crawl_delay("a", None);
    assert_eq!(next(&mut politeness, 2), "a");
}

/// A host with many requests waiting and no delay of its own, and a way to say how each went.
struct Host {
    politeness: Politeness,
    now: u64,
}

impl Host {
    fn new() -> Self {
        let mut politeness = Politeness::new(pace(Duration::ZERO));
        (0..100).for_each(|_| politeness.add("a", seconds(0)));
        Self { politeness, now: 0 }
    }

    /// Waits for the next turn and takes it. It waits once: whoever is told to wait must be served then.
    fn turn(&mut self) -> Turn {
        let next = match self.politeness.next(seconds(self.now)) {
            Next::WaitUntil(then) => {
                self.now = then.as_secs();
                self.politeness.next(then)
            }
            next => next,
        };
        match next {
            Next::Go(turn) => turn,
            other => panic!("it is a's turn at {} s, not {other:?}", self.now),
        }
    }

    /// Takes turns one after another, each answered at once, and returns the seconds at which they came.
    fn turns(&mut self, answers: &[Answer]) -> Vec<u64> {
        answers
            .iter()
            .map(|answer| {
                let turn = self.turn();
                self.politeness.report(&turn, turn.at, *answer);
                self.now
            })
            .collect()
    }
}

const FINE: Answer = Answer::Fine;
const FAILED: Answer = Answer::Failed;
const BUSY: Answer = Answer::Busy { retry_after: None };

fn busy_for(seconds: u64) -> Answer {
    Answer::Busy {
        retry_after: Some(Duration::from_secs(seconds)),
    }
}

#[test]
fn a_host_that_answers_is_not_slowed_down() {
    let turns = Host::new().turns(&[FINE, FINE, FINE, FINE]);

    assert_eq!(turns, [0, 0, 0, 0]);
}

#[test]
fn a_host_in_trouble_gets_twice_the_time_each_time() {
    let turns = Host::new().turns(&[FAILED, FAILED, BUSY, FAILED, FAILED]);

    assert_eq!(turns, [0, 1, 3, 7, 15], "waits of 1, 2, 4 and 8 seconds");
}

#[test]
fn slowing_down_has_an_end() {
    let turns = Host::new().turns(&[FAILED; 10]);

    let waits: Vec<u64> = turns.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
}

#[test]
fn good_answers_in_a_row_halve_what_was_added() {
    let turns = Host::new().turns(&[
        FAILED, FAILED, FAILED, FINE, FINE, FINE, FINE, FINE, FINE, FINE, FINE, FINE, FINE,
    ]);

    let waits: Vec<u64> = turns.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(waits, [1, 2, 4, 4, 4, 2, 2, 2, 1, 1, 1, 0]);
}

#[test]
fn trouble_in_between_starts_the_count_again() {
    let turns = Host::new().turns(&[FAILED, FINE, FINE, FAILED, FINE, FINE, FAILED, FINE]);

    let waits: Vec<u64> = turns.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(waits, [1, 1, 1, 2, 2, 2, 4]);
}

#[test]
fn the_slow_down_comes_on_top_of_the_delay() {
    let mut politeness = politeness();
    (0..3).for_each(|_| politeness.add("a", seconds(0)));
    let Next::Go(turn) = politeness.next(seconds(0)) else {
        panic!("it is a's turn")
    };

    politeness.report(&turn, seconds(0), FAILED);

    assert_eq!(next(&mut politeness, 0), "wait 3");
}

#[test]
fn after_trouble_the_wait_counts_from_the_bad_news() {
    let mut politeness = politeness();
    (0..3).for_each(|_| politeness.add("a", seconds(0)));
    let Next::Go(turn) = politeness.next(seconds(0)) else {
        panic!("it is a's turn")
    };

    politeness.report(&turn, seconds(30), FAILED);

    assert_eq!(
        next(&mut politeness, 30),
        "wait 33",
        "a time-out took 30 s, and it is no rest for the host"
    );
}

#[test]
fn retry_after_is_obeyed() {
    let turns = Host::new().turns(&[busy_for(100), FINE, FINE]);

    assert_eq!(turns, [0, 100, 101]);
}

#[test]
fn a_short_retry_after_does_not_shorten_the_wait() {
    let turns = Host::new().turns(&[FAILED, FAILED, FAILED, busy_for(1), FINE]);

    assert_eq!(turns, [0, 1, 3, 7, 15]);
}

#[test]
fn a_later_answer_does_not_shorten_the_rest_that_was_asked_for() {
    let mut host = Host::new();
    let (first, second) = (host.turn(), host.turn());

    host.politeness.report(&first, seconds(0), busy_for(100));
    host.politeness.report(&second, seconds(1), busy_for(2));

    assert_eq!(next(&mut host.politeness, 1), "wait 100");
}

#[test]
fn a_retry_after_beyond_all_time_is_no_panic() {
    let mut host = Host::new();
    let turn = host.turn();

    let forever = Answer::Busy {
        retry_after: Some(Duration::MAX),
    };
    host.politeness.report(&turn, seconds(1), forever);

    assert_eq!(
        host.politeness.next(seconds(1)),
        Next::WaitUntil(Duration::MAX)
    );
}

#[test]
fn requests_that_were_on_their_way_together_slow_down_once() {
    let mut host = Host::new();
    let together: Vec<Turn> = (0..8).map(|_| host.turn()).collect();

    for turn in &together {
        host.politeness.report(turn, seconds(5), FAILED);
    }

    assert_eq!(
        next(&mut host.politeness, 5),
        "wait 6",
        "one trouble, not eight"
    );
}

// ANCHOR: burst
#[test]
fn a_burst_that_fails_within_one_tick_slows_down_once() {
    let mut host = Host::new();
    let together: Vec<Turn> = (0..3).map(|_| host.turn()).collect();

    for turn in &together {
        host.politeness.report(turn, turn.at, FAILED);
    }

    assert_eq!(next(&mut host.politeness, 0), "wait 1");
}
// ANCHOR_END: burst

#[test]
fn good_answers_from_before_the_trouble_are_no_recovery() {
    let mut host = Host::new();
    let together: Vec<Turn> = (0..4).map(|_| host.turn()).collect();

    host.politeness.report(&together[0], seconds(5), FAILED);
    for turn in &together[1..] {
        host.politeness.report(turn, seconds(5), FINE);
    }

    assert_eq!(next(&mut host.politeness, 5), "wait 6");
    assert_eq!(next(&mut host.politeness, 6), "a");
    assert_eq!(next(&mut host.politeness, 6), "wait 7");
}

#[test]
fn an_answer_about_an_unknown_host_changes_nothing() {
    let mut politeness = politeness();
    let turn = Turn {
        host: "b".into(),
        at: seconds(0),
    };

    politeness.report(&turn, seconds(0), FAILED);
    politeness.add("b", seconds(0));

    assert_eq!(next(&mut politeness, 0), "b");
}

#[test]
fn a_host_that_is_held_rests_until_then_and_the_others_go_on() {
    let mut politeness = politeness();
    politeness.add("held", seconds(0));
    politeness.add("b", seconds(0));

    politeness.hold("held", seconds(7));

    assert_eq!(next(&mut politeness, 0), "b");
    assert_eq!(next(&mut politeness, 0), "wait 7");
    assert_eq!(next(&mut politeness, 7), "held");
}

#[test]
fn a_hold_never_shortens_a_rest() {
    let mut politeness = politeness();
    politeness.add("a", seconds(0));
    politeness.hold("a", seconds(30));

    politeness.hold("a", seconds(10));

    assert_eq!(next(&mut politeness, 10), "wait 30");
}

#[test]
fn a_pause_can_count_from_the_end_of_a_slow_request() {
    let mut politeness = politeness();
    politeness.add("slow", seconds(0));
    politeness.add("slow", seconds(0));
    assert_eq!(next(&mut politeness, 0), "slow");

    // It took nine seconds, so the two of the delay are over by its start and not by its end.
    let end = seconds(9);
    politeness.hold("slow", end + politeness.delay("slow"));

    assert_eq!(next(&mut politeness, 9), "wait 11");
}
