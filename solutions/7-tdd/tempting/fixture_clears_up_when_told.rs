//! Tempting: a function that clears up, for each test to call at its end. A test that fails never gets there.

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

impl Diary {
    /// Clears up.
    pub fn close(self) {
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
