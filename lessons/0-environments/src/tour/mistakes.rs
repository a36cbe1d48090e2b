//! Part 10: what is wrong, where, and what it should be.

use environments::{Environment, SettingsFile, Sources};
use tour::{Result, Stage};

use super::demo;

pub fn play(stage: &mut Stage) -> Result {
    let file = "# one line is wrong in its name, one in its value\nthread = 4\ndelay = \"soon\"\n";
    stage.line("demo.toml:");
    stage.quote(file);
    stage.line("$ DEMO_ALLOW_LOCAL=yes demo --threads 0");
    let environment: Environment = [("DEMO_ALLOW_LOCAL", "yes")].into_iter().collect();
    let sources = Sources::new()
        .with_file(SettingsFile::parse("demo.toml", file)?)
        .with_environment(demo::PREFIX, &environment);
    let Err(problems) = sources
        .clone()
        .with_argument("threads", "0")
        .resolve(&demo::ALL)
    else {
        return Err("all of this was to be refused".into());
    };
    stage.quote(format!("{problems}\n"));
    stage.means("all of it at once: four slips are one run, not four");
    stage.blank();

    let file = "threads = 4\ndelay = \"soon\"\n";
    stage.line(
        "only the delay is wrong now, and an argument overrules it; and a variable has a slip:",
    );
    stage.line("$ DEMO_THREDS=4 demo --delay 2");
    let resolved = Sources::new()
        .with_file(SettingsFile::parse("demo.toml", file)?)
        .with_environment(demo::PREFIX, &environment_with_a_slip())
        .with_argument("delay", "2")
        .resolve(&demo::ALL)?;
    stage.table(&super::origins::table(&resolved));
    for stranger in resolved.strangers() {
        stage.line(format!("note: {stranger}"));
    }
    stage.means(
        "a value that loses is not judged, so an argument helps out until the file is mended. A \
         slip in the file is refused, since the file is ours alone; a variable is only noted, since \
         others set variables too",
    );
    stage.blank();

    stage.line("and a file that is no TOML at all:");
    let file = "threads = 4\ndelay = 1 s\n";
    stage.quote(file);
    let Err(problem) = SettingsFile::parse("demo.toml", file) else {
        return Err("that was to be refused".into());
    };
    stage.quote(format!("{problem}\n"));
    Ok(())
}

fn environment_with_a_slip() -> Environment {
    [("DEMO_THREDS", "4")].into_iter().collect()
}
