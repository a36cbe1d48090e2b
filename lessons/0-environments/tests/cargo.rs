//! Finding `cargo`, and what is said when there is none that will do.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use environments::{Cargo, Environment, Error, Throwaway};

/// Writes a shell script that takes the place of `cargo`.
fn pretend(folder: &Path, script: &str) -> Environment {
    let program = folder.join("cargo");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("written");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it is ours");
    path(&format!("{}:/bin:/usr/bin", folder.display()))
}

fn path(path: &str) -> Environment {
    [("PATH", path)].into_iter().collect()
}

#[test]
fn the_cargo_of_this_machine_is_found_and_runs() {
    let parent = tempfile::tempdir().expect("a folder");
    let cargo = Cargo::find(&Environment::capture()).expect("the cargo that runs this test");
    let folder = Throwaway::open(parent.path()).expect("a folder");

    let ran = cargo.run(&folder, ".", &["--version"]).expect("it starts");

    assert!(ran.success);
    assert!(
        ran.stdout
            .starts_with(&format!("cargo {}.", cargo.version())),
        "{ran:?}"
    );
}

#[test]
fn without_cargo_in_the_path_it_says_where_to_get_one() {
    let folder = tempfile::tempdir().expect("a folder");
    // A file of that name that cannot be run is no program.
    fs::write(folder.path().join("cargo"), "").expect("written");

    for value in ["", &*folder.path().to_string_lossy()] {
        let error = Cargo::find(&path(value)).expect_err("no cargo").to_string();
        assert!(
            error.contains("no `cargo` in the folders of PATH"),
            "{error}"
        );
        assert!(error.contains("https://rustup.rs"), "{error}");
    }
}

#[test]
fn an_old_cargo_is_refused_with_both_versions_and_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let environment = pretend(folder.path(), "echo 'cargo 1.60.0 (d1fd9fe2c 2022-03-01)'");

    let error = Cargo::find(&environment).expect_err("too old").to_string();

    assert!(
        error.contains("is version 1.60, and 1.85 or later is needed"),
        "{error}"
    );
    assert!(error.contains("rustup update"), "{error}");
}

#[test]
fn a_newer_cargo_than_any_that_there_is_will_do() {
    let folder = tempfile::tempdir().expect("a folder");
    for version in [
        "cargo 1.85.0 (x)",
        "cargo 1.999.0-nightly (x)",
        "cargo 2.0.0 (x)",
    ] {
        let environment = pretend(folder.path(), &format!("echo '{version}'"));
        assert!(Cargo::find(&environment).is_ok(), "{version}");
    }
}

#[test]
fn what_is_only_called_cargo_is_told_by_what_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let environment = pretend(
        folder.path(),
        "echo 'error: no default toolchain' >&2; exit 1",
    );

    let error = Cargo::find(&environment).expect_err("no cargo").to_string();

    assert!(
        error.contains("it says: error: no default toolchain"),
        "{error}"
    );
}

#[test]
fn the_callers_variables_do_not_change_what_cargo_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = "case $1 in --version) echo 'cargo 1.95.0';; *) env;; esac";
    let environment: Environment = pretend(folder.path(), script)
        .iter()
        .chain([
            ("RUSTFLAGS".into(), "-Dwarnings".into()),
            ("CARGO_TARGET_DIR".into(), "/precious".into()),
            ("HOME".into(), "/home/ann".into()),
        ])
        .collect();
    let cargo = Cargo::find(&environment).expect("it will do");
    let folder = Throwaway::open(folder.path()).expect("a folder");

    let ran = cargo.run(&folder, ".", &["check"]).expect("it starts");

    assert!(!ran.stdout.contains("RUSTFLAGS") && !ran.stdout.contains("/precious"));
    assert!(ran.stdout.contains("HOME=/home/ann"));
    assert!(ran.stdout.contains("CARGO_NET_OFFLINE=true"));
}

#[test]
fn a_cargo_that_hangs_is_ended_with_all_that_it_started() {
    let parent = tempfile::tempdir().expect("a folder");
    let script = "case $1 in --version) echo 'cargo 1.95.0';; *) sleep 600 & wait;; esac";
    let cargo = Cargo::find(&pretend(parent.path(), script)).expect("it will do");
    let folder = Throwaway::open(parent.path()).expect("a folder");

    let ran = cargo
        .with_limit(Duration::from_millis(100))
        .run(&folder, ".", &["check"]);

    let Err(Error::TooSlow { command, .. }) = ran else {
        panic!("it was to be ended: {ran:?}");
    };
    assert_eq!(command, "cargo check");
}
