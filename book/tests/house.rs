//! The house keeps its own rules: which room may depend on which, and what every room has.
//!
//! The book's chapter `house.md` is the map; these tests hold the tree to it.

mod common;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use common::{
    assert_no_complaints,
    pages::{Page, files_below},
    repository,
};
use serde_json::Value;

#[test]
fn a_lesson_depends_on_no_other_lesson_and_nothing_on_the_capstone() {
    let mut complaints = Vec::new();
    let packages = packages();

    for package in packages.values() {
        for dependency in &package.dependencies {
            if let Some(room) = packages
                .get(dependency)
                .map(|package| package.room.as_str())
                && !may_depend(&package.room, room)
                && !practises(&package.name, dependency)
            {
                complaints.push(format!(
                    "{} ({}) depends on {dependency} ({room})",
                    package.name, package.room
                ));
            }
        }
    }

    assert_no_complaints("arrows", &complaints);
}

#[test]
fn the_arrows_are_told_apart() {
    assert!(may_depend("lessons", "support"));
    assert!(may_depend("capstone", "lessons"));
    assert!(!may_depend("lessons", "lessons"));
    assert!(!may_depend("lessons", "capstone"));
    assert!(!may_depend("support", "lessons"));
    assert!(!may_depend("exercises", "solutions"));
    assert!(!may_depend("solutions", "exercises"));
    assert!(!may_depend("capstone", "book"));
    assert!(practises("exercise-8", "lesson-8") && practises("solution-8", "lesson-8"));
    assert!(!practises("exercise-8", "lesson-3") && !practises("lesson-8", "lesson-8"));
}

#[test]
fn the_capstone_takes_a_lesson_without_its_tour() {
    let mut complaints = Vec::new();
    let packages = packages();

    for (name, package) in packages
        .iter()
        .filter(|(_, package)| package.room == "lessons")
    {
        let capstone = &packages["capstone"];
        if capstone.dependencies.contains(name) && capstone.with_default_features.contains(name) {
            complaints.push(format!("the capstone takes {name} with default features"));
        }
        if !package.optional.contains(&"tour".to_owned()) {
            complaints.push(format!("{name} does not make its tour optional"));
        }
    }

    assert_no_complaints("tours", &complaints);
}

#[test]
fn libraries_do_not_print_exit_or_read_the_environment() {
    let mut complaints = Vec::new();

    // One file reads the environment, once, so that nobody else needs to.
    let reads_the_environment = repository().join("lessons/0-environments/src/snapshot.rs");

    for path in library_sources() {
        let source = fs::read_to_string(&path).expect("a source is text");
        let shown = path.strip_prefix(repository()).unwrap_or(&path).display();
        for (line, word) in speaks_up(&source) {
            if path == reads_the_environment && word == "env::var" {
                continue;
            }
            complaints.push(format!("{shown}:{line}: {word}"));
        }
    }

    assert_no_complaints("libraries that speak up", &complaints);
}

#[test]
fn a_library_that_speaks_up_is_found() {
    let check = |source: &str, expected: &[(usize, &str)]| {
        assert_eq!(speaks_up(source), expected, "{source}");
    };

    check("fn a() {\n    println!(\"x\");\n}\n", &[(2, "println!(")]);
    check("let x = std::env::var(\"X\");\n", &[(1, "env::var")]);
    check("std::process::exit(1);\n", &[(1, "process::exit")]);
    check("/// println!(\"in a doc\");\n", &[]);
    check(
        "write!(out, \"x\");\n#[cfg(test)]\nmod tests {\n  dbg!(1);\n}\n",
        &[],
    );
}

#[test]
fn every_lesson_has_its_exercise_solution_hints_and_chapter() {
    let mut complaints = Vec::new();

    for lesson in folders_of("lessons") {
        let slug = lesson.file_name().unwrap_or_default().to_string_lossy();
        for place in [
            format!("exercises/{slug}/tests"),
            format!("exercises/{slug}/hints"),
            format!("exercises/{slug}/starters"),
            format!("solutions/{slug}/src"),
            format!("book/src/{slug}.md"),
            format!("book/quizzes/{slug}.toml"),
        ] {
            if !repository().join(&place).exists() {
                complaints.push(format!("lesson {slug} has no {place}"));
            }
        }
    }

    assert_no_complaints("lessons", &complaints);
}

#[test]
fn only_the_root_manifest_names_versions() {
    let mut complaints = Vec::new();

    for package in packages().values() {
        let manifest = fs::read_to_string(&package.manifest).expect("cargo just read it");
        let mut inside_dependencies = false;
        for line in manifest.lines() {
            if line.starts_with('[') {
                inside_dependencies = line.contains("dependencies");
            } else if inside_dependencies
                && line.contains('=')
                && !line.starts_with('#')
                && !line.contains("workspace = true")
            {
                complaints.push(format!("{}: {line}", package.name));
            }
        }
    }

    assert_no_complaints("versions outside the root manifest", &complaints);
}

#[test]
fn every_room_and_every_part_of_the_capstone_is_on_the_map() {
    let map = Page::read("house.md").text;
    let mut complaints = Vec::new();

    let rooms = folders_of("")
        .into_iter()
        .filter(|path| path != &repository().join("target"));
    for path in rooms.chain(folders_of("support")) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with('.') && !map.contains(&format!("{name}/")) {
            complaints.push(format!("{name}/ is not on the map"));
        }
    }
    for path in files_below(&repository().join("capstone/src")) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !map.contains(&*name) {
            complaints.push(format!("capstone/src/{name} is not on the map"));
        }
    }

    assert_no_complaints("house.md", &complaints);
}

/// A member of the workspace.
struct Package {
    name: String,
    /// The first folder of its path: `lessons`.
    room: String,
    manifest: PathBuf,
    /// Names of the packages that it depends on, to build or to test.
    dependencies: Vec<String>,
    /// Those of them that are taken with their default features.
    with_default_features: Vec<String>,
    /// Those of them that a feature switches on.
    optional: Vec<String>,
}

/// Returns true when a package of the room `from` may depend on one of the room `to`.
fn may_depend(from: &str, to: &str) -> bool {
    match from {
        "support" => to == "support",
        "lessons" => to == "support",
        "capstone" => to == "support" || to == "lessons",
        // A step may be practised against the practice site; that a solution runs the exercise's
        // tests is a path, no dependency.
        "exercises" | "solutions" => to == "support",
        _ => false,
    }
}

/// Returns true when a package is the exercise or the solution of this lesson: driving a browser is
/// practised on the lesson's own library.
fn practises(package: &str, lesson: &str) -> bool {
    let number = package
        .strip_prefix("exercise-")
        .or_else(|| package.strip_prefix("solution-"));
    number.is_some() && number == lesson.strip_prefix("lesson-")
}

/// Returns the members of the workspace by name, as cargo sees them.
fn packages() -> BTreeMap<String, Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(repository())
        .output()
        .expect("the cargo that built this test starts");
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata failed: {log}");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");

    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .map(|package| {
            let manifest = PathBuf::from(text(&package["manifest_path"]));
            let below = manifest
                .strip_prefix(repository())
                .expect("a member lies in the repository");
            let room = below.components().next().expect("a member has a folder");
            let names = |wanted: &dyn Fn(&Value) -> bool| {
                let all = package["dependencies"].as_array().into_iter().flatten();
                all.filter(|dependency| wanted(dependency))
                    .map(|dependency| text(&dependency["name"]))
                    .collect()
            };
            let package = Package {
                name: text(&package["name"]),
                room: room.as_os_str().to_string_lossy().into_owned(),
                dependencies: names(&|_| true),
                with_default_features: names(&|dependency| {
                    dependency["uses_default_features"] == true
                }),
                optional: names(&|dependency| dependency["optional"] == true),
                manifest,
            };
            (package.name.clone(), package)
        })
        .collect()
}

/// Returns the folders directly below a folder of the repository, sorted.
fn folders_of(room: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(repository().join(room)).expect("the room is there");
    let paths = entries.map(|entry| entry.expect("a room can be listed").path());
    let mut folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// Returns the sources of the libraries that may be part of somebody's program: those of the
/// lessons, the capstone and the practice site, without their binaries. `tour` and `course` are not
/// among them: to speak is what they are for.
fn library_sources() -> Vec<PathBuf> {
    let mut crates = folders_of("lessons");
    crates.push(repository().join("capstone"));
    crates.push(repository().join("support/practice-site"));
    let is_library = |path: &Path, source: &Path| {
        let below = path.strip_prefix(source).unwrap_or(path);
        // A lesson's tour belongs to its binary, and so does the capstone's progress bar.
        !["main.rs", "bin", "tour", "events.rs"]
            .iter()
            .any(|binary| below.starts_with(binary))
    };
    crates
        .iter()
        .map(|folder| folder.join("src"))
        .flat_map(|source| {
            let mut files = files_below(&source);
            files.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
            files.retain(|path| is_library(path, &source));
            files
        })
        .collect()
}

/// Returns the lines of a library that print, exit or read the environment, its tests left out.
fn speaks_up(source: &str) -> Vec<(usize, &'static str)> {
    const WORDS: [&str; 7] = [
        "println!(",
        "print!(",
        "dbg!(",
        "process::exit",
        "env::var",
        "env::args",
        "env::current_dir",
    ];
    source
        .lines()
        .zip(1..)
        .take_while(|(line, _)| !line.starts_with("mod tests {"))
        .filter(|(line, _)| !line.trim_start().starts_with("//"))
        .filter_map(|(line, number)| {
            let word = WORDS.iter().find(|word| line.contains(**word))?;
            Some((number, *word))
        })
        .collect()
}
