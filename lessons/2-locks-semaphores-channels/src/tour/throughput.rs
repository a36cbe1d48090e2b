//! Part 9: a short measurement of four kinds of queue.

use coordination::throughput::{Kind, Load, pass};
use tour::{Stage, Table};

const ITEMS: u64 = 30_000;

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut head = vec!["from > to".to_owned(), "capacity".to_owned()];
    head.extend(Kind::ALL.map(|kind| kind.name().to_owned()));
    let mut table = Table::new(head);
    for (producers, consumers) in [(1, 1), (4, 1), (4, 4)] {
        for capacity in [1, 256] {
            let load = Load {
                producers,
                consumers,
                capacity,
                items: if capacity == 1 { ITEMS / 3 } else { ITEMS },
            };
            let mut row = vec![format!("{producers} > {consumers}"), format!("{capacity}")];
            for kind in Kind::ALL {
                let passed = pass(kind, &load);
                if !load.is_whole(&passed) {
                    return Err(
                        format!("{} lost or doubled an item: {passed:?}", kind.name()).into(),
                    );
                }
                let rate = load.items as f64 / passed.took.as_secs_f64() / 1e6;
                row.push(format!("{rate:.2} M/s"));
            }
            table.row(row);
        }
    }
    stage.table(&table);
    stage.line("(producers > consumers, and millions of items a second; each item came out once; the unbounded one has no capacity)");
    stage.means("with room for one item sender and receiver wake each other for every item, and waking is what costs");
    stage.means("some hundred places are enough: more of them cost memory, and hide that the receiver is too slow");
    Ok(())
}
