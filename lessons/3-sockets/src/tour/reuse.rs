//! Part 9: who closes first, where TIME_WAIT lies, and whether bind succeeds again.

use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use socket2::{Domain, Socket, Type};
use tour::{Stage, Table};

use super::{accept, connect};

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new([
        "who closes first",
        "port of the server",
        "bind again",
        "with SO_REUSEADDR",
    ]);
    for (who, server_first) in [("the server", true), ("the client", false)] {
        let address = converse(server_first)?;
        table.row([
            who.to_owned(),
            state_of(address),
            in_words(bind(address, false)),
            in_words(bind(address, true)),
        ]);
    }
    stage.table(&table);
    stage.means(
        "after a restart it is often the server that closed first: so servers set SO_REUSEADDR \
         before bind (Rust's TcpListener::bind does it for you, Python's socket does not)",
    );
    stage.means(
        "it does not let two servers share a port: while one listens, the second one's bind or \
         listen still fails",
    );
    Ok(())
}

/// A server and a client meet and part; returns the address that the server had.
fn converse(server_first: bool) -> tour::Result<SocketAddr> {
    let listener = bind((Ipv4Addr::LOCALHOST, 0).into(), true)?;
    let address = listener.local_addr()?;
    let mut client = connect(address)?;
    let mut server = accept(&listener)?;
    // The second to close waits for the end of the first, so the order is certain.
    if server_first {
        drop(server);
        client
            .read_exact(&mut [0; 1])
            .expect_err("the server has closed without a word");
    } else {
        drop(client);
        server
            .read_exact(&mut [0; 1])
            .expect_err("the client has closed without a word");
    }
    Ok(address)
}

// ANCHOR: bind
fn bind(address: SocketAddr, reuse: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(reuse)?;
    socket.bind(&address.into())?;
    socket.listen(1)?;
    Ok(socket.into())
}
// ANCHOR_END: bind

fn in_words(outcome: io::Result<TcpListener>) -> String {
    match outcome {
        Ok(_) => "works".to_owned(),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => "address in use".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// What the system says about connections of this local address. Only Linux tells in a file.
fn state_of(address: SocketAddr) -> String {
    /// The number by which Linux names the state in that file.
    const TIME_WAIT: &str = "06";
    let Ok(table) = std::fs::read_to_string("/proc/net/tcp") else {
        return "(only Linux tells)".to_owned();
    };
    let SocketAddr::V4(address) = address else {
        return "(not looked up)".to_owned();
    };
    // The address stands there as the machine keeps it in memory, in hexadecimal.
    let ip = u32::from_ne_bytes(address.ip().octets());
    let local = format!("{ip:08X}:{:04X}", address.port());
    let waits = table.lines().any(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let (name, _peer, state) = (fields.next(), fields.next(), fields.next());
        name == Some(local.as_str()) && state == Some(TIME_WAIT)
    });
    if waits {
        "in TIME_WAIT".to_owned()
    } else {
        "free".to_owned()
    }
}
