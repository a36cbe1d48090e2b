//! Part 2: two projects on two versions of one library.

use tour::{Result, Stage};

use super::Workshop;

/// Writes both versions of the library: the second has another signature.
pub fn write_both(workshop: &Workshop) -> Result {
    for (version, library) in [("1", FIRST), ("2", SECOND)] {
        let folder = format!("greeting-{version}");
        workshop.package(&folder, "greeting", &format!("{version}.0.0"), "")?;
        workshop
            .folder
            .write(&format!("{folder}/src/lib.rs"), library)?;
    }
    Ok(())
}

const FIRST: &str = "\
pub struct Greeting(pub String);

pub fn hello() -> Greeting {
    Greeting(\"hello from version 1\".to_string())
}
";

const SECOND: &str = "\
pub struct Greeting(pub String);

pub fn hello(name: &str) -> Greeting {
    Greeting(format!(\"hello {name}, from version 2\"))
}

pub fn shout(greeting: Greeting) -> String {
    greeting.0.to_uppercase()
}
";

pub fn play(stage: &mut Stage) -> Result {
    let workshop = Workshop::open()?;
    write_both(&workshop)?;
    let needs = |version: u32| {
        format!("\n[dependencies]\ngreeting = {{ path = \"../greeting-{version}\" }}\n")
    };
    workshop.package("old", "old", "0.1.0", &needs(1))?;
    workshop.package("new", "new", "0.1.0", &needs(2))?;
    stage.line("version 2 of the library wants a name, which version 1 did not:");
    workshop.show_file(
        stage,
        "old/src/main.rs",
        "fn main() {\n    println!(\"{}\", greeting::hello().0);\n}\n",
    )?;
    workshop.show_file(
        stage,
        "new/src/main.rs",
        "fn main() {\n    println!(\"{}\", greeting::hello(\"Ann\").0);\n}\n",
    )?;
    stage.blank();
    for project in ["new", "old", "new"] {
        workshop.cargo_works(stage, project, "run")?;
    }
    stage.means(
        "nothing is activated, and nothing is switched: the project that you stand in says what it \
         needs. A virtual environment exists to give a Python project this",
    );
    Ok(())
}
