//! A private server: its folder, its supervisor, its end.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Error;
use crate::owner::Owner;
use crate::programs::Programs;
use crate::template;

/// A server is ready in a fraction of a second; a loaded machine gets this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Fills the folder, runs the server and waits for the end of standard input, which is our end of a pipe.
/// The system closes that when we end, in whatever way; then server and folder go. Ctrl-C and a closed
/// terminal are for us, not for the supervisor. A template that is gone, or half gone since something
/// cleared old files, is done without.
///
/// QUIT ends a server at once, whoever is connected. A shell starts what runs beside it with QUIT ignored,
/// so a server that is so young that it has not chosen its signals yet is ended by TERM.
const SUPERVISOR: &str = r#"
trap '' HUP INT
postgres=$1 initdb=$2 folder=$3 template=$4
shift 4
server=
end() { [ -z "$server" ] || { kill -TERM "$server"; kill -QUIT "$server"; wait "$server"; }; rm -rf "$folder"; }
trap end EXIT
trap 'exit 1' TERM
cp -Rp "$template" "$folder/data" 2>/dev/null || {
    rm -rf "$folder/data"
    "$initdb" --pgdata "$folder/data" "$@" >"$folder/log" 2>&1 </dev/null || exit 1
}
"$postgres" -D "$folder/data" -k "$folder" -c listen_addresses='' \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=200 -c logging_collector=off \
    </dev/null >"$folder/log" 2>&1 &
server=$!
cat >/dev/null
"#;

/// A running server that was started here.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    supervisor: Child,
    /// Held open for as long as the server is wanted.
    lifeline: Option<ChildStdin>,
    id: u32,
}

impl Server {
    /// Starts a server and waits until it answers.
    pub fn start(programs: &Programs) -> Result<Self, Error> {
        let owner = Owner::choose()?;
        let template = template::template(programs, owner)?.unwrap_or_default();
        let folder = make_folder("spindle-postgres-", owner)?;

        let shell = Path::new("/bin/sh");
        let mut command = owner.command(shell);
        command
            .args(["-c", SUPERVISOR, "postgres-sandbox"])
            .args([&programs.postgres, &programs.initdb])
            .args([folder.path(), &template])
            .args(template::INITDB)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut supervisor = command.spawn().map_err(|source| Error::Program {
            program: shell.to_owned(),
            source,
        })?;
        let lifeline = supervisor.stdin.take();
        // From here on the supervisor removes the folder.
        let mut server = Self {
            folder: folder.keep(),
            supervisor,
            lifeline,
            id: 0,
        };
        server.id = server.wait_until_ready()?;
        Ok(server)
    }

    /// Returns the address of its first database.
    pub fn url(&self) -> String {
        let folder = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://postgres@{folder}/postgres")
    }

    /// Returns the server's process number.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Waits for the word `ready` in line 8 of the file that the server keeps about itself, and returns
    /// the process number in line 1.
    ///
    /// Source: <https://www.postgresql.org/docs/current/storage-file-layout.html> (postmaster.pid).
    fn wait_until_ready(&mut self) -> Result<u32, Error> {
        let started = Instant::now();
        let status = self.folder.join("data").join("postmaster.pid");
        loop {
            let text = fs::read_to_string(&status).unwrap_or_default();
            let mut lines = text.lines();
            let id = lines.next().and_then(|line| line.trim().parse().ok());
            if let (Some(id), Some("ready")) = (id, lines.nth(6).map(str::trim)) {
                return Ok(id);
            }
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            if started.elapsed() > PATIENCE {
                let seconds = PATIENCE.as_secs();
                return Err(Error::NotReady {
                    seconds,
                    log: last_lines(&log()),
                });
            }
            if log().contains("FATAL") || matches!(self.supervisor.try_wait(), Ok(Some(_))) {
                return Err(Error::Failed {
                    program: PathBuf::from("postgres"),
                    log: last_lines(&log()),
                });
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // The supervisor has nothing to wait for now but the server's immediate end.
        let _ = self.supervisor.wait();
    }
}

/// Makes a temporary folder that only the owner can enter.
pub fn make_folder(prefix: &str, owner: Owner) -> Result<TempDir, Error> {
    let parent = owner.temporary_folder();
    let make = |source| Error::File {
        doing: "make a folder in",
        path: parent.clone(),
        source,
    };
    let folder = tempfile::Builder::new()
        .prefix(prefix)
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir_in(&parent)
        .map_err(make)?;
    owner.give(folder.path())?;
    Ok(folder)
}

fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}
