//! Where the politeness clock meets a real one.

use crate::clock::Clock;

use super::{Answer, Next, Politeness};

// ANCHOR: drive
/// Sends every request that waits, each in its turn, and sleeps when nobody may be asked.
///
/// `ask` sends one request to a host and says how it went. This is the whole loop: what is hard about
/// it is in [`Politeness`], which has no clock, and what takes time is behind [`Clock`].
pub fn drive(politeness: &mut Politeness, clock: &impl Clock, mut ask: impl FnMut(&str) -> Answer) {
    loop {
        match politeness.next(clock.now()) {
            Next::Go(turn) => {
                let answer = ask(&turn.host);
                politeness.report(&turn, clock.now(), answer);
            }
            Next::WaitUntil(then) => clock.sleep(then.saturating_sub(clock.now())),
            Next::Idle => return,
        }
    }
}
// ANCHOR_END: drive

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::clock::{JumpingClock, ManualClock};
    use crate::politeness::Pace;

    const LIMIT: Duration = Duration::from_secs(10);

    fn waiting(hosts: &[&str], delay: u64) -> Politeness {
        let delay = Duration::from_secs(delay);
        let mut politeness = Politeness::new(Pace {
            delay,
            ..Pace::default()
        });
        for host in hosts {
            politeness.add(host, Duration::ZERO);
        }
        politeness
    }

    // ANCHOR: hour
    #[test]
    fn an_hour_of_crawling_passes_at_once() {
        let clock = JumpingClock::new();
        let mut politeness = waiting(&["a"; 61], 60);
        let mut asked_at = Vec::new();

        drive(&mut politeness, &clock, |_| {
            asked_at.push(clock.now().as_secs());
            Answer::Fine
        });

        assert_eq!(
            asked_at,
            (0..=60).map(|minute| minute * 60).collect::<Vec<_>>()
        );
    }
    // ANCHOR_END: hour

    #[test]
    fn a_busy_host_is_left_alone_while_others_are_asked() {
        let clock = JumpingClock::new();
        let mut politeness = waiting(&["busy", "busy", "b", "b"], 10);
        let mut asked = Vec::new();

        drive(&mut politeness, &clock, |host| {
            asked.push((clock.now().as_secs(), host.to_owned()));
            let rest = Some(Duration::from_secs(100));
            if host == "busy" {
                Answer::Busy { retry_after: rest }
            } else {
                Answer::Fine
            }
        });

        let expected = [(0, "busy"), (0, "b"), (10, "b"), (100, "busy")];
        assert_eq!(asked, expected.map(|(at, host)| (at, host.to_owned())));
    }

    // ANCHOR: thread
    #[test]
    fn a_crawler_on_another_thread_asks_again_when_the_delay_is_over() {
        let clock = ManualClock::new();
        let mut politeness = waiting(&["a", "a"], 60);
        let (asked, asks) = mpsc::channel();

        thread::scope(|scope| {
            scope.spawn(|| {
                drive(&mut politeness, &clock, |_| {
                    asked.send(clock.now()).expect("the test is listening");
                    Answer::Fine
                });
            });

            assert_eq!(asks.recv_timeout(LIMIT), Ok(Duration::ZERO));
            assert!(
                clock.wait_for_sleepers(1, LIMIT),
                "the crawler waits for the delay"
            );
            assert!(asks.try_recv().is_err(), "and asks nobody meanwhile");
            clock.advance(Duration::from_secs(60));
            assert_eq!(asks.recv_timeout(LIMIT), Ok(Duration::from_secs(60)));
        });
    }
    // ANCHOR_END: thread
}
