//! Step 4: what every test starts from, made anew and cleared away.
//!
//! The tests of a diary need a folder with some entries in it. A fixture makes one for each test. Tests
//! run at the same time and may fail, so:
//!
//! * no two tests may get the same folder,
//! * a test that changes its folder must not change another's,
//! * when a test ends, however it ends, its folder goes away.
//!
//! rstest turns a function marked `#[fixture]` into an argument that a test may ask for, by its name.
//! A parameter with `#[default(…)]` can be changed by a test: `#[with(5)]`.

use std::path::{Path, PathBuf};

use rstest::fixture;

/// A folder with entries `1.txt`, `2.txt` and so on; entry 1 says `entry 1`.
#[derive(Debug)]
pub struct Diary {
    folder: PathBuf,
}

impl Diary {
    /// Returns the folder that the entries are in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

// TODO: what must happen when a `Diary` goes out of scope?

/// Makes a diary with so many entries for one test.
#[fixture]
pub fn diary(#[default(3)] n_entries: usize) -> Diary {
    // TODO: a folder of its own below `std::env::temp_dir()`, with the entries in it.
    todo!("make a folder with {n_entries} entries")
}
