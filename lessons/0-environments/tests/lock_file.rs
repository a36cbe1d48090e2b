//! Reading lock files: Cargo's own, and what only looks like one.

use environments::LockFile;
use proptest::prelude::*;

#[test]
fn the_lock_file_of_this_course_is_read() {
    let text = include_str!("../../../Cargo.lock");

    let lock = LockFile::parse(text).expect("Cargo wrote it");

    assert_eq!(lock.versions("lesson-0").len(), 1);
    assert_eq!(lock.packages.len(), text.matches("[[package]]").count());
    let toml = lock.packages.iter().find(|package| package.name == "toml");
    let toml = toml.expect("this lesson uses it");
    assert!(
        toml.source
            .as_deref()
            .is_some_and(|source| source.starts_with("registry+"))
    );
    assert!(
        toml.checksum
            .as_deref()
            .is_some_and(|checksum| checksum.len() == 64)
    );
    let ours = lock
        .packages
        .iter()
        .find(|package| package.name == "lesson-0");
    let ours = ours.expect("it is a member");
    assert!(ours.source.is_none() && ours.checksum.is_none());
    assert!(ours.dependencies.contains(&"toml".to_owned()));
}

#[test]
fn two_versions_of_one_package_are_both_there() {
    let text = "version = 4\n\
        [[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\
        [[package]]\nname = \"a\"\nversion = \"2.0.0\"\n";

    assert_eq!(
        LockFile::parse(text).expect("valid").versions("a"),
        ["1.0.0", "2.0.0"]
    );
}

#[test]
fn what_is_no_lock_file_is_refused_with_the_reason() {
    let check = |text: &str, reason: &str| {
        let error = LockFile::parse(text).expect_err(text).to_string();
        assert!(error.contains(reason), "{error}");
    };

    check("[[package]\n", "not a Cargo.lock");
    check("package = 3", "`package` is no list");
    check("[[package]]\nversion = \"1\"", "a package without a name");
    check(
        "[[package]]\nname = \"a\"\nversion = 1",
        "a package without a version",
    );
    check("package = [1]", "a package without a name");
}

#[test]
fn a_lock_file_without_packages_is_empty() {
    assert!(
        LockFile::parse("version = 4")
            .expect("valid")
            .packages
            .is_empty()
    );
}

proptest! {
    #[test]
    fn any_text_is_a_lock_file_or_is_refused(text in "([a-z=\"\\[\\]{}. 0-9,]|\n){0,80}") {
        let _ = LockFile::parse(&text);
    }
}
