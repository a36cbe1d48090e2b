//! A small program with four settings, to play with.
//!
//! ```sh
//! cargo run --example settings
//! DEMO_THREADS=16 cargo run --example settings -- --delay=0.5
//! echo 'threads = 2' > demo.toml && cargo run --example settings
//! ```

#![allow(clippy::print_stdout, reason = "a program that shows its settings")]

#[path = "../src/tour/demo.rs"]
mod demo;

use environments::{Environment, SettingsFile, Sources};

fn main() -> anyhow::Result<()> {
    let environment = Environment::capture();
    let mut sources = Sources::new().with_environment(demo::PREFIX, &environment);
    if let Some(file) = SettingsFile::read_if_there("demo.toml")? {
        sources = sources.with_file(file);
    }
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let known = |name: &&str| demo::ALL.iter().any(|setting| setting.name() == *name);
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), arguments.next()),
        };
        match (name.strip_prefix("--").filter(known), value) {
            (Some(name), Some(value)) => sources = sources.with_argument(name, value),
            _ => anyhow::bail!("write --threads 4 or --threads=4, not {argument:?}"),
        }
    }

    let resolved = sources.resolve(&demo::ALL)?;

    for row in resolved.rows() {
        let overruled: Vec<String> = row
            .overruled()
            .map(|(text, origin)| format!("{text} ({origin})"))
            .collect();
        let instead = match &overruled[..] {
            [] => String::new(),
            all => format!(", instead of {}", all.join(", ")),
        };
        let from = row
            .origin()
            .map_or(String::new(), |origin| format!(" from {origin}"));
        println!("{:12} = {}{from}{instead}", row.name(), row.shown());
    }
    for stranger in resolved.strangers() {
        println!("note: {stranger}");
    }
    let _typed = (
        resolved.value(&demo::THREADS),
        resolved.value(&demo::DELAY),
        resolved.value(&demo::ALLOW_LOCAL),
        resolved.get(&demo::API_TOKEN),
    );
    Ok(())
}
