//! A cluster, the folder that PostgreSQL works in, is made once and copied for each server: `initdb`
//! takes a second, a copy a sixth of that.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::Error;
use crate::owner::Owner;
use crate::programs::Programs;
use crate::server::make_folder;

/// How a cluster is made.
pub const INITDB: [&str; 5] = [
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
];

/// Raised when the template is made in another way.
const EDITION: u32 = 1;

/// Returns the template, made now where there is none; `None` when its place is taken by somebody else.
pub fn template(programs: &Programs, owner: Owner) -> Result<Option<PathBuf>, Error> {
    let name = format!(
        "spindle-postgres-template-{EDITION}-{}-{}",
        programs.version, owner.user
    );
    let template = owner.temporary_folder().join(name);
    if is_ours(&template, owner) {
        return Ok(Some(template));
    }
    // Made aside and renamed: nobody ever sees half a template, and of two makers the slower one finds
    // the place taken and uses that.
    let making = make_folder("spindle-postgres-making-", owner)?;
    let cluster = making.path().join("data");
    initdb(&cluster, programs, owner)?;
    let kept = fs::rename(&cluster, &template).is_ok() || is_ours(&template, owner);
    Ok(kept.then_some(template))
}

/// Whether it is a whole template, made by us: in a folder that all may write to, others could have
/// put one there.
fn is_ours(template: &Path, owner: Owner) -> bool {
    let closed = fs::symlink_metadata(template).is_ok_and(|metadata| {
        metadata.is_dir()
            && metadata.uid() == owner.user
            && metadata.permissions().mode() & 0o077 == 0
    });
    closed && template.join("PG_VERSION").is_file() && template.join("base").is_dir()
}

fn initdb(data: &Path, programs: &Programs, owner: Owner) -> Result<(), Error> {
    let mut command = owner.command(&programs.initdb);
    command.arg("--pgdata").arg(data).args(INITDB);
    run(command, &programs.initdb)
}

fn run(mut command: std::process::Command, program: &Path) -> Result<(), Error> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::Program {
            program: program.to_owned(),
            source,
        })?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Failed {
        program: program.to_owned(),
        log: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}
