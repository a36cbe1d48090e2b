//! What the book's test binaries share: where things are, how a page is read, how the book is built.
#![allow(
    dead_code,
    reason = "each test binary is a crate of its own and uses its part of this module"
)]

pub mod build;
pub mod pages;

use std::{
    env,
    io::{self, Write},
    path::PathBuf,
};

/// Returns the root of the repository, one folder above this crate.
pub fn repository() -> PathBuf {
    let book = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    book.parent()
        .expect("the book's crate is a folder of the repository")
        .to_path_buf()
}

/// Returns the folder of the book's pages.
pub fn source_folder() -> PathBuf {
    repository().join("book/src")
}

/// Returns true, and says so, when `COURSE_SKIP` names `what` (a list with commas between).
///
/// A skip is something that a person asks for by name. A program that is missing is no skip: the
/// test that needs it fails and names the command that installs it.
pub fn skipped(what: &str) -> bool {
    let asked = env::var("COURSE_SKIP").unwrap_or_default();
    let skipped = asked.split(',').any(|name| name.trim() == what);
    if skipped {
        say_aloud(&format!(
            "SKIPPED: COURSE_SKIP names {what}, so this test proves nothing in this run"
        ));
    }
    skipped
}

/// Writes a line that must be seen. The test harness keeps what `eprintln!` writes in a test that
/// passes.
pub fn say_aloud(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// Fails the test with all complaints at once, so that one run shows everything there is to mend.
#[track_caller]
pub fn assert_no_complaints(what: &str, complaints: &[String]) {
    assert!(
        complaints.is_empty(),
        "{what}: {} to mend\n  {}\n",
        complaints.len(),
        complaints.join("\n  ")
    );
}
