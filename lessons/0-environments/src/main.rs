//! The tour of lesson 0: every part makes its projects in a temporary folder, and takes them away again.
//!
//! `just lesson 0` plays all of it, `just lesson 0 --list` names the parts, `just lesson 0 lock` plays one.

#![allow(
    clippy::print_stderr,
    reason = "a program that cannot watch for Ctrl-C says so"
)]

// `::tour` is the crate by which all lessons speak; this one is the lesson's own.
mod tour;

use std::process::{ExitCode, exit};
use std::sync::atomic::{AtomicBool, Ordering};

use ::tour::{Part, Tour};

/// What a shell expects of a program that Ctrl-C ended: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

/// Whether somebody wants the tour to end.
static STOPPED: AtomicBool = AtomicBool::new(false);

fn main() -> ExitCode {
    use tour::{
        both, feature, install, lock, missing, mistakes, origins, profile, secret, toolchain,
        versions,
    };

    // Also for SIGTERM and SIGHUP: no end of ours shall leave a folder behind.
    if let Err(error) = ctrlc::set_handler(|| {
        STOPPED.store(true, Ordering::SeqCst);
        tour::close_all();
        exit(INTERRUPTED.into());
    }) {
        eprintln!(
            "cannot watch for Ctrl-C ({error}); the next run takes away what this one leaves"
        );
    }
    let played = Tour::new(0, "Environments: what runs here also runs there")
        .chapter("book/src/0-environments.md")
        .part(
            Part::new(
                "missing",
                "A build fails where a library was not declared",
                "A project may use what its Cargo.toml names, and nothing else, whatever else is on \
                 the machine. So a build that works here works there.",
                missing::play,
            )
            .predict("The library lies in the folder beside. The program uses it. Does it build?"),
        )
        .part(
            Part::new(
                "versions",
                "Two projects, two versions, and no quarrel",
                "What a project depends on belongs to the project. There is no place in which one \
                 version could push out another.",
                versions::play,
            )
            .predict("Version 2 is built first, then version 1. Must anything be switched in between?"),
        )
        .part(
            Part::new(
                "both",
                "Two versions in one program",
                "Each version is a crate of its own, with types of its own. A program may use both, \
                 under two names.",
                both::play,
            )
            .predict("A value made by version 1 is given to a function of version 2. What happens?"),
        )
        .part(
            Part::new(
                "lock",
                "What the lock file pins",
                "Cargo.toml says what would do, Cargo.lock says what was taken: version, source and \
                 contents. Whoever has both builds the same.",
                lock::play,
            )
            .predict(
                "A project asks for greeting \"1.0\" and was built with 1.0.0. Then 1.1.0 is published. \
                 Which one does the next build use?",
            ),
        )
        .part(
            Part::new(
                "feature",
                "A feature is a part that one may leave out",
                "A library can offer parts that are compiled only for those who ask. Within one build \
                 all wishes are added up.",
                feature::play,
            )
            .predict("One crate asks for the feature, another does not. Does the other get it too?"),
        )
        .part(
            Part::new(
                "profile",
                "The same source, built in two ways",
                "A profile says how to compile: dev for quick builds with all checks, release for \
                 quick programs. Each has a folder of its own.",
                profile::play,
            )
            .predict("255 + 1 in a byte: what does a dev build do, and what a release build?"),
        )
        .part(
            Part::new(
                "install",
                "Trying a program out, and leaving no trace",
                "cargo install --root puts a program into a folder of your choice, and into no other. \
                 What goes into a folder goes away with it.",
                install::play,
            )
            .predict("Which files does cargo install --root tools make in that folder?"),
        )
        .part(
            Part::new(
                "toolchain",
                "The compiler belongs to the project too",
                "rust-toolchain.toml names the compiler to use, and rust-version the oldest that \
                 will do. The first is read by rustup, the second by cargo.",
                toolchain::play,
            )
            .predict("The project asks for a compiler that is not on this machine. What do you see?"),
        )
        .part(
            Part::new(
                "origins",
                "Four layers, one value, and who won",
                "A setting may be given by default, in a file, by a variable and by an argument. The \
                 nearer to the person who types, the stronger.",
                origins::play,
            )
            .predict("File: threads = 2. Variable: 16. No argument. What is it?"),
        )
        .part(
            Part::new(
                "mistakes",
                "A bad value names its place and its form",
                "Whoever reads the message knows what to change, where, and into what.",
                mistakes::play,
            )
            .predict("The file is wrong, but an argument overrules it. Is that an error?"),
        )
        .part(
            Part::new(
                "secret",
                "A secret is never shown",
                "What must not be seen is hidden in reports, in errors and in debug output, so that \
                 it cannot get into a log by mistake.",
                secret::play,
            )
            .predict("The token in the file is malformed. What does the error quote?"),
        )
        .play();
    // A part that hung still has its folder.
    tour::close_all();
    if STOPPED.load(Ordering::SeqCst) {
        // The part failed because its cargo was taken away from it; the two threads race to the end.
        return ExitCode::from(INTERRUPTED);
    }
    played
}
