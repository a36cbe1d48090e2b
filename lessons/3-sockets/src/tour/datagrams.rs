//! Part 5: lost, late and doubled datagrams, and a send to nobody that succeeds.

use std::fmt::Display;
use std::net::{Ipv4Addr, UdpSocket};

use sockets::datagram::{Fate, Weather, send_through};
use tour::{Stage, Table};

use super::PATIENCE;

const FEW: u32 = 16;
const MANY: u32 = 1_000;

/// The seed is chosen so that the few show everything that can happen.
const WEATHER: Weather = Weather {
    seed: 11,
    lost_percent: 10,
    delayed_percent: 10,
    doubled_percent: 5,
};

pub fn play(stage: &mut Stage) -> tour::Result {
    one_by_one(stage)?;

    let (arrivals, _fates) = send_through(WEATHER, FEW)?;
    stage.line(format!(
        "through a proxy that loses {} of 100, delays {} and doubles {}, by a seed:",
        WEATHER.lost_percent, WEATHER.delayed_percent, WEATHER.doubled_percent
    ));
    stage.who("sent", listed(0..FEW));
    stage.who("arrived", listed(&arrivals.numbers));
    stage.who("", format!("lost: {}", listed(arrivals.lost(FEW))));
    stage.who("", format!("late: {}", listed(arrivals.late())));
    stage.who("", format!("twice: {}", listed(arrivals.doubled())));
    stage.blank();

    let (arrivals, fates) = send_through(WEATHER, MANY)?;
    let fate = |fate| fates.iter().filter(|happened| **happened == fate).count();
    let mut table = Table::new([
        "of 1,000 datagrams",
        "what the proxy did",
        "what the numbers show",
    ]);
    table.row([
        "lost".to_owned(),
        fate(Fate::Lost).to_string(),
        arrivals.lost(MANY).len().to_string(),
    ]);
    table.row([
        "delayed".to_owned(),
        fate(Fate::Delayed).to_string(),
        arrivals.late().len().to_string(),
    ]);
    table.row([
        "doubled".to_owned(),
        fate(Fate::Doubled).to_string(),
        arrivals.doubled().len().to_string(),
    ]);
    stage.table(&table);
    stage.line("(a datagram that is delayed may still come in order: when those behind it are lost or delayed as well)");
    stage.means(
        "a number in each datagram is enough to see what went wrong; sending again what is missing \
         is the other half, and then you have written half of TCP",
    );
    stage.blank();

    to_nobody(stage)
}

/// Three sends are three recvs, however many wait.
fn one_by_one(stage: &mut Stage) -> tour::Result {
    let receiver = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    receiver.set_read_timeout(Some(PATIENCE))?;
    let sender = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    stage.names(["receiver"]);
    for line in ["hi", "café?", ""] {
        let sent = sender.send_to(line.as_bytes(), receiver.local_addr()?)?;
        stage.who("sender", format!("send(\"{line}\") = {sent}"));
    }
    let mut buffer = [0; 1024];
    for _ in 0..3 {
        let received = receiver.recv(&mut buffer)?;
        let text = String::from_utf8_lossy(&buffer[..received]);
        stage.who("receiver", format!("recv() = {received}, \"{text}\""));
    }
    stage.means("three sends, three recvs: here the message is the unit. An empty one comes too, so 0 is no end");
    stage.blank();
    Ok(())
}

/// Sends to a port where nobody listens.
fn to_nobody(stage: &mut Stage) -> tour::Result {
    let gone = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let nobody = gone.local_addr()?;
    drop(gone);
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.connect(nobody)?;

    let sent = socket.send(b"hello?")?;
    stage.who(
        "sender",
        format!("send(\"hello?\") = {sent}, to a port where nobody listens"),
    );
    match socket.recv(&mut [0; 16]) {
        Err(error) => stage.who("sender", format!("recv() failed: {}", in_words(&error))),
        Ok(_) => return Err("somebody answered where nobody listens".into()),
    }
    stage.means(
        "for UDP send means \"the system took it\". Here the other machine's system is our own and \
         sent a note back; a firewall sends none",
    );
    Ok(())
}

fn in_words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => {
            format!("no note came within {PATIENCE:?}")
        }
        _ => error.to_string(),
    }
}

fn listed<T: Display>(numbers: impl IntoIterator<Item = T>) -> String {
    let numbers: Vec<String> = numbers
        .into_iter()
        .map(|number| number.to_string())
        .collect();
    if numbers.is_empty() {
        "none".to_owned()
    } else {
        numbers.join(" ")
    }
}
