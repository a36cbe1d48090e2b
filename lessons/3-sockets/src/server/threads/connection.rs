//! One client's outbox in the threads engine, and the thread that empties it.
//!
//! One lock, one condition: whoever changes something tells all who wait. The lock is held for as
//! long as it takes to copy a line, never during a read or write. A thread that waits looks at its
//! condition under the lock, before and after (`wait_while`), so no change can slip past it.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::super::{Config, LastWords};
use super::PIECE_BYTES;
use crate::outbox::{Full, Outbox};

/// A write to a client that does not read is interrupted this often, to see whether it is to go.
const TICK: Duration = Duration::from_millis(100);

/// One client's outbox, between those who put lines in and the writer who takes them out.
pub(super) struct Connection {
    stream: TcpStream,
    inner: Mutex<Inner>,
    changed: Condvar,
}

struct Inner {
    outbox: Outbox,
    /// The client was let go, and is served its last lines until then.
    leaving: Option<Instant>,
    /// Nothing more will be read from the client.
    ended: bool,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, config: &Config) -> io::Result<Self> {
        stream.set_nonblocking(false)?;
        stream.set_write_timeout(Some(TICK))?;
        let outbox = Outbox::new(config.max_outbox_bytes);
        let inner = Mutex::new(Inner {
            outbox,
            leaving: None,
            ended: false,
        });
        Ok(Self {
            stream,
            inner,
            changed: Condvar::new(),
        })
    }

    pub(super) const fn stream(&self) -> &TcpStream {
        &self.stream
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, line: &str) -> Result<(), Full> {
        let mut inner = self.lock();
        if inner.leaving.is_some() {
            return Ok(());
        }
        let writer_waits = inner.outbox.is_empty();
        inner.outbox.push_line(line)?;
        drop(inner);
        if writer_waits {
            self.changed.notify_all();
        }
        Ok(())
    }

    pub(super) fn disconnect(&self, last_words: &LastWords, farewell: Duration) {
        let mut inner = self.lock();
        last_words.put_into(&mut inner.outbox);
        inner.leaving = Some(Instant::now() + farewell);
        drop(inner);
        self.changed.notify_all();
    }

    /// Notes that nothing more will be read.
    pub(super) fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }

    /// Waits so long, unless the client is let go before; returns whether it was.
    pub(super) fn waits_for_leave(&self, limit: Duration) -> bool {
        let stays = |inner: &mut Inner| inner.leaving.is_none();
        let waited = self.changed.wait_timeout_while(self.lock(), limit, stays);
        let (inner, _) = waited.unwrap_or_else(PoisonError::into_inner);
        inner.leaving.is_some()
    }

    // ANCHOR: writer
    /// The writer's life: take what is in the outbox, write it, wait for more.
    pub(super) fn write_all(&self) {
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        loop {
            let waits = |inner: &mut Inner| inner.outbox.is_empty() && inner.leaving.is_none();
            let waited = self.changed.wait_while(self.lock(), waits);
            let mut inner = waited.unwrap_or_else(PoisonError::into_inner);
            // Taken out before it is written: the lock is not held while this client keeps us
            // waiting, and those who put lines in never notice.
            piece.clear();
            let front = inner.outbox.front();
            piece.extend_from_slice(&front[..front.len().min(PIECE_BYTES)]);
            inner.outbox.consume(piece.len());
            drop(inner);
            if piece.is_empty() {
                break; // it was let go, and has been told everything
            }
            if self.write_piece(&piece).is_err() {
                break;
            }
        }
        self.close();
    }
    // ANCHOR_END: writer

    /// Writes a piece; each call returns after a tick at the latest, so that a client that reads
    /// nothing can be let go.
    fn write_piece(&self, mut piece: &[u8]) -> io::Result<()> {
        while !piece.is_empty() {
            match (&self.stream).write(piece) {
                Ok(sent) => piece = &piece[sent..],
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                        if self
                            .lock()
                            .leaving
                            .is_some_and(|until| Instant::now() >= until)
                        {
                            return Err(error);
                        }
                    }
                    io::ErrorKind::Interrupted => {}
                    _ => return Err(error),
                },
            }
        }
        Ok(())
    }

    /// Half-closes, gives the client time to read its last lines, and wakes the reader, who may
    /// still wait for it.
    fn close(&self) {
        // These fail when the client is gone, which is what they are for.
        let _ = self.stream.shutdown(Shutdown::Write);
        let mut inner = self.lock();
        while let Some(until) = inner.leaving
            && !inner.ended
        {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(inner, left);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(inner);
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// Throws away what a leaving client still says, so that the close is not a reset that could
    /// overtake its last lines. The writer ends this by closing, the clock if that is not enough.
    pub(super) fn discard_rest(&self) {
        let mut buffer = [0; 4096];
        loop {
            let inner = self.lock();
            let over = inner.leaving.is_none_or(|until| Instant::now() >= until);
            if inner.ended || over {
                break;
            }
            drop(inner);
            match (&self.stream).read(&mut buffer) {
                Ok(received) if received > 0 => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                _ => break,
            }
        }
        self.end();
    }
}
