//! The runner's part of the house rules: the front door's commands agree, and the workspace is laid
//! out as the runner takes for granted. Arrows and libraries are looked after by `book/tests/house.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("the crate lies in support/course")
        .to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A recipe of the justfile.
#[derive(Debug, Default, PartialEq, Eq)]
struct Recipe {
    comment: Option<String>,
    takes_words: bool,
    body: Vec<String>,
}

/// Reads the part of just's language that the justfile uses.
fn recipes(justfile: &str) -> BTreeMap<String, Recipe> {
    let mut recipes: BTreeMap<String, Recipe> = BTreeMap::new();
    let mut comment = None;
    let mut current = None;
    for line in justfile.lines() {
        if let Some(body) = line.strip_prefix("    ") {
            let recipe = current.as_ref().and_then(|name| recipes.get_mut(name));
            recipe
                .expect("an indented line belongs to a recipe")
                .body
                .push(body.to_owned());
        } else if let Some(text) = line.strip_prefix("# ") {
            comment = Some(text.to_owned());
            current = None;
        } else if let Some(head) = line.strip_suffix(':') {
            let mut words = head.split(' ');
            let name = words.next().unwrap_or_default().to_owned();
            let recipe = Recipe {
                comment: comment.take(),
                takes_words: words.next() == Some("*ARGS"),
                body: Vec::new(),
            };
            recipes.insert(name.clone(), recipe);
            current = Some(name);
        } else if !line.starts_with('[') {
            comment = None;
        }
    }
    recipes
}

/// What is wrong with a recipe, if anything: it must have a comment and be one line that calls the
/// command of its own name.
fn complaint(name: &str, recipe: &Recipe) -> Option<String> {
    let through = if name == "lesson" {
        "cargo lesson"
    } else {
        &format!("cargo course {name}")
    };
    let words = if recipe.takes_words { " \"$@\"" } else { "" };
    let expected = format!("@{through}{words}");
    if recipe.comment.is_none() {
        return Some(format!("{name} has no comment"));
    }
    (recipe.body != [expected.as_str()]).then(|| format!("{name} is not the line `{expected}`"))
}

fn commands_in_help() -> Vec<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_course"))
        .arg("help")
        .output()
        .unwrap();
    String::from_utf8(help.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| {
            line.strip_prefix("  ")?
                .split(' ')
                .next()
                .map(str::to_owned)
        })
        .collect()
}

#[test]
fn every_recipe_is_one_commented_line_that_calls_the_command_of_its_name() {
    let recipes = recipes(&read("justfile"));

    let complaints: Vec<String> = recipes
        .iter()
        .filter_map(|(name, recipe)| complaint(name, recipe))
        .collect();

    assert_eq!(complaints, Vec::<String>::new());
}

#[test]
fn a_recipe_that_strays_is_found() {
    let recipes = recipes(
        "# Good\n[no-cd]\ngood *ARGS:\n    @cargo course good \"$@\"\n\nsilent:\n    @cargo course silent\n\n# Long\nlong:\n    @cargo course long\n    @rm -r target\n\n# Other\nother *ARGS:\n    @cargo course something \"$@\"\n",
    );

    let strays: Vec<&str> = recipes
        .iter()
        .filter(|(name, recipe)| complaint(name, recipe).is_some())
        .map(|(name, _)| name.as_str())
        .collect();

    assert_eq!(strays, ["long", "other", "silent"]);
}

#[test]
fn just_offers_exactly_the_commands_that_help_lists() {
    let mut listed = commands_in_help();
    listed.sort();

    let offered: Vec<String> = recipes(&read("justfile")).into_keys().collect();

    assert!(listed.len() > 10, "{listed:?}");
    assert_eq!(offered, listed);
}

#[test]
fn every_command_of_help_explains_itself_and_fits_eighty_columns() {
    for name in commands_in_help() {
        // The crawler, the site and the copy explain themselves, once they are compiled.
        if ["capstone", "copy", "site", "help"].contains(&name.as_str()) {
            continue;
        }
        let explained = Command::new(env!("CARGO_BIN_EXE_course"))
            .args([name.as_str(), "--help"])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&explained.stdout);
        assert!(text.starts_with("usage: "), "{name}: {text}");
    }
    let help = Command::new(env!("CARGO_BIN_EXE_course")).output().unwrap();
    for line in String::from_utf8(help.stdout).unwrap().lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn the_two_commands_of_the_readme_reach_the_runner() {
    let aliases = read(".cargo/config.toml");

    assert!(aliases.contains("\ncourse = \"run --quiet --package course --\"\n"));
    assert!(aliases.contains("\nlesson = \"run --quiet --package course -- lesson\"\n"));
    for command in ["cargo lesson 3", "cargo course test", "cargo course setup"] {
        assert!(read("README.md").contains(command), "{command}");
    }
}

#[test]
fn the_runner_needs_nothing_but_std() {
    let manifest = read("support/course/Cargo.toml");

    assert!(!manifest.contains("dependencies]"), "{manifest}");
}

#[test]
fn plain_cargo_test_leaves_the_unsolved_exercises_out() {
    let manifest = read("Cargo.toml");
    let default = manifest
        .split_once("default-members = [")
        .unwrap()
        .1
        .split_once(']')
        .unwrap()
        .0;

    assert!(default.contains("solutions/*"), "{default}");
    assert!(!default.contains("exercises"), "{default}");
}

#[test]
fn every_member_takes_its_package_keys_from_the_root() {
    let mut members = vec![
        "book/Cargo.toml".to_owned(),
        "capstone/Cargo.toml".to_owned(),
    ];
    for room in ["exercises", "lessons", "solutions", "support"] {
        for entry in fs::read_dir(root().join(room)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            members.push(format!("{room}/{name}/Cargo.toml"));
        }
    }
    for member in members {
        let manifest = read(&member);
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            assert!(
                manifest.contains(&format!("\n{key}.workspace = true\n")),
                "{member}: {key}"
            );
        }
        // Exercises have gentler lints of their own, but no `unsafe` either.
        let lints = manifest.contains("[lints]\nworkspace = true\n");
        let gentle =
            member.starts_with("exercises/") && manifest.contains("unsafe_code = \"forbid\"");
        assert!(lints || gentle, "{member}: lints");
        assert!(
            manifest.contains("\ndescription = \""),
            "{member}: description"
        );
    }
}

#[test]
fn every_benchmark_in_a_manifest_can_be_run_by_name() {
    let listed = Command::new(env!("CARGO_BIN_EXE_course"))
        .arg("bench")
        .current_dir(root())
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();

    for lesson in fs::read_dir(root().join("lessons")).unwrap() {
        let manifest = fs::read_to_string(lesson.unwrap().path().join("Cargo.toml")).unwrap();
        for bench in manifest.split("[[bench]]").skip(1) {
            let name = bench.split('"').nth(1).expect("a benchmark has a name");
            assert!(
                listed.split_whitespace().any(|word| word == name),
                "`cargo course bench` does not list {name}:\n{listed}"
            );
        }
    }
}
