//! Part 4: a deadlock in a child process, found by parking_lot's detector, and mended by order.

use std::io::{BufRead, BufReader};
use std::sync::mpsc;
use std::thread;

use coordination::accounts::{Account, move_money};
use tour::{Failure, Stage, count};

use super::{PATIENCE, start_child};

const MOVES: u64 = 20_000;

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.line("a child process makes one on purpose: two threads, two accounts, and a meeting in between, so that each has its first lock");
    let mut child = start_child("deadlock")?;
    let output = child.stdout.take().ok_or("the child has no output")?;
    let (sender, lines) = mpsc::channel();
    // The child has promised to end within some seconds; if it does not keep that, it is killed.
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    let mut found = Vec::new();
    let ended = loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => found.push(line),
            Err(mpsc::RecvTimeoutError::Disconnected) => break true,
            Err(mpsc::RecvTimeoutError::Timeout) => break false,
        }
    };
    if !ended {
        child.kill()?;
    }
    let status = child.wait()?;
    if !ended {
        let limit = tour::duration(PATIENCE);
        return Err(format!("the child said nothing for {limit}, and was ended").into());
    }
    if !status.success() || found.len() != 3 {
        return Err(Failure::new(
            found.join("; "),
            "ask of each of the two threads in child.rs what it holds and what it waits for. The \
             detector keeps a book of parking_lot's locks alone: who waits at a Barrier stands in no book",
        )
        .into());
    }
    stage.names(["detector"]);
    for line in found {
        stage.who("detector", line);
    }
    stage.line("(the child ended itself; its two threads would have waited for ever)");
    stage.means(
        "each holds what the other waits for. std's locks would wait in silence; parking_lot keeps \
         a book of who holds what when its feature deadlock_detection is on, and looks for a ring",
    );
    stage.blank();

    let (savings, giro) = (Account::new(1, 1_000), Account::new(2, 1_000));
    thread::scope(|scope| {
        scope.spawn(|| {
            (0..MOVES)
                .filter(|_| move_money(&savings, &giro, 1))
                .count()
        });
        scope.spawn(|| {
            (0..MOVES)
                .filter(|_| move_money(&giro, &savings, 1))
                .count()
        });
    });
    let sum = savings.balance() + giro.balance();
    if sum != 2_000 {
        return Err(format!("money was made or lost: {sum}").into());
    }
    stage.line(format!(
        "mended: the account with the lower number is locked first, whichever way the money goes. {} moves in each direction, at the same time: both ended, and the sum is still {}",
        count(MOVES),
        count(sum as u64),
    ));
    stage.means("an order of locks takes away the ring, and without a ring nobody waits for ever");
    Ok(())
}
