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
pub(super) struct Post {
    stream: TcpStream,
    inner: Mutex<Letters>,
    changed: Condvar,
}

struct Letters {
    outbox: Outbox,
    /// The client was let go, and is served its last lines until then.
    leaving: Option<Instant>,
    /// Nothing more will be read from the client.
    ended: bool,
}

impl Post {
    pub(super) fn new(stream: TcpStream, config: &Config) -> io::Result<Self> {
        stream.set_nonblocking(false)?;
        stream.set_write_timeout(Some(TICK))?;
        let outbox = Outbox::new(config.max_outbox_bytes);
        let inner = Mutex::new(Letters {
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

    fn letters(&self) -> MutexGuard<'_, Letters> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, line: &str) -> Result<(), Full> {
        let mut letters = self.letters();
        if letters.leaving.is_some() {
            return Ok(());
        }
        let writer_waits = letters.outbox.is_empty();
        letters.outbox.push_line(line)?;
        drop(letters);
        if writer_waits {
            self.changed.notify_all();
        }
        Ok(())
    }

    pub(super) fn let_go(&self, last_words: &LastWords, farewell: Duration) {
        let mut letters = self.letters();
        last_words.put_into(&mut letters.outbox);
        letters.leaving = Some(Instant::now() + farewell);
        drop(letters);
        self.changed.notify_all();
    }

    /// Notes that nothing more will be read.
    pub(super) fn end(&self) {
        self.letters().ended = true;
        self.changed.notify_all();
    }

    /// Waits so long, unless the client is let go before; returns whether it was.
    pub(super) fn waits_for_leave(&self, limit: Duration) -> bool {
        let stays = |letters: &mut Letters| letters.leaving.is_none();
        let waited = self
            .changed
            .wait_timeout_while(self.letters(), limit, stays);
        let (letters, _) = waited.unwrap_or_else(PoisonError::into_inner);
        letters.leaving.is_some()
    }

    // ANCHOR: writer
    /// The writer's life: take what is in the outbox, write it, wait for more.
    pub(super) fn write_all(&self) {
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        loop {
            let waits =
                |letters: &mut Letters| letters.outbox.is_empty() && letters.leaving.is_none();
            let waited = self.changed.wait_while(self.letters(), waits);
            let mut letters = waited.unwrap_or_else(PoisonError::into_inner);
            // Taken out before it is written: the lock is not held while this client keeps us
            // waiting, and those who put lines in never notice.
            piece.clear();
            let front = letters.outbox.front();
            piece.extend_from_slice(&front[..front.len().min(PIECE_BYTES)]);
            letters.outbox.consume(piece.len());
            drop(letters);
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
                            .letters()
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
        let mut letters = self.letters();
        while let Some(until) = letters.leaving
            && !letters.ended
        {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(letters, left);
            letters = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(letters);
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// Throws away what a leaving client still says, so that the close is not a reset that could
    /// overtake its last lines. The writer ends this by closing, the clock if that is not enough.
    pub(super) fn discard_rest(&self) {
        let mut buffer = [0; 4096];
        loop {
            let letters = self.letters();
            let over = letters.leaving.is_none_or(|until| Instant::now() >= until);
            if letters.ended || over {
                break;
            }
            drop(letters);
            match (&self.stream).read(&mut buffer) {
                Ok(received) if received > 0 => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                _ => break,
            }
        }
        self.end();
    }
}
