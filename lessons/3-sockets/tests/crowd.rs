//! Two thousand clients at once, and nothing left of them at the end. One test in a file of its own:
//! it looks at the threads and descriptors of the whole process.

mod common;

use std::fs;
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use common::{Chat, LIMIT, config, raw, read_until, within};
use sockets::limits::allow_open_files;
use sockets::server::{Config, Engine};

const CLIENTS: usize = 2_000;

/// Returns how many threads and descriptors this process has, where the system shows them.
fn in_use() -> Option<(usize, usize)> {
    let count = |folder| fs::read_dir(folder).ok().map(Iterator::count);
    Some((count("/proc/self/task")?, count("/proc/self/fd")?))
}

/// Connects a crowd, lets one speak, and sees that all of them hear it.
fn check(engine: Engine, clients: usize) {
    let chat = Chat::start_with(
        engine,
        Config {
            max_clients: clients,
            ..config()
        },
    );
    let mut crowd: Vec<_> = (0..clients).map(|_| raw(chat.address())).collect();
    for stream in &mut crowd {
        read_until(stream, "others\n");
    }
    assert_eq!(chat.server.stats().clients, clients as u64);
    let while_serving = in_use();

    crowd[0].write_all(b"hello, all of you\n").unwrap();

    for stream in &mut crowd {
        read_until(stream, "hello, all of you\n");
    }
    // All but a few leave at once; the rest go on.
    crowd.truncate(2);
    chat.wait_for_departures(clients - 2);
    crowd[1].write_all(b"just us\n").unwrap();
    read_until(&mut crowd[0], "just us\n");
    let stats = chat.server.shutdown();
    assert_eq!((stats.clients, stats.too_slow), (0, 0));
    if let (Engine::Readiness, Some((threads, _))) = (engine, while_serving) {
        assert!(threads < 10, "{threads} threads for {clients} clients");
    }
}

#[test]
fn thousands_are_served_at_once_and_every_thread_and_descriptor_is_given_back() {
    allow_open_files(2 * CLIENTS as u64 + 100).unwrap();
    let before = in_use();

    within(Duration::from_secs(60), "readiness", || {
        check(Engine::Readiness, CLIENTS)
    });
    within(Duration::from_secs(60), "threads", || {
        check(Engine::Threads, CLIENTS / 10)
    });

    // A thread that was joined may be counted by the system for a moment longer.
    let end = Instant::now() + LIMIT;
    while in_use() != before && Instant::now() < end {
        thread::yield_now();
    }
    assert_eq!(in_use(), before);
}
