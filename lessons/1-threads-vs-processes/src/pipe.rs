//! A pipe that is waited for with a limit.
//!
//! A child that hangs neither answers nor ends, so whoever reads its pipe hangs with it. std's
//! pipes know no timeout; `poll` asks the system to wait for a pipe, and no longer than said.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

/// An end of a pipe whose calls fail with [`io::ErrorKind::TimedOut`] once its deadline has passed.
#[derive(Debug)]
pub struct Limited<P> {
    pipe: P,
    deadline: Option<Instant>,
}

impl<P: AsFd> Limited<P> {
    /// Takes an end of a pipe; without a deadline as yet.
    ///
    /// # Errors
    ///
    /// What the system reports, when the pipe cannot be told not to block.
    pub fn new(pipe: P) -> io::Result<Self> {
        // A write of more than fits would wait inside the system, out of reach of any limit. This
        // concerns our end alone: the child's end is another one, and still blocks.
        let flags = fcntl_getfl(&pipe)?;
        fcntl_setfl(&pipe, flags | OFlags::NONBLOCK)?;
        Ok(Self {
            pipe,
            deadline: None,
        })
    }

    /// Sets when the calls from now on must have ended; `None` for no limit.
    pub fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    fn wait_for(&self, what: PollFlags) -> io::Result<()> {
        loop {
            let left = match self.deadline {
                None => None,
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                    // A day at most, so that the number fits into what the system takes.
                    let left = left.min(Duration::from_secs(86_400));
                    Some(Timespec {
                        tv_sec: left.as_secs() as i64,
                        tv_nsec: left.subsec_nanos().into(),
                    })
                }
            };
            match poll(&mut [PollFd::new(&self.pipe, what)], left.as_ref()) {
                // A pipe whose other end is gone counts as ready; the next call then says so.
                Ok(ready) if ready > 0 => return Ok(()),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl<P: AsFd + Read> Read for Limited<P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.pipe.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.wait_for(PollFlags::IN)?;
                }
                done => return done,
            }
        }
    }
}

impl<P: AsFd + Write> Write for Limited<P> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.pipe.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.wait_for(PollFlags::OUT)?;
                }
                done => return done,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pipe.flush()
    }
}
