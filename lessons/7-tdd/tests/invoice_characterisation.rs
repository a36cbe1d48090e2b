//! What the invoice printer does, pinned down: not what is right, but what is.
//!
//! Each order in `tests/invoices` was printed once by the program as it was found, and the output became a
//! snapshot (insta, `tests/snapshots`). Every stage of the refactoring must print the same.
//! When one differs, `cargo insta review` shows how, and then somebody has to decide.

use std::fs;
use std::path::{Path, PathBuf};

use tdd::invoice::STAGES;

fn orders() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invoices");
    let files = fs::read_dir(folder).expect("the folder of orders is there");
    let mut paths: Vec<PathBuf> = files
        .map(|file| file.expect("it can be listed").path())
        .collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path
            .file_stem()
            .expect("a file has a name")
            .to_string_lossy()
            .into_owned();
        (name, fs::read_to_string(path).expect("an order is text"))
    };
    paths.iter().map(read).collect()
}

// ANCHOR: characterisation
#[test]
fn every_stage_prints_what_the_program_printed_when_it_was_found() {
    for (order, text) in orders() {
        for (stage, print) in STAGES {
            let description = format!("{order}, printed by {stage}");
            insta::with_settings!({ description => description, omit_expression => true }, {
                insta::assert_snapshot!(order.as_str(), print(&text));
            });
        }
    }
}
// ANCHOR_END: characterisation

#[test]
fn there_is_a_snapshot_for_every_order_and_an_order_for_every_snapshot() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let mut pinned: Vec<String> = fs::read_dir(folder)
        .expect("the folder of snapshots is there")
        .map(|file| {
            file.expect("it can be listed")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.ends_with(".snap"))
        .collect();
    pinned.sort();

    let expected: Vec<String> = orders()
        .into_iter()
        .map(|(name, _)| format!("invoice_characterisation__{name}.snap"))
        .collect();
    assert_eq!(pinned, expected);
}

mod against_the_old_program {
    use super::*;
    use proptest::prelude::*;

    fn line() -> impl Strategy<Value = String> {
        prop_oneof![
            "H;[0-9]{0,3};[A-Zé ]{0,5};(GB|DE|FR|US|);[0-9-]{0,4}",
            "D;-?[0-9]{1,2}",
            "I;[a-zé ]{0,30};-?[0-9]{0,5};[0-9]{0,8}(\\.[0-9]{0,3})?;[BFGX]?",
            "[HDI#x ;.0-9-]{0,12}",
        ]
    }

    // ANCHOR: oracle
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        /// As long as the old program is still there, it knows the right answer to every question.
        #[test]
        fn every_stage_prints_what_it_prints(lines in prop::collection::vec(line(), 0..30)) {
            let text = lines.join("\n");
            let (_, old) = STAGES[0];
            let expected = old(&text);

            for (stage, print) in STAGES {
                prop_assert_eq!(print(&text), expected.as_str(), "{}", stage);
            }
        }
    }
    // ANCHOR_END: oracle
}
