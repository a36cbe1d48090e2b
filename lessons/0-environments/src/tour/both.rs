//! Part 3: both versions in one binary.

use tour::{Result, Stage};

use super::{Workshop, versions};

const DEPENDENCIES: &str = "
[dependencies]
greeting = { path = \"../greeting-2\" }
old-greeting = { package = \"greeting\", path = \"../greeting-1\" }
";

const BOTH: &str = "\
fn main() {
    println!(\"{}\", old_greeting::hello().0);
    println!(\"{}\", greeting::hello(\"Ann\").0);
}
";

const MIXED: &str = "\
fn main() {
    println!(\"{}\", greeting::shout(old_greeting::hello()));
}
";

pub fn play(stage: &mut Stage) -> Result {
    let workshop = Workshop::open()?;
    versions::write_both(&workshop)?;
    workshop.package("app", "app", "0.1.0", DEPENDENCIES)?;
    stage.line("one of the two gets another name in this project, and says which package it is:");
    stage.quote(DEPENDENCIES.trim_start());
    workshop.show_file(stage, "app/src/main.rs", BOTH)?;
    workshop.cargo_works(stage, "app", "run")?;
    stage.blank();

    stage.line("shout belongs to version 2. Now it gets what version 1 made:");
    workshop.show_file(stage, "app/src/main.rs", MIXED)?;
    let ran = workshop.cargo_complains(stage, "app", "run", "error[E0308]")?;
    if !ran
        .stderr
        .contains("different versions of crate `greeting`")
    {
        return Err("the compiler was to say why two types of one name differ".into());
    }
    stage.means(
        "both versions are in one program, and the compiler keeps them apart: a value of one is no \
         value of the other. In Python there is one greeting in sys.modules, and the second import \
         gets what the first one loaded",
    );
    Ok(())
}
