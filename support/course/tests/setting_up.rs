//! `setup`, on machines that are made of small scripts: what it looks for, what it runs, and what it
//! says where it cannot help.
#![cfg(unix)]

mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use common::{Mini, Ran};

/// A `PATH` of one folder, with a few real programs and scripts that stand for the others. Each
/// script appends its words to `log`.
struct Machine {
    mini: Mini,
    bin: PathBuf,
}

impl Machine {
    fn new() -> Machine {
        let mini = Mini::new();
        let bin = mini.path("bin");
        fs::create_dir(&bin).unwrap();
        for name in ["sh", "env", "mkdir", "chmod", "cat"] {
            let real = ["/usr/bin", "/bin"]
                .iter()
                .map(|folder| PathBuf::from(folder).join(name))
                .find(|path| path.exists());
            symlink(real.expect("the system has it"), bin.join(name)).unwrap();
        }
        let machine = Machine { mini, bin };
        for name in [
            "cc",
            "initdb",
            "postgres",
            "chromium",
            "chromedriver",
            "just",
        ] {
            machine.has(name, "");
        }
        machine.has("mdbook", "echo mdbook v0.5.4");
        machine.has("mdbook-quiz", "echo mdbook-quiz 0.5.0");
        machine.has("id", "echo 0");
        machine
    }

    /// Adds a program.
    fn has(&self, name: &str, script: &str) {
        let log = self.mini.path("log");
        let text = format!(
            "#!/bin/sh\necho \"{name} $*\" >> {}\n{script}\n",
            log.display()
        );
        let path = self.bin.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn lacks(&self, name: &str) {
        fs::remove_file(self.bin.join(name)).unwrap();
    }

    /// A script's line that makes a program appear.
    fn makes(path: &str, script: &str) -> String {
        format!("printf '#!/bin/sh\\n{script}\\n' > {path} && chmod 755 {path}")
    }

    fn setup(&self, arguments: &str, skip: &str) -> Ran {
        let mut setup = self.mini.command(&format!("setup {arguments}"));
        setup.env("PATH", &self.bin).env("COURSE_SKIP", skip);
        common::run(setup)
    }

    /// The commands that changed something.
    fn log(&self) -> String {
        let log = fs::read_to_string(self.mini.path("log")).unwrap_or_default();
        log.lines()
            .filter(|line| !line.ends_with("--version") && *line != "id -u")
            .map(|line| format!("{line}\n"))
            .collect()
    }
}

#[test]
fn a_complete_machine_is_left_alone() {
    let machine = Machine::new();

    machine
        .setup("--check", "")
        .says(0, &["Everything that the course needs is here."]);
    machine.setup("", "").says(0, &["Nothing to do."]);
    assert_eq!(machine.log(), "");
}

#[test]
fn a_check_names_what_is_missing_and_changes_nothing() {
    let machine = Machine::new();
    machine.lacks("chromedriver");
    machine.has("mdbook", "echo mdbook v0.4.40");
    machine.has("apt-get", "");

    machine.setup("--check", "").says(
        1,
        &[
            "Chromium     missing",
            "no chromedriver on PATH",
            "is version 0.4.40, not 0.5.4",
            "cargo course setup",
        ],
    );
    machine
        .setup("--check", "book,browser")
        .says(0, &["Chromium     skipped", "mdBook       skipped"]);
    machine
        .setup("--check", "browsers")
        .says(2, &["COURSE_SKIP names `browsers`"]);
    assert_eq!(machine.log(), "");
}

#[test]
fn what_is_optional_may_be_missing() {
    let machine = Machine::new();
    machine.lacks("just");

    machine
        .setup("--check", "")
        .says(0, &["just         missing"]);
    machine
        .setup("", "")
        .says(0, &["For just you are needed: see https://just.systems"]);
}

#[test]
fn debian_packages_are_installed_as_root_after_saying_so() {
    let machine = Machine::new();
    machine.lacks("chromium");
    machine.lacks("chromedriver");
    let appear = format!(
        "case \"$*\" in *chromium-driver*) {} && {};; esac",
        Machine::makes("bin/chromium", ""),
        Machine::makes("bin/chromedriver", "")
    );
    machine.has("apt-get", &appear);

    let ran = machine.setup("", "");

    ran.says(0, &["This is about to run:", "Chromium: here"]);
    assert!(
        ran.out.find("This is about") < ran.out.find("$ env DEBIAN_FRONTEND"),
        "{}",
        ran.out
    );
    assert_eq!(
        machine.log(),
        "apt-get update --quiet -o DPkg::Lock::Timeout=300\n\
         apt-get install --yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=300 chromium chromium-driver\n"
    );
}

#[test]
fn without_root_it_asks_sudo_and_without_both_the_learner() {
    let machine = Machine::new();
    machine.lacks("chromium");
    machine.has("id", "echo 1000");
    machine.has("apt-get", "");

    machine.setup("", "").says(
        1,
        &[
            "For Chromium you are needed:",
            "could not install Chromium",
            "COURSE_SKIP=browser",
            "run `cargo course setup` again",
        ],
    );
    assert_eq!(machine.log(), "");

    machine.has("sudo", "exit 1");
    machine
        .setup("", "")
        .says(1, &["Chromium: missing: `sudo` failed"]);
    assert!(
        machine
            .log()
            .contains("sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install")
    );
}

#[test]
fn homebrew_is_used_where_it_is() {
    let machine = Machine::new();
    machine.lacks("just");
    machine.has("id", "echo 501");
    machine.has("brew", &Machine::makes("bin/just", ""));

    machine.setup("", "").says(0, &["just: here"]);
    assert_eq!(machine.log(), "brew install just\n");
}

/// A `python3` whose virtual environments have a `python` that runs this script.
fn python(script: &str) -> String {
    format!(
        "case \"$*\" in *venv*.tools/python) mkdir -p .tools/python/bin && cat > .tools/python/bin/python <<'END' && chmod 755 .tools/python/bin/python\n#!/bin/sh\n{script}\nEND\n;; esac"
    )
}

#[test]
fn mdbook_comes_ready_made_and_its_quizzes_are_built() {
    let machine = Machine::new();
    machine.lacks("mdbook");
    machine.lacks("mdbook-quiz");
    machine.has(
        "python3",
        &python(&Machine::makes(
            ".tools/python/bin/mdbook",
            "echo mdbook v0.5.4",
        )),
    );
    machine.has(
        "cargo",
        &Machine::makes(".tools/bin/mdbook-quiz", "echo mdbook-quiz 0.5.0"),
    );

    machine.setup("", "").says(
        0,
        &[
            "mdBook: here",
            "mdbook-quiz: here",
            "about four minutes of processor time",
        ],
    );

    assert!(machine.log().contains(
        "cargo install --locked --force mdbook-quiz --version 0.5.0 --root .tools --target-dir .tools/build"
    ));
    let left: Vec<String> = fs::read_dir(machine.mini.path(".tools"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(left, ["bin"]);
    machine.setup("", "").says(0, &["Nothing to do."]);
}

#[test]
fn where_no_ready_made_mdbook_fits_it_is_built() {
    let machine = Machine::new();
    machine.lacks("mdbook");
    machine.has("python3", &python("echo no matching distribution; exit 1"));
    let build = format!(
        "mkdir -p .tools/bin && {}",
        Machine::makes(".tools/bin/mdbook", "echo mdbook v0.5.4")
    );
    machine.has("cargo", &build);

    machine.setup("", "").says(
        0,
        &["Building it instead.", "about six minutes", "mdBook: here"],
    );
}

#[test]
fn one_failure_does_not_keep_the_rest_from_being_installed() {
    let machine = Machine::new();
    machine.lacks("chromium");
    machine.lacks("mdbook-quiz");
    machine.has("apt-get", "exit 100");
    let build = format!(
        "mkdir -p .tools/bin && {}",
        Machine::makes(".tools/bin/mdbook-quiz", "echo mdbook-quiz 0.5.0")
    );
    machine.has("cargo", &build);

    machine.setup("", "").says(
        1,
        &[
            "Chromium: missing: `env` failed",
            "mdbook-quiz: here",
            "could not install Chromium",
        ],
    );
    // The next run has only the failed one left to do.
    machine.setup("", "").is_silent_about("cargo install");
}
