//! A chat server. In one terminal: `cargo run --example chat_server`
//! and in as many others as you like: `cargo run --example chat_client 127.0.0.1:4040 ann`
//!
//! `--engine threads` serves with two threads for each client, `--engine readiness` (the default)
//! with one thread for all; `--address 0.0.0.0:4040` lets other machines in. Ctrl-C ends it: every
//! client is told. Any program that speaks lines is a client too: `nc 127.0.0.1 4040`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program speaks to a person"
)]

use std::fmt::Display;
use std::io::{Write, stdout};
use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Context, bail};
use sockets::chat;
use sockets::limits::{allow_open_files, open_files};
use sockets::server::{Config, Engine};

const USAGE: &str = "usage: chat_server [--engine threads|readiness] [--address ADDRESS:PORT]";

/// Descriptors that the server needs besides one for each client.
const OWN_FILES: u64 = 32;

fn main() -> ExitCode {
    match arguments(std::env::args().skip(1)) {
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            ExitCode::from(2)
        }
        Ok((engine, address)) => match serve(engine, address) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error:#}");
                ExitCode::FAILURE
            }
        },
    }
}

fn serve(engine: Engine, address: SocketAddr) -> anyhow::Result<()> {
    let mut config = Config::new(address).with_observer(|event| {
        say(event);
    });
    let wanted = config.max_clients as u64 + OWN_FILES;
    if let Err(error) = allow_open_files(wanted) {
        let files = allow_open_files(open_files().hard).unwrap_or_else(|_| open_files());
        let clients = files.soft.saturating_sub(OWN_FILES);
        config.max_clients = usize::try_from(clients).unwrap_or(usize::MAX);
        say(&format_args!("{error}. Serving {clients} clients."));
    }
    let server = chat::serve(engine, config).context("the chat cannot start")?;
    let stopper = server.stopper();
    ctrlc::set_handler(move || stopper.stop()).context("Ctrl-C cannot be handled")?;
    say(&format_args!(
        "The chat is open on {}. Ctrl-C ends it.",
        server.address()
    ));

    let stats = server.wait();
    say(&format_args!(
        "The chat has ended: {} clients came, {} lines came in, {} went out.",
        stats.accepted, stats.lines, stats.deliveries
    ));
    Ok(())
}

/// Prints a line. The chat goes on even if nobody reads its log any more (`| head`).
fn say(line: &dyn Display) {
    let _ = writeln!(stdout(), "{line}");
}

fn arguments(mut given: impl Iterator<Item = String>) -> anyhow::Result<(Engine, SocketAddr)> {
    let mut engine = Engine::Readiness;
    let mut address: SocketAddr = ([127, 0, 0, 1], 4040).into();
    while let Some(argument) = given.next() {
        let value = given
            .next()
            .with_context(|| format!("`{argument}` needs a value"))?;
        match (argument.as_str(), value.as_str()) {
            ("--engine", "threads") => engine = Engine::Threads,
            ("--engine", "readiness") => engine = Engine::Readiness,
            ("--engine", other) => bail!("there is no engine `{other}`"),
            ("--address", text) => {
                address = text
                    .parse()
                    .with_context(|| format!("`{text}` is not an address"))?;
            }
            (other, _) => bail!("what is `{other}`?"),
        }
    }
    Ok((engine, address))
}
