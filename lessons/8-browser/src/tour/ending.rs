//! Part 9: what a session leaves behind, when it is dropped and when its process is killed.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tour::Stage;

use super::{PATIENCE, session, site};

/// The hidden argument with which this program starts itself, as the one that is killed.
pub const CHILD: &str = "hold-a-browser";

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
    stage.blank();

    let mut child = Command::new(env::current_exe()?)
        .arg(CHILD)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut folder = String::new();
    let said = child.stdout.take().ok_or("the child has no output")?;
    BufReader::new(said).read_line(&mut folder)?;
    let folder = Path::new(folder.trim_end());
    if !folder.is_dir() {
        return Err("the second process has started no browser: it says why".into());
    }
    stage.line(format!("a second process holds one: {}", state(folder)));
    // On Unix this is SIGKILL, the signal of `kill -9`.
    child.kill()?;
    child.wait()?;
    let end = Instant::now() + PATIENCE;
    while is_left(folder) && Instant::now() < end {
        thread::sleep(Duration::from_millis(20));
    }
    stage.line(format!("soon after its kill -9: {}", state(folder)));
    stage.means(
        "when a process is killed, no code of its own can run, but the system closes its pipes: \
         so the same shells do the same",
    );
    Ok(())
}

/// What the second process does: it starts a browser, says in which folder, and waits to be killed.
pub fn child() -> tour::Result {
    let session = session()?;
    writeln!(io::stdout(), "{}", session.folder().display())?;
    // If the first process ends before it has killed this one, its end of this pipe closes.
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn is_left(folder: &Path) -> bool {
    folder.exists() || processes_of(folder).is_some_and(|count| count > 0)
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
