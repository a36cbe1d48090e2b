//! Part 1: a lost update, once made on purpose and once left to chance.

use coordination::counter::{Way, count, lose_one};
use tour::{Stage, count as number};

/// How often, at most, the part that is left to chance is tried until chance has come.
const TRIES: usize = 100;

pub fn play(stage: &mut Stage) -> tour::Result {
    let ([ours, theirs], shows) = lose_one();
    stage.names(["thread 1", "thread 2", "counter"]);
    stage.who("thread 1", format!("loads {ours}"));
    stage.who("thread 2", format!("loads {theirs}"));
    stage.who("thread 1", "stores what it loaded and one more");
    stage.who("thread 2", "does the same");
    stage.who("counter", format!("{shows}, after two additions"));
    if shows != 1 {
        return Err("the two threads met between load and store, and no update was lost".into());
    }
    stage.means("each step is atomic, the three together are not: one addition is lost");
    stage.blank();

    let (threads, each) = (2, 100_000);
    let should = threads * each;
    let lost = (0..TRIES)
        .map(|_| should - count(Way::LoadThenStore, threads, each))
        .find(|lost| *lost > 0)
        .unwrap_or_default();
    stage.line(format!(
        "the same without a meeting, {threads} threads, {} additions each, again and again until it happens: of {}, an addition was lost {} x",
        number(each),
        number(should),
        number(lost)
    ));
    stage.means(
        "how much is lost is another number at each run, and in many runs it is nothing: \
         that is why a test that passes proves little here",
    );
    Ok(())
}
