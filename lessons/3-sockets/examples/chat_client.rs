//! A chat client for a terminal. First, in one terminal: `cargo run --example chat_server`
//! and then in another: `cargo run --example chat_client 127.0.0.1:4040 ann`
//!
//! What you type is sent line by line (`/help` lists the commands), what arrives is printed, made
//! harmless for the terminal. Ctrl-D or `/quit` ends it, and so does Ctrl-C.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program speaks to a person"
)]

use std::io::{BufRead, Write, stdin, stdout};
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use sockets::chat::{Client, Sender};

const USAGE: &str = "usage: chat_client ADDRESS:PORT [NAME]";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), name, None) = (arguments.next(), arguments.next(), arguments.next()) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match talk(&address, name.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn talk(address: &str, name: Option<&str>) -> anyhow::Result<()> {
    let mut client = Client::connect(resolve(address)?, Duration::from_secs(5))?;
    client.set_patience(None); // a person may be silent for as long as it likes
    if let Some(name) = name {
        client.send(&format!("/nick {name}"))?;
    }
    let leaving = Arc::new(AtomicBool::new(false));
    // Typing and printing wait for different things, so each has its own thread. The typing one is
    // not joined: it may wait for the keyboard for ever, and ends with the program.
    thread::spawn({
        let sender = client.sender()?;
        let leaving = Arc::clone(&leaving);
        move || send_what_is_typed(sender, &leaving)
    });
    let mut out = stdout().lock();
    while let Some(line) = client.receive().context("the connection broke")? {
        // Whoever reads our output may have closed it (`| head`): then there is nothing more to do.
        if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
            return Ok(());
        }
        if line == "* goodbye" {
            leaving.store(true, Ordering::Relaxed);
        }
    }
    if leaving.load(Ordering::Relaxed) {
        return Ok(());
    }
    bail!("the server has gone away")
}

/// Sends each typed line; at the end of input says goodbye by half-closing, so that answers that
/// are under way still arrive.
fn send_what_is_typed(mut sender: Sender, leaving: &AtomicBool) {
    for line in stdin().lock().lines() {
        let Ok(line) = line else { break };
        if let Err(error) = sender.send(&line) {
            eprintln!("not sent: {error}");
            return;
        }
    }
    leaving.store(true, Ordering::Relaxed);
    sender.finish();
}

fn resolve(address: &str) -> anyhow::Result<SocketAddr> {
    address
        .to_socket_addrs()
        .with_context(|| format!("`{address}` is not an address with a port"))?
        .next()
        .with_context(|| format!("`{address}` has no address"))
}
