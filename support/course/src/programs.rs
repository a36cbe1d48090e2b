//! `lesson`, `site`, `capstone`, `copy`, `bench`, `fuzz`: programs of the course, which the runner becomes.
//!
//! They are started by `--bin` from the root's manifest rather than by `-p`: cargo then settles on
//! the features of shared crates for the whole workspace, and another lesson builds nothing twice.

use std::path::PathBuf;

use crate::cargo;
use crate::map::{Course, manifest_value, names_in};
use crate::say::{Done, Failure, Input, Tone, command, paint};

/// `lesson N …`: plays a lesson; without N lists them.
pub fn lesson(course: &Course, mut input: Input) -> Done {
    let Some(typed) = input.next_name() else {
        input.end("lesson")?;
        return list_lessons(course);
    };
    let slug = course.slug("lessons", &typed)?;
    become_bin(
        course,
        &format!("lesson-{}", slug.number),
        &format!("lesson {}", slug.number),
        input,
    )
}

/// `site …`: serves the practice site.
pub fn site(course: &Course, input: Input) -> Done {
    become_bin(course, "practice-site", "the practice site", input)
}

/// `capstone …`: the crawler.
pub fn capstone(course: &Course, input: Input) -> Done {
    become_bin(course, "capstone", "the capstone", input)
}

/// `copy FROM TO …`: lesson 5's copy of a whole database.
pub fn copy(course: &Course, input: Input) -> Done {
    become_bin(course, "copy", "the copy", input)
}

fn become_bin(course: &Course, bin: &str, what: &str, input: Input) -> Done {
    let mut run = cargo::here(course, "run");
    if cargo::built_before(bin) {
        run.arg("--quiet");
    } else {
        notice!("Compiling {what} for the first time; the next start is quick.");
    }
    run.args(["--bin", bin, "--"]).args(input.rest());
    // So that a tour's advice names what the learner typed.
    if std::env::var_os("COURSE_FRONT").is_none() {
        run.env("COURSE_FRONT", "cargo");
    }
    cargo::become_program(run)
}

fn list_lessons(course: &Course) -> Done {
    for slug in course.slugs("lessons") {
        let manifest = course
            .root
            .join("lessons")
            .join(slug.to_string())
            .join("Cargo.toml");
        let description = manifest_value(&manifest, "description").unwrap_or_default();
        // The manifest says "Lesson 3, sockets: from the six calls …"; the number is told already.
        let about = description
            .split_once(": ")
            .map_or(description.as_str(), |(_, about)| about);
        let number = paint(Tone::Strong, &format!("{:>2}", slug.number));
        say!("{number}  {:<26} {about}", slug.topic);
    }
    say!("");
    say!("Play one: {}", command("lesson 3"));
    Ok(0)
}

/// `bench NAME …`: runs a benchmark; without NAME lists them.
pub fn bench(course: &Course, mut input: Input) -> Done {
    let benches = benches(course);
    let Some(name) = input.next_name() else {
        input.end("bench")?;
        for (name, package) in &benches {
            say!("{name:<16} of {package}");
        }
        say!("");
        say!("Run one: {}", command("bench NAME"));
        return Ok(0);
    };
    let Some((_, package)) = benches.iter().find(|(known, _)| *known == name) else {
        let known = benches.iter().map(|(name, _)| name.as_str());
        return Err(Failure::unknown(
            "benchmark",
            &name,
            known,
            &command("bench"),
        ));
    };
    let mut bench = cargo::here(course, "bench");
    bench
        .args(["-p", package, "--bench", &name, "--"])
        .args(input.rest());
    cargo::become_program(bench)
}

/// `fuzz [TARGET]`: tries mutated inputs on the readers of lesson 6, a minute each, one after another.
pub fn fuzz(course: &Course, mut input: Input) -> Done {
    let target = input.next_name();
    input.end("fuzz")?;
    let mut fuzz = cargo::here(course, "test");
    // Each target is a test that plain `cargo test` leaves out.
    fuzz.args(["-p", "lesson-6", "--test", "fuzz", "--"])
        .args(["--ignored", "--nocapture", "--test-threads=1"])
        .args(target);
    cargo::become_program(fuzz)
}

/// Each benchmark with its package: `benches/<name>.rs` or `benches/<name>/main.rs`, as cargo finds
/// them, of lessons and capstone.
fn benches(course: &Course) -> Vec<(String, String)> {
    let lessons = course
        .slugs("lessons")
        .into_iter()
        .map(|slug| format!("lessons/{slug}"));
    let mut benches = Vec::new();
    for member in lessons.chain(["capstone".to_owned()]) {
        let folder: PathBuf = course.root.join(&member);
        let Some(package) = manifest_value(&folder.join("Cargo.toml"), "name") else {
            continue;
        };
        let rooms = folder.join("benches");
        for file in names_in(&rooms) {
            let name = match file.strip_suffix(".rs") {
                Some(name) => name,
                None if rooms.join(&file).join("main.rs").is_file() => &file,
                None => continue,
            };
            benches.push((name.to_owned(), package.clone()));
        }
    }
    benches
}

/// What somebody who types a number for a command is after.
pub fn meant_a_lesson(typed: &str) -> Option<Failure> {
    let number: u32 = typed.parse().ok()?;
    Some(Failure::usage(
        format!("there is no command `{typed}`"),
        format!(
            "`{}` plays lesson {number}",
            command(&format!("lesson {number}"))
        ),
    ))
}
