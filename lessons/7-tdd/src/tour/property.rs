//! Part 3: a property test with a planted bug; what it tried, and what it shrank that to.

use std::cell::RefCell;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use tdd::run_length::{pack, unpack, unpack_hasty};
use tour::Stage;

/// Texts of two letters, so that runs come up.
const TEXTS: &str = "[ab]{0,60}";

pub fn play(stage: &mut Stage) -> tour::Result {
    let examples = ["", "a", "ab", "aaab", "hello", "aabbaa"];
    let n_right = examples
        .iter()
        .filter(|text| is_lawful(unpack_hasty, text))
        .count();
    stage.line(format!(
        "examples, by hand: {n_right} of {} pass",
        examples.len()
    ));

    let tried = RefCell::new(Vec::new());
    let outcome = runner().run(&TEXTS, |text| {
        tried.borrow_mut().push(text.clone());
        if is_lawful(unpack_hasty, &text) {
            Ok(())
        } else {
            Err(TestCaseError::fail("not the same"))
        }
    });
    let Err(TestError::Fail(_, smallest)) = outcome else {
        return Err("the planted bug was not found".into());
    };
    let tried = tried.into_inner();
    let failing: Vec<&String> = tried
        .iter()
        .filter(|text| !is_lawful(unpack_hasty, text))
        .collect();
    let (Some(first), Some(at)) = (
        failing.first(),
        tried.iter().position(|text| !is_lawful(unpack_hasty, text)),
    ) else {
        return Err("something failed, and nothing did".into());
    };

    stage.line(format!(
        "a property, by proptest: text {} of its own is the first that fails",
        at + 1
    ));
    stage.line(format!("  found   {first}"));
    let mut shrunk: Vec<&String> = failing.iter().skip(1).copied().collect();
    shrunk.dedup();
    for text in shrunk.iter().step_by(shrunk.len() / 5 + 1) {
        stage.line(format!("  shrunk  {text}"));
    }
    stage.line(format!(
        "  least   {smallest}   after {} tries",
        tried.len() - at - 1
    ));
    let packed = pack(&smallest).unwrap_or_default();
    let unpacked = unpack_hasty(&packed);
    stage.line(format!(
        "packed it is {packed}, and unpacked hastily {unpacked:?}"
    ));

    let mended = runner().run(&TEXTS, |text| {
        if is_lawful(unpack, &text) {
            Ok(())
        } else {
            Err(TestCaseError::fail("not the same"))
        }
    });
    mended.map_err(|error| format!("the right one breaks the law: {error}"))?;
    stage.line("the right unpack keeps the law for 256 texts");
    stage.means(
        "ten equal letters, not nine: the count has two digits, and the hasty one reads each by \
         itself. The least case names the bug",
    );
    Ok(())
}

fn is_lawful(unpack: fn(&str) -> String, text: &str) -> bool {
    pack(text).map(|packed| unpack(&packed)).as_deref() == Some(text)
}

/// The same texts on every machine; a real test lets chance choose, and keeps the seed of a failure.
fn runner() -> TestRunner {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let seed = [7; 32];
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}
