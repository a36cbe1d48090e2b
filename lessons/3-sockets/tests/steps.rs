//! The calls, one by one, over real sockets.

mod common;

use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::thread;

use common::{LIMIT, has_ipv6, silent_address, within};
use sockets::Error;
use sockets::steps::{Step, client, server};

fn calls(steps: &[Step]) -> Vec<&'static str> {
    steps.iter().map(Step::call).collect()
}

#[test]
fn each_side_reports_its_calls_in_order_and_the_answer_comes_back() {
    within(LIMIT, "steps", || {
        for address in ["127.0.0.1:0", "[::1]:0"] {
            if address.starts_with('[') && !has_ipv6() {
                continue;
            }
            let (bound, address_of) = channel();
            let serving = thread::spawn(move || {
                let mut steps = Vec::new();
                server(address.parse().unwrap(), &mut |step| {
                    if let Step::Listen { .. } = step {
                        let Some(Step::Bind { address, .. }) = steps.last() else {
                            panic!()
                        };
                        bound.send(*address).unwrap();
                    }
                    steps.push(step);
                })
                .unwrap();
                steps
            });
            let mut steps = Vec::new();
            let server_address = address_of.recv_timeout(LIMIT).unwrap();

            let answer = client(server_address, &[b"hello"], &mut |step| steps.push(step));

            assert_eq!(answer.unwrap(), b"HELLO");
            let expected = [
                "socket",
                "connect",
                "setsockopt",
                "setsockopt",
                "send",
                "shutdown",
            ];
            assert_eq!(&calls(&steps)[..6], expected);
            assert!(calls(&steps).ends_with(&["recv", "close"]), "{steps:?}");
            let served = serving.join().unwrap();
            let expected = [
                "socket",
                "setsockopt",
                "bind",
                "listen",
                "setsockopt",
                "accept",
            ];
            assert_eq!(&calls(&served)[..6], expected);
            assert!(
                calls(&served).ends_with(&["recv", "close", "close"]),
                "{served:?}"
            );
        }
    });
}

#[test]
fn connect_succeeds_before_the_server_accepts() {
    within(LIMIT, "backlog", || {
        let (listening, may_connect) = channel();
        let (connected, may_accept) = channel();
        let serving = thread::spawn(move || {
            let mut address = None;
            let mut held = false;
            server("127.0.0.1:0".parse().unwrap(), &mut |step| match step {
                Step::Bind { address: bound, .. } => address = Some(bound),
                Step::Listen { .. } => {
                    listening.send(address.unwrap()).unwrap();
                    // The server stands still between `listen` and `accept`.
                    may_accept
                        .recv_timeout(LIMIT)
                        .expect("the client connects meanwhile");
                    held = true;
                }
                _ => {}
            })
            .unwrap();
            held
        });
        let address = may_connect.recv_timeout(LIMIT).unwrap();

        let answer = client(address, &[b"early"], &mut |step| {
            if let Step::Connect { .. } = step {
                connected.send(()).unwrap(); // only now may the server accept
            }
        });

        assert_eq!(answer.unwrap(), b"EARLY");
        assert!(serving.join().unwrap());
    });
}

#[test]
fn a_taken_port_and_a_silent_one_are_explained() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();

    let error = server(address, &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::Bind { .. }), "{error:?}");
    let said = error.to_string();
    assert!(
        said.contains(&address.to_string()) && said.contains("another program"),
        "{said}"
    );

    let (_nobody, address) = silent_address();
    let error = client(address, &[], &mut |_| {}).unwrap_err();
    assert!(
        error.to_string().contains("is the server running?"),
        "{error}"
    );
}

#[test]
fn a_step_reads_like_the_call_it_was() {
    let peer = "127.0.0.1:40113".parse().unwrap();
    for (step, text) in [
        (Step::Socket { fd: 3 }, "socket() = 3"),
        (
            Step::Bind {
                fd: 3,
                address: peer,
            },
            "bind(3, 127.0.0.1:40113)",
        ),
        (
            Step::Accept {
                listener: 3,
                fd: 4,
                peer,
            },
            "accept(3) = 4, peer 127.0.0.1:40113",
        ),
        (
            Step::Send {
                fd: 4,
                bytes: b"a\n".to_vec(),
            },
            "send(4, \"a\\n\") = 2",
        ),
        (Step::End { fd: 4 }, "recv(4) = 0, the peer has ended"),
    ] {
        assert_eq!(step.to_string(), text);
    }
}
