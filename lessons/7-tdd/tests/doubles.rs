//! Stub, fake and mock on one seam, with fixtures by rstest.

use mockall::{Sequence, mock, predicate::eq};
use rstest::{fixture, rstest};
use tdd::clock::{Clock, JumpingClock};
use tdd::link_check::{Fetch, NoAnswer, PAUSE, PretendWeb, dead_links};

const PAGE: &str = "http://e.com/a";

// ANCHOR: stub
/// A stub: the same answer whatever is asked. It knows nothing and checks nothing.
struct Always(Result<u16, NoAnswer>);

impl Fetch for Always {
    fn status(&mut self, _url: &str) -> Result<u16, NoAnswer> {
        self.0
    }
}

#[rstest]
#[case::found(Ok(200), false)]
#[case::moved(Ok(301), false)]
#[case::the_last_that_is_no_mistake(Ok(399), false)]
#[case::a_bad_request(Ok(400), true)]
#[case::not_found(Ok(404), true)]
#[case::the_last_that_is_an_answer(Ok(499), true)]
#[case::broken(Ok(500), true)]
#[case::gone_silent(Err(NoAnswer), true)]
fn what_came_back_decides_whether_a_link_is_dead(
    #[case] answer: Result<u16, NoAnswer>,
    #[case] is_dead: bool,
) {
    let dead = dead_links(&[PAGE], &mut Always(answer), &JumpingClock::new());

    assert_eq!(dead.is_empty(), !is_dead);
}
// ANCHOR_END: stub

// ANCHOR: fixture
/// A fixture: what every test below starts from, made anew for each.
#[fixture]
fn web() -> PretendWeb {
    PretendWeb::new()
        .with_page(PAGE, 200)
        .with_page_absent_for(2, "http://e.com/slow-starter", 200)
        .with_page_absent_for(3, "http://e.com/too-slow", 200)
        .with_page("http://e.com/broken", 500)
}

#[fixture]
fn clock() -> JumpingClock {
    JumpingClock::new()
}
// ANCHOR_END: fixture

// ANCHOR: fake
#[rstest]
fn a_page_that_answers_in_the_end_is_alive(mut web: PretendWeb, clock: JumpingClock) {
    let dead = dead_links(&["http://e.com/slow-starter"], &mut web, &clock);

    assert!(dead.is_empty());
    assert_eq!(
        clock.naps(),
        [PAUSE, PAUSE],
        "two pauses, and the test took no time"
    );
}

#[rstest]
fn after_three_tries_a_page_is_dead(mut web: PretendWeb, clock: JumpingClock) {
    let links = ["http://e.com/too-slow", "http://e.com/broken"];

    let dead = dead_links(&links, &mut web, &clock);

    assert_eq!(dead, links);
    assert_eq!(web.visits().len(), 6);
    assert_eq!(clock.naps(), [PAUSE; 4], "nobody pauses after the last try");
}

#[rstest]
fn a_404_is_an_answer_and_worth_no_second_try(mut web: PretendWeb, clock: JumpingClock) {
    let dead = dead_links(&["http://e.com/nowhere"], &mut web, &clock);

    assert_eq!(dead, ["http://e.com/nowhere"]);
    assert_eq!(web.visits(), ["http://e.com/nowhere"]);
}

#[rstest]
fn two_spellings_of_a_page_are_asked_for_once(mut web: PretendWeb, clock: JumpingClock) {
    let dead = dead_links(&[PAGE, "HTTP://E.com:80/a#top", "/a"], &mut web, &clock);

    assert_eq!(dead, ["/a"], "what is no URL leads nowhere");
    assert_eq!(web.visits(), [PAGE]);
}

#[rstest]
fn every_link_to_a_dead_page_is_named(mut web: PretendWeb, clock: JumpingClock) {
    let links = ["http://e.com/nowhere", "http://e.com/./nowhere#top"];

    let dead = dead_links(&links, &mut web, &clock);

    assert_eq!(dead, links);
    assert_eq!(web.visits().len(), 1);
}
// ANCHOR_END: fake

// ANCHOR: mock
mock! {
    Web {}
    impl Fetch for Web {
        fn status(&mut self, url: &str) -> Result<u16, NoAnswer>;
    }
}

mock! {
    Time {}
    impl Clock for Time {
        fn now(&self) -> std::time::Duration;
        fn sleep(&self, time: std::time::Duration);
    }
}

#[test]
fn each_page_is_asked_for_exactly_once() {
    let mut web = MockWeb::new();
    web.expect_status()
        .with(eq(PAGE))
        .times(1)
        .returning(|_| Ok(200));

    dead_links(&[PAGE, PAGE, PAGE], &mut web, &JumpingClock::new());

    // When `web` is dropped it checks that its expectations have come true.
}

/// This one says how the work is done, not what comes of it. It passes today; should somebody ask for
/// all pages first and try again later, it would fail, though every promise would still be kept.
#[test]
fn a_second_try_comes_after_a_pause_in_exactly_this_order() {
    let (mut web, mut time, mut order) = (MockWeb::new(), MockTime::new(), Sequence::new());
    web.expect_status()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Err(NoAnswer));
    time.expect_sleep()
        .with(eq(PAUSE))
        .times(1)
        .in_sequence(&mut order)
        .return_const(());
    web.expect_status()
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(200));

    let dead = dead_links(&[PAGE], &mut web, &time);

    assert!(dead.is_empty());
}
// ANCHOR_END: mock
