//! Part 3: the same echo over every family and both protocols.

use std::path::PathBuf;
use std::time::Instant;
use std::{fs, io};

use sockets::Error;
use sockets::address::{Address, Family, Protocol};
use sockets::echo::{Echo, ask};
use tour::{Stage, Table, duration};

use super::{PATIENCE, median};

const MESSAGE: &[u8] = b"Is anybody there?";
const ROUNDS: usize = 200;

pub fn play(stage: &mut Stage) -> tour::Result {
    let folder = Folder::new()?;
    let mut table = Table::new(["family", "type", "address", "echo", "a whole exchange"]);
    for (protocol, address) in [
        (Protocol::Tcp, "127.0.0.1:0".parse()?),
        (Protocol::Udp, "127.0.0.1:0".parse()?),
        (Protocol::Tcp, "[::1]:0".parse()?),
        (Protocol::Udp, "[::1]:0".parse()?),
        (Protocol::Tcp, Address::Unix(folder.0.join("echo.sock"))),
    ] {
        let family = address.family().to_string();
        let kind = match (protocol, address.family()) {
            (Protocol::Tcp, Family::Unix) => "stream".to_owned(),
            _ => protocol.to_string(),
        };
        let echo = match Echo::start(protocol, &address) {
            Ok(echo) => echo,
            Err(error) if family_is_missing(&error) => {
                table.row([
                    family,
                    kind,
                    address.to_string(),
                    "not on this machine".into(),
                ]);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let mut times = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let started = Instant::now();
            let answer = ask(protocol, echo.address(), MESSAGE, PATIENCE)?;
            times.push(started.elapsed());
            if answer != MESSAGE {
                return Err(format!("{family} {kind} sent back something else").into());
            }
        }
        table.row([
            family,
            kind,
            shown(echo.address()),
            "came back".to_owned(),
            duration(median(&mut times)),
        ]);
    }
    stage.table(&table);
    stage.line(format!(
        "a whole exchange: make a socket, connect, send {} bytes, receive them, close; the \
         median of {ROUNDS}",
        MESSAGE.len()
    ));
    stage.blank();
    stage.table(&promises());
    stage.means("the code is the same for all of them: only the address differs");
    stage.means(
        "UDP is quicker here because there is no connection to make: no handshake, no thread for \
         the peer. For the same reason it can promise nothing",
    );
    Ok(())
}

/// What the two types promise.
fn promises() -> Table {
    let mut table = Table::new(["promise", "TCP", "UDP"]);
    let (tcp, udp) = (Protocol::Tcp.promises(), Protocol::Udp.promises());
    let word = |promised: bool| if promised { "yes" } else { "no" };
    for (promise, tcp, udp) in [
        (
            "what is sent arrives, or you are told",
            tcp.arrives,
            udp.arrives,
        ),
        ("what arrives is in order", tcp.ordered, udp.ordered),
        (
            "one send is one recv",
            tcp.keeps_boundaries,
            udp.keeps_boundaries,
        ),
        (
            "a fast sender is slowed down",
            tcp.slows_the_sender,
            udp.slows_the_sender,
        ),
    ] {
        table.row([promise, word(tcp), word(udp)]);
    }
    table
}

/// A folder for the path of a Unix socket. It goes when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("lesson-3-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays behind in the temporary folder does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A path is shown without its folder: that is long, and it differs from machine to machine.
fn shown(address: &Address) -> String {
    match address {
        Address::Unix(path) => {
            let name = path.file_name().map(PathBuf::from).unwrap_or_default();
            format!("…/{}", name.display())
        }
        Address::Ip(_) => address.to_string(),
    }
}

/// Whether the machine has no such addresses, as a container without IPv6.
fn family_is_missing(error: &Error) -> bool {
    let Error::Bind { source, .. } = error else {
        return false;
    };
    matches!(
        source.kind(),
        io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported
    ) || source.raw_os_error() == Some(rustix::io::Errno::AFNOSUPPORT.raw_os_error())
}
