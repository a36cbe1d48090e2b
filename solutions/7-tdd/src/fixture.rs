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

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

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

/// Runs however the test ends: at its last line, by `return`, and while a panic unwinds.
impl Drop for Diary {
    fn drop(&mut self) {
        // Not `expect`: a panic in a drop during a panic ends the program, and whoever has cleared
        // the folder away already has done nothing wrong.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Makes a diary with so many entries for one test.
#[fixture]
pub fn diary(#[default(3)] n_entries: usize) -> Diary {
    // The process tells test programs apart, the count tells tests of one program apart.
    static MADE: AtomicU64 = AtomicU64::new(0);
    let n = MADE.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("diary-{}-{n}", std::process::id()));

    fs::create_dir_all(&folder).expect("the temporary folder can be written");
    // From here on the diary clears up, also if an entry cannot be written.
    let diary = Diary { folder };
    for n in 1..=n_entries {
        let entry = diary.folder.join(format!("{n}.txt"));
        fs::write(entry, format!("entry {n}\n")).expect("the new folder can be written");
    }
    diary
}
