use super::*;

const DELAY: Duration = Duration::from_secs(2);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn politeness() -> Politeness {
    Politeness::new(Pace { delay: DELAY })
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
    let mut politeness = Politeness::new(Pace {
        delay: Duration::ZERO,
    });
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
