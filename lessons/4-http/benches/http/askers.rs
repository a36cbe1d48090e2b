//! Those who ask.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use http_client::{Client, Config, Private};

use crate::Result;

/// Linux counts processor time in hundredths of a second, whatever its clock does inside.
const TICKS: f64 = 100.0;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum Asker {
    Bare,
    Ours,
    Reqwest,
    Ureq,
}

/// What it did.
#[derive(Clone, Debug)]
pub struct Measured {
    pub requests: u64,
    pub time: Duration,
    /// Processor time of the process, where the system tells.
    pub processor: Option<Duration>,
    /// What of it was not spent on the threads that ask.
    pub own_thread: Option<Duration>,
}

impl Measured {
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.time.as_secs_f64()
    }

    pub fn processor_time(&self) -> String {
        self.each(self.processor)
    }

    pub fn own_thread(&self) -> String {
        self.each(self.own_thread)
    }

    fn each(&self, time: Option<Duration>) -> String {
        match time {
            Some(time) => format!(
                "{:.0} µs",
                1e6 * time.as_secs_f64() / self.requests.max(1) as f64
            ),
            None => "-".to_owned(),
        }
    }
}

impl Asker {
    /// Asks from so many threads for so long.
    pub fn measure(
        self,
        address: &str,
        path: &str,
        threads: usize,
        time: Duration,
    ) -> Result<Measured> {
        let url = format!("http://{address}{path}");
        let one = || -> Result<Box<dyn FnMut() -> Result<u64> + Send>> {
            Ok(match self {
                Self::Bare => Box::new(bare(address, path)?),
                _ => return Err("it has one client for all".into()),
            })
        };
        match self {
            Self::Bare => run(threads, time, one),
            Self::Ours => {
                let client = Client::new(Config {
                    private: Private::Allow,
                    ..Config::default()
                })?;
                run(threads, time, || {
                    let (client, url) = (client.clone(), url.clone());
                    Ok(Box::new(move || Ok(client.get(&url).fetch()?.len() as u64)))
                })
            }
            Self::Reqwest => {
                let client = reqwest::blocking::Client::builder()
                    .pool_max_idle_per_host(32)
                    .no_proxy()
                    .build()?;
                run(threads, time, || {
                    let (client, url) = (client.clone(), url.clone());
                    Ok(Box::new(move || {
                        Ok(client.get(&url).send()?.bytes()?.len() as u64)
                    }))
                })
            }
            Self::Ureq => {
                let agent: ureq::Agent = ureq::Agent::config_builder()
                    .max_idle_connections_per_host(32)
                    .max_idle_connections(32)
                    .build()
                    .into();
                run(threads, time, || {
                    let (agent, url) = (agent.clone(), url.clone());
                    Ok(Box::new(move || {
                        Ok(agent.get(&url).call()?.body_mut().read_to_vec()?.len() as u64)
                    }))
                })
            }
        }
    }
}

/// A keep-alive connection, and nothing but reading to the end of the body.
fn bare(address: &str, path: &str) -> Result<impl FnMut() -> Result<u64> + Send + use<>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(64 * 1024, stream);
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let (mut line, mut body) = (String::new(), Vec::new());
    Ok(move || {
        reader.get_mut().write_all(request.as_bytes())?;
        let mut length = 0;
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            if line.len() <= 2 {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse()?;
            }
        }
        body.clear();
        reader.by_ref().take(length).read_to_end(&mut body)?;
        Ok(body.len() as u64)
    })
}

fn run<'a>(
    threads: usize,
    time: Duration,
    make: impl Fn() -> Result<Box<dyn FnMut() -> Result<u64> + Send + 'a>>,
) -> Result<Measured> {
    let mut askers: Vec<_> = (0..threads).map(|_| make()).collect::<Result<_>>()?;
    for ask in &mut askers {
        ask()?; // connects, and is not counted
    }
    let (requests, on_askers) = (AtomicU64::new(0), AtomicU64::new(0));
    let (before, started) = (process_time(), Instant::now());
    thread::scope(|scope| {
        let working: Vec<_> = askers
            .iter_mut()
            .map(|ask| {
                let (requests, on_askers) = (&requests, &on_askers);
                scope.spawn(move || {
                    let mut asked = 0;
                    while started.elapsed() < time {
                        if ask()? == 0 {
                            return Err("an answer without a body".into());
                        }
                        asked += 1;
                    }
                    requests.fetch_add(asked, Ordering::Relaxed);
                    let spent = thread_time().unwrap_or_default().as_nanos() as u64;
                    on_askers.fetch_add(spent, Ordering::Relaxed);
                    Result::Ok(())
                })
            })
            .collect();
        working
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| "a thread panicked")?)
    })?;
    let time = started.elapsed();
    let processor = before
        .zip(process_time())
        .map(|(before, after)| after - before);
    let on_askers = Duration::from_nanos(on_askers.into_inner());
    Ok(Measured {
        requests: requests.into_inner(),
        time,
        processor,
        own_thread: processor.map(|all| all.saturating_sub(on_askers)),
    })
}

fn process_time() -> Option<Duration> {
    stat_time("/proc/self/stat")
}

/// The processor time of the calling thread, to the nanosecond.
fn thread_time() -> Option<Duration> {
    let spent = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(spent.split(' ').next()?.parse().ok()?))
}

fn stat_time(path: &str) -> Option<Duration> {
    let stat = fs::read_to_string(path).ok()?;
    // The name of the program stands in brackets and may hold spaces.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(Duration::from_secs_f64(ticks / TICKS))
}
