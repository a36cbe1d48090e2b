//! Part 7: a server that drips, a client with a timeout for each read, and one with a deadline.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use sockets::deadline::{Deadline, DeadlineStream};
use tour::{Kind, Recorder, Stage, duration};

use super::{accept, connect, joined, listen};

const DRIPS: usize = 40;
const EACH: Duration = Duration::from_millis(20);

/// The limit, for each read in one client and for the whole in the other.
const LIMIT: Duration = Duration::from_millis(200);

/// How a client was served.
struct Outcome {
    received: usize,
    took: Duration,
    timed_out: bool,
}

pub fn play(stage: &mut Stage) -> tour::Result {
    let (listener, address) = listen()?;
    let recorder = Recorder::new();
    let (each_read, deadline) = ("timeout", "deadline");
    for name in [each_read, deadline, "server"] {
        recorder.row(name);
    }

    let (patient, strict) = thread::scope(|scope| -> tour::Result<_> {
        let serving = scope.spawn(|| serve(&listener, &recorder));
        let patient = scope.spawn(|| ask(address, each_read, None, &recorder));
        let strict =
            scope.spawn(|| ask(address, deadline, Some(Deadline::after(LIMIT)), &recorder));
        let outcomes = (joined("client", patient)?, joined("client", strict)?);
        joined("server", serving)?;
        Ok(outcomes)
    })?;

    stage.line(format!(
        "a server sends {DRIPS} bytes, one each {}; two clients ask it at the same time:",
        duration(EACH)
    ));
    for (who, limit, outcome) in [
        (each_read, "for each read", &patient),
        (deadline, "for the whole", &strict),
    ] {
        // How many bytes came before the time was over depends on the machine; all is all.
        let bytes = if outcome.received == DRIPS {
            "all"
        } else {
            "some"
        };
        stage.who(
            who,
            format!(
                "{} {limit}: {} after {}, with {bytes} of the bytes",
                duration(LIMIT),
                if outcome.timed_out {
                    "gave up"
                } else {
                    "was done"
                },
                duration(outcome.took),
            ),
        );
    }
    stage.timeline(
        &recorder.finish(),
        "A dripping server, and two ideas of 200 ms",
    )?;
    stage.means(
        "no read ever waited 200 ms, so the timeout never fired: a server that drips for an hour \
         holds that client for an hour",
    );
    stage.means("a deadline gives each read only what is left of the whole");
    Ok(())
}

/// Reads to the end, with [`LIMIT`] for each read or until the deadline.
fn ask(
    address: SocketAddr,
    name: &'static str,
    deadline: Option<Deadline>,
    recorder: &Recorder,
) -> tour::Result<Outcome> {
    let started = Instant::now();
    let stream = connect(address)?;
    stream.set_read_timeout(Some(LIMIT))?;
    let mut source: Box<dyn Read> = match deadline {
        Some(deadline) => Box::new(DeadlineStream::new(&stream, deadline)),
        None => Box::new(&stream),
    };
    let mut received = 0;
    let mut timed_out = false;
    let mut buffer = [0; 64];
    loop {
        let reading = recorder.span(name, Kind::Waiting, "recv");
        let came = source.read(&mut buffer);
        drop(reading);
        match came {
            Ok(0) => break,
            Ok(bytes) => received += bytes,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                ) =>
            {
                timed_out = true;
                recorder.mark(name, "the time is over");
                break;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Outcome {
        received,
        took: started.elapsed(),
        timed_out,
    })
}

/// Drips to both clients until each has all or is gone.
fn serve(listener: &TcpListener, recorder: &Recorder) -> tour::Result {
    let mut clients = vec![accept(listener)?, accept(listener)?];
    for drip in 1..=DRIPS {
        let sending = recorder.span("server", Kind::Sending, "send");
        // A client that has given up is no failure of ours.
        clients.retain_mut(|client| client.write_all(b".").is_ok());
        drop(sending);
        if drip < DRIPS {
            let _pause = recorder.span("server", Kind::Sleeping, "");
            thread::sleep(EACH);
        }
    }
    Ok(())
}
