//! The calculator: a line in, its answer out.
//!
//! `cargo run --quiet --example calculator`, then `price = 4.50`, `3 * price`, `1 / 3 * 3`, `2 * (3 +`.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::io::{self, BufRead};

use tdd::calculator::Calculator;

fn main() -> io::Result<()> {
    let mut calculator = Calculator::new();
    for line in io::stdin().lock().lines() {
        match calculator.evaluate(&line?) {
            Ok(value) => println!("{value}"),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
