//! What UDP loses and reorders, made visible by numbers and by a proxy that does it on purpose.
//!
//! On one machine hardly a datagram is lost, so a program that forgets about loss looks correct.
//! [`LossyProxy`] stands between sender and receiver and loses, delays and doubles datagrams by a
//! seed, so that the same seed gives the same bad weather again.

use std::net::SocketAddr;

use crate::Error;

/// How often the proxy misbehaves, in datagrams of a hundred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weather {
    /// The same seed gives the same fate to the same datagram numbers.
    pub seed: u64,
    /// How many of a hundred are lost.
    pub lost_percent: u8,
    /// How many of a hundred are held back until a later one has passed.
    pub delayed_percent: u8,
    /// How many of a hundred are sent twice.
    pub doubled_percent: u8,
}

/// What the proxy did to one datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Passed on at once.
    Passed,
    /// Never passed on.
    Lost,
    /// Passed on after a later one.
    Delayed,
    /// Passed on twice.
    Doubled,
}

/// A UDP proxy for one direction: what it receives it forwards to the target, or not.
#[derive(Debug)]
pub struct LossyProxy {
    address: SocketAddr,
}

impl LossyProxy {
    /// Starts a proxy on a free port of 127.0.0.1 that forwards to `target`.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`], [`Error::Thread`].
    pub fn start(target: SocketAddr, weather: Weather) -> Result<Self, Error> {
        let _ = (target, weather);
        todo!()
    }

    /// Returns where to send datagrams.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the proxy has received `expected` datagrams, lets the delayed ones go, ends it,
    /// and returns what it did to each in the order in which they came.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] when so many do not come within five seconds.
    pub fn finish(self, expected: usize) -> Result<Vec<Fate>, Error> {
        let _ = expected;
        todo!()
    }
}

/// What a receiver can know from the numbers alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// The numbers in the order in which they arrived.
    pub numbers: Vec<u32>,
}

impl Arrivals {
    /// Returns which of the numbers `0..sent` never came.
    #[must_use]
    pub fn lost(&self, sent: u32) -> Vec<u32> {
        let _ = sent;
        todo!()
    }

    /// Returns which numbers came after a higher one had come.
    #[must_use]
    pub fn late(&self) -> Vec<u32> {
        todo!()
    }

    /// Returns which numbers came more than once.
    #[must_use]
    pub fn doubled(&self) -> Vec<u32> {
        todo!()
    }
}

/// Sends `count` numbered datagrams through bad weather and returns what arrived and what was done.
///
/// # Errors
///
/// [`Error::Bind`], [`Error::Socket`] or [`Error::TimedOut`].
pub fn send_through(weather: Weather, count: u32) -> Result<(Arrivals, Vec<Fate>), Error> {
    let _ = (weather, count);
    todo!()
}
