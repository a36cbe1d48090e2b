//! Part 1: a lost update, once made on purpose and once left to chance.

use coordination::counter::{Way, count, lose_one};
use tour::Stage;

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

    let (threads, each) = (4, 100_000);
    let counted = count(Way::LoadThenStore, threads, each);
    let share = counted as f64 / (threads * each) as f64;
    stage.line(format!(
        "the same without a meeting, {threads} threads, {} additions each: the counter shows {share:.2} x of what it should",
        tour::count(each)
    ));
    stage.means(
        "how much is lost is another number at each run, and on a quiet day it may be nothing: \
         that is why a test that passes proves little here",
    );
    Ok(())
}
