//! Producer and consumer, with threads and again with processes, and one check for both.
//!
//! Producers make items, consumers do something with them, and between them is a queue of bounded
//! size. With threads the queue holds the items themselves. With processes each item is written
//! into a pipe and read out of another: the parent stands between and passes messages on.
//!
//! Promised in both: every item arrives exactly once, and each consumer sees the items of one
//! producer in the order in which they were made. Nothing is promised about who gets which, nor
//! about the order between producers.

use std::collections::HashMap;
use std::fmt;
use std::io::{BufReader, BufWriter, Write};
use std::process::{ChildStdin, ChildStdout};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::child::{Recipe, Running};
use crate::observe::{Activity, Observer};
use crate::roles::{Role, encode_order};
use crate::team::{Worker, team};
use crate::{Error, frame};

/// As much as a pipe on Linux takes before the writer has to wait.
pub(crate) const BUFFER_BYTES: usize = 64 * 1024;

/// What is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Who made it, counted from 0.
    pub producer: u64,
    /// Its number among this producer's items, counted from 0.
    pub number: u64,
}

impl Item {
    pub(crate) const BYTES: usize = 16;

    /// Does the consumer's work with the item: a few steps of arithmetic, the same in each language.
    #[must_use]
    pub fn work(self) -> u64 {
        let mut x = (self.producer << 32) ^ self.number;
        x = (x ^ (x >> 16)).wrapping_mul(0x45d9_f3b3) & 0xffff_ffff;
        x ^ (x >> 16)
    }

    pub(crate) fn encode(self, message: &mut Vec<u8>) {
        message.extend(self.producer.to_be_bytes());
        message.extend(self.number.to_be_bytes());
    }

    /// Decodes a message of items; bytes that are left over belong to none.
    pub(crate) fn decode_all(message: &[u8]) -> impl Iterator<Item = Self> {
        let (items, _) = message.as_chunks::<{ Item::BYTES }>();
        items.iter().map(|bytes| {
            let (producer, number) = bytes.split_at(8);
            let number_of =
                |half: &[u8]| u64::from_be_bytes(half.try_into().expect("half of 16 bytes is 8"));
            Self {
                producer: number_of(producer),
                number: number_of(number),
            }
        })
    }
}

/// How many produce and consume how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many producers there are.
    pub producers: usize,
    /// How many consumers there are.
    pub consumers: usize,
    /// How many items each producer makes.
    pub items_each: u64,
    /// How many messages the queue holds; a producer waits while it is full.
    pub capacity: usize,
    /// How many items travel in one message. What a hand-over costs, it costs for each message.
    pub batch: u64,
}

impl Plan {
    /// Returns how many items are made in all.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.producers as u64 * self.items_each
    }
}

/// What one consumer got, in the order in which it got it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// The items.
    pub items: Vec<Item>,
    /// The sum of its work, modulo 2⁶⁴.
    pub sum: u64,
}

/// Hands over with threads: the queue is a channel that all producers and consumers share.
///
/// It holds single items, or lists of [`Plan::batch`] items where that is more than one.
///
/// # Errors
///
/// [`Error::Thread`] when the system gives no more threads.
pub fn with_threads(plan: Plan, observer: &Observer) -> Result<Vec<Received>, Error> {
    match plan.batch {
        0 | 1 => through_a_channel(plan, observer, |producer, queue| {
            for number in 0..plan.items_each {
                // Waits while the queue is full; fails when all consumers are gone.
                if queue.send([Item { producer, number }]).is_err() {
                    break;
                }
            }
        }),
        batch => through_a_channel(plan, observer, |producer, queue| {
            for start in (0..plan.items_each).step_by(batch as usize) {
                let numbers = start..plan.items_each.min(start + batch);
                let items: Vec<Item> = numbers.map(|number| Item { producer, number }).collect();
                if queue.send(items).is_err() {
                    break;
                }
            }
        }),
    }
}

/// Hands over messages of items; `produce` sends those of one producer.
// ANCHOR: threads
fn through_a_channel<M: IntoIterator<Item = Item> + Send>(
    plan: Plan,
    observer: &Observer,
    produce: impl Fn(u64, &Sender<M>) + Sync,
) -> Result<Vec<Received>, Error> {
    let (sender, receiver) = bounded::<M>(plan.capacity.max(1));
    let produce = &produce;
    team(observer, |team| {
        for producer in 0..plan.producers {
            let sender = sender.clone();
            let _ends_by_itself = team.spawn(format!("producer {producer}"), move |worker| {
                worker.turns_to(Activity::Working, "");
                produce(producer as u64, &sender);
            })?;
        }
        // Each producer has a sender of its own. With this one gone, the queue ends after the last
        // of them; without this line the consumers would wait for ever.
        drop(sender);
        let consumers = (0..plan.consumers)
            .map(|consumer| {
                let receiver = receiver.clone();
                team.spawn(format!("consumer {consumer}"), move |worker| {
                    worker.turns_to(Activity::Working, "");
                    let mut received = Received::default();
                    // Ends when the queue is empty and no sender is left.
                    for item in receiver.into_iter().flatten() {
                        received.sum = received.sum.wrapping_add(item.work());
                        received.items.push(item);
                    }
                    received
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        // As above, for the other direction: a producer must notice when all consumers are gone.
        drop(receiver);
        consumers
            .into_iter()
            .map(|consumer| Ok(consumer.join()?))
            .collect()
    })?
}
// ANCHOR_END: threads

/// Hands over with child processes, which `program` plays when it is started as a child.
///
/// Each child has pipes to this process alone. A thread for each producer's pipe takes messages out
/// of it into a bounded channel; a thread for each consumer's pipe takes them from there. A third
/// kind reads what the consumers report, or a consumer that reports would block one that is fed.
///
/// # Errors
///
/// [`Error::Start`] when a child cannot be started, [`Error::Pipe`] or [`Error::Ended`] when one
/// was lost on the way.
// ANCHOR: processes
pub fn with_processes(
    plan: Plan,
    program: &std::path::Path,
    observer: &Observer,
) -> Result<Vec<Received>, Error> {
    let (producer, consumer) = (
        Role::Producer.recipe(program),
        Role::Consumer.recipe(program),
    );
    let (sender, receiver) = bounded::<Vec<u8>>(plan.capacity.max(1));
    team(observer, |team| {
        let mut producers = Vec::new();
        for index in 0..plan.producers {
            let order = encode_order(index as u64, plan.items_each, plan.batch);
            let mut child = Child::start(format!("producer {index}"), &producer)?;
            let sender = sender.clone();
            producers.push(team.spawn(child.name.clone(), move |worker| {
                child.give_order(&order)?;
                child.pass_on(worker, &sender)?;
                child.end()
            })?);
        }
        drop(sender);

        let mut consumers = Vec::new();
        for index in 0..plan.consumers {
            let mut child = Child::start(format!("consumer {index}"), &consumer)?;
            let (input, receiver) = (child.take_input()?, receiver.clone());
            let name = child.name.clone();
            let feeder = team.spawn(format!("feeder {index}"), move |worker| {
                feed(worker, &name, input, &receiver)
            })?;
            let reader = team.spawn(child.name.clone(), move |_| {
                let received = child.listen()?;
                child.end()?;
                Ok::<_, Error>(received)
            })?;
            consumers.push((feeder, reader));
        }
        drop(receiver);

        let mut received = Vec::new();
        for (feeder, reader) in consumers {
            received.push(reader.join()??);
            feeder.join()??;
        }
        for producer in producers {
            producer.join()??;
        }
        Ok(received)
    })?
}
// ANCHOR_END: processes

/// A child process by its name, with its pipes.
struct Child {
    name: String,
    running: Running,
}

impl Child {
    fn start(name: String, recipe: &Recipe) -> Result<Self, Error> {
        let running = recipe.start()?;
        Ok(Self { name, running })
    }

    fn take_input(&mut self) -> Result<ChildStdin, Error> {
        let input = self.running.take_input();
        input.ok_or_else(|| self.gone("write to"))
    }

    fn take_output(&mut self) -> Result<ChildStdout, Error> {
        let output = self.running.take_output();
        output.ok_or_else(|| self.gone("read from"))
    }

    fn give_order(&mut self, order: &[u8]) -> Result<(), Error> {
        let mut input = self.take_input()?;
        input.write_all(order).map_err(pipe("write to", &self.name))
    }

    /// Takes the producer's messages, as they are, into the queue.
    fn pass_on(&mut self, worker: &Worker, queue: &Sender<Vec<u8>>) -> Result<(), Error> {
        let output = self.take_output()?;
        let mut output = BufReader::with_capacity(BUFFER_BYTES, output);
        loop {
            let mut message = Vec::new();
            worker.turns_to(Activity::Receiving, "");
            if !frame::read(&mut output, &mut message).map_err(pipe("read from", &self.name))? {
                return Ok(());
            }
            worker.turns_to(Activity::Sending, "");
            if queue.send(message).is_err() {
                // All consumers are gone; why, they say themselves.
                return Ok(());
            }
        }
    }

    /// Reads what the consumer reports, to its end.
    fn listen(&mut self) -> Result<Received, Error> {
        let output = self.take_output()?;
        let mut output = BufReader::with_capacity(BUFFER_BYTES, output);
        let mut received = Received::default();
        let mut message = Vec::new();
        loop {
            if !frame::read(&mut output, &mut message).map_err(pipe("read from", &self.name))? {
                return Err(self.gone("read from"));
            }
            if message.is_empty() {
                break;
            }
            received.items.extend(Item::decode_all(&message));
        }
        frame::read(&mut output, &mut message).map_err(pipe("read from", &self.name))?;
        received.sum = crate::roles::decode_number(&message)?;
        Ok(received)
    }

    /// Waits for the child, which has said all that it had to say.
    fn end(mut self) -> Result<(), Error> {
        // Still open only where nobody needed it.
        drop((self.running.take_input(), self.running.take_output()));
        let status = self.running.wait().map_err(pipe("wait for", &self.name))?;
        match status.success() {
            true => Ok(()),
            false => Err(Error::Ended {
                worker: self.name.clone(),
                status,
            }),
        }
    }

    /// Says that the child is gone, and how it ended.
    fn gone(&mut self, doing: &'static str) -> Error {
        match self.running.kill() {
            Ok(status) => Error::Ended {
                worker: self.name.clone(),
                status,
            },
            Err(source) => pipe(doing, &self.name)(source),
        }
    }
}

/// Writes messages from the queue into a consumer's pipe until the queue ends.
fn feed(
    worker: &Worker,
    name: &str,
    input: ChildStdin,
    queue: &Receiver<Vec<u8>>,
) -> Result<(), Error> {
    let mut input = BufWriter::with_capacity(BUFFER_BYTES, input);
    loop {
        // What is in the buffer may be all that the consumer has: before a wait it must go.
        let message = match queue.try_recv() {
            Ok(message) => message,
            Err(_) => {
                worker.turns_to(Activity::Waiting, "");
                input.flush().map_err(pipe("write to", name))?;
                match queue.recv() {
                    Ok(message) => message,
                    Err(_) => return Ok(()),
                }
            }
        };
        worker.turns_to(Activity::Sending, "");
        frame::write(&mut input, &message).map_err(pipe("write to", name))?;
    }
}

fn pipe(doing: &'static str, worker: &str) -> impl FnOnce(std::io::Error) -> Error {
    let worker = worker.to_owned();
    move |source| Error::Pipe {
        doing,
        worker,
        source,
    }
}

/// What is wrong with a hand-over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// An item never arrived.
    Missing(Item),
    /// An item arrived more than once.
    Doubled(Item),
    /// An item arrived that nobody made.
    Stranger(Item),
    /// A consumer got an item after a later one of the same producer.
    OutOfOrder {
        /// The consumer, counted from 0.
        consumer: usize,
        /// The item that came too late.
        item: Item,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (item, what) = match self {
            Self::Missing(item) => (item, "never arrived".to_owned()),
            Self::Doubled(item) => (item, "arrived more than once".to_owned()),
            Self::Stranger(item) => (item, "was never made".to_owned()),
            Self::OutOfOrder { consumer, item } => (
                item,
                format!("came to consumer {consumer} after a later one"),
            ),
        };
        write!(
            f,
            "item {} of producer {} {what}",
            item.number, item.producer
        )
    }
}

/// The most faults that are listed: one is enough to know, and a million tell no more.
const MAX_FAULTS: usize = 20;

/// Checks that every item arrived exactly once and in the promised order; one check for threads and
/// for processes.
///
/// # Errors
///
/// The faults, at most twenty of them.
// ANCHOR: check
pub fn check(plan: &Plan, received: &[Received]) -> Result<(), Vec<Fault>> {
    let mut faults = Vec::new();
    let mut arrived = vec![vec![false; plan.items_each as usize]; plan.producers];
    for (consumer, received) in received.iter().enumerate() {
        let mut latest: HashMap<u64, u64> = HashMap::new();
        for &item in &received.items {
            let place = arrived.get_mut(item.producer as usize);
            match place.and_then(|numbers| numbers.get_mut(item.number as usize)) {
                None => faults.push(Fault::Stranger(item)),
                Some(true) => faults.push(Fault::Doubled(item)),
                Some(arrived) => *arrived = true,
            }
            if latest
                .insert(item.producer, item.number)
                .is_some_and(|before| before > item.number)
            {
                faults.push(Fault::OutOfOrder { consumer, item });
            }
        }
    }
    for (producer, numbers) in (0..).zip(&arrived) {
        let missing = (0..).zip(numbers).filter(|(_, arrived)| !**arrived);
        faults.extend(missing.map(|(number, _)| Fault::Missing(Item { producer, number })));
    }
    faults.truncate(MAX_FAULTS);
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults),
    }
}
// ANCHOR_END: check

/// Tells what came of a hand-over, in lines that the Python twin prints as well.
///
/// ```text
/// items 2000
/// exactly once: yes
/// order kept: yes
/// sum 4294967296
/// ```
#[must_use]
pub fn report(plan: &Plan, received: &[Received]) -> String {
    let faults = check(plan, received).err().unwrap_or_default();
    let is_order = |fault: &Fault| matches!(fault, Fault::OutOfOrder { .. });
    let yes_or_no = |bad: bool| if bad { "NO" } else { "yes" };
    let items: usize = received.iter().map(|received| received.items.len()).sum();
    let sum = received
        .iter()
        .fold(0_u64, |sum, received| sum.wrapping_add(received.sum));
    format!(
        "items {items}\nexactly once: {}\norder kept: {}\nsum {sum}\n",
        yes_or_no(faults.iter().any(|fault| !is_order(fault))),
        yes_or_no(faults.iter().any(is_order)),
    )
}
