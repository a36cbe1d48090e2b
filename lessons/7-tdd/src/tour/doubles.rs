//! Part 4: a stub, a fake and a mock on one seam, against code that is right, wrong, and rewritten.

use std::collections::HashMap;

use mockall::{Sequence, mock, predicate::eq};
use tdd::clock::{Clock, JumpingClock};
use tdd::link_check::{Fetch, NoAnswer, PAUSE, PretendWeb, TRIES, dead_links};
use tour::{Stage, Table};

use super::caught;

/// A checker of links, whichever way it is written.
type Checker = fn(&[&str], &mut dyn Fetch, &dyn Clock) -> Vec<String>;

/// A test of a checker, by one kind of stand-in.
type Test = fn(Checker);

pub fn play(stage: &mut Stage) -> tour::Result {
    let versions: [(&str, Checker); 4] = [
        ("the lesson's code", dead_links),
        ("takes a 404 for alive", takes_404_for_alive),
        ("asks for a page twice", asks_twice),
        ("rewritten, still right", all_first_then_again),
    ];
    let tests: [(&str, Test); 3] = [("stub", by_stub), ("fake", by_fake), ("mock", by_mock)];

    let mut table = Table::new(["code under test", "stub", "fake", "mock"]);
    let mut complaint = None;
    for (name, checker) in versions {
        let mut row = vec![name.to_owned()];
        for (double, test) in tests {
            let ended = caught(|| test(checker));
            row.push(if ended.is_ok() { "passes" } else { "fails" }.to_owned());
            if double == "mock" && name.starts_with("asks") {
                complaint = ended.err();
            }
        }
        table.row(row);
    }
    stage.table(&table);
    let complaint = complaint.ok_or("the mock did not notice a page asked for twice")?;
    stage.line("what mockall says about the third:");
    stage.quote(complaint.lines().next().unwrap_or_default());
    stage.means(
        "the stub can only speak of results. The fake remembers its visits, so it notices the \
         second request too. The mock insists on order, and fails code that keeps every promise: \
         mock a call only where the call is the promise",
    );
    Ok(())
}

const PAGE: &str = "http://e.com/a";
const OTHER: &str = "http://e.com/b";

struct Always(Result<u16, NoAnswer>);

impl Fetch for Always {
    fn status(&mut self, _url: &str) -> Result<u16, NoAnswer> {
        self.0
    }
}

fn by_stub(check: Checker) {
    assert!(check(&[PAGE], &mut Always(Ok(200)), &JumpingClock::new()).is_empty());
    assert_eq!(
        check(&[PAGE], &mut Always(Ok(404)), &JumpingClock::new()),
        [PAGE]
    );
}

fn by_fake(check: Checker) {
    let mut web = PretendWeb::new()
        .with_page_absent_for(1, PAGE, 200)
        .with_page(OTHER, 404);
    let clock = JumpingClock::new();

    let dead = check(&[PAGE, OTHER, OTHER], &mut web, &clock);

    assert_eq!(dead, [OTHER, OTHER]);
    assert_eq!(web.visits().iter().filter(|url| *url == OTHER).count(), 1);
    assert_eq!(clock.now(), PAUSE);
}

mock! {
    Web {}
    impl Fetch for Web {
        fn status(&mut self, url: &str) -> Result<u16, NoAnswer>;
    }
}

fn by_mock(check: Checker) {
    let (mut web, mut order) = (MockWeb::new(), Sequence::new());
    let answers = [(PAGE, Err(NoAnswer)), (PAGE, Ok(200)), (OTHER, Ok(404))];
    for (url, answer) in answers {
        web.expect_status()
            .with(eq(url))
            .times(1)
            .in_sequence(&mut order)
            .returning(move |_| answer);
    }

    let dead = check(&[PAGE, OTHER, OTHER], &mut web, &JumpingClock::new());

    assert_eq!(dead, [OTHER, OTHER]);
}

fn takes_404_for_alive(links: &[&str], web: &mut dyn Fetch, clock: &dyn Clock) -> Vec<String> {
    dead_links(links, &mut Lenient(web), clock)
}

struct Lenient<'a>(&'a mut dyn Fetch);

impl Fetch for Lenient<'_> {
    fn status(&mut self, url: &str) -> Result<u16, NoAnswer> {
        self.0
            .status(url)
            .map(|status| if status == 404 { 200 } else { status })
    }
}

fn asks_twice(links: &[&str], web: &mut dyn Fetch, clock: &dyn Clock) -> Vec<String> {
    links
        .iter()
        .flat_map(|link| dead_links(&[link], web, clock))
        .collect()
}

/// Asks for every page once, and only then again for those that gave no answer: a fair way to do it.
fn all_first_then_again(links: &[&str], web: &mut dyn Fetch, clock: &dyn Clock) -> Vec<String> {
    let mut alive: HashMap<&str, bool> = HashMap::new();
    for round in 0..TRIES {
        let mut silent = false;
        for link in links {
            if alive.contains_key(link) {
                continue;
            }
            match web.status(link) {
                Ok(status) if status < 500 => _ = alive.insert(link, status < 400),
                _ => silent = true,
            }
        }
        if silent && round + 1 < TRIES {
            clock.sleep(PAUSE);
        }
    }
    links
        .iter()
        .filter(|link| alive.get(*link) != Some(&true))
        .map(|link| (*link).to_owned())
        .collect()
}
