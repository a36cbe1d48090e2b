//! Downloads files from a server on this machine, several at once, and tells each one's time.
//!
//! In one terminal `just site --port 8000`, in another:
//!
//! ```sh
//! cargo run --example downloads -- 127.0.0.1:8000 4 /files/chapter-01.txt?ms=500 /files/chapter-02.txt?ms=500
//! ```
//!
//! The second argument is the number of threads. It speaks plain HTTP by address; lesson 4 downloads
//! from anywhere.
#![allow(clippy::print_stdout, reason = "a program to play with")]

use std::env;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use workers::Observer;
use workers::download::{Strategy, download};

fn main() -> anyhow::Result<()> {
    let mut arguments = env::args().skip(1);
    let usage = "usage: downloads ADDRESS:PORT THREADS PATH…";
    let server: SocketAddr = arguments.next().context(usage)?.parse().context(usage)?;
    let threads: usize = arguments.next().context(usage)?.parse().context(usage)?;
    let paths: Vec<String> = arguments.collect();
    ensure!(!paths.is_empty(), usage);

    let limit = Duration::from_secs(60);
    let downloads = download(
        server,
        &paths,
        Strategy::Pool(threads),
        limit,
        &Observer::nobody(),
    )?;
    for file in &downloads.files {
        println!(
            "{:>8.1?}  {:>9} bytes  {}",
            file.took,
            file.body.len(),
            file.path
        );
    }
    println!("{:>8.1?}  their sum", downloads.sum());
    println!("{:>8.1?}  on the clock", downloads.wall);
    Ok(())
}
