//! Datagrams through bad weather: the numbers tell exactly what the proxy did.

mod common;

use common::{LIMIT, within};
use sockets::datagram::{Arrivals, Fate, Weather, send_through};

const FAIR: Weather = Weather {
    seed: 1,
    lost_percent: 0,
    delayed_percent: 0,
    doubled_percent: 0,
};

fn with(fates: &[Fate], wanted: Fate) -> Vec<u32> {
    (0..)
        .zip(fates)
        .filter(|(_, fate)| **fate == wanted)
        .map(|(number, _)| number)
        .collect()
}

#[test]
fn in_fair_weather_every_number_arrives_once_and_in_order() {
    within(LIMIT, "fair weather", || {
        let (arrivals, fates) = send_through(FAIR, 500).unwrap();

        assert_eq!(arrivals.numbers, (0..500).collect::<Vec<_>>());
        assert_eq!(fates, [Fate::Passed; 500]);
    });
}

#[test]
fn the_numbers_alone_show_what_was_lost_late_and_doubled() {
    within(LIMIT, "bad weather", || {
        for seed in 0..5 {
            let weather = Weather {
                seed,
                lost_percent: 20,
                delayed_percent: 20,
                doubled_percent: 10,
            };

            let (arrivals, fates) = send_through(weather, 300).unwrap();

            assert_eq!(arrivals.lost(300), with(&fates, Fate::Lost), "seed {seed}");
            assert_eq!(
                arrivals.doubled(),
                with(&fates, Fate::Doubled),
                "seed {seed}"
            );
            let late = arrivals.late();
            assert!(!late.is_empty(), "seed {seed}");
            // Who was delayed is late unless all those that should have passed it were lost.
            let delayed = with(&fates, Fate::Delayed);
            assert!(
                late.iter().all(|number| delayed.contains(number)),
                "seed {seed}: {late:?}"
            );
        }
    });
}

#[test]
fn the_same_seed_gives_the_same_weather() {
    within(LIMIT, "seeds", || {
        let weather = |seed| Weather {
            seed,
            lost_percent: 30,
            delayed_percent: 30,
            ..FAIR
        };

        let first = send_through(weather(7), 100).unwrap();

        assert_eq!(send_through(weather(7), 100).unwrap(), first);
        assert_ne!(send_through(weather(8), 100).unwrap().1, first.1);
    });
}

#[test]
fn the_percentages_hold_over_many_datagrams() {
    let weather = Weather {
        seed: 3,
        lost_percent: 10,
        delayed_percent: 20,
        doubled_percent: 30,
    };
    let fates: Vec<_> = (0..100_000).map(|index| weather.fate(index)).collect();

    for (fate, percent) in [
        (Fate::Lost, 10.0),
        (Fate::Delayed, 20.0),
        (Fate::Doubled, 30.0),
        (Fate::Passed, 40.0),
    ] {
        let share = with(&fates, fate).len() as f64 / 1000.0;
        assert!(
            (share - percent).abs() < 1.0,
            "{fate:?}: {share} of a hundred"
        );
    }
}

#[test]
fn lost_late_and_doubled_are_seen_in_any_order_of_arrival() {
    let arrivals = Arrivals {
        numbers: vec![0, 2, 1, 1, 5, 2, 4],
    };

    assert_eq!(arrivals.lost(7), [3, 6]);
    assert_eq!(arrivals.late(), [1, 4]);
    assert_eq!(arrivals.doubled(), [1, 2]);
}
