//! Where things live: the course's root, its lessons, and the steps of an exercise.
//!
//! Everything is read from the folders at each run, so adding a lesson or a step needs no list.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::say::{self, Explain as _, Failure};

/// The course on this machine.
#[derive(Debug, Clone)]
pub struct Course {
    /// The folder of the workspace's manifest.
    pub root: PathBuf,
}

/// A folder such as `3-sockets`: the number is the address, the topic is the name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slug {
    /// 3
    pub number: u32,
    /// sockets
    pub topic: String,
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.number, self.topic)
    }
}

/// A step of an exercise, with the files that make it up.
#[derive(Debug, Clone)]
pub struct Step {
    /// The lesson it belongs to.
    pub slug: Slug,
    /// 1 is the first.
    pub number: u32,
    /// framing
    pub name: String,
    root: PathBuf,
}

impl Course {
    /// Finds the course by walking up from the current folder.
    pub fn find() -> Result<Course, Failure> {
        let here = std::env::current_dir()
            .explain("read the current folder", "go to the course's folder")?;
        here.ancestors()
            .find(|folder| is_root(folder))
            .map(|root| Course {
                root: root.to_owned(),
            })
            .ok_or_else(|| {
                Failure::new(
                    format!("{} is not inside the course's folder", here.display()),
                    "go to the folder that you cloned the course into, or any folder in it",
                )
            })
    }

    /// The slugs of a room (`lessons`, `exercises`, `solutions`), by number.
    pub fn slugs(&self, room: &str) -> Vec<Slug> {
        let mut slugs: Vec<Slug> = names_in(&self.root.join(room))
            .iter()
            .filter_map(|name| parse_slug(name))
            .filter(|slug| {
                self.root
                    .join(room)
                    .join(slug.to_string())
                    .join("Cargo.toml")
                    .is_file()
            })
            .collect();
        slugs.sort();
        slugs
    }

    /// The slug that the learner means by `3`, `3-sockets`, `sockets` or `lesson-3`.
    pub fn slug(&self, room: &str, typed: &str) -> Result<Slug, Failure> {
        let slugs = self.slugs(room);
        let number: Option<u32> = typed.rsplit('-').next().and_then(|end| end.parse().ok());
        let meant = |slug: &&Slug| {
            Some(slug.number) == number || slug.topic == typed || slug.to_string() == typed
        };
        if let Some(slug) = slugs.iter().find(meant) {
            return Ok(slug.clone());
        }
        let (kind, list) = match room {
            "lessons" => ("lesson", say::command("lesson")),
            _ => ("exercise for lesson", say::command("progress")),
        };
        let topics = slugs.iter().map(|slug| slug.topic.as_str());
        Err(Failure::unknown(kind, typed, topics, &list))
    }

    /// The steps of an exercise, by number: its tests `tests/step_<number>_<name>.rs`.
    pub fn steps(&self, slug: &Slug) -> Vec<Step> {
        let tests = self
            .root
            .join("exercises")
            .join(slug.to_string())
            .join("tests");
        let mut steps: Vec<Step> = names_in(&tests)
            .iter()
            .filter_map(|name| {
                let (number, name) = name
                    .strip_suffix(".rs")?
                    .strip_prefix("step_")?
                    .split_once('_')?;
                Some(Step {
                    slug: slug.clone(),
                    number: number.parse().ok()?,
                    name: name.to_owned(),
                    root: self.root.clone(),
                })
            })
            .collect();
        steps.sort_by(|a, b| (a.number, &a.name).cmp(&(b.number, &b.name)));
        steps
    }

    /// The step that the learner means by `1`, `framing` or `step_1_framing`.
    pub fn step(&self, slug: &Slug, typed: &str) -> Result<Step, Failure> {
        let steps = self.steps(slug);
        let number: Option<u32> = typed.parse().ok();
        let meant = |step: &&Step| {
            Some(step.number) == number || step.name == typed || step.target() == typed
        };
        if let Some(step) = steps.iter().find(meant) {
            return Ok(step.clone());
        }
        Err(Failure::unknown(
            "step",
            typed,
            steps.iter().map(|step| step.name.as_str()),
            &say::command(&format!("progress {}", slug.number)),
        ))
    }

    /// A path as the learner knows it: from the course's folder.
    pub fn short(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }
}

impl Step {
    /// The name of the step's test target, `step_1_framing`.
    pub fn target(&self) -> String {
        format!("step_{}_{}", self.number, self.name)
    }

    fn exercise(&self) -> PathBuf {
        self.root.join("exercises").join(self.slug.to_string())
    }

    /// The folder of the solution's package.
    pub fn solutions(&self) -> PathBuf {
        self.root.join("solutions").join(self.slug.to_string())
    }

    /// The file that the learner edits.
    pub fn source(&self) -> PathBuf {
        self.exercise()
            .join("src")
            .join(format!("{}.rs", self.name))
    }

    /// The pristine copy of it.
    pub fn starter(&self) -> PathBuf {
        self.exercise()
            .join("starters")
            .join(format!("{}.rs", self.name))
    }

    /// The tests that decide.
    pub fn tests(&self) -> PathBuf {
        self.exercise()
            .join("tests")
            .join(format!("{}.rs", self.target()))
    }

    /// The three hints.
    pub fn hints(&self) -> PathBuf {
        self.exercise()
            .join("hints")
            .join(format!("{}.md", self.target()))
    }

    /// The file filled in.
    pub fn solution(&self) -> PathBuf {
        self.solutions()
            .join("src")
            .join(format!("{}.rs", self.name))
    }

    /// The step's title: the first line of its tests' opening comment, or its name.
    pub fn title(&self) -> String {
        let opening = fs::read_to_string(self.tests()).unwrap_or_default();
        let first = opening
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("//!"));
        match first.map(|line| line.trim_matches([' ', '#', '.'])) {
            Some(title) if !title.is_empty() => title.to_owned(),
            _ => format!("Step {}: {}", self.number, self.name),
        }
    }

    /// A command about this step: `just hint 3 1`.
    pub fn command(&self, verb: &str) -> String {
        say::command(&format!("{verb} {} {}", self.slug.number, self.number))
    }
}

/// The names in a folder, sorted; none when the folder does not exist.
pub fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A value from a manifest's text, such as `description = "…"`.
pub fn manifest_value(manifest: &Path, key: &str) -> Option<String> {
    let text = fs::read_to_string(manifest).ok()?;
    text.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn is_root(folder: &Path) -> bool {
    folder.join("lessons").is_dir()
        && fs::read_to_string(folder.join("Cargo.toml"))
            .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
}

fn parse_slug(name: &str) -> Option<Slug> {
    let (number, topic) = name.split_once('-')?;
    Some(Slug {
        number: number.parse().ok()?,
        topic: topic.to_owned(),
    })
}
