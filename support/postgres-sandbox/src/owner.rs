//! The user that the server runs as. PostgreSQL refuses root, so root drops to somebody else.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Error;

/// Whom files and processes of the server belong to.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    /// The user's number.
    pub user: u32,
    group: u32,
    /// Whether that is somebody else than we are.
    dropped: bool,
}

impl Owner {
    /// Decides who: we ourselves, or for root the user `postgres`, else `nobody`.
    pub fn choose() -> Result<Self, Error> {
        // What a file of ours says: std offers no getuid, and /proc is not everywhere.
        let probe = tempfile::tempfile().map_err(|source| Error::File {
            doing: "make a file in",
            path: std::env::temp_dir(),
            source,
        })?;
        let ours = probe.metadata().map_err(|source| Error::File {
            doing: "look at a file in",
            path: std::env::temp_dir(),
            source,
        })?;
        if ours.uid() != 0 {
            return Ok(Self {
                user: ours.uid(),
                group: ours.gid(),
                dropped: false,
            });
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| {
                Some(Self {
                    user: number("-u", name)?,
                    group: number("-g", name)?,
                    dropped: true,
                })
            })
            .ok_or(Error::NoUser)
    }

    /// Returns a command that will run as the owner, in a process group of its own, so that Ctrl-C in
    /// the terminal reaches us and not the server.
    pub fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if self.dropped {
            command.uid(self.user).gid(self.group);
        }
        command.process_group(0);
        // Our own folder may be closed to the owner, and settings of a client are not for a server.
        command.current_dir("/");
        for name in ["PGDATA", "PGHOST", "PGPORT", "PGUSER", "PGOPTIONS"] {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C");
        command
    }

    /// Gives a file or folder of ours to the owner.
    pub fn give(self, path: &Path) -> Result<(), Error> {
        if !self.dropped {
            return Ok(());
        }
        chown(path, Some(self.user), Some(self.group)).map_err(|source| Error::File {
            doing: "give away",
            path: path.to_owned(),
            source,
        })
    }

    /// Returns a folder for temporary files that the owner can reach, with a name that is short enough
    /// for a socket below it (a Unix socket's path has about 100 bytes).
    pub fn temporary_folder(self) -> PathBuf {
        let folder = std::env::temp_dir();
        let reachable = !self.dropped || folder.ancestors().all(is_open_to_all);
        if reachable && folder.as_os_str().len() <= 60 {
            folder
        } else {
            PathBuf::from("/tmp")
        }
    }
}

fn is_open_to_all(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|metadata| metadata.permissions().mode() & 0o001 != 0)
}

fn number(option: &str, name: &str) -> Option<u32> {
    // Also where PATH is short or empty.
    let mut programs = ["id", "/usr/bin/id"].into_iter();
    let answer = programs.find_map(|id| Command::new(id).args([option, name]).output().ok())?;
    String::from_utf8(answer.stdout).ok()?.trim().parse().ok()
}
