//! A small tour to look at, and to copy from:
//!
//! ```text
//! cargo run --example sample                  # all parts
//! cargo run --example sample -- echo          # one part
//! cargo run --example sample -- --predict     # asks before it shows
//! ```

use std::{
    hint::black_box,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::ExitCode,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};
use tour::{Kind, Part, Recorder, Stage, Table, Timeline, Tour};

fn main() -> ExitCode {
    Tour::new(0, "A sample")
        .part(
            Part::new(
                "echo",
                "The second client waits for the first",
                "A server with one thread serves one client at a time; the other's bytes wait in \
                 the kernel.",
                echo,
            )
            .predict("Two clients send at once. When does the second get its answer?"),
        )
        .part(Part::new(
            "lock",
            "A lock that is held is seen by those who want it",
            "Three threads want one lock; each holds it for 20 ms.",
            lock,
        ))
        .part(
            Part::new(
                "cost",
                "Recording costs less than what is recorded",
                "A span is two readings of the clock and two turns at a lock.",
                cost,
            )
            .predict("How many spans can one thread record in a second?"),
        )
        .part(Part::new(
            "crawl",
            "Thousands of spans stay readable",
            "Eight workers fetch for 30 s; the times are made up, by a rule.",
            crawl,
        ))
        .play()
}

fn echo(stage: &mut Stage) -> tour::Result {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let recorder = Recorder::new();
    ["server", "client 1", "client 2"]
        .iter()
        .for_each(|name| recorder.row(name));

    let times = thread::scope(|scope| -> tour::Result<_> {
        let server = scope.spawn(|| serve(&listener, 2, &recorder));
        let clients = ["client 1", "client 2"].map(|name| {
            let recorder = &recorder;
            scope.spawn(move || call(name, address, recorder))
        });
        let mut times = Vec::new();
        for client in clients {
            times.push(client.join().map_err(|_| "a client panicked")??);
        }
        server.join().map_err(|_| "the server panicked")??;
        times.sort();
        Ok(times)
    })?;

    stage.quote("ping\r\n");
    for (order, time) in ["first", "second"].iter().zip(&times) {
        stage.who(order, format!("answered after {}", tour::duration(*time)));
    }
    stage.timeline(&recorder.finish(), "One thread serves two clients")?;
    stage.means("whoever comes second waits for the first: a server needs more than one thread");
    Ok(())
}

fn serve(listener: &TcpListener, n_clients: usize, recorder: &Recorder) -> tour::Result {
    for _ in 0..n_clients {
        let mut span = recorder.span("server", Kind::Waiting, "accept");
        let (mut stream, peer) = listener.accept()?;
        recorder.mark("server", format!("accepted {peer}"));
        let mut bytes = [0; 6];
        span.turn(Kind::Receiving, "recv");
        stream.read_exact(&mut bytes)?;
        span.turn(Kind::Working, "think");
        thread::sleep(Duration::from_millis(30));
        span.turn(Kind::Sending, "send");
        stream.write_all(&bytes)?;
    }
    Ok(())
}

fn call(name: &str, address: std::net::SocketAddr, recorder: &Recorder) -> tour::Result<Duration> {
    let started = Instant::now();
    let mut span = recorder.span(name, Kind::Sending, "connect");
    let mut stream = TcpStream::connect(address)?;
    span.turn(Kind::Sending, "send");
    stream.write_all(b"ping\r\n")?;
    span.turn(Kind::Waiting, "recv");
    let mut bytes = [0; 6];
    stream.read_exact(&mut bytes)?;
    Ok(started.elapsed())
}

fn lock(stage: &mut Stage) -> tour::Result {
    let recorder = Recorder::new();
    let lock = Mutex::new(0);
    thread::scope(|scope| {
        for name in ["thread 1", "thread 2", "thread 3"] {
            recorder.row(name);
            let (recorder, lock) = (&recorder, &lock);
            scope.spawn(move || {
                let whole = recorder.span(name, Kind::Other("task"), "task");
                let mut span = recorder.span(name, Kind::Blocked, "lock()");
                let mut number = lock
                    .lock()
                    .expect("no thread panics while it holds the lock");
                span.turn(Kind::Holding, "guard");
                thread::sleep(Duration::from_millis(20));
                *number += 1;
                drop(number);
                recorder.mark(name, "unlocked");
                drop(span);
                thread::sleep(Duration::from_millis(5));
                drop(whole);
            });
        }
    });
    stage.timeline(&recorder.finish(), "Three threads and one lock")?;
    stage.means("a lock makes threads wait in a line: hold it as briefly as you can");
    Ok(())
}

fn cost(stage: &mut Stage) -> tour::Result {
    const SPANS: u32 = 100_000;
    let time_of = |each: &dyn Fn()| {
        let started = Instant::now();
        (0..SPANS).for_each(|_| each());
        started.elapsed() / SPANS
    };
    let recorder = Recorder::new();
    let clock = time_of(&|| {
        black_box(Instant::now());
    });
    let span = time_of(&|| drop(recorder.span("worker", Kind::Working, "step")));
    let mark = time_of(&|| recorder.mark("worker", "step"));

    let mut table = Table::new(["what", "each", "a second"]);
    for (what, time) in [
        ("reading the clock", clock),
        ("a mark", mark),
        ("a span", span),
    ] {
        let a_second = (1.0 / time.as_secs_f64()) as u64;
        table.row([what.to_owned(), tour::duration(time), tour::count(a_second)]);
    }
    stage.table(&table);
    stage.blank();
    stage.bars(
        [("clock", clock), ("mark", mark), ("span", span)]
            .map(|(what, time)| (what, time.as_secs_f64(), tour::duration(time))),
    );
    stage.means("a span may stand around anything that takes longer than a microsecond");
    Ok(())
}

fn crawl(stage: &mut Stage) -> tour::Result {
    let mut timeline = Timeline::new();
    let mut seed: u64 = 7;
    let mut random = |limit: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % limit
    };
    let mut n_pages = 0;
    for worker in 1..=8 {
        let row = format!("worker {worker}");
        let mut now = Duration::ZERO;
        let mut does = |timeline: &mut Timeline, kind, label: &'static str, micros| {
            let end = now + Duration::from_micros(micros);
            timeline.add_span(&row, kind, label, now..end);
            now = end;
            end
        };
        while does(&mut timeline, Kind::Waiting, "permit", random(12_000)) < Duration::from_secs(30)
        {
            let fetched = does(
                &mut timeline,
                Kind::Receiving,
                "fetch",
                4_000 + random(20_000),
            );
            does(
                &mut timeline,
                Kind::Working,
                "extract",
                1_000 + random(2_000),
            );
            n_pages += 1;
            if n_pages % 700 == 0 {
                timeline.add_mark(&row, "429: too many requests", fetched);
                does(&mut timeline, Kind::Sleeping, "Retry-After", 3_000_000);
            } else if n_pages % 900 == 0 {
                does(&mut timeline, Kind::Failed, "reset by peer", 400);
            }
        }
    }
    stage.line(format!(
        "{} spans",
        tour::count(timeline.spans().len() as u64)
    ));
    stage.timeline(&timeline, "Eight workers crawl for 30 s")?;
    stage.means("where short spans crowd, the drawing shows what took most of the time");
    Ok(())
}
