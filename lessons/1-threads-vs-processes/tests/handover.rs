//! The check of a hand-over finds what is wrong, and nothing else.

use workers::Observer;
use workers::handover::{Fault, Item, Plan, Received, check, report, with_threads};

const PLAN: Plan = Plan {
    producers: 2,
    consumers: 2,
    items_each: 3,
    capacity: 1,
    batch: 1,
};

fn item(producer: u64, number: u64) -> Item {
    Item { producer, number }
}

fn received(consumers: &[&[(u64, u64)]]) -> Vec<Received> {
    let one = |items: &&[(u64, u64)]| Received {
        items: items
            .iter()
            .map(|(producer, number)| item(*producer, *number))
            .collect(),
        sum: 0,
    };
    consumers.iter().map(one).collect()
}

#[test]
fn every_item_once_and_in_order_is_fine_whoever_got_it() {
    let fine: [&[&[(u64, u64)]]; 2] = [
        &[&[(0, 0), (1, 0), (0, 2)], &[(0, 1), (1, 1), (1, 2)]],
        &[&[], &[(1, 0), (1, 1), (0, 0), (0, 1), (1, 2), (0, 2)]],
    ];

    for consumers in fine {
        assert_eq!(check(&PLAN, &received(consumers)), Ok(()));
    }
}

#[test]
fn each_kind_of_fault_is_found() {
    let check = |consumers: &[&[(u64, u64)]], expected: &[Fault]| {
        assert_eq!(
            check(&PLAN, &received(consumers)).expect_err("there is a fault"),
            expected
        );
    };

    check(
        &[&[(0, 0), (0, 1), (0, 2), (1, 0), (1, 2)]],
        &[Fault::Missing(item(1, 1))],
    );
    check(
        &[&[(0, 0), (0, 1), (0, 2)], &[(1, 0), (1, 1), (1, 2), (0, 2)]],
        &[Fault::Doubled(item(0, 2))],
    );
    check(
        &[&[
            (0, 0),
            (0, 1),
            (0, 2),
            (1, 0),
            (1, 1),
            (1, 2),
            (7, 0),
            (1, 3),
        ]],
        &[Fault::Stranger(item(7, 0)), Fault::Stranger(item(1, 3))],
    );
    check(
        &[&[(0, 1), (0, 0), (0, 2), (1, 0), (1, 1), (1, 2)]],
        &[Fault::OutOfOrder {
            consumer: 0,
            item: item(0, 0),
        }],
    );
}

#[test]
fn threads_hand_over_every_item_once_whatever_the_numbers() {
    for (producers, consumers) in [(1, 1), (3, 2), (2, 5)] {
        for (items_each, capacity, batch) in
            [(0, 1, 1), (1_000, 1, 1), (1_001, 7, 1), (1_001, 2, 64)]
        {
            let plan = Plan {
                producers,
                consumers,
                items_each,
                capacity,
                batch,
            };

            let received = with_threads(plan, &Observer::nobody()).expect("threads can be started");

            assert_eq!(check(&plan, &received), Ok(()), "{plan:?}");
        }
    }
}

#[test]
fn the_report_says_no_where_something_is_wrong() {
    let text = report(&PLAN, &received(&[&[(0, 1), (0, 0)]]));

    assert_eq!(text, "items 2\nexactly once: NO\norder kept: NO\nsum 0\n");
}
