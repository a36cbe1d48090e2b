//! Part 9: the same settings from four layers, and who won.

use environments::{Environment, Resolved, SettingsFile, Sources};
use tour::{Result, Stage, Table};

use super::{demo, open_folder};

const FILE: &str = "\
threads = 2
delay = 0.25
allow-local = true
";

pub fn play(stage: &mut Stage) -> Result {
    let folder = open_folder(&Environment::capture())?;
    folder.write("demo.toml", FILE)?;
    stage.line("the file demo.toml says:");
    stage.quote(FILE);
    stage.line("$ DEMO_THREADS=16 DEMO_DELAY= demo --allow-local=false");

    let file = SettingsFile::parse("demo.toml", &folder.read("demo.toml")?)?;
    let environment: Environment = [
        ("DEMO_THREADS", "16"),
        ("DEMO_DELAY", ""),
        ("OTHER_THREADS", "3"),
    ]
    .into_iter()
    .collect();
    let sources = Sources::new()
        .with_file(file)
        .with_environment(demo::PREFIX, &environment)
        .with_argument("allow-local", "false");
    let resolved = sources.resolve(&demo::ALL)?;

    stage.table(&table(&resolved));
    let threads = resolved.value(&demo::THREADS);
    let delay = resolved.value(&demo::DELAY);
    stage.line(format!(
        "the program gets numbers, not texts: {threads} threads, {delay:?}"
    ));
    stage.means(
        "an argument is for this run, a variable for this machine, a file for this project, a default \
         for everybody. An empty variable counts as not set, so DEMO_DELAY= takes one away",
    );
    stage.means(
        "the report answers the question that costs an evening: I changed the file, why does nothing happen?",
    );
    Ok(())
}

/// Shows each setting, where it came from, and whom it overruled.
pub fn table(resolved: &Resolved) -> Table {
    let mut table = Table::new(["setting", "value", "from", "instead of"]);
    for row in resolved.rows() {
        let overruled: Vec<String> = row
            .overruled()
            .map(|(text, origin)| format!("{text} ({origin})"))
            .collect();
        table.row([
            row.name().to_owned(),
            row.shown(),
            row.origin().map_or("-".to_owned(), ToString::to_string),
            overruled.join(", "),
        ]);
    }
    table
}
