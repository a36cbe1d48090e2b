//! Part 1: every call as it returns, and a timeline of who waited for whom.
//!
//! Server and client run on their own threads. Each reports a call as soon as it has returned, and
//! goes on when the conductor lets it. So the order of the lines is always the same, and still every
//! wait in the timeline is a real one: the server *is* in `accept` while the client is on its way.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use sockets::steps::{self, Step};
use tour::{Kind, Stage, Timeline, duration};

use super::{PATIENCE, connect, joined, listen};

/// How long the client takes to come, and to type. Long enough to be seen in the drawing.
const PAUSE: Duration = Duration::from_millis(20);

/// One side of the conversation, seen by the conductor.
struct Player {
    name: &'static str,
    go: Sender<()>,
    steps: Receiver<(Step, Instant)>,
    /// When this side was let into the call that it is in.
    since: Instant,
}

/// The other end of a [`Player`]: what the side itself holds.
struct Seat {
    go: Receiver<()>,
    steps: Sender<(Step, Instant)>,
}

impl Player {
    fn new(name: &'static str) -> (Self, Seat) {
        let (go, waits) = channel();
        let (tells, steps) = channel();
        let since = Instant::now();
        (
            Self {
                name,
                go,
                steps,
                since,
            },
            Seat {
                go: waits,
                steps: tells,
            },
        )
    }
}

impl Seat {
    /// Reports a call that has returned, and waits until the next one may begin.
    fn report(&self, step: Step) {
        // If the conductor is gone it has failed, and so will this side, by its own limits.
        let _ = self.steps.send((step, Instant::now()));
        self.wait();
    }

    fn wait(&self) {
        let _ = self.go.recv_timeout(PATIENCE);
    }
}

/// Lets the sides make their calls, and says and records what they report.
struct Conductor<'a> {
    stage: &'a mut Stage,
    timeline: Timeline,
    start: Instant,
}

impl Conductor<'_> {
    /// Lets this side into its next call.
    fn lets(&self, player: &mut Player) {
        player.since = Instant::now();
        // It fails only when the side has already ended; `hears` then says so.
        let _ = player.go.send(());
    }

    /// Waits until this side's call has returned, and shows it.
    fn hears(&mut self, player: &Player) -> tour::Result<Step> {
        let (step, now) = player
            .steps
            .recv_timeout(PATIENCE)
            .map_err(|_| format!("the {} made no further call", player.name))?;
        self.stage.who(player.name, step.to_string());
        let during = player.since - self.start..now - self.start;
        self.timeline
            .add_span(player.name, kind(&step), step.call(), during);
        Ok(step)
    }

    /// Lets this side make its next `count` calls at once.
    fn runs(&mut self, player: &mut Player, count: usize) -> tour::Result<Step> {
        self.lets(player);
        let mut step = self.hears(player)?;
        for _ in 1..count {
            self.lets(player);
            step = self.hears(player)?;
        }
        Ok(step)
    }

    /// The client takes its time.
    fn pauses(&mut self, player: &Player, what: &'static str) {
        let from = self.start.elapsed();
        thread::sleep(PAUSE);
        self.timeline.add_span(
            player.name,
            Kind::Sleeping,
            what,
            from..self.start.elapsed(),
        );
    }
}

/// What a side does while it is in such a call.
fn kind(step: &Step) -> Kind {
    match step.call() {
        "accept" | "recv" => Kind::Waiting,
        "connect" | "send" | "shutdown" => Kind::Sending,
        _ => Kind::Working,
    }
}

pub fn play(stage: &mut Stage) -> tour::Result {
    let (mut server, server_seat) = Player::new("server");
    let (mut client, client_seat) = Player::new("client");

    let timeline = thread::scope(|scope| {
        let serving = scope.spawn(move || {
            server_seat.wait();
            let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            steps::server(anywhere, &mut |step| server_seat.report(step))
        });

        let mut conductor = Conductor {
            stage,
            timeline: Timeline::new(),
            start: Instant::now(),
        };
        let c = &mut conductor;
        c.timeline.add_row(server.name);
        c.timeline.add_row(client.name);

        // socket, setsockopt, bind: now the server has an address.
        let address = loop {
            if let Step::Bind { address, .. } = c.runs(&mut server, 1)? {
                break address;
            }
        };
        c.runs(&mut server, 2)?; // listen, setsockopt
        c.lets(&mut server); // into accept, where it waits
        c.pauses(&client, "on its way");

        let calling = scope.spawn(move || {
            client_seat.wait();
            steps::client(address, &[b"hello ", b"world"], &mut |step| {
                client_seat.report(step)
            })
        });
        c.runs(&mut client, 2)?; // socket, connect
        c.hears(&server)?; // accept has returned
        c.runs(&mut server, 1)?; // setsockopt
        c.lets(&mut server); // into recv
        c.runs(&mut client, 2)?; // setsockopt, twice

        for _message in 0..2 {
            c.pauses(&client, "typing");
            c.runs(&mut client, 1)?; // send
            c.hears(&server)?; // recv
            c.runs(&mut server, 1)?; // send
            c.lets(&mut server); // into recv
        }
        c.pauses(&client, "thinking");
        c.runs(&mut client, 1)?; // shutdown
        c.hears(&server)?; // recv: the end
        c.runs(&mut server, 2)?; // close, close
        c.runs(&mut client, 3)?; // recv, recv: the end, close
        c.lets(&mut server);
        c.lets(&mut client);

        let timeline = conductor.timeline;
        serving.join().map_err(|_| "the server panicked")??;
        calling.join().map_err(|_| "the client panicked")??;
        Ok::<_, tour::Error>(timeline)
    })?;

    stage.line(format!(
        "(the timeouts of {} are this tour's safety belt: a call that gets stuck fails)",
        duration(steps::PATIENCE)
    ));
    stage.timeline(&timeline, "Six calls of a server, four of a client")?;
    stage.means(
        "accept gave the server a second socket: the first one goes on listening, the second one \
         is this conversation",
    );
    stage.means(
        "the two answers came in one recv: what was sent by two calls had become one run of bytes",
    );
    stage.blank();
    in_std(stage)
}

/// The same conversation with the standard library, whose calls do several of these at once.
fn in_std(stage: &mut Stage) -> tour::Result {
    let (listener, address) = listen()?;
    let answer = thread::scope(|scope| -> tour::Result<_> {
        let serving = scope.spawn(|| Ok(shout(&listener)?));
        let mut stream = connect(address)?;
        stream.write_all(b"hello ")?;
        stream.write_all(b"world")?;
        stream.shutdown(Shutdown::Write)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        joined("server", serving)?;
        Ok(answer)
    })?;
    stage.line(
        "the same with std, where bind makes the server's first calls, down to listen, in one:",
    );
    stage.who("client", format!("read to the end: \"{answer}\""));
    Ok(())
}

// ANCHOR: shout
/// Serves one client: what it says comes back in capital letters.
fn shout(listener: &TcpListener) -> io::Result<()> {
    let (mut stream, _peer) = listener.accept()?;
    let mut buffer = [0; 1024];
    loop {
        match stream.read(&mut buffer)? {
            0 => return Ok(()), // the end of what the client says; dropping the stream closes it
            received => stream.write_all(&buffer[..received].to_ascii_uppercase())?,
        }
    }
}
// ANCHOR_END: shout
