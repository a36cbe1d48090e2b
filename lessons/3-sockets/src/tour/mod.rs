//! The parts of the tour, in the order in which they are played.

pub mod steps;
pub mod backlog;
pub mod families;
pub mod stream;
pub mod datagrams;
pub mod half_close;
pub mod timeouts;
pub mod nagle;
pub mod reuse;
pub mod http;
pub mod chat;
pub mod hostile;
pub mod crowd;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread::ScopedJoinHandle;
use std::time::Duration;

/// No wait on a connection is longer than this: a part that cannot go on fails instead of hanging.
/// (Only `accept` waits without a limit, and only for a client that this process is sending.)
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Listens on a free port of this machine.
pub fn listen() -> ::tour::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Connects, and bounds every later wait.
pub fn connect(address: SocketAddr) -> ::tour::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    bound(&stream)?;
    Ok(stream)
}

/// Accepts the next client, and bounds every later wait.
pub fn accept(listener: &TcpListener) -> ::tour::Result<TcpStream> {
    let (stream, _) = listener.accept()?;
    bound(&stream)?;
    Ok(stream)
}

fn bound(stream: &TcpStream) -> ::tour::Result {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(())
}

/// Waits for a thread and returns what it returned; a panic there becomes an error here.
pub fn joined<T>(name: &str, thread: ScopedJoinHandle<'_, ::tour::Result<T>>) -> ::tour::Result<T> {
    thread.join().map_err(|_| format!("the {name} panicked"))?
}

/// Returns the median of some times, and leaves them sorted.
pub fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
