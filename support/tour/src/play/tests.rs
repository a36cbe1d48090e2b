use super::*;
use crate::{Kind, Table, Timeline};
use std::{fs, sync::mpsc, thread};

/// What a tour said, where, and how it ended.
struct Heard {
    outcome: Outcome,
    output: String,
    errors: String,
}

fn play(tour: Tour, arguments: &[&str]) -> Heard {
    play_with(tour, arguments, |_| {})
}

fn play_with(tour: Tour, arguments: &[&str], set: impl FnOnce(&mut Console<'_>)) -> Heard {
    let (mut output, mut errors, mut input) = (Vec::new(), Vec::new(), io::empty());
    let mut console = Console::new(&mut output, &mut errors, &mut input);
    set(&mut console);
    let outcome = tour.play_to(arguments, console);
    let text = |bytes| String::from_utf8(bytes).expect("a tour speaks UTF-8");
    Heard {
        outcome,
        output: text(output),
        errors: text(errors),
    }
}

fn says(text: &'static str) -> impl FnOnce(&mut Stage) -> Result + Send {
    move |stage| {
        stage.line("some evidence");
        stage.means(text);
        Ok(())
    }
}

fn two_parts() -> Tour {
    Tour::new(3, "Sockets")
        .chapter("book/src/3-sockets.md")
        .part(Part::new(
            "steps",
            "A server is five calls",
            "Each call is a step.",
            says("one"),
        ))
        .part(
            Part::new(
                "stream",
                "TCP is a stream",
                "It keeps no borders.",
                says("two"),
            )
            .predict("How many recv?"),
        )
}

fn one_part(run: impl FnOnce(&mut Stage) -> Result + Send + 'static) -> Tour {
    Tour::new(3, "Sockets").part(Part::new("steps", "Title", "Claim.", run))
}

#[test]
fn parts_are_played_in_order_and_the_end_tells_what_to_do_next() {
    let heard = play(two_parts(), &[]);

    let expected = "\
Lesson 3. Sockets

== 1. A server is five calls ==
 Each call is a step.

 some evidence
 -> one

== 2. TCP is a stream ==
 predict: How many recv?
 It keeps no borders.

 some evidence
 -> two

Next: just exercise 3   (without just: cargo course exercise 3)
Read: book/src/3-sockets.md
";
    assert_eq!(
        (heard.output.as_str(), heard.errors.as_str()),
        (expected, "")
    );
    assert_eq!(heard.outcome, Outcome::Played);
}

#[test]
fn one_part_is_played_by_its_name_or_its_number() {
    for argument in ["steps", "1"] {
        let heard = play(two_parts(), &[argument]);

        assert!(
            heard
                .output
                .starts_with("== 1. A server is five calls ==\n")
        );
        assert!(!heard.output.contains("stream =="));
        assert!(
            heard
                .output
                .contains("Next: just lesson 3 stream   (without just: cargo course")
        );
    }
}

#[test]
fn the_list_is_numbered_and_aligned() {
    let heard = play(two_parts(), &["--list"]);

    let expected =
        "Lesson 3. Sockets\n  1  steps   A server is five calls\n  2  stream  TCP is a stream\n";
    assert_eq!(heard.output, expected);
    assert_eq!(heard.outcome, Outcome::Played);
}

#[test]
fn a_command_beside_the_tour_is_in_its_list_and_its_help() {
    let tour = || two_parts().also("get URL", "asks any site");

    let list = play(tour(), &["--list"]);
    let help = play(tour(), &["--help"]);

    assert!(
        list.output.ends_with("  +  get URL: asks any site\n"),
        "{}",
        list.output
    );
    assert!(
        help.output
            .ends_with("\njust lesson 3 get URL\n\n asks any site\n"),
        "{}",
        help.output
    );
}

#[test]
fn an_unknown_part_or_option_is_refused_with_what_there_is() {
    let part = play(two_parts(), &["steam"]);
    let option = play(two_parts(), &["--lst"]);

    assert_eq!(
        (part.outcome, option.outcome),
        (Outcome::Usage, Outcome::Usage)
    );
    assert_eq!((part.output.as_str(), option.output.as_str()), ("", ""));
    assert_eq!(
        part.errors,
        "lesson 3 has no part `steam`; did you mean `stream`?\nits parts are: steps, stream\n"
    );
    assert!(option.errors.contains("no option `--lst`") && option.errors.contains("--predict"));
}

#[test]
fn a_refusal_and_the_help_fit_the_width_and_name_the_command_that_was_typed() {
    let many = (1..=30).fold(Tour::new(3, "Sockets"), |tour, n| {
        let name = format!("part-{n}");
        tour.part(Part::new(name, "Title", "Claim.", |_: &mut Stage| Ok(())))
    });

    let part = play(many, &["prat"]);
    let help = play_with(two_parts(), &["--help"], |console| console.front = "cargo");

    let lines = part.errors.lines().chain(help.output.lines());
    let widest = lines.map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{}{}", part.errors, help.output);
    assert!(part.errors.contains("part-30"));
    assert!(
        help.output
            .starts_with("cargo lesson 3 [PART…] [--list] [--predict]\n")
    );
}

#[test]
fn what_to_do_about_a_failed_part_suits_what_was_typed() {
    let tour =
        || one_part(|_| Err("gone".into())).part(Part::new("rest", "Rest", "Claim.", says("fine")));
    let by_cargo = |console: &mut Console<'_>| console.front = "cargo";

    let all = play_with(tour(), &[], by_cargo);
    let alone = play_with(tour(), &["steps"], by_cargo);

    assert!(
        all.output
            .contains("what to do: play it alone with `cargo lesson 3 steps`\n"),
        "{}",
        all.output
    );
    assert!(
        alone.output.contains("what to do: play it once more"),
        "{}",
        alone.output
    );
    assert!(!alone.output.contains("alone with"));
}

#[test]
fn a_part_that_knows_better_gives_its_own_advice() {
    let tour = one_part(|_| Err(crate::Failure::new("12 were inside", "look at the guard").into()));

    let alone = play(tour, &["steps"]);

    assert!(alone.output.contains("steps failed: 12 were inside"));
    assert!(
        alone.output.contains("what to do: look at the guard\n"),
        "{}",
        alone.output
    );
}

#[test]
fn a_failing_part_says_why_and_the_next_is_played() {
    let tour = Tour::new(3, "Sockets")
        .part(Part::new("bind", "Bind", "Claim.", |stage| {
            stage.line("said before");
            let source = io::Error::other("address in use");
            Err(Box::new(io::Error::new(io::ErrorKind::AddrInUse, source)))
        }))
        .part(Part::new("boom", "Boom", "Claim.", |_| {
            panic!("the {} is\n gone", "peer")
        }))
        .part(Part::new(
            "steps",
            "Steps",
            "Claim.",
            says("played all the same"),
        ));

    let heard = play(tour, &[]);

    assert_eq!(heard.outcome, Outcome::Failed);
    assert!(
        heard
            .output
            .contains(" said before\n !! bind failed: address in use\n"),
        "{}",
        heard.output
    );
    assert!(
        heard
            .output
            .contains("what to do: play it alone with `just lesson 3 bind`")
    );
    assert!(
        heard
            .output
            .contains(" !! boom failed: it panicked: the peer is\n     gone\n")
    );
    assert!(heard.output.contains(" -> played all the same\n"));
    assert!(!heard.output.contains("Next:"));
    assert_eq!(heard.errors, "2 of 3 parts failed: bind, boom\n");
}

#[test]
fn a_part_that_hangs_is_named_and_the_tour_ends() {
    let (release, released) = mpsc::channel::<()>();
    let hangs = move |_: &mut Stage| {
        let _ = released.recv();
        Ok(())
    };
    let tour = Tour::new(3, "Sockets")
        .part(Part::new("hang", "Hang", "Claim.", hangs).limit(Duration::from_millis(200)))
        .part(Part::new("steps", "Steps", "Claim.", says("never")));

    let heard = play(tour, &[]);
    drop(release);

    assert_eq!(heard.outcome, Outcome::Failed);
    assert!(
        heard
            .output
            .contains(" !! hang failed: it did not end within 200 ms.")
    );
    assert!(!heard.output.contains("never"));
}

#[test]
fn a_part_that_never_stops_talking_hangs_too() {
    let (release, released) = mpsc::channel::<()>();
    let babbles = move |stage: &mut Stage| {
        while released.try_recv() == Err(mpsc::TryRecvError::Empty) {
            stage.line("again");
        }
        Ok(())
    };
    let part = Part::new("babble", "Babble", "Claim.", babbles).limit(Duration::from_millis(50));

    let heard = play(Tour::new(3, "Sockets").part(part), &[]);
    drop(release);

    assert_eq!(heard.outcome, Outcome::Failed);
    assert!(heard.output.contains("it did not end within"));
}

/// A reader that goes away, or stalls, at the first line that contains `at`.
struct Reader<F: FnMut() -> io::Result<()>> {
    at: &'static str,
    then: F,
    heard: String,
}

impl<F: FnMut() -> io::Result<()>> Write for Reader<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        if text.contains(self.at) {
            (self.then)()?;
        }
        self.heard.push_str(&text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn play_to_reader(tour: Tour, then: impl FnMut() -> io::Result<()>) -> (Outcome, String, Vec<u8>) {
    let mut reader = Reader {
        at: "some evidence",
        then,
        heard: String::new(),
    };
    let (mut errors, mut input) = (Vec::new(), io::empty());
    let console = Console::new(&mut reader, &mut errors, &mut input);
    let outcome = tour.play_to([""; 0], console);
    (outcome, reader.heard, errors)
}

#[test]
fn a_reader_that_goes_away_ends_the_tour_quietly() {
    let gone = || Err(io::ErrorKind::BrokenPipe.into());
    let (played, is_played) = mpsc::channel();
    let later = move |_: &mut Stage| played.send(()).map_err(Into::into);
    let tour = two_parts().part(Part::new("later", "Later", "Claim.", later));

    let (outcome, heard, errors) = play_to_reader(tour, gone);

    assert_eq!(outcome, Outcome::Played);
    assert!(heard.ends_with(" Each call is a step.\n\n"));
    assert!(errors.is_empty());
    assert!(
        is_played.recv().is_err(),
        "nobody reads what the later part would say"
    );
}

#[test]
fn a_full_disk_is_told_and_fails() {
    let full = || Err(io::ErrorKind::StorageFull.into());

    let (outcome, _, errors) = play_to_reader(two_parts(), full);

    assert_eq!(outcome, Outcome::Failed);
    assert!(String::from_utf8_lossy(&errors).contains("cannot be written"));
}

#[test]
fn a_part_is_not_blamed_for_a_reader_that_stalls() {
    let limit = Duration::from_secs(1);
    let (done, is_done) = mpsc::channel();
    let run = move |stage: &mut Stage| {
        stage.line("some evidence");
        stage.means("said while the reader stalled");
        done.send(()).map_err(Into::into)
    };
    let tour =
        Tour::new(3, "Sockets").part(Part::new("steps", "Title", "Claim.", run).limit(limit));

    let (outcome, heard, _) = play_to_reader(tour, || {
        let part_ended = is_done.recv_timeout(Duration::from_secs(20));
        part_ended.expect("the part does not wait for the reader");
        thread::sleep(limit + limit / 4);
        Ok(())
    });

    assert_eq!(outcome, Outcome::Played, "{heard}");
    assert!(heard.contains("said while the reader stalled"));
}

#[test]
fn a_prediction_is_asked_first_and_shown_again_beside_the_meaning() {
    let mut answers = io::Cursor::new("three \x1b[2J\n");

    let heard = play_with(two_parts(), &["stream", "--predict"], |console| {
        console.interactive = true;
        // The borrow lives as long as the console.
        console.input = Box::leak(Box::new(std::mem::take(&mut answers)));
    });

    let expected = "\
== 2. stream ==
 predict: How many recv?
 your answer> 
== 2. TCP is a stream ==
 It keeps no borders.

 some evidence
 -> two
    you predicted: three \\x1b[2J

";
    assert!(heard.output.starts_with(expected), "{}", heard.output);
}

#[test]
fn without_an_answer_or_a_terminal_the_question_is_printed_and_play_goes_on() {
    for interactive in [true, false] {
        let heard = play_with(two_parts(), &["stream", "--predict"], |console| {
            console.interactive = interactive;
        });

        let expected =
            "== 2. TCP is a stream ==\n predict: How many recv?\n It keeps no borders.\n";
        assert!(heard.output.contains(expected), "{}", heard.output);
        assert_eq!(heard.output.contains("your answer>"), interactive);
        assert_eq!(
            heard.errors.contains("no terminal: not asking"),
            !interactive
        );
        assert!(!heard.output.contains("you predicted"));
        assert_eq!(heard.outcome, Outcome::Played);
    }
}

#[test]
fn a_part_speaks_in_lines_names_tables_bars_and_quotes() {
    let run = |stage: &mut Stage| {
        stage.line(
            "a peer said \x1b[2J and a line that is long enough is wrapped at its spaces, see",
        );
        stage.names(["a long name"]);
        stage.who("server", "socket()");
        stage.who("a long name", "connect()");
        let mut table = Table::new(["call", "time"]);
        stage.table(table.row(["accept", "12 ms"]));
        stage.bars([
            ("one", 1.0, "1 ms"),
            ("two", 20.0, "20 ms"),
            ("none", f64::NAN, "-"),
        ]);
        stage.quote(b"GET / HTTP/1.1\r\n\r\n\xff\0 rest");
        stage.blank();
        stage.means("all of it");
        Ok(())
    };

    let heard = play_with(one_part(run), &["steps"], |console| console.width = 40);

    let expected = "\
== 1. Title ==
 Claim.

 a peer said \\x1b[2J and a line that is
 long enough is wrapped at its spaces,
 see
 server       socket()
 a long name  connect()
 call     time
 ------  -----
 accept  12 ms
 one    1 ms  #
 two   20 ms  ##########################
 none      -
 | GET / HTTP/1.1\\r\\n
 | \\r\\n
 | \\xff\\x00 rest

 -> all of it

";
    assert!(heard.output.starts_with(expected), "{}", heard.output);
}

#[test]
fn colour_is_used_only_where_it_is_asked_for() {
    let timeline = || {
        let mut timeline = Timeline::new();
        timeline.add_span(
            "a",
            Kind::Failed,
            "x",
            Duration::ZERO..Duration::from_millis(5),
        );
        timeline
    };
    let tour = || {
        one_part(move |stage| {
            stage.who("server", "bound");
            stage.timeline(&timeline(), "t")?;
            Err("broken".into())
        })
    };

    let plain = play(tour(), &[]);
    let coloured = play_with(tour(), &[], |console| console.colour = true);

    assert!(!plain.output.contains('\x1b'));
    assert!(coloured.output.contains("\x1b[1m== 1. Title ==\x1b[0m"));
    let mut stripped = String::new();
    for piece in coloured.output.split("\x1b[") {
        let text = piece
            .split_once('m')
            .filter(|(before, _)| !before.contains(' '));
        stripped += text.map_or(piece, |(_, text)| text);
    }
    assert_eq!(
        stripped.len(),
        plain.output.len(),
        "the layout is the same:\n{stripped}"
    );
}

#[test]
fn timelines_are_drawn_and_written_as_pictures_named_after_the_part() {
    let folder = env::temp_dir().join(format!("tour-test-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the temporary folder can be written");
    let not_a_folder = folder.join("a file");
    fs::write(&not_a_folder, "").expect("the temporary folder can be written");
    let run = |stage: &mut Stage| {
        let mut timeline = Timeline::new();
        timeline.add_span(
            "server",
            Kind::Waiting,
            "accept",
            Duration::ZERO..Duration::from_secs(1),
        );
        stage.timeline(&timeline, "first")?;
        stage.timeline(&timeline, "second")?;
        Ok(())
    };

    let heard = play_with(one_part(run), &[], |console| {
        console.pictures = vec![not_a_folder, folder.clone()];
    });
    let files = ["3-steps.svg", "3-steps-2.svg"].map(|name| fs::read_to_string(folder.join(name)));
    let n_files = fs::read_dir(&folder).map(Iterator::count);
    let _ = fs::remove_dir_all(&folder);

    assert_eq!(heard.outcome, Outcome::Played);
    assert!(
        heard.output.contains(" timeline: first\n        0 "),
        "{}",
        heard.output
    );
    let path = folder.join("3-steps-2.svg");
    assert!(
        heard
            .output
            .contains(&format!("\n picture: {}\n", path.display()))
    );
    assert!(
        files
            .into_iter()
            .all(|file| file.is_ok_and(|svg| svg.ends_with("</svg>\n")))
    );
    assert_eq!(n_files.ok(), Some(3), "nothing unfinished is left");
}
