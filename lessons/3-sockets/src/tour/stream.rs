//! Part 4: many sends in one recv, one send in many, and the marks that put messages together again.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Instant;

use sockets::frame::{LineDecoder, encode_frame};
use tour::{Stage, Table, count, duration};

use super::{accept, connect, joined, listen};

const LINES: [&str; 3] = ["ann: hi\n", "bob: café?\n", "ann: yes\n"];
const BIG: usize = 1_000_000;
const CUTS: u64 = 1_000;

pub fn play(stage: &mut Stage) -> tour::Result {
    many_sends_in_one_recv(stage)?;
    one_send_in_many_recvs(stage)?;
    a_character_in_two_pieces(stage)?;
    marks_put_it_together(stage)
}

/// Two ends of one connection.
fn pair() -> tour::Result<(TcpStream, TcpStream)> {
    let (listener, address) = listen()?;
    let sender = connect(address)?;
    let receiver = accept(&listener)?;
    sender.set_nodelay(true)?;
    Ok((sender, receiver))
}

fn many_sends_in_one_recv(stage: &mut Stage) -> tour::Result {
    let (mut sender, mut receiver) = pair()?;
    stage.names(["receiver"]);
    for line in LINES {
        let sent = sender.write(line.as_bytes())?;
        stage.who(
            "sender",
            format!("send(\"{}\") = {sent}", line.escape_debug()),
        );
    }

    // All of them have been sent. Look without taking until all of them have come.
    let all: usize = LINES.iter().map(|line| line.len()).sum();
    let mut buffer = [0; 1024];
    while receiver.peek(&mut buffer)? < all {
        thread::yield_now();
    }
    let received = receiver.read(&mut buffer)?;
    let text = String::from_utf8_lossy(&buffer[..received]);
    stage.who(
        "receiver",
        format!("recv() = {received}, \"{}\"", text.escape_debug()),
    );
    stage.means("three sends, one recv: the stream has forgotten where each send ended");
    stage.blank();
    Ok(())
}

fn one_send_in_many_recvs(stage: &mut Stage) -> tour::Result {
    let (mut sender, mut receiver) = pair()?;
    let started = Instant::now();
    let sizes = thread::scope(|scope| {
        let sending = scope.spawn(move || -> tour::Result {
            sender.write_all(&vec![b'x'; BIG])?;
            sender.shutdown(Shutdown::Write)?;
            Ok(())
        });
        // The buffer has room for all of it.
        let mut buffer = vec![0; BIG];
        let mut sizes = Vec::new();
        loop {
            match receiver.read(&mut buffer)? {
                0 => break,
                received => sizes.push(received),
            }
        }
        joined("sender", sending)?;
        Ok::<_, tour::Error>(sizes)
    })?;

    // In KiB, since how large a piece is depends on who was quicker.
    let size = |bytes: Option<&usize>| format!("{} KiB", bytes.unwrap_or(&0).div_ceil(1024));
    stage.who("sender", format!("send({} bytes)", count(BIG as u64)));
    stage.who(
        "receiver",
        format!(
            "{} recvs in {}, the smallest of {}, the largest of {}",
            sizes.len(),
            duration(started.elapsed()),
            size(sizes.iter().min()),
            size(sizes.iter().max()),
        ),
    );
    stage.means("recv brings what is there, not what was sent; the buffer's size is only the most it may bring");
    stage.blank();
    Ok(())
}

fn a_character_in_two_pieces(stage: &mut Stage) -> tour::Result {
    let (mut sender, mut receiver) = pair()?;
    let line = LINES[1];
    sender.write_all(line.as_bytes())?;
    sender.shutdown(Shutdown::Write)?;

    let mut pieces = Vec::new();
    let mut piece_by_piece = String::new();
    let mut buffer = [0; 9];
    loop {
        let received = receiver.read(&mut buffer)?;
        if received == 0 {
            break;
        }
        pieces.extend_from_slice(&buffer[..received]);
        piece_by_piece += &String::from_utf8_lossy(&buffer[..received]);
    }
    stage.who("sender", format!("send(\"{}\")", line.escape_debug()));
    stage.who(
        "receiver",
        "each recv brings 9 bytes; the é is two bytes, the 9th and the 10th",
    );
    stage.who(
        "",
        format!(
            "each piece made text at once:  \"{}\"",
            piece_by_piece.escape_debug()
        ),
    );
    let whole = String::from_utf8(pieces)?;
    stage.who(
        "",
        format!(
            "the whole line made text:      \"{}\"",
            whole.escape_debug()
        ),
    );
    stage.means("collect bytes, find the end of the message, and only then make text of it");
    stage.blank();
    Ok(())
}

fn marks_put_it_together(stage: &mut Stage) -> tour::Result {
    let stream = LINES.concat();
    let decode = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut decoder = LineDecoder::new(80);
        let mut lines = Vec::new();
        for mut piece in pieces {
            while let Some(line) = decoder.decode(&mut piece) {
                lines.push(line);
            }
        }
        lines
    };
    let expected = decode(&mut std::iter::once(stream.as_bytes()));
    let single_bytes = decode(&mut stream.as_bytes().chunks(1));
    let same = (0..CUTS)
        .filter(|seed| decode(&mut cut(stream.as_bytes(), *seed).into_iter()) == expected)
        .count();

    if single_bytes != expected || same as u64 != CUTS {
        return Err("the lines depend on how the bytes came".into());
    }

    let mut table = Table::new(["how the bytes came", "lines that came out"]);
    table.row(["all at once".to_owned(), expected.len().to_string()]);
    table.row(["one byte at a time".to_owned(), "the same".to_owned()]);
    table.row([
        format!("cut at random, {} times", count(CUTS)),
        "the same, each time".to_owned(),
    ]);
    stage.table(&table);

    let frame = encode_frame(b"a\nb\0c", 80)?;
    stage.line("a newline marks the end of a line. Bytes that may hold a newline say first how many they are:");
    stage.quote(format!(
        "{:?} \"{}\"",
        &frame[..4],
        frame[4..].escape_ascii()
    ));
    stage.means("with marks in it, a stream carries messages, and no cut can change them");
    Ok(())
}

/// Cuts bytes into pieces of 1 to 8, by a small generator: the same seed gives the same cuts.
fn cut(mut bytes: &[u8], seed: u64) -> Vec<&[u8]> {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let length = (random % 8 + 1) as usize;
        let (piece, rest) = bytes.split_at(length.min(bytes.len()));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}
