//! Part 13: what a silent client costs in each engine.

use std::fs;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use sockets::chat::{self, Client};
use sockets::limits::allow_open_files;
use sockets::server::{Config, Engine, Server};
use tour::{Stage, Table, count, duration};

use super::{PATIENCE, connect};

const CLIENTS: u64 = 500;

/// What an engine needed to hold the crowd.
struct Cost {
    threads: Option<u64>,
    memory: Option<u64>,
    /// From a line's send until the last client had it.
    told_all: Duration,
}

pub fn play(stage: &mut Stage) -> tour::Result {
    // Both ends of each connection are in this process, and some engines keep two handles.
    allow_open_files(4 * CLIENTS + 100)?;
    let mut table = Table::new(["engine", "threads", "memory", "a line to all"]);
    let engines = [
        ("one thread for all", Engine::Readiness),
        ("two threads for each client", Engine::Threads),
    ];
    for (name, engine) in engines {
        let cost = hold(engine)?;
        let known = |number: Option<u64>, unit| match number {
            Some(number) => format!("{}{unit}", count(number)),
            None => "(only Linux tells)".to_owned(),
        };
        table.row([
            name.to_owned(),
            known(cost.threads, ""),
            known(cost.memory, " KiB"),
            duration(cost.told_all),
        ]);
    }
    stage.line(format!(
        "{CLIENTS} clients are connected and silent; then one line goes to all of them:"
    ));
    stage.table(&table);
    stage.line(
        "(threads and memory that came with the clients; the clients' own ends are in it too)",
    );
    stage.means(
        "for some hundreds of clients both will do. A thread that waits is cheap, and a thousand \
         of them are megabytes and a line that wakes them all",
    );
    stage.means(
        "`just bench sockets` shows where the first engine stops paying, up to 10,000 clients",
    );
    Ok(())
}

fn hold(engine: Engine) -> tour::Result<Cost> {
    settle();
    let before = (status("Threads:"), status("VmRSS:"));
    let mut config = Config::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    config.farewell = Duration::from_millis(200);
    let server = chat::serve(engine, config)?;
    let mut crowd = Vec::new();
    for _ in 0..CLIENTS {
        crowd.push(connect(server.address())?);
    }
    wait_for_all(&server)?;
    let grown = |name, before: Option<u64>| Some(status(name)?.saturating_sub(before?));
    let (threads, memory) = (grown("Threads:", before.0), grown("VmRSS:", before.1));

    let mut ann = Client::connect(server.address(), PATIENCE)?;
    let started = Instant::now();
    ann.send("good evening, everybody")?;
    for client in &mut crowd {
        hear(client, b"everybody\n")?;
    }
    let told_all = started.elapsed();
    server.shutdown();
    Ok(Cost {
        threads,
        memory,
        told_all,
    })
}

/// Waits until threads that have ended are no longer counted: the system takes a moment for that.
fn settle() {
    let started = Instant::now();
    let mut threads = status("Threads:");
    while started.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(10));
        let now = status("Threads:");
        if now == threads {
            return;
        }
        threads = now;
    }
}

fn wait_for_all(server: &Server) -> tour::Result {
    let started = Instant::now();
    while server.stats().clients < CLIENTS {
        if started.elapsed() > PATIENCE {
            return Err(format!("only {} clients got in", server.stats().clients).into());
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// Reads until these bytes have come.
fn hear(client: &mut TcpStream, expected: &[u8]) -> tour::Result {
    let mut heard = Vec::new();
    let mut buffer = [0; 4_096];
    while !heard.ends_with(expected) {
        match client.read(&mut buffer)? {
            0 => return Err("the server has closed".into()),
            received => heard.extend_from_slice(&buffer[..received]),
        }
    }
    Ok(())
}

/// Returns a number that Linux keeps about this process: threads, or resident memory in KiB.
fn status(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix(name))?;
    value.split_whitespace().next()?.parse().ok()
}
