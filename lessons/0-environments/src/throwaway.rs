//! A folder that goes away, whatever happens to us.
//!
//! Three ends, three means. When all goes well, `Drop` takes the folder away. Ctrl-C ends a program
//! without any `Drop`, so a handler of signals calls [`Closer::close`]. Against `kill -9` and a power
//! cut there is no means at all; so the folder holds a file that is locked as long as we live, and
//! the next one who comes takes away every folder whose lock nobody holds.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::Error;

/// How the folders are called, so that ours can be told from others.
pub const PREFIX: &str = "spindle-lesson-0-";
/// The file that is locked while its folder is in use.
const IN_USE: &str = "in-use";
/// Longer than making or taking away a folder takes.
const SOON_OVER: Duration = Duration::from_secs(60);

/// A folder for experiments, with nobody else's files in it.
#[derive(Debug)]
pub struct Throwaway {
    state: Arc<State>,
    /// Held open: the lock lasts as long as this.
    _in_use: File,
}

/// Takes the folder away from somewhere else, for instance from a handler of signals.
#[derive(Clone, Debug)]
pub struct Closer(Arc<State>);

#[derive(Debug)]
pub(crate) struct State {
    path: PathBuf,
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
pub(crate) struct Running {
    pub closed: bool,
    /// What runs in the folder now: it must end before the folder can go.
    pub child: Option<Child>,
}

impl Throwaway {
    // ANCHOR: open
    /// Makes a folder below `parent`, readable for nobody else, and takes away what killed
    /// programs have left there.
    ///
    /// # Errors
    ///
    /// [`Error::TemporaryFolder`] when nothing can be made in `parent`.
    pub fn open(parent: &Path) -> Result<Self, Error> {
        let cannot = |source| Error::TemporaryFolder {
            parent: parent.to_owned(),
            source,
        };
        take_away_what_is_left(parent);
        // Under a hidden name at first: one that is not locked yet must not look left behind.
        let (hidden, path) = make_folder(parent).map_err(cannot)?;
        let in_use = File::create(hidden.join(IN_USE)).map_err(cannot)?;
        in_use.lock().map_err(cannot)?;
        fs::rename(&hidden, &path).map_err(cannot)?;
        Ok(Self {
            state: Arc::new(State {
                // Programs that run in it report the path without links (macOS: /private/tmp).
                path: path.canonicalize().map_err(cannot)?,
                running: Mutex::default(),
            }),
            _in_use: in_use,
        })
    }
    // ANCHOR_END: open

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        &self.state.path
    }

    /// Returns a handle that can end what runs here and take the folder away.
    pub fn closer(&self) -> Closer {
        Closer(Arc::clone(&self.state))
    }

    /// Writes a file below the folder, and the folders that lead to it.
    ///
    /// # Errors
    ///
    /// [`Error::File`] when it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        let path = self.path().join(name);
        let parent = path.parent().unwrap_or(self.path());
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|source| Error::File {
                act: "write",
                path: path.clone(),
                source,
            })
    }

    /// Reads a file below the folder.
    ///
    /// # Errors
    ///
    /// [`Error::File`] when it cannot be read.
    pub fn read(&self, name: &str) -> Result<String, Error> {
        let path = self.path().join(name);
        fs::read_to_string(&path).map_err(|source| Error::File {
            act: "read",
            path,
            source,
        })
    }

    pub(crate) fn running(&self) -> MutexGuard<'_, Running> {
        self.state.running()
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        self.state.close();
    }
}

impl Closer {
    /// Ends what runs in the folder, and takes the folder away. After that nothing more is started in it.
    pub fn close(&self) {
        self.0.close();
    }
}

impl State {
    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // ANCHOR: close
    fn close(&self) {
        // The lock is held to the end: nothing can be started in a folder that is going.
        let mut running = self.running();
        running.closed = true;
        if let Some(mut child) = running.child.take() {
            end(&mut child);
        }
        // A folder that cannot be taken away now is taken away by the next one who comes.
        let _ = fs::remove_dir_all(&self.path);
    }
    // ANCHOR_END: close
}

/// Ends a child that leads a process group, and all that it has started.
pub(crate) fn end(child: &mut Child) {
    let id = i32::try_from(child.id()).ok();
    if let Some(leader) = id.and_then(rustix::process::Pid::from_raw) {
        // When the whole group has ended by itself there is nobody left to be told.
        let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
    }
    let _ = child.wait();
}

/// Makes a folder under a hidden name, and returns it and the name that it is to have.
fn make_folder(parent: &Path) -> io::Result<(PathBuf, PathBuf)> {
    let moment = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let mut number = u64::from(moment.subsec_nanos());
    loop {
        let name = format!("{PREFIX}{}-{number}", std::process::id());
        let (hidden, path) = (parent.join(format!(".{name}")), parent.join(name));
        // For nobody but us, and never a folder that is there already: /tmp belongs to everyone.
        match DirBuilder::new().mode(0o700).create(&hidden) {
            Ok(()) if !path.exists() => return Ok((hidden, path)),
            Ok(()) => fs::remove_dir(&hidden)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        number += 1;
    }
}

/// Takes away the folders of programs that were killed. What cannot be looked at or taken away
/// belongs to others.
fn take_away_what_is_left(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_ours = name.trim_start_matches('.').starts_with(PREFIX);
        // Not `is_dir` of the path: a link must not be followed.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let is_left = match name.starts_with('.') {
            true => is_old(&entry.path()),
            false => is_unlocked(&entry.path()),
        };
        if is_ours && is_folder && is_left {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whoever uses a folder holds the lock, and a lock ends with its process.
fn is_unlocked(folder: &Path) -> bool {
    match File::open(folder.join(IN_USE)) {
        Ok(in_use) => in_use.try_lock().is_ok(),
        // Somebody may be taking it away just now; if not, the next who comes will.
        Err(_) => is_old(folder),
    }
}

/// Being made takes a moment, and being taken away some; what is older was given up.
fn is_old(folder: &Path) -> bool {
    let made = fs::metadata(folder).and_then(|folder| folder.modified());
    made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > SOON_OVER))
}
