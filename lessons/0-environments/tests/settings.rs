//! Who wins, where it came from, and what is said when a value is wrong.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use environments::{
    Declared, Environment, Origin, Problem, Secret, Setting, SettingsFile, Sources,
};
use proptest::prelude::*;

const THREADS: Setting<u16> = Setting::new("threads", "a whole number from 1 to 64", |text| {
    text.parse()
        .ok()
        .filter(|threads| (1..=64).contains(threads))
})
.with_default("8");
const MAX_PAGES: Setting<u64> =
    Setting::new("max-pages", "a whole number", |text| text.parse().ok());
const NAME: Setting<String> = Setting::new("name", "any text", |text| Some(text.to_owned()));
const TOKEN: Setting<Secret<String>> = Setting::new("token", "16 letters", |text| {
    (text.len() == 16).then(|| Secret::new(text.to_owned()))
})
.secret();
const ALL: [&dyn Declared; 4] = [&THREADS, &MAX_PAGES, &NAME, &TOKEN];

fn file(text: &str) -> SettingsFile {
    SettingsFile::parse("x.toml", text).expect("valid TOML")
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    variables.iter().copied().collect()
}

#[test]
fn the_nearer_to_the_person_who_types_the_stronger() {
    let mut sources = Sources::new();
    let threads = |sources: &Sources| {
        let resolved = sources.resolve(&ALL).expect("valid");
        let origin = resolved.origin("threads").expect("it has a value");
        (resolved.value(&THREADS), origin.to_string())
    };

    assert_eq!(threads(&sources), (8, "default".to_owned()));
    sources = sources.with_file(file("threads = 2"));
    assert_eq!(threads(&sources), (2, "x.toml:1:11".to_owned()));
    sources = sources.with_environment("X_", &environment(&[("X_THREADS", "3")]));
    assert_eq!(threads(&sources), (3, "variable X_THREADS".to_owned()));
    sources = sources.with_argument("threads", "4");
    assert_eq!(threads(&sources), (4, "argument --threads".to_owned()));
    // A shell alias gives one, and the person who types another.
    sources = sources.with_argument("threads", "5");
    assert_eq!(threads(&sources), (5, "argument --threads".to_owned()));
}

#[test]
fn whoever_was_overruled_is_remembered_with_the_strongest_first() {
    let resolved = Sources::new()
        .with_file(file("# a comment\n\nthreads = 0x10"))
        .with_environment("X_", &environment(&[("X_THREADS", "many")]))
        .with_argument("threads", "4")
        .resolve(&ALL)
        .expect("what loses is not judged");

    let threads = &resolved.rows()[0];
    let overruled: Vec<String> = threads
        .overruled()
        .map(|(text, origin)| format!("{text} from {origin}"))
        .collect();
    assert_eq!(
        overruled,
        [
            "many from variable X_THREADS",
            "16 from x.toml:3:11",
            "8 from default"
        ]
    );
}

#[test]
fn the_name_is_the_same_in_every_layer_but_for_its_dress() {
    let by_variable = Sources::new().with_environment("X_", &environment(&[("X_MAX_PAGES", "1")]));
    let by_file = Sources::new().with_file(file("max-pages = 2"));
    let by_argument = Sources::new().with_argument("max-pages", "3");

    let pages = |sources: Sources| sources.resolve(&ALL).expect("valid").get(&MAX_PAGES);
    assert_eq!(pages(by_variable), Some(1));
    assert_eq!(pages(by_file), Some(2));
    assert_eq!(pages(by_argument), Some(3));
    assert_eq!(pages(Sources::new()), None);
}

#[test]
fn a_setting_that_nobody_gave_has_no_value_and_no_origin() {
    let resolved = Sources::new().resolve(&ALL).expect("valid");

    assert_eq!(resolved.get(&NAME), None);
    assert_eq!(resolved.origin("name"), None);
    assert_eq!(resolved.rows()[2].shown(), "(not set)");
}

#[test]
fn an_empty_variable_counts_as_not_set_and_a_strangers_variable_is_left_alone() {
    let environment = environment(&[("X_THREADS", ""), ("THREADS", "3"), ("Y_THREADS", "3")]);
    let resolved = Sources::new()
        .with_environment("X_", &environment)
        .resolve(&ALL)
        .expect("valid");

    assert_eq!(resolved.value(&THREADS), 8);
    assert!(resolved.strangers().is_empty());
}

#[test]
fn an_empty_text_in_the_file_is_a_value() {
    let resolved = Sources::new().with_file(file("name = ''")).resolve(&ALL);

    assert_eq!(resolved.expect("valid").get(&NAME).as_deref(), Some(""));
}

#[test]
fn a_bad_value_names_its_place_and_the_form() {
    let check = |sources: Sources, expected: &str| {
        let problems = sources.resolve(&ALL).expect_err("a bad value");
        assert_eq!(problems.to_string(), expected);
    };

    check(
        Sources::new().with_file(file("name = \"a\"\n  threads = \"many\"")),
        "threads is \"many\" (x.toml:2:13), but must be a whole number from 1 to 64",
    );
    check(
        Sources::new().with_environment("X_", &environment(&[("X_THREADS", "65")])),
        "threads is \"65\" (variable X_THREADS), but must be a whole number from 1 to 64",
    );
    check(
        Sources::new().with_argument("threads", " 4"),
        "threads is \" 4\" (argument --threads), but must be a whole number from 1 to 64",
    );
    check(
        Sources::new().with_file(file("threads = [1, 2]")),
        "threads is a list (x.toml:1:11), but must be a whole number from 1 to 64",
    );
    check(
        Sources::new().with_file(file("[threads]\nmax = 2")),
        "threads is a table (x.toml:1:1), but must be a whole number from 1 to 64",
    );
    check(
        Sources::new().with_argument("threads", "4\u{1b}[2J"),
        "threads is \"4\\u{1b}[2J\" (argument --threads), but must be a whole number from 1 to 64",
    );
}

#[test]
fn a_variable_that_is_no_text_is_a_bad_value() {
    let bytes = OsString::from_vec(vec![b'4', 0xff]);
    let environment: Environment = [("X_THREADS", bytes)].into_iter().collect();

    let problems = Sources::new()
        .with_environment("X_", &environment)
        .resolve(&ALL)
        .expect_err("half a text");

    assert_eq!(
        problems.to_string(),
        "threads is no valid text (variable X_THREADS), but must be a whole number from 1 to 64"
    );
}

#[test]
fn all_mistakes_are_told_at_once() {
    let problems = Sources::new()
        .with_file(file("threads = 0\nmax_pages = 3\ncolour = 'red'"))
        .with_argument("max-pages", "-1")
        .resolve(&ALL)
        .expect_err("four mistakes");

    assert_eq!(problems.iter().count(), 4);
    let text = problems.to_string();
    assert!(text.starts_with("4 settings cannot be used:\n"), "{text}");
    assert!(
        text.contains("\"max_pages\" (x.toml:2:1) is no setting; did you mean max-pages?"),
        "{text}"
    );
    assert!(
        text.ends_with("\"colour\" (x.toml:3:1) is no setting"),
        "{text}"
    );
}

#[test]
fn a_variable_with_our_prefix_that_is_no_setting_is_noted_and_not_refused() {
    let resolved = Sources::new()
        .with_environment(
            "X_",
            &environment(&[("X_THREAD", "4"), ("X_SERVICE_HOST", "h")]),
        )
        .resolve(&ALL)
        .expect("others may set variables too");

    assert_eq!(
        resolved.strangers(),
        [
            "variable X_SERVICE_HOST is no setting and does nothing",
            "variable X_THREAD is no setting and does nothing; did you mean X_THREADS?"
        ]
    );
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_line_and_column() {
    let error = SettingsFile::parse("x.toml", "name = \"äö\"\nthreads = = 4").expect_err("no TOML");

    let Problem::Syntax { line, column, .. } = error else {
        panic!("another problem: {error}");
    };
    assert_eq!((line, column), (2, 11));
}

#[test]
fn a_column_is_a_character_and_not_a_byte() {
    let sources = Sources::new().with_file(file("\u{feff}name = 'ä'\r\n\"threads\" = 0"));
    let problems = sources.resolve(&ALL).expect_err("0 is too few");

    assert!(problems.to_string().contains("x.toml:2:13"), "{problems}");
    let sources = Sources::new().with_file(file("# ä\n  threads = 0"));
    assert!(
        sources
            .resolve(&ALL)
            .expect_err("0")
            .to_string()
            .contains("x.toml:2:13"),
        "{sources:?}"
    );
}

#[test]
fn a_file_that_must_be_there_is_missed_and_one_that_may_be_there_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("none.toml");

    let missed = SettingsFile::read(&path)
        .expect_err("there is no file")
        .to_string();

    assert!(missed.contains("none.toml"), "{missed}");
    assert!(SettingsFile::read_if_there(&path).expect("fine").is_none());
    // Something that is there and cannot be read is never taken for a missing file.
    assert!(SettingsFile::read_if_there(folder.path()).is_err());
}

#[test]
fn what_is_written_in_toml_has_the_text_that_a_person_would_type() {
    let check = |toml: &str, expected: &str| {
        let resolved = Sources::new()
            .with_file(file(&format!("name = {toml}")))
            .resolve(&ALL);
        assert_eq!(
            resolved.expect("valid").get(&NAME).as_deref(),
            Some(expected),
            "{toml}"
        );
    };

    check("1_000", "1000");
    check("0xff", "255");
    check("-0", "0");
    check("0.5", "0.5");
    check("true", "true");
    check("2024-03-05", "2024-03-05");
    check("\"a\\tb\"", "a\tb");
    check("'''\nmany\nlines'''", "many\nlines");
}

#[test]
fn a_secret_is_shown_nowhere() {
    let secret = "hunter2hunter2hu";
    let text = format!("token = \"{secret}\"");
    let environment = environment(&[("X_TOKEN", secret)]);
    let sources = Sources::new()
        .with_file(file(&text))
        .with_environment("X_", &environment)
        .with_argument("token", secret);
    let resolved = sources.resolve(&ALL).expect("valid");
    let short = Sources::new()
        .with_argument("token", "hunter2")
        .resolve(&ALL)
        .expect_err("too short");
    let syntax = SettingsFile::parse("x.toml", &format!("token = \"{secret}"));

    let printed = [
        format!("{environment:?}"),
        format!("{:?}", file(&text)),
        format!("{sources:?}"),
        format!("{resolved:?}"),
        format!("{:?}", resolved.get(&TOKEN)),
        format!("{:?}", resolved.rows()[3].overruled().collect::<Vec<_>>()),
        format!("{short} {short:?}"),
        format!("{syntax:?} {}", syntax.as_ref().expect_err("no end")),
    ];

    for text in &printed {
        assert!(!text.contains("hunter2"), "{text}");
    }
    assert_eq!(resolved.get(&TOKEN).expect("given").expose(), secret);
}

#[test]
fn the_environment_of_this_process_is_read_when_asked_for() {
    let environment = Environment::capture();

    // Cargo sets it for whatever it runs, so it is no hope that it is there.
    assert!(environment.get("CARGO_MANIFEST_DIR").is_some());
    assert!(environment.get("A_VARIABLE_THAT_NOBODY_SETS").is_none());
}

#[test]
fn the_temporary_folder_is_named_by_the_environment() {
    assert_eq!(
        environment(&[("TMPDIR", "/x")])
            .temporary_folder()
            .as_os_str(),
        "/x"
    );
    assert_eq!(
        environment(&[("TMPDIR", "")])
            .temporary_folder()
            .as_os_str(),
        "/tmp"
    );
}

#[test]
fn an_origin_is_told_by_the_name_that_one_can_search_for() {
    let place = Origin::File {
        path: "a/b.toml".into(),
        line: 3,
        column: 7,
    };

    // An editor that is given this goes there.
    assert_eq!(place.to_string(), "a/b.toml:3:7");
}

proptest! {
    #[test]
    fn any_text_is_a_file_or_is_refused(text in "\\PC*") {
        let _ = SettingsFile::parse("x.toml", &text);
    }

    #[test]
    fn any_lines_are_a_file_or_are_refused(text in "([a-z\\-=\"'\\[\\]{}#.0-9_äé\\\\ \t]|\r|\n){0,80}") {
        if let Ok(file) = SettingsFile::parse("x.toml", &text) {
            let _ = Sources::new().with_file(file).resolve(&ALL);
        }
    }

    #[test]
    fn the_strongest_layer_that_speaks_wins(
        file_says in proptest::option::of(1u16..=64),
        variable in proptest::option::of(1u16..=64),
        argument in proptest::option::of(1u16..=64),
    ) {
        let mut sources = Sources::new();
        if let Some(threads) = file_says {
            sources = sources.with_file(file(&format!("threads = {threads}")));
        }
        if let Some(threads) = variable {
            let text = threads.to_string();
            sources = sources.with_environment("X_", &environment(&[("X_THREADS", &text)]));
        }
        if let Some(threads) = argument {
            sources = sources.with_argument("threads", threads.to_string());
        }
        let resolved = sources.resolve(&ALL).expect("all are valid");
        let expected = argument.or(variable).or(file_says).unwrap_or(8);
        prop_assert_eq!(resolved.value(&THREADS), expected);
        let speakers = [file_says, variable, argument].iter().flatten().count();
        prop_assert_eq!(resolved.rows()[0].overruled().count(), speakers);
    }
}
