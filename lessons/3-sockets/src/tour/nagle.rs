//! Part 8: write, write, read, with and without Nagle's algorithm, measured.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use tour::{Stage, duration};

use super::{accept, connect, joined, listen, median};

const ROUNDS: usize = 8;

/// The first exchanges of a connection are acknowledged at once, so they are not counted.
const WARM_UP: usize = 2;

/// From here on we say that the delay has shown itself.
const DELAY: Duration = Duration::from_millis(10);

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.line(format!(
        "a request of two small parts, then an answer; the median of {ROUNDS} rounds:"
    ));
    let two = exchange(false, &[b"head", b"body"])?;
    let no_delay = exchange(true, &[b"head", b"body"])?;
    let one = exchange(false, &[b"headbody"])?;
    stage.bars(
        [
            ("two sends", two),
            ("two sends, TCP_NODELAY", no_delay),
            ("one send", one),
        ]
        .map(|(what, time)| (what, time.as_secs_f64(), duration(time))),
    );
    if two > DELAY {
        stage.means(
            "the body waits for an acknowledgement of the head, and the server waits for the body \
             before it has anything to acknowledge with; its timer ends that after 40 ms",
        );
        stage.means(
            "send a message by one call (collect it first, or use a BufWriter). If you cannot, \
             TCP_NODELAY is for programs that talk back and forth, like a chat",
        );
    } else {
        stage.means(
            "this system acknowledges at once on loopback, so the delay does not show here; over \
             a real network it does",
        );
    }
    Ok(())
}

// ANCHOR: exchange
/// Sends the parts, waits for the answer, and returns how long that takes.
fn exchange(no_delay: bool, parts: &[&[u8]]) -> tour::Result<Duration> {
    let length = parts.iter().map(|part| part.len()).sum();
    let (listener, address) = listen()?;
    thread::scope(|scope| {
        let serving = scope.spawn(move || serve(&listener, length));
        let mut stream = connect(address)?;
        stream.set_nodelay(no_delay)?;
        let mut times = Vec::new();
        for round in 0..WARM_UP + ROUNDS {
            let started = Instant::now();
            for part in parts {
                stream.write_all(part)?;
            }
            stream.read_exact(&mut [0; 2])?;
            if round >= WARM_UP {
                times.push(started.elapsed());
            }
        }
        drop(stream);
        joined("server", serving)?;
        Ok(median(&mut times))
    })
}
// ANCHOR_END: exchange

/// Answers each request of that length once it is whole, until the client is gone.
fn serve(listener: &TcpListener, length: usize) -> tour::Result {
    let mut stream: TcpStream = accept(listener)?;
    stream.set_nodelay(true)?;
    let mut request = vec![0; length];
    while stream.read_exact(&mut request).is_ok() {
        stream.write_all(b"ok")?;
    }
    Ok(())
}
