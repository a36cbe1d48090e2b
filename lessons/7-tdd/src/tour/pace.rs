//! Part 10: an hour of politeness, played on a clock that jumps, drawn as a timeline.

use std::time::Duration;

use tdd::clock::{Clock, JumpingClock};
use tdd::politeness::{Answer, Pace, Politeness, drive};
use tour::{Kind, Stage, Timeline};

const SECOND: Duration = Duration::from_secs(1);
/// What a request takes on the drawing; in the test it takes no time at all.
const DRAWN: Duration = Duration::from_millis(400);

pub fn play(stage: &mut Stage) -> tour::Result {
    let clock = JumpingClock::new();
    let mut politeness = Politeness::new(Pace {
        delay: 2 * SECOND,
        ..Pace::default()
    });
    politeness.set_crawl_delay("slow.example", Some(7 * SECOND));
    for host in ["quick.example", "slow.example", "ill.example"] {
        (0..9).for_each(|_| politeness.add(host, Duration::ZERO));
    }
    let mut asked: Vec<(String, Duration, Answer)> = Vec::new();
    let mut n_ill = 0;

    drive(&mut politeness, &clock, |host| {
        let answer = if host == "ill.example" {
            n_ill += 1;
            match n_ill {
                1 | 2 => Answer::Failed,
                3 => Answer::Busy {
                    retry_after: Some(15 * SECOND),
                },
                _ => Answer::Fine,
            }
        } else {
            Answer::Fine
        };
        asked.push((host.to_owned(), clock.now(), answer));
        answer
    });

    let mut timeline = Timeline::default();
    for (host, at, answer) in &asked {
        let kind = if *answer == Answer::Fine {
            Kind::Working
        } else {
            Kind::Failed
        };
        timeline.add_span(host.clone(), kind, "request", *at..*at + DRAWN);
    }
    stage.timeline(
        &timeline,
        "whose turn it was: delay 2 s, Crawl-delay 7 s, and a host in trouble",
    )?;
    for host in ["quick.example", "slow.example", "ill.example"] {
        let at: Vec<Duration> = asked
            .iter()
            .filter(|(name, ..)| name == host)
            .map(|(_, at, _)| *at)
            .collect();
        let waits: Vec<String> = at
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).as_secs().to_string())
            .collect();
        stage.line(format!(
            "{host}: seconds between requests {}",
            waits.join(" ")
        ));
    }
    stage.means(
        "two failures double what is added to the delay, Retry-After is obeyed to the second, three \
         good answers in a row halve it again; and nobody waited for this",
    );
    Ok(())
}
