//! Part 2: connect succeeds although nobody accepts, until the queue is full.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};
use tour::{Stage, duration};

use super::{PATIENCE, accept};

/// The queue that we ask for. Real servers ask for hundreds.
const BACKLOG: i32 = 4;

/// How long a connect may wait here until we call it stuck.
const STUCK: Duration = Duration::from_millis(200);

/// More than any system queues when it is asked for [`BACKLOG`].
const MANY: usize = 64;

pub fn play(stage: &mut Stage) -> tour::Result {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    socket.listen(BACKLOG)?;
    let listener = TcpListener::from(socket);
    let address = listener.local_addr()?;
    stage.line(format!(
        "a server listens with a backlog of {BACKLOG}, and does not accept"
    ));

    // Connect one after another, until one has to wait.
    let mut queue = Vec::new();
    let mut stuck = None;
    while stuck.is_none() && queue.len() < MANY {
        let started = Instant::now();
        match TcpStream::connect_timeout(&address, STUCK) {
            Ok(mut stream) => {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.write_all(format!("I am client {}", queue.len() + 1).as_bytes())?;
                queue.push(stream);
            }
            Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                stuck = Some(started.elapsed());
            }
            Err(error) => return Err(error.into()),
        }
    }
    stage.line(format!(
        "{} connected and sent first words: nothing told them that nobody accepts",
        match queue.len() {
            1 => "1 client".to_owned(),
            many => format!("{many} clients"),
        }
    ));
    if queue.len() > BACKLOG as usize && stuck.is_some() {
        stage.line(format!(
            "(asked for {BACKLOG}, got {}: {})",
            queue.len(),
            if cfg!(target_os = "linux") {
                "Linux lets one more wait than the backlog says"
            } else {
                "a system may let more wait than the backlog says"
            }
        ));
    }
    match stuck {
        Some(waited) => stage.line(format!(
            "client {} waited in connect and gave up after {}: the queue is full, so the system \
             ignores it and lets it try again",
            queue.len() + 1,
            duration(waited)
        )),
        None => stage.line("and this system queues far more than it was asked for"),
    }

    // Now the server begins to work.
    let mut words = [0; 32];
    let mut stream = accept(&listener)?;
    let received = stream.read(&mut words)?;
    stage.line(format!(
        "now the server accepts one, and finds its words already there: \"{}\"",
        words[..received].escape_ascii()
    ));
    if stuck.is_some() {
        let started = Instant::now();
        // One place is free. (The one who gave up is gone: the system remembers nobody.)
        TcpStream::connect_timeout(&address, PATIENCE)?;
        stage.line(format!(
            "and the next client gets in after {}",
            duration(started.elapsed())
        ));
    }
    stage.means(
        "a successful connect means that the machine is there, not that the program is listening \
         to you",
    );
    stage
        .means("a server that accepts too slowly is not slow to its next clients, it is invisible");
    Ok(())
}
