//! The servers that are compared, each in a process of its own.

use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write, stdin};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use sockets::chat;
use sockets::server::{Config, Engine, Event};

use crate::Result;

const NGIRCD: &str = "/usr/sbin/ngircd";

/// Linux counts a process's CPU time in hundredths of a second.
const TICKS_PER_SECOND: u64 = 100;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Bare,
    Readiness,
    Threads,
    Ngircd,
}

impl Kind {
    pub fn available() -> Vec<Self> {
        let mut kinds = vec![Self::Bare, Self::Readiness, Self::Threads];
        if Path::new(NGIRCD).exists() {
            kinds.push(Self::Ngircd);
        } else {
            println!("skipped: ngircd is not installed (apt-get install ngircd)\n");
        }
        kinds
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bare => "bare writes",
            Self::Readiness => "readiness",
            Self::Threads => "threads",
            Self::Ngircd => "ngircd",
        })
    }
}

/// A server's process. It is ended when this is dropped.
pub struct Process {
    child: Child,
    address: SocketAddr,
    said: Option<BufReader<std::process::ChildStdout>>,
    folder: Option<PathBuf>,
}

impl Process {
    pub fn start(kind: Kind, clients: usize) -> Result<Self> {
        match kind {
            Kind::Ngircd => Self::start_ngircd(),
            kind => {
                let mut child = Command::new(std::env::current_exe()?)
                    .args(["serve", &format!("{kind:?}"), &clients.to_string()])
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .spawn()?;
                let stdout = child.stdout.take().ok_or("a child has no output")?;
                let mut said = BufReader::new(stdout);
                let mut address = String::new();
                said.read_line(&mut address)?;
                let address = address.trim().parse()?;
                Ok(Self {
                    child,
                    address,
                    said: Some(said),
                    folder: None,
                })
            }
        }
    }

    fn start_ngircd() -> Result<Self> {
        // It cannot take a free port by itself; this one was free a moment ago.
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let folder = std::env::temp_dir().join(format!("bench-ngircd-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let settings = folder.join("ngircd.conf");
        fs::write(
            &settings,
            format!(
                "[Global]\nName = bench.example.net\nInfo = benchmark\nListen = 127.0.0.1\n\
                 Ports = {}\nMotdPhrase = hello\n\
                 [Limits]\nMaxConnections = 0\nMaxConnectionsIP = 0\nMaxJoins = 0\n\
                 MaxPenaltyTime = 0\nPingTimeout = 3600\n\
                 [Options]\nDNS = no\nIdent = no\nPAM = no\n",
                address.port()
            ),
        )?;
        let child = Command::new(NGIRCD)
            .args(["--nodaemon", "--config"])
            .arg(&settings)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let process = Self {
            child,
            address,
            said: None,
            folder: Some(folder),
        };
        let end = Instant::now() + Duration::from_secs(5);
        while TcpStream::connect(address).is_err() {
            if Instant::now() > end {
                return Err("ngircd does not listen".into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(process)
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn threads(&self) -> Option<u64> {
        self.status("Threads:")
    }

    pub fn resident_kib(&self) -> Option<u64> {
        self.status("VmRSS:")
    }

    /// CPU time of all threads so far, user and system; `None` where the system does not show it.
    pub fn cpu(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // The name in brackets may hold spaces; the times are the 12th and 13th field after it.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let ticks: u64 =
            fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
        Some(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
    }

    fn status(&self, field: &str) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(field))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// Ends the server. Ours say how many clients they let go because they did not read, and why
    /// they refused one, if they did.
    pub fn end(mut self) -> Result<(u64, Option<String>)> {
        drop(self.child.stdin.take()); // ours end when their input does
        let Some(mut said) = self.said.take() else {
            return Ok((0, None));
        };
        let mut last = String::new();
        said.read_to_string(&mut last)?;
        let mut lines = last.lines();
        let too_slow = lines.next().unwrap_or_default().parse()?;
        Ok((too_slow, lines.next().map(str::to_owned)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended by itself
        let _ = self.child.wait();
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// The child's part: serves until its input ends; says its address first, and at the end what
/// [`Process::end`] wants to know.
pub fn serve(kind: &str, clients: &str) -> Result<()> {
    let clients: usize = clients.parse()?;
    let address = (Ipv4Addr::LOCALHOST, 0).into();
    let engine = match kind {
        "Bare" => return serve_bare(clients),
        "Threads" => Engine::Threads,
        _ => Engine::Readiness,
    };
    let config = Config {
        max_clients: clients + 100,
        max_lines_per_second: None,
        farewell: Duration::from_millis(100),
        ..Config::new(address)
    };
    let (refused, why) = channel();
    let config = config.with_observer(move |event| {
        if let Event::Refused { why } = event {
            let _ = refused.send(why.clone()); // nobody asks any more
        }
    });
    let server = chat::serve(engine, config)?;
    println!("{}", server.address());
    stdin().read_to_end(&mut Vec::new())?;
    println!("{}", server.shutdown().too_slow);
    if let Some(why) = why.iter().next() {
        println!("{why}");
    }
    Ok(())
}

/// The yardstick: what the first client says is written to the first thousand, one `write` each.
fn serve_bare(clients: usize) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", listener.local_addr()?);
    let mut streams = Vec::with_capacity(clients);
    for _ in 0..clients {
        let (mut stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        stream.write_all(b"* you are in lobby with others\n")?;
        streams.push(stream);
    }
    let mut said = BufReader::new(streams[0].try_clone()?);
    let mut room = 0;
    let mut line = String::new();
    while said.read_line(&mut line)? > 0 {
        match line.strip_prefix("/room ") {
            Some(size) => room = size.trim().parse()?,
            None => {
                for mut stream in &streams[..room] {
                    stream.write_all(line.as_bytes())?;
                }
            }
        }
        line.clear();
    }
    println!("0");
    Ok(())
}
