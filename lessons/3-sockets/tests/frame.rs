//! Messages in a stream: however the bytes are split, the messages are the same.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use sockets::frame::{FrameDecoder, FrameError, LineDecoder, LineError, encode_frame};
use sockets::sanitise::sanitise;

type Line = Result<String, LineError>;

const MAX_LINE_BYTES: usize = 8;

/// Decodes pieces one after another, and says how much was held at most.
fn lines_of(pieces: &[&[u8]]) -> (Vec<Line>, usize) {
    let mut decoder = LineDecoder::new(MAX_LINE_BYTES);
    let mut lines = Vec::new();
    let mut held = 0;
    for piece in pieces {
        let mut bytes = *piece;
        while let Some(line) = decoder.decode(&mut bytes) {
            lines.push(line);
            held = held.max(decoder.held_bytes());
        }
        assert!(bytes.is_empty(), "all is taken when no line is left");
        held = held.max(decoder.held_bytes());
    }
    lines.extend(decoder.finish());
    (lines, held)
}

fn frames_of(pieces: &[&[u8]], max: u32) -> Vec<Result<Vec<u8>, FrameError>> {
    let mut decoder = FrameDecoder::new(max);
    let mut frames = Vec::new();
    for piece in pieces {
        let mut bytes = *piece;
        while let Some(frame) = decoder.decode(&mut bytes) {
            let broken = frame.is_err();
            frames.push(frame);
            if broken {
                return frames;
            }
        }
        assert!(decoder.held_bytes() <= max as usize + 4);
    }
    frames
}

/// Cuts bytes at the given places.
fn split<'a>(bytes: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    places.sort_unstable();
    let mut pieces = Vec::new();
    let mut rest = bytes;
    for place in places.into_iter().rev() {
        let (front, piece) = rest.split_at(place);
        pieces.push(piece);
        rest = front;
    }
    pieces.push(rest);
    pieces.reverse();
    pieces
}

/// What a reader with all the bytes at hand would say the lines are.
fn lines_by_definition(bytes: &[u8]) -> Vec<Line> {
    let check = |line: &[u8]| {
        if line.len() > MAX_LINE_BYTES {
            return Err(LineError::TooLong {
                limit: MAX_LINE_BYTES,
            });
        }
        String::from_utf8(line.to_vec()).map_err(|error| LineError::NotUtf8 {
            at: error.utf8_error().valid_up_to(),
        })
    };
    let mut parts: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
    let unfinished = parts.pop().expect("splitting gives one part at least");
    let mut lines: Vec<Line> = parts
        .into_iter()
        .map(|line| check(line.strip_suffix(b"\r").unwrap_or(line)))
        .collect();
    if !unfinished.is_empty() {
        lines.push(check(unfinished));
    }
    lines
}

/// Bytes in which line endings, over-long lines and broken characters are frequent.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(
        prop_oneof![4 => b'a'..=b'e', 2 => Just(b'\n'), 1 => Just(b'\r'), 1 => any::<u8>()],
        0..80,
    )
}

proptest! {
    #[test]
    fn any_split_of_the_bytes_gives_the_same_lines(
        bytes in hostile_bytes(),
        cuts in vec(any::<Index>(), 0..10),
    ) {
        let (lines, held) = lines_of(&split(&bytes, &cuts));

        prop_assert_eq!(lines, lines_by_definition(&bytes));
        prop_assert!(held <= MAX_LINE_BYTES + 1, "{} bytes were held", held);
    }

    #[test]
    fn any_split_of_the_bytes_gives_the_same_frames(
        payloads in vec(vec(any::<u8>(), 0..20), 0..10),
        cuts in vec(any::<Index>(), 0..10),
    ) {
        let bytes: Vec<u8> =
            payloads.iter().flat_map(|payload| encode_frame(payload, 20).unwrap()).collect();

        let frames = frames_of(&split(&bytes, &cuts), 20);

        prop_assert_eq!(frames, payloads.into_iter().map(Ok).collect::<Vec<_>>());
    }

    #[test]
    fn whatever_comes_no_frame_is_above_the_limit(
        bytes in vec(any::<u8>(), 0..200),
        cuts in vec(any::<Index>(), 0..10),
    ) {
        for frame in frames_of(&split(&bytes, &cuts), 16) {
            match frame {
                Ok(payload) => prop_assert!(payload.len() <= 16),
                Err(FrameError::TooLong { announced, limit }) => prop_assert!(announced > limit),
            }
        }
    }

    #[test]
    fn sanitised_text_holds_no_control_and_is_left_alone_the_second_time(text in any::<String>()) {
        let once = sanitise(&text).into_owned();

        prop_assert!(!once.chars().any(char::is_control), "{:?}", once);
        prop_assert_eq!(sanitise(&once), &once[..]);
        prop_assert_eq!(once.chars().count(), text.chars().count());
    }
}

#[test]
fn lines_end_with_a_newline_and_a_carriage_return_before_it_belongs_to_the_end() {
    let line = |text: &str| Ok(text.to_owned());
    for (bytes, expected) in [
        (&b""[..], vec![]),
        (b"hello\n", vec![line("hello")]),
        (b"hello\r\n", vec![line("hello")]),
        (b"a\rb\r\r\n", vec![line("a\rb\r")]),
        (b"\n\r\n", vec![line(""), line("")]),
        (b"12345678\r\n", vec![line("12345678")]),
        (b"half", vec![line("half")]),
        ("gr\u{fc}\u{df}\n".as_bytes(), vec![line("gr\u{fc}\u{df}")]),
        (
            b"ab\xffc\nnext\n",
            vec![Err(LineError::NotUtf8 { at: 2 }), line("next")],
        ),
        (
            b"123456789\nnext\n",
            vec![Err(LineError::TooLong { limit: 8 }), line("next")],
        ),
    ] {
        assert_eq!(lines_of(&[bytes]).0, expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_line_that_never_ends_is_reported_once_and_holds_no_memory() {
    let mut decoder = LineDecoder::new(1024);
    let mut reports = 0;

    for _ in 0..10_000 {
        let mut bytes = &[b'x'; 1000][..];
        while let Some(line) = decoder.decode(&mut bytes) {
            assert_eq!(line, Err(LineError::TooLong { limit: 1024 }));
            reports += 1;
        }
        assert!(decoder.held_bytes() <= 1025);
    }

    assert_eq!(reports, 1);
    let mut bytes = &b" its end\nthe next\n"[..];
    assert_eq!(decoder.decode(&mut bytes), Some(Ok("the next".to_owned())));
}

#[test]
fn a_character_split_between_two_reads_is_whole_in_the_line() {
    let bytes = "日本\n".as_bytes();
    for cut in 0..bytes.len() {
        let (front, back) = bytes.split_at(cut);
        assert_eq!(lines_of(&[front, back]).0, [Ok("日本".to_owned())]);
    }
}

#[test]
fn an_announced_length_above_the_limit_is_refused_before_any_of_it_comes() {
    let mut decoder = FrameDecoder::new(1000);

    let announced = decoder.decode(&mut &[0xff, 0xff, 0xff, 0xff][..]);

    let error = FrameError::TooLong {
        announced: u32::MAX,
        limit: 1000,
    };
    assert_eq!(announced, Some(Err(error)));
    assert_eq!(
        decoder.decode(&mut &b"\0\0\0\x01x"[..]),
        Some(Err(error)),
        "nothing is trusted now"
    );
    assert_eq!(
        encode_frame(&[0; 1001], 1000).unwrap_err().to_string(),
        "a frame of 1001 bytes was announced and 1000 are allowed"
    );
}

#[test]
fn what_a_terminal_would_obey_is_shown_instead() {
    for (text, shown) in [
        ("plain", "plain"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\u{9b}2J", "\u{fffd}2J"),
        ("a\tb\rc\0", "a b␍c␀"),
        ("\u{202e}txt.exe", "\u{fffd}txt.exe"),
        ("a\u{200b}b\u{feff}", "a\u{fffd}b\u{fffd}"),
        ("\u{1f468}\u{200d}\u{1f469}", "\u{1f468}\u{200d}\u{1f469}"),
    ] {
        assert_eq!(sanitise(text), shown, "{text:?}");
    }
}
