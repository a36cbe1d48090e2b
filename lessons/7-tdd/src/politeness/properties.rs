//! What must hold whatever happens, in any order: random schedules look for the order that breaks it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Event {
    Add(usize),
    Pass(u64),
    Next,
    Report(usize, Answer),
    CrawlDelay(usize, Option<u64>),
    Hold(usize, u64),
}

const HOSTS: [&str; 4] = ["a", "b", "c", "d"];

fn milliseconds(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn event() -> impl Strategy<Value = Event> {
    let answer = prop_oneof![
        Just(Answer::Fine),
        Just(Answer::Failed),
        Just(Answer::Busy { retry_after: None }),
        (0..5_000_u64).prop_map(|n| Answer::Busy {
            retry_after: Some(milliseconds(n))
        }),
    ];
    prop_oneof![
        3 => (0..HOSTS.len()).prop_map(Event::Add),
        2 => (0..1_500_u64).prop_map(Event::Pass),
        4 => Just(Event::Next),
        3 => (0..8_usize, answer).prop_map(|(which, answer)| Event::Report(which, answer)),
        1 => (0..HOSTS.len(), proptest::option::of(0..3_000_u64))
            .prop_map(|(host, delay)| Event::CrawlDelay(host, delay)),
        1 => (0..HOSTS.len(), 0..3_000_u64).prop_map(|(host, rest)| Event::Hold(host, rest)),
    ]
}

fn pace() -> impl Strategy<Value = Pace> {
    (0..1_000_u64, 0..500_u64, 0..4_000_u64, 0..4_u32).prop_map(
        |(delay, slow_down, max_slow_down, recovery)| Pace {
            delay: milliseconds(delay),
            slow_down: milliseconds(slow_down),
            max_slow_down: milliseconds(max_slow_down),
            recovery,
        },
    )
}

/// What somebody who stands at the door and takes notes knows. It shares no code with what it watches.
#[derive(Default)]
struct Doorkeeper {
    waiting: BTreeMap<Arc<str>, u32>,
    crawl_delay: BTreeMap<Arc<str>, Duration>,
    last_turn: BTreeMap<Arc<str>, Duration>,
    rest_until: BTreeMap<Arc<str>, Duration>,
    /// Who went ahead of a host that could have gone.
    overtook: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    turns: Vec<Turn>,
}

impl Doorkeeper {
    fn could_go(&mut self, politeness: &Politeness, now: Duration) -> BTreeSet<Arc<str>> {
        let waiting = self
            .waiting
            .iter()
            .filter(|(_, n)| **n > 0)
            .map(|(host, _)| host.clone());
        let could_go = waiting
            .filter(|host| politeness.allowed_at(host) <= now)
            .collect();
        self.overtook
            .retain(|host, _| BTreeSet::contains(&could_go, host));
        could_go
    }

    fn watch(&mut self, politeness: &mut Politeness, pace: Pace, now: Duration) -> Next {
        let could_go = self.could_go(politeness, now);
        let delays: BTreeMap<Arc<str>, Duration> = self
            .waiting
            .keys()
            .map(|host| (host.clone(), politeness.delay(host)))
            .collect();

        let next = politeness.next(now);

        match &next {
            Next::Go(turn) => {
                let host = &turn.host;
                assert!(
                    could_go.contains(host),
                    "{host} has a turn, but it may not go yet"
                );
                let least = self
                    .crawl_delay
                    .get(host)
                    .copied()
                    .unwrap_or_default()
                    .max(pace.delay);
                assert!(
                    delays[host] >= least,
                    "{host}'s delay is shorter than it asked for"
                );
                if let Some(last) = self.last_turn.insert(host.clone(), now) {
                    assert!(
                        now - last >= delays[host],
                        "{host} is asked again after {:?}",
                        now - last
                    );
                }
                let rest_until = self.rest_until.get(host).copied().unwrap_or_default();
                assert!(
                    now >= rest_until,
                    "{host} is not left alone until {rest_until:?}"
                );
                for other in could_go.iter().filter(|other| *other != host) {
                    let is_first = self
                        .overtook
                        .entry(other.clone())
                        .or_default()
                        .insert(host.clone());
                    assert!(
                        is_first,
                        "{host} went ahead of {other} twice while {other} could go"
                    );
                }
                self.overtook.remove(host);
                *self
                    .waiting
                    .get_mut(host)
                    .expect("only a host that waits gets a turn") -= 1;
                self.turns.push(turn.clone());
            }
            Next::WaitUntil(then) => {
                assert!(
                    could_go.is_empty(),
                    "{could_go:?} could go, and nobody does"
                );
                let hosts = self.waiting.iter().filter(|(_, n)| **n > 0);
                let first = hosts.map(|(host, _)| politeness.allowed_at(host)).min();
                assert_eq!(
                    Some(*then),
                    first,
                    "waiting any longer wastes time, any shorter wakes for nothing"
                );
            }
            Next::Idle => {
                assert!(
                    self.waiting.values().all(|n| *n == 0),
                    "{:?} are forgotten",
                    self.waiting
                );
            }
        }
        next
    }
}

proptest! {
    #[test]
    fn every_schedule_is_polite_and_fair(pace in pace(), events in proptest::collection::vec(event(), 0..120)) {
        let mut politeness = Politeness::new(pace);
        let mut door = Doorkeeper::default();
        let mut now = Duration::ZERO;
        let mut added = 0;

        for event in events {
            match event {
                Event::Add(host) => {
                    politeness.add(HOSTS[host], now);
                    *door.waiting.entry(HOSTS[host].into()).or_default() += 1;
                    added += 1;
                }
                Event::Pass(n) => now += milliseconds(n),
                Event::Next => {
                    door.watch(&mut politeness, pace, now);
                }
                Event::Report(which, answer) => {
                    // Also old turns, and one turn more than once: a caller may do that.
                    let Some(turn) = door.turns.iter().nth_back(which).cloned() else { continue };
                    politeness.report(&turn, now, answer);
                    // News about a host may send it back to wait: its time at the door starts again.
                    door.overtook.remove(&turn.host);
                    if let Answer::Busy { retry_after: Some(rest) } = answer {
                        let until = door.rest_until.entry(turn.host).or_default();
                        *until = (*until).max(now + rest);
                    }
                }
                Event::Hold(host, rest) => {
                    let then = now + milliseconds(rest);
                    politeness.hold(HOSTS[host], then);
                    door.overtook.remove(HOSTS[host]);
                    let until = door.rest_until.entry(HOSTS[host].into()).or_default();
                    *until = (*until).max(then);
                }
                Event::CrawlDelay(host, delay) => {
                    let delay = delay.map(milliseconds);
                    politeness.set_crawl_delay(HOSTS[host], delay);
                    door.overtook.remove(HOSTS[host]);
                    door.crawl_delay.insert(HOSTS[host].into(), delay.unwrap_or_default());
                }
            }
            door.could_go(&politeness, now);
            prop_assert_eq!(politeness.waiting(), door.waiting.values().sum::<u32>() as u64);
        }

        // Whoever still waits has a turn in the end, and each wait that is announced is long enough.
        // A clock that hands out more turns than it was given ends here too.
        for _ in 0..=2 * added {
            match door.watch(&mut politeness, pace, now) {
                Next::Go(_) => {}
                Next::WaitUntil(then) => {
                    prop_assert!(then > now);
                    now = then;
                    prop_assert!(matches!(door.watch(&mut politeness, pace, now), Next::Go(_)));
                }
                Next::Idle => break,
            }
        }
        prop_assert_eq!(door.turns.len(), added);
    }
}
