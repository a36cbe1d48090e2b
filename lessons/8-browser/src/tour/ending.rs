//! Part 9: what a session leaves behind.

use std::fs;
use std::path::Path;

use tour::Stage;

use super::{PATIENCE, session, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let session = session()?;
    session.open(&site.url("/js/books"))?;
    session.wait(PATIENCE).for_count(".book", 10)?;
    let folder = session.folder().to_owned();

    stage.line(format!("while it runs: {}", state(&folder)));
    drop(session);
    stage.line(format!("after the drop: {}", state(&folder)));
    stage.means(
        "the drop says goodbye to the browser, then closes a pipe. A shell that waited on it ends \
         the driver and all processes of the browser; another removes the folder",
    );
    stage.means(
        "when our process is killed, nothing of ours can run, but the system closes our pipes: \
         so the same shells do the same. The lesson's tests kill it in every way",
    );
    Ok(())
}

fn state(folder: &Path) -> String {
    let profile = match folder.exists() {
        true => "its folder is there",
        false => "its folder is gone",
    };
    let Some(processes) = processes_of(folder) else {
        return profile.to_owned();
    };
    let processes = match processes {
        0 => "no process",
        1..4 => "a few processes",
        _ => "more than three processes",
    };
    format!("{processes}, and {profile}")
}

/// Counts the processes that name this folder, where the system tells (Linux).
fn processes_of(folder: &Path) -> Option<usize> {
    let name = folder.display().to_string();
    let count = fs::read_dir("/proc").ok()?.flatten().filter(|entry| {
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&command).contains(&name)
    });
    Some(count.count())
}
