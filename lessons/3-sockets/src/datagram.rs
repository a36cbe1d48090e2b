//! What UDP loses and reorders, made visible by numbers and by a proxy that does it on purpose.
//!
//! On one machine hardly a datagram is lost, so a program that forgets about loss looks correct.
//! [`LossyProxy`] stands between sender and receiver and loses, delays and doubles datagrams by a
//! seed, so that the same seed gives the same bad weather again. The sender numbers its datagrams;
//! the numbers are all a receiver needs to see what is missing, late or doubled.
//!
//! Source: RFC 768 (UDP); the numbers are the first half of what TCP does, RFC 9293 section 3.4.

mod proxy;

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

pub use self::proxy::{Fate, LossyProxy, Weather};
use crate::Error;

/// How long one may wait for datagrams that do not come.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many datagrams are sent before we wait for them: a socket's buffer holds a few hundred, and
/// what is above it is lost for real, which would spoil the experiment.
const WINDOW: u32 = 32;

/// What a receiver can know from the numbers alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// The numbers in the order in which they arrived.
    pub numbers: Vec<u32>,
}

impl Arrivals {
    // ANCHOR: arrivals
    /// Returns which of the numbers `0..sent` never came.
    #[must_use]
    pub fn lost(&self, sent: u32) -> Vec<u32> {
        let came: HashSet<u32> = self.numbers.iter().copied().collect();
        (0..sent).filter(|number| !came.contains(number)).collect()
    }

    /// Returns which numbers came, for the first time, after a higher one had come.
    #[must_use]
    pub fn late(&self) -> Vec<u32> {
        let mut came = HashSet::new();
        let mut highest = None;
        let mut late = Vec::new();
        for &number in &self.numbers {
            if came.insert(number) && highest > Some(number) {
                late.push(number);
            }
            highest = highest.max(Some(number));
        }
        late
    }

    /// Returns which numbers came again after they had come.
    #[must_use]
    pub fn doubled(&self) -> Vec<u32> {
        let mut came = HashSet::new();
        self.numbers
            .iter()
            .copied()
            .filter(|&number| !came.insert(number))
            .collect()
    }
    // ANCHOR_END: arrivals
}

/// Sends `count` numbered datagrams through bad weather and returns what arrived and what was done.
///
/// # Format
///
/// A datagram is its number: four bytes, most significant first. No frame is needed, since a
/// datagram arrives whole.
///
/// # Errors
///
/// [`Error::Bind`], [`Error::Socket`], or [`Error::TimedOut`] when the machine itself loses a
/// datagram.
pub fn send_through(weather: Weather, count: u32) -> Result<(Arrivals, Vec<Fate>), Error> {
    let (receiver, address) = free_port()?;
    receiver
        .set_read_timeout(Some(PATIENCE))
        .map_err(Error::socket("set a timeout"))?;
    let (sender, _) = free_port()?;
    let proxy = LossyProxy::start(address, weather)?;

    let mut arrivals = Arrivals::default();
    for number in 0..count {
        sender
            .send_to(&number.to_be_bytes(), proxy.address())
            .map_err(Error::socket("send a datagram"))?;
        if (number + 1) % WINDOW == 0 {
            let forwarded = proxy.wait_for(number as usize + 1)?;
            receive_until(&receiver, forwarded, &mut arrivals)?;
        }
    }
    proxy.wait_for(count as usize)?;
    let fates = proxy.finish();
    let forwarded = fates.iter().map(|fate| fate.copies()).sum();
    receive_until(&receiver, forwarded, &mut arrivals)?;
    Ok((arrivals, fates))
}

/// Receives until `total` datagrams have arrived altogether.
fn receive_until(socket: &UdpSocket, total: usize, arrivals: &mut Arrivals) -> Result<(), Error> {
    let mut number = [0; 4];
    while arrivals.numbers.len() < total {
        socket.recv(&mut number).map_err(|_| Error::TimedOut {
            doing: "receiving datagrams",
            limit: PATIENCE,
        })?;
        arrivals.numbers.push(u32::from_be_bytes(number));
    }
    Ok(())
}

fn free_port() -> Result<(UdpSocket, SocketAddr), Error> {
    let bind = || {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = socket.local_addr()?;
        Ok((socket, address))
    };
    bind().map_err(|source| Error::Bind {
        address: "127.0.0.1:0".to_owned(),
        source,
    })
}
