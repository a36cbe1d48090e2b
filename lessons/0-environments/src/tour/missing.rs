//! Part 1: a build fails for a missing dependency, and is mended.

use tour::{Result, Stage};

use super::Workshop;

const LIBRARY: &str = "pub fn hello() -> &'static str {\n    \"hello from greeting 1.0.0\"\n}\n";
const PROGRAM: &str = "fn main() {\n    println!(\"{}\", greeting::hello());\n}\n";

pub fn play(stage: &mut Stage) -> Result {
    let workshop = Workshop::open()?;
    workshop.package("greeting", "greeting", "1.0.0", "")?;
    workshop.folder.write("greeting/src/lib.rs", LIBRARY)?;
    workshop.package("app", "app", "0.1.0", "")?;

    stage.line("(every cargo here also gets --offline and --quiet)");
    stage.line("a library lies in the folder greeting, and beside it this program:");
    workshop.show_file(stage, "app/src/main.rs", PROGRAM)?;
    workshop.cargo_complains(
        stage,
        "app",
        "run",
        "unresolved module or unlinked crate `greeting`",
    )?;
    stage.blank();

    stage.line("the library is there, but nobody said that this program needs it. So say it:");
    workshop.cargo_works(stage, "app", "add greeting --path ../greeting")?;
    let manifest = workshop.folder.read("app/Cargo.toml")?;
    let added = manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]");
    stage.quote(added.map(|line| format!("{line}\n")).collect::<String>());
    workshop.cargo_works(stage, "app", "run")?;
    stage.means(
        "what is installed on a machine does not count, only what the project declares. \"It runs \
         for you and not for me, because you once installed something\" cannot happen with a crate. \
         With a C library or a tool it still can",
    );
    Ok(())
}
