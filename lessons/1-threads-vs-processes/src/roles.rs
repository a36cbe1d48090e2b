//! What this lesson's program does when it is started as a child: one role each.
//!
//! `lesson-1 --child ROLE` reads its standard input, writes its standard output, and ends when the
//! input does. Here a role is a function of two streams, so that tests need no process to try it.

use std::io::{self, BufReader, BufWriter, Read, Write};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::child::{Recipe, Request, serve};
use crate::handover::{self, Item};
use crate::{Error, frame, primes};

/// The argument that turns this lesson's program into a child.
pub const ARGUMENT: &str = "--child";

/// What a child can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// Ends at once: what is left is the cost of a process.
    Nothing,
    /// Adds to [`COUNTER`] as often as it is asked to, and answers what the counter then holds.
    Counter,
    /// Counts the primes in a range.
    Primes,
    /// Produces items into its output.
    Producer,
    /// Consumes items from its input, and reports each.
    Consumer,
    /// Does to each item what the item says: see [`Mishap`].
    Clumsy,
}

const NAMES: [(&str, Role); 6] = [
    ("nothing", Role::Nothing),
    ("counter", Role::Counter),
    ("primes", Role::Primes),
    ("producer", Role::Producer),
    ("consumer", Role::Consumer),
    ("clumsy", Role::Clumsy),
];

/// A variable that exists once in each process. Threads see the same one; a child starts with its
/// own, at 0.
pub static COUNTER: AtomicU64 = AtomicU64::new(0);

impl Role {
    /// Returns the role of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, role)| *role)
    }

    /// Returns how to start a child in this role from a program that knows roles.
    #[must_use]
    pub fn recipe(self, program: impl Into<std::path::PathBuf>) -> Recipe {
        let found = NAMES.iter().find(|(_, role)| *role == self);
        let name = found.map_or("nothing", |(name, _)| name);
        Recipe::new(program).argument(ARGUMENT).argument(name)
    }

    /// Plays the role until the input ends.
    ///
    /// # Errors
    ///
    /// When a pipe breaks or brings something that makes no sense.
    pub fn play(self, input: impl Read, output: impl Write) -> io::Result<()> {
        match self {
            Self::Nothing => Ok(()),
            Self::Counter => serve(input, output, |request| {
                let times = number_of(request.item)?;
                for _ in 0..times {
                    COUNTER.fetch_add(1, Ordering::Relaxed);
                }
                Ok(COUNTER.load(Ordering::Relaxed).to_be_bytes().to_vec())
            }),
            Self::Primes => serve(input, output, |request| {
                let range = decode_range(request.item).ok_or("a range is two numbers")?;
                Ok(primes::count(range).to_be_bytes().to_vec())
            }),
            Self::Producer => produce(input, output),
            Self::Consumer => consume(input, output),
            Self::Clumsy => serve(input, output, Mishap::happen),
        }
    }
}

/// What happens to a child while it works on an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// Nothing: the answer is the item.
    None,
    /// It aborts at the first attempt.
    AbortOnce,
    /// It aborts at every attempt.
    Abort,
    /// It panics at every attempt; since nobody catches that, the process ends.
    Panic,
    /// It never answers.
    Hang,
    /// It says that it cannot do this.
    Refuse,
}

impl Mishap {
    /// Returns the mishap as an item.
    #[must_use]
    pub fn item(self) -> Vec<u8> {
        vec![self as u8]
    }

    fn happen(request: Request<'_>) -> Result<Vec<u8>, String> {
        let is = |mishap: Self| request.item == [mishap as u8];
        if is(Self::Abort) || (is(Self::AbortOnce) && request.attempt == 1) {
            std::process::abort();
        }
        if is(Self::Panic) {
            panic!("item {} is too much for me", request.number);
        }
        while is(Self::Hang) {
            std::thread::park();
        }
        if is(Self::Refuse) {
            return Err("this is not for me".to_owned());
        }
        Ok(request.item.to_vec())
    }
}

/// Writes the items of one producer, as many to a message as it was asked for.
fn produce(mut input: impl Read, output: impl Write) -> io::Result<()> {
    let mut order = [0; 24];
    input.read_exact(&mut order)?;
    let [producer, n_items, batch] = [0, 8, 16].map(|at| {
        let bytes = order[at..at + 8].try_into().expect("the slice has 8 bytes");
        u64::from_be_bytes(bytes)
    });
    let mut output = BufWriter::with_capacity(handover::BUFFER_BYTES, output);
    let mut message = Vec::new();
    for number in 0..n_items {
        Item { producer, number }.encode(&mut message);
        if message.len() as u64 / Item::BYTES as u64 >= batch {
            frame::write(&mut output, &message)?;
            message.clear();
        }
    }
    if !message.is_empty() {
        frame::write(&mut output, &message)?;
    }
    output.flush()
}

/// Encodes what a producer is asked to do.
pub(crate) fn encode_order(producer: u64, n_items: u64, batch: u64) -> Vec<u8> {
    [producer, n_items, batch].map(u64::to_be_bytes).concat()
}

/// Reads messages of items, does the work with each, and sends them back with the results' sum.
fn consume(input: impl Read, output: impl Write) -> io::Result<()> {
    let mut input = BufReader::with_capacity(handover::BUFFER_BYTES, input);
    let mut output = BufWriter::with_capacity(handover::BUFFER_BYTES, output);
    let mut message = Vec::new();
    let mut sum: u64 = 0;
    while frame::read(&mut input, &mut message)? {
        for item in Item::decode_all(&message) {
            sum = sum.wrapping_add(item.work());
        }
        frame::write(&mut output, &message)?;
    }
    // A message without items is the last one; what follows is the sum.
    frame::write(&mut output, &[])?;
    frame::write(&mut output, &sum.to_be_bytes())?;
    output.flush()
}

/// Encodes a range of numbers as an item for [`Role::Primes`].
pub fn encode_range(range: &Range<u64>) -> Vec<u8> {
    [range.start, range.end].map(u64::to_be_bytes).concat()
}

fn decode_range(item: &[u8]) -> Option<Range<u64>> {
    let (start, end) = item.split_first_chunk::<8>()?;
    let end = u64::from_be_bytes(end.try_into().ok()?);
    Some(u64::from_be_bytes(*start)..end)
}

/// Decodes the answer of [`Role::Primes`] and [`Role::Counter`].
///
/// # Errors
///
/// [`Error::Protocol`] when it is not a number of 8 bytes.
pub fn decode_number(answer: &[u8]) -> Result<u64, Error> {
    number_of(answer).map_err(|why| Error::Protocol(why.to_owned()))
}

fn number_of(bytes: &[u8]) -> Result<u64, &'static str> {
    let bytes = bytes.try_into().map_err(|_| "a number has 8 bytes")?;
    Ok(u64::from_be_bytes(bytes))
}
