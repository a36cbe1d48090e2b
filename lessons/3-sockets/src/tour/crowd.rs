//! Part 13: what a silent client costs in each engine.

use std::fs;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use sockets::chat::{self, Client};
use sockets::limits::{allow_open_files, open_files};
use sockets::server::{Config, Engine, Server};
use tour::{Stage, Table, count, duration};

use super::{PATIENCE, connect, median};

const CLIENTS: u64 = 500;

/// How many lines are told to all; a single one says more about the machine's other work.
const LINES: usize = 9;

/// What an engine needed to hold the crowd.
struct Cost {
    threads: Option<u64>,
    memory: Option<u64>,
    /// From a line's send until the last client had it: the median of [`LINES`].
    told_all: Duration,
}

pub fn play(stage: &mut Stage) -> tour::Result {
    let clients = clients();
    let mut table = Table::new(["engine", "threads", "memory", "a line to all (median)"]);
    let engines = [
        ("one thread for all", Engine::Readiness),
        ("two threads for each client", Engine::Threads),
    ];
    for (name, engine) in engines {
        let cost = hold(engine, clients)?;
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
        "{clients} clients are connected and silent; then {LINES} lines go to all of them, one by one:"
    ));
    stage.table(&table);
    stage.line(
        "(threads and memory that came with the clients; the clients' own ends are in it too)",
    );
    stage.means(
        "look at the threads and the memory. With some hundreds of clients both engines will do, \
         and on a busy machine either may be the quicker one",
    );
    stage.means(
        "`just bench sockets` shows where the first engine stops paying, up to 10,000 clients",
    );
    Ok(())
}

/// How many clients this process may hold: fewer where the system allows fewer open files.
fn clients() -> u64 {
    // Both ends of each connection are in this process, and an engine may keep two handles.
    let files = |clients| 4 * clients + 100;
    if allow_open_files(files(CLIENTS)).is_ok() {
        return CLIENTS;
    }
    let hard = open_files().hard;
    // It was allowed up to there all along, so this can't fail; and if it did, the connects would say so.
    let _ = allow_open_files(hard);
    (hard.saturating_sub(files(0)) / 4).max(1)
}

fn hold(engine: Engine, clients: u64) -> tour::Result<Cost> {
    settle();
    let before = (status("Threads:"), status("VmRSS:"));
    let mut config = Config::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    config.farewell = Duration::from_millis(200);
    let server = chat::serve(engine, config)?;
    let mut crowd = Vec::new();
    for _ in 0..clients {
        crowd.push(connect(server.address())?);
    }
    wait_for_all(&server, clients)?;
    let grown = |name, before: Option<u64>| Some(status(name)?.saturating_sub(before?));
    let (threads, memory) = (grown("Threads:", before.0), grown("VmRSS:", before.1));

    let mut ann = Client::connect(server.address(), PATIENCE)?;
    let mut times = Vec::new();
    for _ in 0..LINES {
        let started = Instant::now();
        ann.send("good evening, everybody")?;
        for client in &mut crowd {
            hear(client, b"everybody\n")?;
        }
        times.push(started.elapsed());
    }
    let told_all = median(&mut times);
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

fn wait_for_all(server: &Server, clients: u64) -> tour::Result {
    let started = Instant::now();
    while server.stats().clients < clients {
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
