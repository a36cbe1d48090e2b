//! Echo over every kind of socket.

mod common;

use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::{env, fs, process};

use common::{LIMIT, has_ipv6, raw, silent_address, within};
use sockets::Error;
use sockets::address::{Address, Family, Protocol};
use sockets::echo::{Echo, ask};

/// A path for a socket, in a folder of this test alone, which goes with it.
struct TemporaryPath(PathBuf);

impl TemporaryPath {
    fn new(test: &str) -> Self {
        let folder = env::temp_dir().join(format!("sockets-{test}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder.join("echo.sock"))
    }

    fn address(&self) -> Address {
        Address::Unix(self.0.clone())
    }
}

impl Drop for TemporaryPath {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.0.parent().expect("it has a folder"));
    }
}

fn check(protocol: Protocol, address: &Address, message: &[u8]) {
    let server = Echo::start(protocol, address).unwrap();

    let echo = ask(protocol, server.address(), message, LIMIT).unwrap();

    assert_eq!(echo.len(), message.len());
    assert!(echo == message);
    assert_eq!(server.stop(), message.len() as u64);
}

#[test]
fn what_is_sent_comes_back_over_every_family_and_protocol() {
    within(LIMIT, "echo", || {
        let path = TemporaryPath::new("families");
        for (protocol, address) in [
            (Protocol::Tcp, "127.0.0.1:0".parse().unwrap()),
            (Protocol::Tcp, "[::1]:0".parse().unwrap()),
            (Protocol::Tcp, path.address()),
            (Protocol::Udp, "127.0.0.1:0".parse().unwrap()),
            (Protocol::Udp, "[::1]:0".parse().unwrap()),
        ] {
            if address.family() == Family::Ipv6 && !has_ipv6() {
                continue;
            }
            check(protocol, &address, b"hello");
            check(protocol, &address, &[7; 8000]);
        }
        assert!(!path.0.exists(), "the path is removed at the end");
    });
}

#[test]
fn a_megabyte_comes_back_whole_over_a_stream() {
    within(LIMIT, "a megabyte", || {
        let message: Vec<u8> = (0..1_000_000_u32)
            .map(|number| number.to_be_bytes()[3])
            .collect();
        check(Protocol::Tcp, &"127.0.0.1:0".parse().unwrap(), &message);
    });
}

#[test]
fn a_server_stops_although_peers_are_connected_and_silent() {
    within(LIMIT, "stop", || {
        let server = Echo::start(Protocol::Tcp, &"127.0.0.1:0".parse().unwrap()).unwrap();
        let Address::Ip(address) = *server.address() else {
            panic!("an IP address was asked for")
        };
        let peers: Vec<_> = (0..10).map(|_| raw(address)).collect();

        assert_eq!(server.stop(), 0);
        drop(peers);
    });
}

#[test]
fn a_path_left_by_a_dead_server_is_taken_over_and_a_living_ones_is_not() {
    within(LIMIT, "paths", || {
        let path = TemporaryPath::new("stale");
        drop(UnixListener::bind(&path.0).unwrap()); // it dies and leaves its path
        assert!(path.0.exists());

        let server = Echo::start(Protocol::Tcp, &path.address()).unwrap();

        let error = Echo::start(Protocol::Tcp, &path.address()).unwrap_err();
        assert!(matches!(error, Error::Bind { .. }), "{error:?}");
        assert_eq!(
            ask(Protocol::Tcp, server.address(), b"alive", LIMIT).unwrap(),
            b"alive"
        );
    });
}

#[test]
fn asking_nobody_is_an_error_with_advice() {
    let (_nobody, address) = silent_address();

    let error = ask(Protocol::Tcp, &address.into(), b"hello?", LIMIT).unwrap_err();

    assert!(
        error.to_string().contains("is the server running?"),
        "{error}"
    );
}
