//! Part 7: a program installed into a folder of our own.

use std::fs;
use std::path::Path;

use tour::{Result, Stage};

use super::Workshop;

pub fn play(stage: &mut Stage) -> Result {
    let workshop = Workshop::open()?;
    workshop.package("app", "greet", "0.1.0", "")?;
    workshop.folder.write(
        "app/src/main.rs",
        "fn main() {\n    println!(\"hello\");\n}\n",
    )?;
    workshop.cargo_works(
        stage,
        "app",
        "install --path . --root ../tools --debug --no-track",
    )?;
    let tools = workshop.folder.path().join("tools");
    stage.line("this is all that came to be in tools:");
    stage.quote(files_below(&tools, Path::new("tools"))?);
    let ran = workshop
        .cargo
        .run_program(&workshop.folder, "tools/bin/greet")?;
    stage.line("$ tools/bin/greet");
    stage.quote(&ran.stdout);
    fs::remove_dir_all(&tools)?;
    stage.line(format!(
        "tools deleted; is the program still there? {}",
        if tools.join("bin/greet").exists() {
            "yes"
        } else {
            "no"
        }
    ));
    stage.means(
        "a program in Rust is one file without an interpreter or libraries of its own to find. It \
         runs by its path, without activating anything, and goes away with its folder",
    );
    Ok(())
}

fn files_below(folder: &Path, shown: &Path) -> Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = shown.join(entry.file_name());
        names.push(match entry.file_type()?.is_dir() {
            true => files_below(&entry.path(), &name)?,
            false => format!("{}\n", name.display()),
        });
    }
    names.sort();
    Ok(names.concat())
}
