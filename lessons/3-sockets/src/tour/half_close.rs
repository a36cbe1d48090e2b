//! Part 6: three ways to stop sending, and what the server can make of each.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use tour::{Stage, Table, duration};

use super::{accept, connect, joined, listen};

const REQUEST: &[u8] = b"a long request";

/// How long the server waits here for the end of a request before it gives up. The client waits longer.
const SHORT: Duration = Duration::from_millis(150);

/// What a client does when it has sent its request.
#[derive(Clone, Copy)]
enum After {
    HalfCloses,
    OnlyReads,
    Closes,
}

impl After {
    const ALL: [(Self, &str); 3] = [
        (Self::HalfCloses, "shutdown(write), recv"),
        (Self::OnlyReads, "recv at once"),
        (Self::Closes, "close"),
    ];
}

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.line(
        "a server reads to the end and answers with what it counted; a client sends, and then:",
    );
    let mut table = Table::new(["client", "server", "client gets"]);
    for (after, what) in After::ALL {
        let (saw, got) = exchange(after)?;
        table.row([what.to_owned(), saw, got]);
    }
    stage.table(&table);
    stage.means("after shutdown(write) the server's recv returns 0: the request is complete");
    stage.means(
        "without it each side waits for the other; here only the server's timeout ended that",
    );
    stage.means(
        "close ends both directions: the answer has nowhere to go. The server's 1st send succeeds, \
         the client's system answers it with a reset, and only the 2nd send (the \".\") reports that",
    );
    Ok(())
}

/// Plays one exchange; returns what the server saw and what the client got.
fn exchange(after: After) -> tour::Result<(String, String)> {
    let (listener, address) = listen()?;
    thread::scope(|scope| {
        let serving = scope.spawn(move || {
            let stream = accept(&listener)?;
            serve(stream)
        });
        let mut client = connect(address)?;
        client.write_all(REQUEST)?;
        let got = match after {
            After::Closes => {
                drop(client);
                "nothing: it is gone".to_owned()
            }
            After::HalfCloses => {
                client.shutdown(Shutdown::Write)?;
                read_answer(client)?
            }
            After::OnlyReads => read_answer(client)?,
        };
        Ok((joined("server", serving)?, got))
    })
}

fn serve(mut stream: TcpStream) -> tour::Result<String> {
    stream.set_read_timeout(Some(SHORT))?;
    let mut request = Vec::new();
    let started = Instant::now();
    match stream.read_to_end(&mut request) {
        Ok(_) => {}
        Err(error) if is_timeout(&error) => {
            return Ok(format!(
                "no end within {}, gave up",
                duration(started.elapsed())
            ));
        }
        Err(error) => return Err(error.into()),
    }
    let answer = format!("I got {} bytes", request.len());
    stream.write_all(answer.as_bytes())?;
    // The second send is there for a client that is gone. Its system answers our first bytes with a
    // reset, and only a later call of ours can report that. Give the reset a moment to come.
    thread::sleep(Duration::from_millis(20));
    match stream.write_all(b".") {
        Ok(()) => Ok("the end, and answered".to_owned()),
        Err(error) => Ok(format!("the end; 2nd send: {}", in_words(&error))),
    }
}

fn read_answer(mut client: TcpStream) -> tour::Result<String> {
    let mut answer = String::new();
    client.read_to_string(&mut answer)?;
    Ok(if answer.is_empty() {
        "nothing".to_owned()
    } else {
        format!("\"{answer}\"")
    })
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::BrokenPipe => "broken pipe".to_owned(),
        io::ErrorKind::ConnectionReset => "connection reset".to_owned(),
        _ => error.to_string(),
    }
}
