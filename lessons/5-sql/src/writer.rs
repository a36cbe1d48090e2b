//! One writer thread and a channel: how many threads share a database that has one writer.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use crate::{Database, Error, Transaction, Value};

/// How many statements share a transaction at most.
const MAX_BATCH: usize = 500;

/// A statement for the writer, and where its answer goes.
#[derive(Debug)]
struct Order {
    sql: String,
    values: Vec<Value>,
    answer: Sender<Result<u64, Error>>,
}

/// A thread that owns the connection, so nobody waits for a lock in the database: they wait in the
/// channel's queue, in order. Statements that wait together share one transaction, each with its own
/// answer, and the answer comes after the commit.
#[derive(Debug)]
pub struct Writer {
    orders: Option<SyncSender<Order>>,
    thread: Option<JoinHandle<Box<dyn Database>>>,
}

/// Sends statements to a [`Writer`]. Clone it for each thread.
#[derive(Clone, Debug)]
pub struct Desk {
    orders: SyncSender<Order>,
}

impl Writer {
    /// Starts the thread. When `waiting` statements wait, the next sender waits until there is room.
    ///
    /// # Errors
    ///
    /// The operating system's, when it has no thread to give.
    pub fn start(database: Box<dyn Database>, waiting: usize) -> std::io::Result<Self> {
        let (orders, received) = sync_channel(waiting);
        let thread = thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || write(database, &received))?;
        Ok(Self {
            orders: Some(orders),
            thread: Some(thread),
        })
    }

    /// Returns a sender.
    pub fn desk(&self) -> Option<Desk> {
        let orders = self.orders.clone()?;
        Some(Desk { orders })
    }

    /// Waits until every [`Desk`] is gone and everything is written, and returns the connection.
    ///
    /// # Panics
    ///
    /// With the panic of the writer, if it panicked.
    pub fn finish(mut self) -> Option<Box<dyn Database>> {
        drop(self.orders.take());
        let joined = self.thread.take()?.join();
        Some(joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }
}

impl Desk {
    /// Sends a statement, and waits until it is durable or refused. `None` when the writer is gone.
    pub fn execute(&self, sql: &str, values: &[Value]) -> Option<Result<u64, Error>> {
        let (answer, answered) = channel();
        let order = Order {
            sql: sql.to_owned(),
            values: values.to_owned(),
            answer,
        };
        self.orders.send(order).ok()?;
        answered.recv().ok()
    }
}

// ANCHOR: write
fn write(mut database: Box<dyn Database>, received: &Receiver<Order>) -> Box<dyn Database> {
    // Waits for one, then takes along whatever waits already.
    while let Ok(first) = received.recv() {
        let more = received.try_iter().take(MAX_BATCH - 1);
        let orders: Vec<Order> = std::iter::once(first).chain(more).collect();
        let done = write_together(database.as_mut(), &orders);
        for (order, result) in orders.iter().zip(done) {
            // Who asked may be gone; what is written stays written.
            let _ = order.answer.send(result);
        }
    }
    database
}

/// Writes several statements in one transaction. A refused one is taken back alone, by its savepoint.
fn write_together(database: &mut dyn Database, orders: &[Order]) -> Vec<Result<u64, Error>> {
    let mut together = || {
        let mut transaction = Transaction::begin(database)?;
        let mut done = Vec::with_capacity(orders.len());
        for order in orders {
            transaction.batch("SAVEPOINT one")?;
            let result = transaction.execute(&order.sql, &order.values);
            if result.is_err() {
                transaction.batch("ROLLBACK TO one")?;
            }
            transaction.batch("RELEASE one")?;
            done.push(result);
        }
        transaction.commit()?;
        Ok(done)
    };
    match together() {
        Ok(done) => done,
        // Nothing was written. The first hears why; the others see a closed channel, which says that
        // their statement was not done.
        Err(error) => vec![Err(error)],
    }
}
// ANCHOR_END: write
