//! # Step 4: what every test starts from, made anew and cleared away
//!
//! **Task.** Fill in the fixture in `src/fixture.rs`, and clear away what it made.
//!
//! **Hint.** A number that nobody else has makes a folder that nobody else has.
//! More with `just hint 7 fixture`.
//!
//! **Resources.** The chapter `book/src/7-tdd.md`, "Fixtures"; `lessons/7-tdd/tests/doubles.rs`;
//! <https://docs.rs/rstest>, "fixture"; `Drop`, `std::env::temp_dir`, `std::process::id`.

mod harness;

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::thread;

use exercise_7::fixture::{Diary, diary};
use harness::verdict;
use rstest::rstest;

fn entries(diary: &Diary) -> Vec<String> {
    let Ok(folder) = fs::read_dir(diary.folder()) else {
        return Vec::new();
    };
    let mut names: Vec<String> = folder
        .map(|file| {
            file.expect("it can be listed")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[rstest]
fn goal_1_a_diary_has_three_entries_unless_more_are_asked_for(
    diary: Diary,
    #[from(diary)]
    #[with(12)]
    long: Diary,
    #[from(diary)]
    #[with(0)]
    empty: Diary,
) {
    assert_eq!(
        entries(&diary),
        ["1.txt", "2.txt", "3.txt"],
        "\n\nA diary (left: the files in yours) has these entries (right).\n"
    );
    let second = fs::read_to_string(diary.folder().join("2.txt")).unwrap_or_default();
    assert_eq!(
        second.trim_end(),
        "entry 2",
        "\n\nEntry 2 (left: yours) says this (right).\n"
    );
    assert_eq!(
        entries(&long).len(),
        12,
        "\n\nThis test asked for a dozen entries, by #[with(12)].\n"
    );
    assert!(
        diary_is_there(&empty),
        "\n\nA diary without entries is a folder all the same.\n"
    );
}

fn diary_is_there(diary: &Diary) -> bool {
    diary.folder().is_dir()
}

#[rstest]
fn goal_2_no_two_diaries_share_a_folder(diary: Diary, #[from(diary)] other: Diary) {
    assert_ne!(
        diary.folder(),
        other.folder(),
        "\n\nTwo tests that run at the same time got the same folder.\n\
         What one writes, the other finds, and whoever ends first clears away under the other's feet.\n"
    );

    fs::write(diary.folder().join("1.txt"), "scribbled over").expect("the folder is there");

    let first = fs::read_to_string(other.folder().join("1.txt")).unwrap_or_default();
    assert_eq!(
        first.trim_end(),
        "entry 1",
        "\n\nA test changed its entry 1, and another test's changed with it.\n"
    );
}

#[test]
fn goal_3_many_tests_at_once_do_not_meet() {
    let threads: Vec<_> = (0..8)
        .map(|_| {
            thread::spawn(|| {
                let diaries: Vec<Diary> = (0..8).map(|_| diary(1)).collect();
                let folders: Vec<PathBuf> = diaries
                    .iter()
                    .map(|diary| diary.folder().to_owned())
                    .collect();
                (folders, diaries)
            })
        })
        .collect();
    let made: Vec<_> = threads
        .into_iter()
        .map(|thread| thread.join().expect("making a diary does not fail"))
        .collect();

    let folders: HashSet<&PathBuf> = made.iter().flat_map(|(folders, _)| folders).collect();

    assert_eq!(
        folders.len(),
        64,
        "\n\nEight threads made eight diaries each, at the same time (left: how many folders there are).\n\
         The time of day is not enough to tell them apart.\n"
    );
}

#[test]
fn goal_4_the_folder_goes_when_the_test_ends() {
    let folder = {
        let diary = diary(2);
        assert!(
            diary_is_there(&diary),
            "\n\nWhile the test runs its folder is there.\n"
        );
        diary.folder().to_owned()
    };

    assert!(
        !folder.exists(),
        "\n\nThe test has ended, and {folder:?} is still there, with all that is in it.\n\
         A thousand runs later the disk is full.\n"
    );
}

#[test]
fn goal_5_the_folder_goes_when_the_test_fails() {
    let (tell, told) = std::sync::mpsc::channel();

    let failed = verdict(move || {
        let diary = diary(2);
        tell.send(diary.folder().to_owned())
            .expect("the judge is listening");
        panic!("as a failing test does");
    });

    let folder = told
        .recv()
        .unwrap_or_else(|_| panic!("\n\nThe fixture itself failed: {failed:?}\n"));
    assert!(
        !folder.exists(),
        "\n\nA test has failed, and its folder is still there.\n\
         Code at the end of a test does not run when the test panics. What does?\n"
    );
}

#[test]
fn goal_6_clearing_away_twice_is_no_panic() {
    let ended = verdict(|| {
        let diary = diary(1);
        fs::remove_dir_all(diary.folder()).expect("the folder is there");
    });

    assert_eq!(
        ended,
        Ok(()),
        "\n\nThe test cleared its folder away by itself, and then the fixture panicked.\n\
         A panic while another one is under way ends the whole program.\n"
    );
}
