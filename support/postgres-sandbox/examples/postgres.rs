//! A private PostgreSQL to play with, until you press Enter: `cargo run --example postgres`.
//!
//! In another terminal, with the address that it prints: `psql ADDRESS`, or any program that takes one.

#![allow(clippy::print_stdout, reason = "it speaks to the learner")]

use std::io;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = postgres_sandbox::Sandbox::start().map_err(|error| error.with_causes())?;

    println!("{}", sandbox.url());
    if sandbox.is_private() {
        println!("Press Enter to stop it; whatever it holds goes with it.");
    }
    io::stdin().read_line(&mut String::new())?;
    Ok(())
}
