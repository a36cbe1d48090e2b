//! Where the installed programs are: on `PATH`, or where systems hide them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Error;

/// PostgreSQL's server programs, of one installation.
#[derive(Debug, Clone)]
pub struct Programs {
    /// Makes a cluster.
    pub initdb: PathBuf,
    /// The server.
    pub postgres: PathBuf,
    /// What the server calls its version, reduced to what a file name may hold.
    pub version: String,
}

/// Finds the first folder that has both programs.
pub fn find() -> Result<Programs, Error> {
    let path = env::var_os("PATH").unwrap_or_default();
    first_of(env::split_paths(&path).chain(hidden_folders()))
}

fn first_of(mut folders: impl Iterator<Item = PathBuf>) -> Result<Programs, Error> {
    folders
        .find_map(|folder| in_folder(&folder))
        .ok_or(Error::Missing)
}

/// Debian keeps the server's programs off `PATH`, and so does Homebrew those of versioned packages.
fn hidden_folders() -> Vec<PathBuf> {
    let debian = Path::new("/usr/lib/postgresql");
    let mut folders: Vec<PathBuf> = newest_first(debian, "");
    for prefix in [
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/home/linuxbrew/.linuxbrew/opt",
    ] {
        folders.extend(newest_first(Path::new(prefix), "postgresql"));
    }
    // Red Hat's packages, and the installers of postgresql.org on macOS.
    folders.extend(newest_first(Path::new("/usr"), "pgsql-"));
    folders.extend(newest_first(Path::new("/Library/PostgreSQL"), ""));
    folders.iter().map(|folder| folder.join("bin")).collect()
}

fn newest_first(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?.trim_start_matches(['@', '-']);
            // `postgresql` alone is Homebrew's newest.
            let number = version.split('.').next()?.parse().unwrap_or(u32::MAX);
            Some((number, entry.path()))
        })
        .collect();
    found.sort_by(|one, other| other.cmp(one));
    found.into_iter().map(|(_, path)| path).collect()
}

fn in_folder(folder: &Path) -> Option<Programs> {
    let initdb = folder.join("initdb");
    let postgres = folder.join("postgres");
    if !initdb.is_file() || !postgres.is_file() {
        return None;
    }
    // Asking is also the test whether it can be run at all.
    let answer = Command::new(&postgres).arg("--version").output().ok()?;
    // `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`
    let answered = String::from_utf8_lossy(&answer.stdout).into_owned();
    let number = answered.split_whitespace().nth(2).unwrap_or_default();
    let version: String = number
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '.')
        .collect();
    (answer.status.success() && !version.is_empty()).then_some(Programs {
        initdb,
        postgres,
        version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_is_installed_the_error_names_the_command_that_installs_it() {
        let empty = tempfile::tempdir().expect("a folder");

        let error = first_of([empty.path().to_owned()].into_iter()).expect_err("it is empty");

        assert!(error.to_string().contains("cargo course setup"), "{error}");
    }

    #[test]
    fn the_newest_version_comes_first_whether_it_is_named_or_numbered() {
        let folder = tempfile::tempdir().expect("a folder");
        for keg in [
            "postgresql@9",
            "postgresql@16",
            "postgresql",
            "postgresql@17",
            "sqlite",
        ] {
            fs::create_dir(folder.path().join(keg)).expect("made");
        }

        let found: Vec<String> = newest_first(folder.path(), "postgresql")
            .iter()
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
            .collect();

        assert_eq!(
            found,
            [
                "postgresql",
                "postgresql@17",
                "postgresql@16",
                "postgresql@9"
            ]
        );
    }
}
