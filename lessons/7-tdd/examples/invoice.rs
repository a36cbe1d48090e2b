//! Prints an invoice with any stage of the program.
//!
//! `cargo run --quiet --example invoice -- STAGE FILE`, where STAGE is 0 (as it was found) to 8.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::process::ExitCode;

use tdd::invoice::STAGES;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [stage, file] = arguments.as_slice() else {
        eprintln!("invoice: say which stage and which file: invoice 0 order.txt");
        return ExitCode::from(2);
    };
    let Some((_, print)) = stage.parse().ok().and_then(|n: usize| STAGES.get(n)) else {
        eprintln!(
            "invoice: there is no stage {stage}; say 0 to {}",
            STAGES.len() - 1
        );
        return ExitCode::from(2);
    };
    match std::fs::read_to_string(file) {
        Ok(order) => {
            print!("{}", print(&order));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("invoice: {file} cannot be read: {error}");
            ExitCode::FAILURE
        }
    }
}
