//! A UDP proxy that loses, delays and doubles datagrams by a seed.

use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::{PATIENCE, free_port};
use crate::Error;

/// The proxy looks this often whether it is to end.
const TICK: Duration = Duration::from_millis(20);

/// How often the proxy misbehaves, in datagrams of a hundred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weather {
    /// The same seed gives the same fate to the same datagrams.
    pub seed: u64,
    /// How many of a hundred are lost.
    pub lost_percent: u8,
    /// How many of a hundred are held back until one to three later ones have come.
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
    /// Passed on after later ones had come.
    Delayed,
    /// Passed on twice.
    Doubled,
}

impl Weather {
    // ANCHOR: fate
    /// Returns the fate of the `index`-th datagram, counted from 0.
    #[must_use]
    pub fn fate(self, index: u64) -> Fate {
        let dice = scramble(self.seed ^ scramble(index)) % 100;
        let lost = u64::from(self.lost_percent);
        let delayed = lost + u64::from(self.delayed_percent);
        let doubled = delayed + u64::from(self.doubled_percent);
        match dice {
            d if d < lost => Fate::Lost,
            d if d < delayed => Fate::Delayed,
            d if d < doubled => Fate::Doubled,
            _ => Fate::Passed,
        }
    }
    // ANCHOR_END: fate
}

impl Fate {
    /// Returns how many copies of the datagram arrive in the end.
    #[must_use]
    pub const fn copies(self) -> usize {
        match self {
            Self::Lost => 0,
            Self::Passed | Self::Delayed => 1,
            Self::Doubled => 2,
        }
    }
}

/// A UDP proxy for one direction: what it receives it forwards to the target, or not. It ends, and
/// its thread is joined, when it is dropped.
#[derive(Debug)]
pub struct LossyProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    fates: Vec<Fate>,
    forwarded: usize,
    ending: bool,
}

impl LossyProxy {
    /// Starts a proxy on a free port of 127.0.0.1 that forwards to `target`.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`], [`Error::Thread`].
    pub fn start(target: SocketAddr, weather: Weather) -> Result<Self, Error> {
        let (socket, address) = free_port()?;
        socket
            .set_read_timeout(Some(TICK))
            .map_err(Error::socket("set a timeout"))?;
        let shared = Arc::new(Shared::default());
        let thread = thread::Builder::new()
            .name("lossy proxy".to_owned())
            .spawn({
                let shared = Arc::clone(&shared);
                move || forward(&socket, target, weather, &shared)
            });
        Ok(Self {
            address,
            shared,
            thread: Some(thread.map_err(Error::Thread)?),
        })
    }

    /// Returns where to send datagrams.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the proxy has dealt with `count` datagrams; returns how many it has forwarded.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] when so many do not come within five seconds.
    pub fn wait_for(&self, count: usize) -> Result<usize, Error> {
        let waited =
            self.shared
                .changed
                .wait_timeout_while(self.shared.lock(), PATIENCE, |state| {
                    state.fates.len() < count
                });
        let (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() {
            return Err(Error::TimedOut {
                doing: "waiting for datagrams",
                limit: PATIENCE,
            });
        }
        Ok(state.forwarded)
    }

    /// Lets the delayed datagrams go, ends the proxy, and returns what it did to each datagram, in
    /// the order in which they came to it.
    #[must_use]
    pub fn finish(mut self) -> Vec<Fate> {
        self.end();
        std::mem::take(&mut self.shared.lock().fates)
    }

    fn end(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.shared.lock().ending = true;
            // A thread that panicked has nothing left to join; its message is already on stderr.
            let _ = thread.join();
        }
    }
}

impl Drop for LossyProxy {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    /// The state is whole between any two statements, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// ANCHOR: proxy
fn forward(socket: &UdpSocket, target: SocketAddr, weather: Weather, shared: &Shared) {
    let mut buffer = vec![0; 65_507];
    // Delayed datagrams, each with the index of the one after which it may go.
    let mut held: Vec<(u64, Vec<u8>)> = Vec::new();
    // A datagram that cannot be forwarded is one more that is lost: UDP does not tell.
    let send = |datagram: &[u8]| usize::from(socket.send_to(datagram, target).is_ok());
    let mut index = 0;
    loop {
        let mut forwarded = 0;
        let mut fate = None;
        if let Ok((received, _)) = socket.recv_from(&mut buffer) {
            let datagram = &buffer[..received];
            fate = Some(weather.fate(index));
            match weather.fate(index) {
                Fate::Lost => {}
                Fate::Passed => forwarded += send(datagram),
                Fate::Doubled => forwarded += send(datagram) + send(datagram),
                Fate::Delayed => {
                    let later = 1 + scramble(weather.seed.wrapping_add(index)) % 3;
                    held.push((index + later, datagram.to_vec()));
                }
            }
            index += 1;
        }
        let ending = shared.lock().ending && fate.is_none();
        held.retain(|(after, datagram)| {
            let goes = ending || *after < index;
            if goes {
                forwarded += send(datagram);
            }
            !goes
        });
        let mut state = shared.lock();
        state.fates.extend(fate);
        state.forwarded += forwarded;
        shared.changed.notify_all();
        if ending {
            return;
        }
    }
}
// ANCHOR_END: proxy

/// Mixes the bits of a number well: SplitMix64's finaliser.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
const fn scramble(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
