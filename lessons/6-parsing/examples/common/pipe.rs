//! Lines in, answers out: on all cores, in the order of the lines, one bad line harming only itself.
//!
//! Each worker takes the next line, whoever is free, and hands its answer to the thread that writes.
//! That one puts the answers back into order. A worker that is far ahead of a slow line waits, so the
//! answers that are kept stay few however long the input is.

use std::collections::BTreeMap;
use std::io::{self, BufRead, ErrorKind, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Component, Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};
use std::thread;

use anyhow::bail;
use serde_json::{Value, json};

/// How many answers may wait for a slow one before them.
const AHEAD: usize = 4_096;

/// Answers every line of `input` that is not empty. `answer` may return several lines, or none.
///
/// # Errors
///
/// What reading or writing fails with. That nobody reads the answers any more (`… | head`) is no error.
pub fn answer_lines(
    input: impl BufRead + Send,
    mut output: impl Write,
    answer: impl Fn(&str) -> anyhow::Result<Vec<Value>> + Sync,
) -> io::Result<()> {
    let lines = Mutex::new((0_usize, input));
    let written = Mutex::new(0_usize);
    let more_written = Condvar::new();
    let (finished, answers) = mpsc::channel::<io::Result<(usize, String)>>();
    let cores = thread::available_parallelism().map_or(2, usize::from);

    thread::scope(|scope| {
        for _ in 0..cores {
            let (lines, written, more_written, answer) = (&lines, &written, &more_written, &answer);
            let finished = finished.clone();
            scope.spawn(move || {
                loop {
                    let (number, line) = match next_line(lines) {
                        Ok(Some(taken)) => taken,
                        Ok(None) => return,
                        Err(error) => {
                            // The writer stops at it.
                            let _ = finished.send(Err(error));
                            return;
                        }
                    };
                    let waiting = written.lock().unwrap_or_else(PoisonError::into_inner);
                    drop(
                        more_written
                            .wait_while(waiting, |written| number > written.saturating_add(AHEAD)),
                    );
                    if finished
                        .send(Ok((number, answered(&line, answer))))
                        .is_err()
                    {
                        return;
                    }
                }
            });
        }
        drop(finished);
        let outcome = write_in_order(&answers, &mut output, &written, &more_written);
        // Whether all is written or nobody reads any more: nobody needs to wait now.
        drop(answers);
        *written.lock().unwrap_or_else(PoisonError::into_inner) = usize::MAX;
        more_written.notify_all();
        match outcome {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            outcome => outcome,
        }
    })
}

fn next_line(lines: &Mutex<(usize, impl BufRead)>) -> io::Result<Option<(usize, Vec<u8>)>> {
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    let mut line = Vec::new();
    if lines.1.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    lines.0 += 1;
    Ok(Some((lines.0, line)))
}

fn answered(line: &[u8], answer: &(impl Fn(&str) -> anyhow::Result<Vec<Value>> + Sync)) -> String {
    let line = String::from_utf8_lossy(line);
    let line = line.trim();
    if line.is_empty() {
        return String::new();
    }
    // A panic would be a bug of ours, and no reason to leave the other lines without an answer.
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| answer(line))).unwrap_or_else(|_| {
        Err(anyhow::anyhow!(
            "the program failed on this line; please report it"
        ))
    });
    let answers = outcome
        .unwrap_or_else(|error| vec![json!({"id": id_of(line), "error": format!("{error:#}")})]);
    answers.iter().map(|answer| format!("{answer}\n")).collect()
}

/// The `id` of a line that may be broken otherwise.
fn id_of(line: &str) -> Value {
    let value: Value = serde_json::from_str(line).unwrap_or_default();
    value.get("id").cloned().unwrap_or_default()
}

fn write_in_order(
    answers: &mpsc::Receiver<io::Result<(usize, String)>>,
    output: &mut impl Write,
    written: &Mutex<usize>,
    more_written: &Condvar,
) -> io::Result<()> {
    let mut early = BTreeMap::new();
    let mut next = 1;
    while let Ok(answer) = answers.recv() {
        let (number, text) = answer?;
        early.insert(number, text);
        while let Some(text) = early.remove(&next) {
            output.write_all(text.as_bytes())?;
            next += 1;
        }
        if early.is_empty() {
            output.flush()?;
        }
        *written.lock().unwrap_or_else(PoisonError::into_inner) = next - 1;
        more_written.notify_all();
    }
    output.flush()
}

/// Takes `--root FOLDER` or `--root=FOLDER` out of the arguments; the current folder without it.
///
/// # Errors
///
/// When no folder stands behind `--root`.
pub fn root(arguments: &mut Vec<String>) -> anyhow::Result<PathBuf> {
    let is_root = |argument: &String| argument == "--root" || argument.starts_with("--root=");
    let Some(at) = arguments.iter().position(is_root) else {
        return Ok(PathBuf::from("."));
    };
    let argument = arguments.remove(at);
    if let Some(folder) = argument.strip_prefix("--root=") {
        return Ok(folder.into());
    }
    if at == arguments.len() {
        bail!("--root needs a folder behind it");
    }
    Ok(arguments.remove(at).into())
}

/// For programs that take their questions from standard input alone: [`root`], and nothing besides.
///
/// # Errors
///
/// As [`root`], and for any other argument.
pub fn only_root() -> anyhow::Result<PathBuf> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = root(&mut arguments)?;
    if let Some(argument) = arguments.first() {
        bail!(
            "{argument}? Questions come by standard input, a line each; --root FOLDER says where files are"
        );
    }
    Ok(root)
}

/// Returns a path below a root. One that leads out of it is refused: lines may come from strangers.
pub fn below(root: &Path, path: &str) -> anyhow::Result<PathBuf> {
    let path = Path::new(path);
    if path.components().any(|part| part == Component::ParentDir) {
        bail!("{} leads out of the root", path.display());
    }
    Ok(root.join(path))
}
