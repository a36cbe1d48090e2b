//! # Step 3: a message that says how long it is
//!
//! **Task.** Fill in `src/frames.rs`: `write_frame` and `read_frame` send any bytes as one message,
//! over anything that reads and writes.
//!
//! **Hint.** Python's `struct.pack("!I", n)` is `u32::to_be_bytes`. The `!` matters.
//! More with `just hint 3 frames`.
//!
//! **Resources.** The chapter `book/src/3-sockets.md`, "Two ways to mark the end"; the tour, `just lesson 3 stream`;
//! `std::io::Read::read_exact`, `std::io::Read::take` and `u32::from_be_bytes`.

mod harness;

use std::io::{self, Cursor, Read, Write};
use std::net::Shutdown;

use exercise_3::frames::{FrameError, read_frame, write_frame};
use harness::{connect, listen, same, start};

/// What a call returned, in a form that can be compared and that reads well in a failure.
#[derive(Debug, PartialEq)]
enum Came {
    Frame(String),
    CleanEnd,
    TooLong { bytes: u64, limit: usize },
    Truncated,
    Io(io::ErrorKind),
}

fn read(reader: &mut impl Read, max_bytes: usize) -> Came {
    match read_frame(reader, max_bytes) {
        Ok(Some(payload)) => Came::Frame(payload.escape_ascii().to_string()),
        Ok(None) => Came::CleanEnd,
        Err(FrameError::TooLong { bytes, limit }) => Came::TooLong { bytes, limit },
        Err(FrameError::Truncated) => Came::Truncated,
        Err(FrameError::Io(error)) => Came::Io(error.kind()),
    }
}

fn frame(text: &str) -> Came {
    Came::Frame(text.to_owned())
}

/// A stream that gives at most `step` bytes in a read and takes at most `step` bytes in a write,
/// lets a signal interrupt every other call, and fails with `failure` where the bytes end.
struct Dribble {
    bytes: Cursor<Vec<u8>>,
    step: usize,
    calls: usize,
    failure: Option<io::ErrorKind>,
}

impl Dribble {
    fn new(bytes: &[u8], step: usize) -> Self {
        Self {
            bytes: Cursor::new(bytes.to_vec()),
            step,
            calls: 0,
            failure: None,
        }
    }

    fn interrupted(&mut self) -> io::Result<()> {
        self.calls += 1;
        if self.calls % 2 == 1 {
            Err(io::ErrorKind::Interrupted.into())
        } else {
            Ok(())
        }
    }
}

impl Read for Dribble {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupted()?;
        let room = buffer.len().min(self.step);
        let n = self.bytes.read(&mut buffer[..room])?;
        match self.failure {
            Some(kind) if n == 0 && room > 0 => Err(kind.into()),
            _ => Ok(n),
        }
    }
}

impl Write for Dribble {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.interrupted()?;
        self.bytes.write(&bytes[..bytes.len().min(self.step)])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Gives these four bytes and then panics: whoever reads on has not looked at the length first.
struct HeaderOnly {
    header: Cursor<[u8; 4]>,
    complaint: &'static str,
}

impl Read for HeaderOnly {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.header.read(buffer)?;
        assert!(n > 0 || buffer.is_empty(), "{}", self.complaint);
        Ok(n)
    }
}

fn written(payload: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    write_frame(&mut wire, payload, 1_000_000).expect("a Vec takes everything");
    wire
}

#[test]
fn goal_1_the_bytes_on_the_wire_are_the_agreed_ones() {
    same!(
        format!("{:02x?}", written(b"hi")),
        "[00, 00, 00, 02, 68, 69]",
        "Four bytes of length, the most significant one first, then the payload.\n\
         Both ends must agree, and the other end may be a program in Python on another kind of processor,\n\
         so \"network byte order\" is said explicitly and never left to the machine."
    );
    same!(
        format!("{:02x?}", &written(&[0; 0x1_02_03])[..4]),
        "[00, 01, 02, 03]",
        "This payload has 66,051 bytes, which is 0x00010203."
    );
    same!(
        read(&mut &[0, 0, 0, 2, b'h', b'i'][..], 100),
        frame("hi"),
        "These six bytes are one frame with the payload \"hi\"."
    );
}

#[test]
fn goal_2_any_bytes_survive_the_way_and_frames_stay_apart() {
    let every_byte: Vec<u8> = (0..=255).collect();
    let long = vec![b'\n'; 70_000];
    let payloads: [&[u8]; 5] = [b"first", b"", &every_byte, &long, b"last"];

    let wire: Vec<u8> = payloads
        .iter()
        .flat_map(|payload| written(payload))
        .collect();
    let mut reader = &wire[..];

    for (number, payload) in payloads.iter().enumerate() {
        let came = read(&mut reader, 100_000);
        assert!(
            came == Came::Frame(payload.escape_ascii().to_string()),
            "\n\nFive frames stood one behind another, and frame {number} (counted from 0, {} bytes) came out as:\n{:.200}\n\
             Read exactly as many bytes as the header says: with fewer the rest is taken for the next header,\n\
             with more (a `BufReader` made inside `read_frame` does that) the next frame loses its beginning.\n",
            payload.len(),
            format!("{came:?}")
        );
    }
    same!(
        read(&mut reader, 100_000),
        Came::CleanEnd,
        "All five frames have been read, so this is the clean end: `Ok(None)`."
    );
}

#[test]
fn goal_3_a_network_that_brings_one_byte_at_a_time_changes_nothing() {
    for step in 1..=5 {
        let wire = [written(b"hello"), written(b""), written(b"bye")].concat();
        let mut reader = Dribble::new(&wire, step);

        let came: Vec<Came> = (0..4).map(|_| read(&mut reader, 100)).collect();

        same!(
            came,
            [frame("hello"), frame(""), frame("bye"), Came::CleanEnd],
            "Each read brought {step} bytes or fewer, and every other one was interrupted by a signal (\"try again\").\n\
             `read` fills as much as it likes; `read_exact` goes on until the buffer is full."
        );
    }
}

#[test]
fn goal_4_a_network_that_takes_few_bytes_at_a_time_gets_the_whole_frame() {
    for step in 1..=5 {
        let mut writer = Dribble::new(b"", step);

        let outcome = write_frame(&mut writer, b"hello", 100);

        assert!(
            outcome.is_ok(),
            "\n\nA signal interrupted a write, which only means \"try again\", but you returned {outcome:?}.\n"
        );
        same!(
            format!("{:02x?}", writer.bytes.get_ref()),
            "[00, 00, 00, 05, 68, 65, 6c, 6c, 6f]",
            "Each call of `write` took {step} bytes or fewer, and every other call was interrupted and took nothing.\n\
             Is the beginning missing? Then an interruption was ignored: what that call was given never went out.\n\
             Is the end missing? `write` sends what fits and says how much that was.\n\
             `write_all` goes on until everything is sent, and tries again after an interruption."
        );
    }
}

#[test]
fn goal_5_a_broken_frame_is_not_a_clean_end() {
    let wire = written(b"PAY 100");

    for kept in 0..=wire.len() {
        let came = read(&mut &wire[..kept], 100);
        let (expected, why) = match kept {
            0 => (
                Came::CleanEnd,
                "nothing of a frame has come, so the peer ended properly",
            ),
            1..4 => (Came::Truncated, "the header itself was cut"),
            4..11 => (Came::Truncated, "the header had announced 7 bytes"),
            _ => (frame("PAY 100"), "the frame is whole"),
        };
        same!(
            came,
            expected,
            "The stream ended after {kept} of the frame's {} bytes: {why}.\n\
             A caller that can't tell a clean end from a broken connection will act on half a message.",
            wire.len()
        );
    }
}

#[test]
fn goal_6_a_failure_of_the_stream_is_neither_an_end_nor_a_truncation() {
    let wire = written(b"hello");

    for kept in [0, 2, 4, 6] {
        let mut reader = Dribble::new(&wire[..kept], 100);
        reader.failure = Some(io::ErrorKind::ConnectionReset);

        same!(
            read(&mut reader, 100),
            Came::Io(io::ErrorKind::ConnectionReset),
            "The connection was reset after {kept} bytes. Pass that on as it is:\n\
             the caller may want to log it, or to try again."
        );
    }
}

#[test]
fn goal_7_what_is_too_long_is_refused_before_a_byte_of_it_is_read() {
    let complaint = "\n\nThe header announced more than the limit, and `read_frame` read on all the same.\n\
         Compare the length with `max_bytes` before you read (or make room for) the payload.\n";
    let mut reader = HeaderOnly {
        header: Cursor::new(11_u32.to_be_bytes()),
        complaint,
    };
    same!(
        read(&mut reader, 10),
        Came::TooLong {
            bytes: 11,
            limit: 10
        },
        "11 bytes were announced and 10 are allowed."
    );
    let mut reader = HeaderOnly {
        header: Cursor::new([0xff; 4]),
        complaint,
    };
    same!(
        read(&mut reader, 10),
        Came::TooLong {
            bytes: 4_294_967_295,
            limit: 10
        },
        "Four bytes of ff announce 4,294,967,295 bytes."
    );
    same!(
        read(&mut &written(b"0123456789")[..], 10),
        frame("0123456789"),
        "Ten bytes are allowed, so ten bytes are not too long."
    );

    let mut wire = Vec::new();
    let outcome = write_frame(&mut wire, b"12345", 4);
    assert!(
        matches!(outcome, Err(FrameError::TooLong { bytes: 5, limit: 4 })),
        "\n\nFive bytes were to be sent and four are allowed, but `write_frame` returned {outcome:?}.\n\
         The peer would refuse this frame, so refuse it here, where the caller can still do something about it.\n"
    );
    assert!(
        wire.is_empty(),
        "\n\nA refused frame must not be sent in part: {} bytes of it are on the wire,\n\
         and the peer will take whatever comes next for the rest.\n",
        wire.len()
    );
}

#[test]
fn goal_8_memory_is_spent_on_bytes_that_came_not_on_bytes_that_were_announced() {
    // 2 GiB announced, three bytes sent, and a limit that allows it.
    let mut wire = 0x8000_0000_u32.to_be_bytes().to_vec();
    wire.extend(b"abc");

    let before = peak_of_address_space();
    let came = read(&mut &wire[..], usize::MAX);
    let after = peak_of_address_space();

    same!(
        came,
        Came::Truncated,
        "2 GiB were announced, 3 bytes came, then the stream ended: the frame is truncated."
    );
    if let (Some(before), Some(after)) = (before, after) {
        let grown = after.saturating_sub(before) / (1 << 20);
        assert!(
            grown < 1_500,
            "\n\nA peer announced 2 GiB and sent three bytes, and your process asked the system for {grown} MiB.\n\
             Seven bytes of attack for 2 GiB of memory is a good bargain, and a hundred connections can repeat it.\n\
             Let the buffer grow with what really comes: `reader.take(length).read_to_end(&mut payload)`.\n"
        );
    } else {
        println!(
            "This system doesn't tell how much memory was asked for, so only the result was checked."
        );
    }
}

/// Returns the most address space that this process ever had, in bytes, where Linux tells.
fn peak_of_address_space() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmPeak:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1_024)
}

#[test]
fn goal_9_frames_cross_a_real_connection_in_both_directions() {
    let (listener, address) = listen();
    let server = start(move || {
        let (mut stream, _) = listener.accept().expect("the client connects");
        let mut answered = 0;
        while let Some(mut payload) =
            read_frame(&mut stream, 200_000).expect("the client is well-behaved")
        {
            payload.reverse();
            write_frame(&mut stream, &payload, 200_000).expect("the client still reads");
            answered += 1;
        }
        answered
    });
    let mut stream = connect(address);

    for payload in [
        b"tar".to_vec(),
        Vec::new(),
        vec![7; 150_000],
        b"desserts".to_vec(),
    ] {
        write_frame(&mut stream, &payload, 200_000).expect("the server reads");
        let answer = read_frame(&mut stream, 200_000).expect("the server answers");
        let expected: Vec<u8> = payload.iter().rev().copied().collect();
        assert!(
            answer.as_deref() == Some(&expected[..]),
            "\n\nThe server sends every frame back reversed. A frame of {} bytes came back wrong.\n",
            payload.len()
        );
    }
    stream
        .shutdown(Shutdown::Write)
        .expect("a connected stream can be half-closed");

    same!(
        server.finish(
            "The client has half-closed, so the server's `read_frame` should return `Ok(None)`."
        ),
        4,
        "Four frames were sent."
    );
    same!(
        read(&mut stream, 10),
        Came::CleanEnd,
        "The server has closed its side: a clean end."
    );
}
