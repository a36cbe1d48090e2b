//! Part 1: numbers and letters from two threads.

use std::hint::black_box;
use std::sync::mpsc;

use tour::{Kind, Recorder, Stage};
use workers::{Observer, primes, team};

const NUMBERS: &str = "0123456789";
const LETTERS: &str = "abcdefghij";

pub fn play(stage: &mut Stage) -> tour::Result {
    as_they_come(stage)?;
    taking_turns(stage)
}

/// Both write when they like.
fn as_they_come(stage: &mut Stage) -> tour::Result {
    let recorder = Recorder::new();
    recorder.row("numbers");
    recorder.row("letters");
    let (sender, written) = mpsc::channel();
    // ANCHOR: two-threads
    team(&Observer::nobody(), |team| -> tour::Result {
        let numbers = team.spawn("numbers", |worker| {
            write(worker.name(), NUMBERS, &recorder, &sender.clone())
        })?;
        let letters = team.spawn("letters", |worker| {
            write(worker.name(), LETTERS, &recorder, &sender.clone())
        })?;
        numbers.join()?;
        letters.join()?;
        Ok(())
    })??;
    // ANCHOR_END: two-threads
    drop(sender);
    let written: String = written.into_iter().collect();

    stage.timeline(
        &recorder.finish(),
        "ten numbers and ten letters, as they came",
    )?;
    let of = |all: &str| {
        written
            .chars()
            .filter(|c| all.contains(*c))
            .collect::<String>()
    };
    stage.line(format!("{} characters were written", written.len()));
    stage.line(format!("the numbers among them: {}", of(NUMBERS)));
    stage.line(format!("the letters among them: {}", of(LETTERS)));
    stage.means(
        "each thread kept its own order; the mix of the two is in the drawing, and another when \
         you play this again (`cargo run --example numbers_and_letters` prints it)",
    );
    stage.blank();
    Ok(())
}

/// Writes one character after another, with a little work before each.
fn write(name: &str, characters: &str, recorder: &Recorder, written: &mpsc::Sender<char>) {
    for character in characters.chars() {
        let _span = recorder.span(name, Kind::Working, character.to_string());
        black_box(primes::count(0..30_000));
        // The receiver is alive until both threads have ended.
        let _ = written.send(character);
    }
}

/// Each writes when it is told to: a message is the only way to be sure of an order.
fn taking_turns(stage: &mut Stage) -> tour::Result {
    let (to_numbers, for_numbers) = mpsc::channel();
    let (to_letters, for_letters) = mpsc::channel();
    let (to_end, at_end) = mpsc::channel();
    to_numbers.send(String::new())?;
    team(&Observer::nobody(), |team| -> tour::Result {
        let to_letters_alone = to_letters;
        let _numbers = team.spawn("numbers", move |_| {
            for (character, mut text) in NUMBERS.chars().zip(for_numbers) {
                text.push(character);
                let _ = to_letters_alone.send(text);
            }
        })?;
        let _letters = team.spawn("letters", move |_| {
            for (character, mut text) in LETTERS.chars().zip(for_letters) {
                text.push(character);
                match character {
                    'j' => _ = to_end.send(text),
                    _ => _ = to_numbers.send(text),
                }
            }
        })?;
        Ok(())
    })??;
    let text = at_end.recv()?;
    stage.line(format!(
        "the same threads, handing one text back and forth: {text}"
    ));
    stage.means("where an order matters, somebody has to make it: by a message, a join, a lock");
    Ok(())
}
