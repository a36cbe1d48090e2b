//! Two threads, one that prints numbers and one that prints letters.
//!
//! ```sh
//! cargo run --example numbers_and_letters
//! ```
//!
//! Run it several times: each thread keeps its own order, and nobody promises how the two mix. With
//! `--in-turn` the first is joined before the second is started.
#![allow(clippy::print_stdout, reason = "a program to play with")]

use std::{env, thread};

fn print_numbers() {
    for number in 0..10 {
        println!("{number}");
    }
}

fn print_letters() {
    for letter in 'a'..='j' {
        println!("{letter}");
    }
}

fn main() {
    let in_turn = env::args().any(|argument| argument == "--in-turn");
    thread::scope(|scope| {
        let numbers = scope.spawn(print_numbers);
        if in_turn {
            // From here on nothing runs side by side any more.
            numbers.join().expect("printing numbers does not panic");
        }
        scope.spawn(print_letters);
    });
}
