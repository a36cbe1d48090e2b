//! Part 12: what strangers send, what the server makes of it, and whether others notice.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use sockets::chat::{self, Client};
use sockets::server::{Config, Engine, Server, Stats};
use tour::{Stage, count, duration};

use super::{PATIENCE, connect, median};

const LONG: usize = 100_000;
const VISITORS: u64 = 300;
const FLOOD: usize = 2_000;

/// The server, and two of its clients who behave.
struct House {
    server: Server,
    /// Asks something after each attack.
    ann: Client,
    /// Sees what is passed on.
    bob: Client,
    answered_after: Vec<Duration>,
}

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut config = Config::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    config.farewell = Duration::from_millis(50);
    let server = chat::serve(Engine::Readiness, config)?;
    let mut house = House {
        ann: named("ann", &server)?,
        bob: named("bob", &server)?,
        server,
        answered_after: Vec::new(),
    };
    stage.names(["stranger"]);

    lines_that_are_none(stage, &mut house)?;
    commands_for_a_terminal(stage, &mut house)?;
    half_a_line(stage, &mut house)?;
    visitors(stage, &mut house)?;
    a_flood(stage, &mut house)?;
    a_second_server(stage, &house)?;

    let longest = house
        .answered_after
        .iter()
        .max()
        .copied()
        .unwrap_or_default();
    stage.blank();
    stage.line(format!(
        "after each of these, ann asked who is here. She was answered after {} (median), {} \
         at most",
        duration(median(&mut house.answered_after)),
        duration(longest)
    ));
    house.server.shutdown();
    stage.means(
        "bound what a client can cost (bytes in a line, bytes waiting, lines a second), say what \
         was wrong, and go on",
    );
    stage.means(
        "escape sequences are made visible before they are passed on: the terminal shows them, \
         and does not obey",
    );
    Ok(())
}

fn lines_that_are_none(stage: &mut Stage, house: &mut House) -> tour::Result {
    let long = vec![b'x'; LONG];
    let cases: [(&str, &[u8]); 4] = [
        ("a line of 100,000 bytes", &[&long[..], b"\n"].concat()),
        ("100,000 bytes and no newline, ever", &long),
        ("bytes that are not text: caf\\xe9", b"caf\xe9\n"),
        ("a name that is taken: /nick ann", b"/nick ann\n"),
    ];
    for (what, bytes) in cases {
        let mut stranger = house.stranger()?;
        stranger.sends(bytes)?;
        stage.who("stranger", what);
        stage.who("is told", stranger.is_told()?);
        house.ask()?;
    }
    Ok(())
}

fn commands_for_a_terminal(stage: &mut Stage, house: &mut House) -> tour::Result {
    let mut stranger = house.stranger()?;
    stranger.sends(b"\x1b[2J\x1b]0;hacked\x07hello\0\n")?;
    stage.who(
        "stranger",
        "ESC [2J, ESC ]0;hacked BEL, NUL: clear the screen, rename the window",
    );
    stage.who("bob", house.bob.wait_for("hello")?);
    house.ask()
}

fn half_a_line(stage: &mut Stage, house: &mut House) -> tour::Result {
    house.wait_until(|now| now.clients == 2)?;
    let mut stranger = house.stranger()?;
    stranger.sends(b"half a li")?;
    house.wait_until(|now| now.clients == 3)?;
    // Whoever came before has gone by now, and bob has heard of it.
    house.ann.send("listen")?;
    house.bob.wait_for("listen")?;
    drop(stranger);
    stage.who("stranger", "half a line, and gone");
    stage.who("bob", house.bob.wait_for("is gone")?);
    stage.line("(a reset and no clean end: the stranger left with unread bytes, its greeting)");
    house.ask()
}

fn visitors(stage: &mut Stage, house: &mut House) -> tour::Result {
    let before = house.server.stats();
    for _ in 0..VISITORS {
        drop(connect(house.server.address())?);
    }
    house.wait_until(|now| now.accepted == before.accepted + VISITORS && now.clients == 2)?;
    stage.who(
        "stranger",
        format!("{VISITORS} connections, each gone at once"),
    );
    stage.who(
        "server",
        format!("{VISITORS} accepted, {VISITORS} let go; ann and bob are still here"),
    );
    house.ask()
}

fn a_flood(stage: &mut Stage, house: &mut House) -> tour::Result {
    let before = house.server.stats();
    let mut stranger = house.stranger()?;
    stranger.sends("/who\n".repeat(FLOOD).as_bytes())?;
    house.wait_until(|now| now.lines > before.lines)?;
    // A burst is read at once. What comes after it is read at the server's pace, not the stranger's.
    thread::sleep(Duration::from_millis(100));
    let read = house.server.stats().lines - before.lines;
    stage.who("stranger", format!("{} lines at once", count(FLOOD as u64)));
    stage.who(
        "server",
        format!("reads {read} lines in 100 ms, and 20 lines a second from then on"),
    );
    house.ask()
}

fn a_second_server(stage: &mut Stage, house: &House) -> tour::Result {
    match chat::serve(Engine::Readiness, Config::new(house.server.address())) {
        Ok(_) => Err("two servers share one port".into()),
        Err(taken) => {
            stage.who("operator", "starts a second server on the same port");
            stage.who("is told", taken.to_string());
            Ok(())
        }
    }
}

impl House {
    fn stranger(&self) -> tour::Result<Stranger> {
        let mouth = connect(self.server.address())?;
        let ears = BufReader::new(mouth.try_clone()?);
        Ok(Stranger { mouth, ears })
    }

    /// Ann asks, and is answered.
    fn ask(&mut self) -> tour::Result {
        let started = Instant::now();
        self.ann.send("/who")?;
        self.ann.wait_for("in lobby:")?;
        self.answered_after.push(started.elapsed());
        Ok(())
    }

    /// Waits until the server's numbers are as expected.
    fn wait_until(&self, expected: impl Fn(Stats) -> bool) -> tour::Result {
        let started = Instant::now();
        while !expected(self.server.stats()) {
            if started.elapsed() > PATIENCE {
                return Err(format!("the server is stuck at {:?}", self.server.stats()).into());
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

/// Somebody who can send any bytes, and reads the answers.
struct Stranger {
    mouth: TcpStream,
    ears: BufReader<TcpStream>,
}

impl Stranger {
    fn sends(&mut self, bytes: &[u8]) -> tour::Result {
        Ok(self.mouth.write_all(bytes)?)
    }

    /// Waits for a complaint, and returns it.
    fn is_told(&mut self) -> tour::Result<String> {
        loop {
            let mut line = String::new();
            if self.ears.read_line(&mut line)? == 0 {
                return Err("the server has closed without a word".into());
            }
            if line.starts_with('!') {
                return Ok(line.trim_end().to_owned());
            }
        }
    }
}

fn named(name: &str, server: &Server) -> tour::Result<Client> {
    let mut client = Client::connect(server.address(), PATIENCE)?;
    client.send(&format!("/nick {name}"))?;
    client.wait_for(&format!("* you are now {name}"))?;
    Ok(client)
}
