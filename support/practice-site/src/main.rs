//! `practice-site`: serves the practice site for the browser, until it is stopped with Ctrl-C.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program speaks to its user"
)]

use practice_site::{Config, Error, Site};
use std::error::Error as _;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

/// Where the site is served when nothing else is said.
const PORT: u16 = 8000;

const USAGE: &str = "\
Serves the practice site, a small web to practise on, until you press Ctrl-C.

Usage: practice-site [--port PORT] [--seed SEED] [--articles COUNT]
                     [--latency-ms MS] [--fault-share SHARE] [--all-addresses]

  --port PORT          where to listen; 0 takes any free port (default 8000)
  --seed SEED          decides all content (default 2024)
  --articles COUNT     how many articles the blog has, up to 100000 (default 60)
  --latency-ms MS      a wait before each response (default 0)
  --fault-share SHARE  the share of responses that are faulty, 0.0 to 1.0 (default 0)
  --all-addresses      listen on all addresses, not only on 127.0.0.1";

/// What the command line asks for.
enum Wish {
    Serve(Config),
    Help,
}

fn main() -> ExitCode {
    let config = match read(std::env::args().skip(1)) {
        Ok(Wish::Serve(config)) => config,
        Ok(Wish::Help) => {
            let _ = writeln!(io::stdout(), "{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprintln!("practice-site: {why}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let port = config.address.port();
    let site = match Site::start(config) {
        Ok(site) => site,
        Err(error) => {
            explain(&error, port);
            return ExitCode::FAILURE;
        }
    };
    // A closed pipe on stdout is no reason to stop serving.
    let _ = writeln!(
        io::stdout(),
        "The practice site is at {}\nOpen it in a browser, or let your programs loose on it.\n\
         What they ask for is listed at {}\nStop it with Ctrl-C.",
        site.url("/"),
        site.url("/journal")
    );
    loop {
        // The site's own threads do the work; Ctrl-C ends all of them with the process.
        std::thread::park();
    }
}

/// Says why the site cannot start, and what to do about it.
fn explain(error: &Error, port: u16) {
    eprint!("practice-site: {error}");
    if let Some(cause) = error.source() {
        eprint!(": {cause}");
    }
    eprintln!();
    let kind = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>())
        .map(io::Error::kind);
    match kind {
        Some(io::ErrorKind::AddrInUse) => eprintln!(
            "Another program listens on port {port} already, perhaps another practice site.\n\
             Try another port, for example: --port {}",
            if port == u16::MAX { PORT } else { port + 1 }
        ),
        Some(io::ErrorKind::PermissionDenied) => {
            eprintln!("Ports below 1024 are for the system. Try, for example: --port {PORT}");
        }
        _ => {}
    }
}

fn read(mut arguments: impl Iterator<Item = String>) -> Result<Wish, String> {
    let mut config = Config::default();
    let mut address = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name.to_string(), Some(value.to_string())),
            None => (argument, None),
        };
        let mut value = || {
            inline
                .clone()
                .or_else(|| arguments.next())
                .ok_or_else(|| format!("{name} needs a value"))
        };
        match name.as_str() {
            "-h" | "--help" => return Ok(Wish::Help),
            "--port" => address.set_port(number(&name, &value()?, 65_535)? as u16),
            "--seed" => config.seed = number(&name, &value()?, u64::MAX)?,
            "--articles" => config.articles = number(&name, &value()?, 100_000)? as usize,
            "--latency-ms" => {
                config.latency = Duration::from_millis(number(&name, &value()?, 60_000)?);
            }
            "--fault-share" => {
                let text = value()?;
                let share = text
                    .parse()
                    .ok()
                    .filter(|share| (0.0..=1.0).contains(share));
                let share = share.ok_or_else(|| {
                    format!("--fault-share takes a number from 0.0 to 1.0, not {text:?}")
                })?;
                config = config.with_fault_share(share);
            }
            "--all-addresses" => address.set_ip(Ipv4Addr::UNSPECIFIED.into()),
            _ => return Err(format!("there is no argument {name:?}")),
        }
    }
    Ok(Wish::Serve(config.with_address(address)))
}

fn number(name: &str, text: &str, most: u64) -> Result<u64, String> {
    text.parse()
        .ok()
        .filter(|number| *number <= most)
        .ok_or_else(|| format!("{name} takes a whole number from 0 to {most}, not {text:?}"))
}
