//! Part 6: the same source in two profiles.

use tour::{Result, Stage};

use super::Workshop;

const PROGRAM: &str = "\
fn main() {
    let bytes: Vec<u8> = std::env::args().map(|_| 255).collect();
    println!(\"255 + 1 = {}\", bytes[0] + 1);
}
";

pub fn play(stage: &mut Stage) -> Result {
    let workshop = Workshop::open()?;
    workshop.package("app", "app", "0.1.0", "")?;
    workshop.show_file(stage, "app/src/main.rs", PROGRAM)?;
    let ran = workshop
        .cargo
        .run(&workshop.folder, "app", &["run", "--quiet", "--offline"])?;
    stage.line("app$ cargo run");
    let said = ran.stderr.lines().find(|line| line.contains("overflow"));
    stage.quote(format!(
        "{}\n",
        said.ok_or("a dev build was to notice the overflow")?
    ));
    workshop.cargo_works(stage, "app", "run --release")?;
    for profile in ["debug", "release"] {
        let there = workshop
            .folder
            .path()
            .join("target")
            .join(profile)
            .join("app")
            .exists();
        stage.line(format!(
            "target/{profile}/app is there: {}",
            if there { "yes" } else { "no" }
        ));
    }
    stage.means(
        "a release build leaves checks out, so what a test of the dev build found is worth more than \
         a quick program. Arithmetic that may overflow says what it wants: checked_add, wrapping_add",
    );
    stage.means("everything in target can be made again: deleting it costs time and nothing else");
    Ok(())
}
