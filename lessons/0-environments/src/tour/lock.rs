//! Part 4: what the lock file pins.
//!
//! A shelf stands in for crates.io: a folder of published packages, which Cargo calls a directory
//! source. So versions can be published and tampered with, and nothing leaves this machine.
//!
//! Source: <https://doc.rust-lang.org/cargo/reference/source-replacement.html#directory-sources>

use environments::LockFile;
use tour::{Result, Stage, Table};

use super::{Workshop, manifest};

const CONFIG: &str = "\
[source.crates-io]
replace-with = \"shelf\"

[source.shelf]
directory = \"../shelf\"
";

const DEPENDENCIES: &str = "\n[dependencies]\ngreeting = \"1.0\"\n";
const PROGRAM: &str = "fn main() {\n    println!(\"{}\", greeting::HELLO);\n}\n";

/// Puts a version on the shelf, with the checksum that it was published under.
fn publish(workshop: &Workshop, version: &str, checksum: char) -> Result {
    let folder = format!("shelf/greeting-{version}");
    let library = format!("pub const HELLO: &str = \"hello from greeting {version}\";\n");
    let checksum: String = std::iter::repeat_n(checksum, 64).collect();
    let files = [
        ("Cargo.toml", manifest("greeting", version, "")),
        ("src/lib.rs", library),
        (
            ".cargo-checksum.json",
            format!("{{\"package\":\"{checksum}\",\"files\":{{}}}}"),
        ),
    ];
    for (name, text) in files {
        workshop.folder.write(&format!("{folder}/{name}"), &text)?;
    }
    Ok(())
}

/// Makes a copy of the project, with its lock file or without.
fn copy(workshop: &Workshop, name: &str, lock: Option<&str>) -> Result {
    workshop.package(name, "app", "0.1.0", DEPENDENCIES)?;
    workshop
        .folder
        .write(&format!("{name}/src/main.rs"), PROGRAM)?;
    workshop
        .folder
        .write(&format!("{name}/.cargo/config.toml"), CONFIG)?;
    if let Some(lock) = lock {
        workshop.folder.write(&format!("{name}/Cargo.lock"), lock)?;
    }
    Ok(())
}

pub fn play(stage: &mut Stage) -> Result {
    let workshop = Workshop::open()?;
    publish(&workshop, "1.0.0", 'a')?;
    copy(&workshop, "yours", None)?;
    stage.line(
        "a shelf stands in for crates.io. On it is greeting 1.0.0, and yours needs this much:",
    );
    stage.quote(DEPENDENCIES.trim_start());
    workshop.cargo_works(stage, "yours", "run")?;
    let text = workshop.folder.read("yours/Cargo.lock")?;
    let lock = LockFile::parse(&text)?;
    stage.line("the build wrote yours/Cargo.lock:");
    let mut table = Table::new(["package", "version", "from", "checksum"]);
    for package in &lock.packages {
        let source = package.source.as_deref().unwrap_or("this folder");
        let source = source.rsplit('/').next().unwrap_or(source);
        let checksum = package.checksum.as_deref().unwrap_or("-");
        let checksum: String = checksum.chars().take(8).collect();
        table.row([
            package.name.clone(),
            package.version.clone(),
            source.to_owned(),
            checksum,
        ]);
    }
    stage.table(&table);
    stage.blank();

    publish(&workshop, "1.1.0", 'b')?;
    copy(&workshop, "mine", None)?;
    copy(&workshop, "mine-with-your-lock", Some(&text))?;
    stage.line(
        "greeting 1.1.0 is published. I copy your project without the lock file, and then with it:",
    );
    for project in ["yours", "mine", "mine-with-your-lock"] {
        workshop.cargo_works(stage, project, "run")?;
    }
    stage.means(
        "\"it runs for you and not for me\" begins where two builds take different versions, each of \
         which would do. The lock file ends it: commit it",
    );
    stage.blank();

    stage.line("going on to a newer version is a decision, and a line in the history:");
    workshop.cargo_works(stage, "yours", "update")?;
    workshop.cargo_works(stage, "yours", "run")?;
    stage.blank();

    let wants_more = DEPENDENCIES.replace("1.0", "1.1");
    workshop.package("mine-with-your-lock", "app", "0.1.0", &wants_more)?;
    stage.line("mine now asks for greeting \"1.1\", and its lock file still says 1.0.0. A server builds it:");
    workshop.cargo_complains(stage, "mine-with-your-lock", "run --locked", "--locked")?;
    stage.blank();

    publish(&workshop, "1.1.0", 'c')?;
    stage.line("somebody puts other contents on the shelf under the same number, 1.1.0:");
    workshop.cargo_complains(
        stage,
        "yours",
        "run",
        "checksum for `greeting v1.1.0` changed",
    )?;
    stage.means(
        "a name and a number are only claims; the checksum is of the contents. pip compares \
         contents when asked to, by --require-hashes; uv and poetry do it with lock files of theirs",
    );
    Ok(())
}
