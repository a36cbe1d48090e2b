//! Part 11: a chat, and a client that never reads, with and without outboxes.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, SockRef, Socket, Type};
use sockets::chat::{self, Client};
use sockets::server::{Config, Engine, Event};
use sockets::service::Reason;
use tour::{Kind, OpenSpan, Recorder, Stage, Table, duration};

use super::{PATIENCE, accept, joined, listen};

const MESSAGES: usize = 30;
const PAUSE: Duration = Duration::from_millis(12);

/// Long messages and small buffers, so that the buffers of one client are soon full.
const MESSAGE_BYTES: usize = 1_000;
const RECEIVE_BUFFER_BYTES: usize = 4 * 1024;
const SEND_BUFFER_BYTES: usize = 8 * 1024;
const OUTBOX_BYTES: usize = 4 * 1024;

/// How long the server without outboxes waits in one send until it gives a client up.
const GIVE_UP: Duration = Duration::from_millis(200);

const READERS: [&str; 2] = ["bob", "eve"];

pub fn play(stage: &mut Stage) -> tour::Result {
    a_short_talk(stage)?;

    let recorder = Recorder::new();
    let straight = straight_into_the_sockets(&recorder)?;
    stage.timeline(
        &recorder.finish(),
        "A server that writes straight into the sockets",
    )?;
    let recorder = Recorder::new();
    let readiness = through_outboxes(Engine::Readiness, &recorder)?;
    stage.timeline(&recorder.finish(), "A server with outboxes")?;
    let threads = through_outboxes(Engine::Threads, &Recorder::new())?;

    stage.line("how long after it was said the readers had a message, as a median and at most:");
    let mut table = Table::new(["server", "median", "at most", "the slow one"]);
    for (server, outcome) in [
        ("straight into the sockets", &straight),
        ("outboxes, two threads for each client", &threads),
        ("outboxes, one thread for all", &readiness),
    ] {
        table.row([
            server.to_owned(),
            duration(outcome.median),
            duration(outcome.longest),
            outcome.slow.clone(),
        ]);
    }
    stage.table(&table);
    let was_let_go = readiness.last_line.is_some();
    if let Some(last_line) = readiness.last_line {
        // Without the number of bytes, which differs from run to run.
        let why = last_line.split(" (").next().unwrap_or(&last_line);
        stage.who("slow", format!("reads, at last: … {why}"));
    }
    stage.means(
        "without outboxes the server stands in one client's send, and everybody waits; only a \
         timeout ended it",
    );
    if was_let_go {
        stage.means(
            "with bounded outboxes nobody waits and nobody's memory grows: who doesn't read is let \
             go and told why, and may come back",
        );
    } else {
        stage.means(
            "these outboxes had room for all that was said: nobody waited, nobody was let go, and \
             the memory for the one that doesn't read was the server's",
        );
    }
    Ok(())
}

/// Shows what the chat looks like.
fn a_short_talk(stage: &mut Stage) -> tour::Result {
    let server = chat::serve(Engine::Readiness, config())?;
    let mut ann = named("ann", server.address())?;
    let mut bob = named("bob", server.address())?;
    let mut eve = named("eve", server.address())?;
    eve.send("/join tea")?;
    eve.wait_for("tea")?;
    // Bob's ear comes after all of this in one order, so his lines are always the same.
    bob.wait_for("eve")?;
    for (what, who, hears) in [
        ("hello, who is here?", "bob", "hello"),
        ("/msg eve come over", "eve", "come over"),
        ("/who", "ann", " in lobby"),
    ] {
        ann.send(what)?;
        let listener = match who {
            "bob" => &mut bob,
            "eve" => &mut eve,
            _ => &mut ann,
        };
        let heard = listener.wait_for(hears)?;
        stage.who("ann", format!("types  {what}"));
        stage.who(who, format!("reads  {heard}"));
    }
    drop((ann, bob, eve));
    server.shutdown();
    Ok(())
}

fn config() -> Config {
    let mut config = Config::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    config.max_line_bytes = 2 * MESSAGE_BYTES;
    config.max_outbox_bytes = OUTBOX_BYTES;
    config.send_buffer_bytes = Some(SEND_BUFFER_BYTES);
    config.max_lines_per_second = None;
    // Long enough for the slow client to read its last line after all.
    config.farewell = Duration::from_secs(2);
    config
}

fn named(name: &str, server: SocketAddr) -> tour::Result<Client> {
    let mut client = Client::connect(server, PATIENCE)?;
    client.send(&format!("/nick {name}"))?;
    client.wait_for(&format!("* you are now {name}"))?;
    Ok(client)
}

/// A client with little room for what it never reads.
fn never_reads(server: SocketAddr) -> tour::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    // Before connect: the size is agreed on in the handshake.
    socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES)?;
    socket.connect_timeout(&server.into(), PATIENCE)?;
    Ok(socket.into())
}

/// How the readers were served, and what became of the one that never read.
struct Outcome {
    median: Duration,
    longest: Duration,
    slow: String,
    /// Why it was let go: what it found at the end, when it read after all.
    last_line: Option<String>,
}

impl Outcome {
    /// Compares when each message was sent with when each reader had it.
    fn new(
        sent: &[Instant],
        heard: Vec<Vec<Instant>>,
        slow: String,
        last_line: Option<String>,
    ) -> Self {
        let delay = |(sent, heard): (&Instant, &Instant)| heard.saturating_duration_since(*sent);
        let mut delays: Vec<Duration> = heard
            .iter()
            .flat_map(|times| sent.iter().zip(times).map(delay))
            .collect();
        let median = super::median(&mut delays);
        Self {
            median,
            longest: delays.last().copied().unwrap_or_default(),
            slow,
            last_line,
        }
    }
}

fn message(number: usize) -> String {
    format!("message {number:02} {}", "x".repeat(MESSAGE_BYTES))
}

/// Reads until every message has come, and returns when each of them did.
fn listens(
    mut client: Client,
    name: &'static str,
    recorder: &Recorder,
) -> tour::Result<Vec<Instant>> {
    let mut heard = HashMap::new();
    while heard.len() < MESSAGES {
        let mut span = recorder.span(name, Kind::Waiting, "");
        let line = client.receive()?.ok_or("the server has closed")?;
        let Some((_, rest)) = line.split_once("message ") else {
            continue; // news of somebody who came or went
        };
        span.turn(Kind::Receiving, "");
        let number: usize = rest[..2].parse()?;
        heard.insert(number, Instant::now());
        // So that it can be seen in the drawing.
        thread::sleep(Duration::from_millis(2));
    }
    (0..MESSAGES)
        .map(|number| {
            heard
                .get(&number)
                .copied()
                .ok_or_else(|| "a message is missing".into())
        })
        .collect()
}

fn through_outboxes(engine: Engine, recorder: &Recorder) -> tour::Result<Outcome> {
    ["ann", "bob", "eve", "slow"]
        .iter()
        .for_each(|name| recorder.row(name));
    // Begins when the slow client connects, and ends when it is let go.
    let silence: Arc<Mutex<Option<OpenSpan>>> = Arc::default();
    let server = chat::serve(
        engine,
        config().with_observer({
            let (recorder, silence) = (recorder.clone(), Arc::clone(&silence));
            move |event| {
                if let Event::Departed {
                    reason: Reason::TooSlow { .. },
                    ..
                } = event
                {
                    recorder.mark("slow", "let go");
                    drop(lock(&silence).take());
                }
            }
        }),
    )?;
    let address = server.address();
    let slow = never_reads(address)?;
    *lock(&silence) = Some(recorder.span("slow", Kind::Sleeping, "reads nothing"));
    let readers = READERS
        .iter()
        .map(|name| Ok((*name, named(name, address)?)))
        .collect::<tour::Result<Vec<_>>>()?;
    let mut ann = named("ann", address)?;

    let (sent, heard) = thread::scope(|scope| -> tour::Result<_> {
        let listening: Vec<_> = readers
            .into_iter()
            .map(|(name, client)| scope.spawn(move || listens(client, name, recorder)))
            .collect();
        let mut sent = Vec::new();
        for number in 0..MESSAGES {
            thread::sleep(PAUSE);
            sent.push(Instant::now());
            let _saying = recorder.span("ann", Kind::Sending, "");
            ann.send(&message(number))?;
            // She is in the room as well, so she hears herself.
            ann.wait_for(&format!("message {number:02}"))?;
        }
        let heard = listening
            .into_iter()
            .map(|listener| joined("reader", listener))
            .collect::<tour::Result<Vec<_>>>()?;
        Ok((sent, heard))
    })?;
    drop(ann);
    // If it has not been let go, its silence ends here.
    drop(lock(&silence).take());
    let outcome = match reads_at_last(slow)? {
        Late::LetGo { why } => Outcome::new(&sent, heard, "let go".to_owned(), Some(why)),
        Late::Held { bytes } => {
            let slow = format!("never let go, {} KiB held for it", bytes / 1_024);
            Outcome::new(&sent, heard, slow, None)
        }
    };
    server.shutdown();
    Ok(outcome)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panics while they hold a span")
}

/// What the slow client finds when it begins to read after all.
enum Late {
    /// The end of the connection, and before it a last line that says why.
    LetGo { why: String },
    /// Every message: this much has been kept for it, in its outbox and in the system's buffers.
    Held { bytes: usize },
}

/// Reads for the slow client until the end of the connection, or until it has all that was said.
fn reads_at_last(slow: TcpStream) -> tour::Result<Late> {
    slow.set_read_timeout(Some(PATIENCE))?;
    let newest = format!("message {:02}", MESSAGES - 1);
    let mut bytes = 0;
    let mut last = None;
    for line in BufReader::new(slow).lines() {
        let line = line?;
        bytes += line.len() + 1; // and its line feed
        if line.contains(&newest) {
            return Ok(Late::Held { bytes });
        }
        last = Some(line);
    }
    let why = last.ok_or("the slow client was told nothing")?;
    Ok(Late::LetGo { why })
}

/// What one writes first: for each message, write it to each client in turn.
fn straight_into_the_sockets(recorder: &Recorder) -> tour::Result<Outcome> {
    ["server", "bob", "eve", "slow"]
        .iter()
        .for_each(|name| recorder.row(name));
    let (listener, address) = listen()?;
    thread::scope(|scope| {
        let _slow = never_reads(address)?;
        let mut clients = vec![("send to slow", accept(&listener)?)];
        let mut listening = Vec::new();
        for name in READERS {
            let client = Client::connect(address, PATIENCE)?;
            clients.push(("", accept(&listener)?));
            listening.push(scope.spawn(move || listens(client, name, recorder)));
        }
        for (_, client) in &clients {
            client.set_write_timeout(Some(GIVE_UP))?;
            SockRef::from(client).set_send_buffer_size(SEND_BUFFER_BYTES)?;
        }

        let _silent = recorder.span("slow", Kind::Sleeping, "reads nothing");
        let mut sent = Vec::new();
        let mut slow = "never noticed".to_owned();
        for number in 0..MESSAGES {
            thread::sleep(PAUSE);
            let started = Instant::now();
            sent.push(started);
            let line = message(number) + "\n";
            // ANCHOR: straight
            clients.retain_mut(|(label, client)| {
                let sending = recorder.span("server", Kind::Sending, *label);
                let taken = client.write_all(line.as_bytes()).is_ok();
                drop(sending);
                if !taken {
                    recorder.mark("server", "gives up");
                    slow = format!("held all up: {}", duration(started.elapsed()));
                }
                taken
            });
            // ANCHOR_END: straight
        }
        let heard = listening
            .into_iter()
            .map(|listener| joined("reader", listener))
            .collect::<tour::Result<Vec<_>>>()?;
        Ok(Outcome::new(&sent, heard, slow, None))
    })
}
