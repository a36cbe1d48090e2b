//! A folder goes away: at the end, on request, and when its program was killed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use environments::throwaway::PREFIX;
use environments::{Cargo, Environment, Error, Throwaway};

fn parent() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("it can be listed");
    entries
        .map(|entry| entry.expect("it can be listed").path())
        .collect()
}

#[test]
fn a_folder_is_for_nobody_else_and_goes_away_with_its_value() {
    let parent = parent();

    let folder = Throwaway::open(parent.path()).expect("a folder");
    folder.write("a/b/c.txt", "text").expect("written");

    assert_eq!(folder.read("a/b/c.txt").expect("read"), "text");
    let mode = fs::metadata(folder.path())
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
    drop(folder);
    assert!(names(parent.path()).is_empty());
}

#[test]
fn two_folders_do_not_disturb_each_other() {
    let parent = parent();
    let first = Throwaway::open(parent.path()).expect("a folder");

    let second = Throwaway::open(parent.path()).expect("another folder");

    assert!(first.path() != second.path());
    assert!(
        first.path().exists(),
        "one in use was taken for one left behind"
    );
    drop(second);
    assert!(first.path().exists());
}

#[test]
fn what_a_killed_program_left_is_taken_away_by_the_next() {
    let parent = parent();
    let left = parent.path().join(format!("{PREFIX}4711-1"));
    fs::create_dir(&left).expect("made");
    fs::write(left.join("in-use"), "").expect("a lock that nobody holds");
    fs::write(left.join("file"), "").expect("made");

    let folder = Throwaway::open(parent.path()).expect("a folder");

    assert!(!left.exists());
    assert!(folder.path().exists());
}

#[test]
fn a_folder_that_is_just_being_made_is_not_taken_away_and_an_old_one_is() {
    let parent = parent();
    let newborn = parent.path().join(format!(".{PREFIX}4711-1"));
    let old = parent.path().join(format!(".{PREFIX}4711-2"));
    for folder in [&newborn, &old] {
        fs::create_dir(folder).expect("made");
    }
    let yesterday = SystemTime::now() - Duration::from_secs(86_400);
    let handle = fs::File::open(&old).expect("a folder can be opened");
    handle.set_modified(yesterday).expect("it is ours");

    let _folder = Throwaway::open(parent.path()).expect("a folder");

    assert!(newborn.exists());
    assert!(!old.exists());
}

#[test]
fn nothing_but_our_own_folders_is_taken_away() {
    let parent = parent();
    let elsewhere = self::parent();
    fs::write(elsewhere.path().join("precious"), "").expect("made");
    fs::write(elsewhere.path().join("in-use"), "").expect("made");
    let link = parent.path().join(format!("{PREFIX}1-1"));
    std::os::unix::fs::symlink(elsewhere.path(), &link).expect("a link");
    let others = parent.path().join("others");
    fs::create_dir(&others).expect("made");
    fs::write(others.join("in-use"), "").expect("made");

    let _folder = Throwaway::open(parent.path()).expect("a folder");

    assert!(elsewhere.path().join("precious").exists());
    assert!(others.exists() && link.exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_told_with_what_to_do() {
    let parent = parent();
    let a_file = parent.path().join("file");
    fs::write(&a_file, "").expect("made");
    let closed = parent.path().join("closed");
    fs::create_dir(&closed).expect("made");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).expect("it is ours");
    // For root no permission is missing, but nobody makes folders there.
    let closed = match rustix::process::geteuid().is_root() {
        true => PathBuf::from("/proc/self"),
        false => closed,
    };

    for cannot in [parent.path().join("missing"), a_file, closed] {
        let error = Throwaway::open(&cannot)
            .expect_err("it cannot be made")
            .to_string();
        assert!(error.contains(&*cannot.to_string_lossy()), "{error}");
        assert!(error.contains("TMPDIR="), "it says what to do: {error}");
    }
}

#[test]
fn after_closing_nothing_is_started_any_more() {
    let parent = parent();
    let cargo = Cargo::find(&Environment::capture()).expect("the cargo that runs this test");
    let folder = Throwaway::open(parent.path()).expect("a folder");

    folder.closer().close();
    let ran = cargo.run(&folder, ".", &["--version"]);

    assert!(matches!(ran, Err(Error::Interrupted)), "{ran:?}");
    assert!(names(parent.path()).is_empty());
}
