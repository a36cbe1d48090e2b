//! # Step 1: where does a line end?
//!
//! **Task.** Fill in `src/framing.rs`: `LineDecoder` takes the bytes of a connection as they come
//! and hands over lines. It must give the same lines however the network cuts the bytes, and no peer
//! may make it fill the memory.
//!
//! **Hint.** Keep bytes, not text: a piece of a connection may end in the middle of a character.
//! More with `just hint 3 framing`.
//!
//! **Resources.** The chapter `book/src/3-sockets.md`, "One send is not one recv";
//! the tour, `just lesson 3 stream`; `slice::split_inclusive`, `slice::strip_suffix` and
//! `String::from_utf8` in the standard library's documentation.

mod harness;

use exercise_3::framing::{LineDecoder, LineError};
use harness::{same, within};

/// Pieces that arrive, what must come out, and why.
type Case = (
    &'static [&'static [u8]],
    Vec<Result<String, LineError>>,
    &'static str,
);

/// Feeds the pieces one after another and returns all that came out.
fn decode(limit: usize, pieces: &[&[u8]]) -> Vec<Result<String, LineError>> {
    let mut decoder = LineDecoder::new(limit);
    pieces
        .iter()
        .flat_map(|piece| decoder.feed(piece))
        .collect()
}

/// Shows pieces as the learner would draw them: `"he" | "llo\n"`.
fn drawn(pieces: &[&[u8]]) -> String {
    let quoted: Vec<String> = pieces
        .iter()
        .map(|piece| format!("\"{}\"", piece.escape_ascii()))
        .collect();
    quoted.join(" | ")
}

/// Checks that these pieces give exactly these lines.
fn check(pieces: &[&[u8]], expected: &[&str], why: &str) {
    let expected: Vec<Result<String, LineError>> =
        expected.iter().map(|line| Ok((*line).to_owned())).collect();

    let came = decode(100, pieces);

    assert!(
        came == expected,
        "\n\nThe bytes came in these pieces:  {}\nexpected these lines:            {expected:?}\nyour decoder handed over:        {came:?}\n{why}\n",
        drawn(pieces)
    );
}

#[test]
fn goal_1_whole_lines_are_handed_over() {
    check(
        &[b"hello\n"],
        &["hello"],
        "A line ends at its line feed. The line feed itself is not part of the text.",
    );
    check(
        &[b"one\ntwo\nthree\n"],
        &["one", "two", "three"],
        "Three lines may arrive in one recv. All three are whole, so all three are due at once.",
    );
    check(
        &[b"\n\nx\n"],
        &["", "", "x"],
        "An empty line is a line: in HTTP it ends the headers.",
    );
    check(
        &[b"  two spaces  \n"],
        &["  two spaces  "],
        "Only the ending is taken off. Spaces belong to the text, so Python's .strip() would be too much.",
    );
}

#[test]
fn goal_2_half_a_line_waits_for_the_rest() {
    check(
        &[b"hel", b"lo\n"],
        &["hello"],
        "The first recv brought half a line. It must be kept until the rest has come.",
    );
    check(
        &[b"one\ntw", b"o\nthr", b"e", b"e\n"],
        &["one", "two", "three"],
        "A piece may end one line and begin the next.",
    );
    check(
        &[b"", b"x", b"", b"\n"],
        &["x"],
        "An empty piece changes nothing.",
    );
    check(
        &[b"no ending"],
        &[],
        "There is no line feed yet, so there is no line yet.",
    );

    let mut decoder = LineDecoder::new(100);
    let kept: Vec<usize> = [&b"hel"[..], b"lo", b"\nby", b"e\n"]
        .into_iter()
        .map(|piece| {
            let _ = decoder.feed(piece);
            decoder.buffered()
        })
        .collect();
    same!(
        kept,
        [3, 5, 2, 0],
        "These are the bytes that wait for the rest of their line, after \"hel\" | \"lo\" | \"\\nby\" | \"e\\n\".\n\
         `buffered` lets a server see what a client makes it keep, so it must tell the truth."
    );
}

#[test]
fn goal_3_carriage_return_and_line_feed_are_one_ending() {
    check(
        &[b"hello\r\nbye\r\n"],
        &["hello", "bye"],
        "HTTP, SMTP, IRC and telnet end a line with \\r\\n. Neither byte is part of the text.",
    );
    check(
        &[b"hello\r", b"\nbye\n"],
        &["hello", "bye"],
        "The two bytes of the ending may come in two pieces.",
    );
    check(
        &[b"a\rb\n\r\r\n"],
        &["a\rb", "\r"],
        "Only a carriage return directly before the line feed belongs to the ending, and only one.",
    );
}

#[test]
fn goal_4_a_character_cut_in_two_by_the_network_survives() {
    let cafe = "café\n".as_bytes(); // é is the two bytes c3 a9

    check(
        &[&cafe[..4], &cafe[4..]],
        &["café"],
        "The cut went through the é, which is two bytes (c3 a9). Half of it isn't UTF-8, both halves together are.\n\
         So wait for the whole line before you turn bytes into text.",
    );
    let crab = "🦀\n".as_bytes(); // four bytes
    check(
        &[&crab[..1], &crab[1..2], &crab[2..3], &crab[3..]],
        &["🦀"],
        "This crab is four bytes (f0 9f a6 80), and each came alone.",
    );
}

#[test]
fn goal_5_however_the_stream_is_cut_the_lines_are_the_same() {
    let stream = "hello\r\n\nnaïve café\r\nkey\rvalue\n  spaced  \n🦀🦀\r\n\r\r\nend\n".as_bytes();
    let expected = [
        "hello",
        "",
        "naïve café",
        "key\rvalue",
        "  spaced  ",
        "🦀🦀",
        "\r",
        "end",
    ];
    let why = "TCP may cut the stream anywhere, and every cut must give the same lines.";

    check(&[stream], &expected, why);
    for first in 0..=stream.len() {
        for second in first..=stream.len() {
            check(
                &[&stream[..first], &stream[first..second], &stream[second..]],
                &expected,
                why,
            );
        }
    }
    let single_bytes: Vec<&[u8]> = stream.chunks(1).collect();
    check(&single_bytes, &expected, why);
}

#[test]
fn goal_6_a_line_that_is_too_long_is_refused_once_and_the_next_line_is_fine() {
    let too_long = Err(LineError::TooLong { limit: 5 });
    let ok = |line: &str| Ok(line.to_owned());
    let cases: &[Case] = &[
        (
            &[b"12345\n", b"12345\r\n", b"12345\r", b"\n"],
            vec![ok("12345"), ok("12345"), ok("12345")],
            "The limit is 5 bytes, and 5 bytes are allowed. The ending doesn't count, neither \\n nor \\r\\n.",
        ),
        (
            &[b"123456\nok\n"],
            vec![too_long.clone(), ok("ok")],
            "One byte too many: this line is refused, the next one is not.",
        ),
        (
            &[b"12345", b"67", b"890", b"\nok\n"],
            vec![too_long.clone(), ok("ok")],
            "A long line that comes in pieces is refused once. What remains of it is no line of its own:\n\
             if \"890\" came out as a line, a peer could smuggle in a command behind a long prefix.",
        ),
        (
            &[b"1234567\n1234567\n\n"],
            vec![too_long.clone(), too_long.clone(), ok("")],
            "Two long lines are two complaints.",
        ),
        (
            &[b"12345\rx\nok\n"],
            vec![too_long.clone(), ok("ok")],
            "A carriage return that no line feed follows is text, and here it is the sixth byte.",
        ),
    ];

    for (pieces, expected, why) in cases {
        let came = decode(5, pieces);
        assert!(
            &came == expected,
            "\n\nLines may have 5 bytes. They came in these pieces:  {}\nexpected:                   {expected:?}\nyour decoder handed over:   {came:?}\n{why}\n",
            drawn(pieces)
        );
    }
}

#[test]
fn goal_7_a_peer_that_never_ends_its_line_cannot_fill_the_memory() {
    let limit = 1_000;
    let chunk = [b'x'; 4_096];

    let (complaints, worst) = within("Is there a loop in `feed` that never ends?", move || {
        let mut decoder = LineDecoder::new(limit);
        let mut complaints = Vec::new();
        let mut worst = 0;
        for _ in 0..500 {
            complaints.extend(decoder.feed(&chunk));
            worst = worst.max(decoder.buffered());
        }
        (complaints, worst)
    });

    assert!(
        worst <= limit + 2,
        "\n\nA peer sent 2 MB without a line feed, and your decoder kept up to {worst} bytes of them.\n\
         Lines may have {limit} bytes, so there is no reason to keep more than about that.\n\
         A server with a thousand such peers would be out of memory. Refuse the line as soon as it is too long.\n"
    );
    same!(
        complaints,
        [Err(LineError::TooLong { limit })],
        "One endless line is worth one complaint, as soon as it is known to be too long."
    );
}

#[test]
fn goal_8_a_line_that_is_not_text_costs_only_itself() {
    let came = decode(
        100,
        &[b"before\n\xff\xfe broken\nafter\n", b"caf\xc3\nend\n"],
    );

    same!(
        came,
        [
            Ok("before".to_owned()),
            Err(LineError::NotUtf8),
            Ok("after".to_owned()),
            Err(LineError::NotUtf8),
            Ok("end".to_owned()),
        ],
        "Any byte can come from the network, also bytes that are not UTF-8.\n\
         Report such a line as `LineError::NotUtf8` and go on. Neither panic nor replace: \
         a replaced character would be text that nobody has sent."
    );
}

#[test]
fn goal_9_half_a_line_at_the_end_is_not_a_line() {
    let end_after = |bytes: &[u8]| {
        let mut decoder = LineDecoder::new(100);
        let _ = decoder.feed(bytes);
        decoder.finish()
    };

    same!(
        end_after(b"PAY 100 TO ANN\n"),
        Ok(()),
        "The last line was whole, so this is a clean end."
    );
    same!(
        end_after(b""),
        Ok(()),
        "No bytes, no half line: a clean end."
    );
    same!(
        end_after(b"PAY 100 TO ANN\nPAY 1"),
        Err(LineError::Unfinished { bytes: 5 }),
        "The connection broke in the middle of \"PAY 100\". Acting on \"PAY 1\" would be a mistake,\n\
         and only `finish` can tell the caller that it happened."
    );
    let mut decoder = LineDecoder::new(5);
    let complaints = decoder.feed(b"PAY 1000000");
    let kept = decoder.buffered();
    same!(
        (complaints, kept, decoder.finish()),
        (vec![Err(LineError::TooLong { limit: 5 })], 0, Ok(())),
        "A line that is too long was refused, and then the stream ended within it. The caller has been told\n\
         of this line already, so nothing of it is kept (0), and `finish` doesn't complain a second time."
    );
}
