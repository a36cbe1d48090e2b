//! `mutants`: changes lesson 7's library one small step at a time, and asks its tests whether they notice.
//!
//! It is no part of `test`: it compiles the library some hundreds of times.

use crate::cargo;
use crate::map::Course;
use crate::say::{Done, Failure, Input, command};
use crate::tools;

/// The version that the lesson's settings in `.cargo/mutants.toml` were tried with.
const VERSION: &str = "27.1.0";

/// What the program ends with when all mutants were built and some tests noticed nothing.
const SURVIVORS: u8 = 2;
/// And when tests ran into the limit of time, as a loop does that no longer ends.
const TIMEOUTS: u8 = 3;

/// `mutants …`: installs cargo-mutants for this clone where it is missing, then runs it; the arguments are its own.
pub fn run(course: &Course, input: Input) -> Done {
    let private = tools::private_bin(course);
    if tools::on_path("cargo-mutants", &[private]).is_none() {
        say!(
            "cargo-mutants is not here: building it, into .tools (about three minutes of processor time)."
        );
        install(course)?;
    }
    let mut mutants = cargo::at_root(course, "mutants");
    mutants.args(["--package", "lesson-7", "--output", "target"]);
    mutants.args(input.rest());
    match cargo::run(mutants)? {
        0 => Ok(0),
        SURVIVORS => Err(Failure::new(
            "some mutants survived: the tests do not notice that the code was changed",
            "target/mutants.out/missed.txt names them; write a test that fails for the change, and passes without it",
        )),
        TIMEOUTS => Err(Failure::new(
            "the tests of some mutants did not end in time",
            "target/mutants.out/timeout.txt names them; on a busy machine try again with `--minimum-test-timeout 300`",
        )),
        _ => Err(Failure::new(
            "cargo-mutants could not do its work",
            format!(
                "mend what it says above, then run `{}` again",
                command("mutants")
            ),
        )),
    }
}

fn install(course: &Course) -> Result<(), Failure> {
    let mut build = cargo::at_root(course, "install");
    build.args(["--locked", "--force", "cargo-mutants", "--version", VERSION]);
    // The build folder is ours, so that a build that was cut short goes on where it stood.
    build.args(["--root", ".tools", "--target-dir", ".tools/build"]);
    if cargo::run(build)? == 0 {
        return Ok(());
    }
    Err(Failure::new(
        "could not build cargo-mutants",
        "mend what cargo names above (it needs the internet, once), then try again",
    ))
}
