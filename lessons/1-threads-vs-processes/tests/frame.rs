//! Frames: whatever was written is read, and whatever is no frame is an error.

use std::io::{self, Cursor, Read};

use proptest::prelude::*;
use workers::frame;

/// A reader that brings one byte at a time.
struct Drips<R>(R);

impl<R: Read> Read for Drips<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = buffer.len().min(1);
        self.0.read(&mut buffer[..n])
    }
}

proptest! {
    #[test]
    fn what_was_written_is_read_however_it_arrives(messages: Vec<Vec<u8>>) {
        let mut bytes = Vec::new();
        for message in &messages {
            frame::write(&mut bytes, message).expect("a Vec takes everything");
        }

        let mut reader = Drips(Cursor::new(bytes));
        let mut came = Vec::new();
        let mut message = Vec::new();
        while frame::read(&mut reader, &mut message).expect("these are frames") {
            came.push(message.clone());
        }

        prop_assert_eq!(came, messages);
    }

    #[test]
    fn an_end_inside_a_frame_is_no_clean_end(message: Vec<u8>, cut: prop::sample::Index) {
        let mut bytes = Vec::new();
        frame::write(&mut bytes, &message).expect("a Vec takes everything");
        bytes.truncate(1 + cut.index(bytes.len() - 1));

        let outcome = frame::read(Cursor::new(bytes.clone()), &mut Vec::new());

        if bytes.len() == message.len() + 4 {
            prop_assert!(outcome.expect("this one is whole"));
        } else {
            prop_assert_eq!(outcome.expect_err("it was cut").kind(), io::ErrorKind::UnexpectedEof);
        }
    }
}

#[test]
fn a_length_beyond_the_limit_is_refused_without_taking_the_memory() {
    let bytes = u32::MAX.to_be_bytes();

    let error = frame::read(&bytes[..], &mut Vec::new()).expect_err("it is too long");

    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    let long = vec![0; frame::MAX_BYTES as usize + 1];
    let error = frame::write(io::sink(), &long).expect_err("it is too long");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}
