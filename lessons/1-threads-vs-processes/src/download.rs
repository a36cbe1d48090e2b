//! Many files from one server: one after another, a thread each, a pool of k, and rayon.
//!
//! A download is mostly waiting, and whoever waits needs no processor. So many can wait at once,
//! on one core as well as on eight. The request is made by hand over a bare socket, as lesson 3
//! explains; lesson 4 does it properly.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::observe::{Activity, Observer};
use crate::parallel;
use crate::team::{Worker, team};
use crate::{Change, Error};

/// The longest body that is taken.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Who downloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// One worker, one file after another.
    OneAfterAnother,
    /// A thread for each file.
    AThreadEach,
    /// This many threads, each of which takes the next file when it is done with one.
    Pool(usize),
    /// rayon, on this many threads.
    Rayon(usize),
}

/// A file that was downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path on the server.
    pub path: String,
    /// Its contents.
    pub body: Vec<u8>,
    /// From the connection's start to the last byte.
    pub took: Duration,
}

/// What came of a list of files.
#[derive(Clone, Debug)]
pub struct Downloads {
    /// The files, in the order of the list.
    pub files: Vec<File>,
    /// From the first start to the last byte of all.
    pub wall: Duration,
}

impl Downloads {
    /// Returns what the files took together; with several workers this is more than the wall time.
    #[must_use]
    pub fn sum(&self) -> Duration {
        self.files.iter().map(|file| file.took).sum()
    }

    /// Tells path, length and sum of the bytes of each file, in lines that the Python twin prints
    /// as well.
    #[must_use]
    pub fn report(&self) -> String {
        let line = |file: &File| {
            let sum: u64 = file.body.iter().map(|byte| u64::from(*byte)).sum();
            format!("{} {} {sum}\n", file.path, file.body.len())
        };
        self.files.iter().map(line).collect()
    }
}

/// Downloads all paths from a server, and returns the files in the order of the paths.
///
/// # Errors
///
/// That of the first path in the list that failed; the others are downloaded all the same.
pub fn download(
    server: SocketAddr,
    paths: &[String],
    strategy: Strategy,
    limit: Duration,
    observer: &Observer,
) -> Result<Downloads, Error> {
    let started = Instant::now();
    let files: Vec<Result<File, Error>> = match strategy {
        Strategy::OneAfterAnother => {
            parallel::map(paths, 1, "thread", observer, |worker, path| {
                fetch(worker, server, path, limit)
            })?
        }
        Strategy::AThreadEach => a_thread_each(server, paths, limit, observer)?,
        Strategy::Pool(k) => parallel::map(paths, k, "thread", observer, |worker, path| {
            fetch(worker, server, path, limit)
        })?,
        Strategy::Rayon(k) => with_rayon(server, paths, k, limit, observer)?,
    };
    Ok(Downloads {
        wall: started.elapsed(),
        files: files.into_iter().collect::<Result<_, _>>()?,
    })
}

/// Starts all threads, and only then waits for the first: joining inside the first loop would
/// download one file after another, with the cost of a thread on top.
// ANCHOR: a-thread-each
fn a_thread_each(
    server: SocketAddr,
    paths: &[String],
    limit: Duration,
    observer: &Observer,
) -> Result<Vec<Result<File, Error>>, Error> {
    team(observer, |team| {
        let mut handles = Vec::new();
        for (number, path) in (1..).zip(paths) {
            handles.push(team.spawn(format!("thread {number}"), move |worker| {
                fetch(worker, server, path, limit)
            })?);
        }
        handles
            .into_iter()
            .map(|handle| Ok(handle.join()?))
            .collect()
    })?
}
// ANCHOR_END: a-thread-each

fn with_rayon(
    server: SocketAddr,
    paths: &[String],
    k: usize,
    limit: Duration,
    observer: &Observer,
) -> Result<Vec<Result<File, Error>>, Error> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(k.max(1))
        .thread_name(|index| format!("rayon {}", index + 1))
        .build()?;
    Ok(pool.install(|| {
        let one = |path: &String| {
            let name = rayon::current_thread_index().map_or(0, |index| index + 1);
            let name = format!("rayon {name}");
            let label = file_name(path);
            observer.tell(
                &name,
                Change::Turned {
                    activity: Activity::Receiving,
                    label,
                },
            );
            let file = get(server, path, limit);
            observer.tell(&name, Change::Ended);
            file
        };
        paths.par_iter().map(one).collect()
    }))
}

fn fetch(worker: &Worker, server: SocketAddr, path: &str, limit: Duration) -> Result<File, Error> {
    worker.turns_to(Activity::Receiving, file_name(path));
    get(server, path, limit)
}

/// Returns the last piece of a path, without its query.
fn file_name(path: &str) -> &str {
    let path = path.split('?').next().unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path)
}

/// Downloads one file.
///
/// # Errors
///
/// [`Error::TimedOut`] when it is not there within `limit`, [`Error::Status`] when the server
/// answers anything but 200, [`Error::Download`] for all that can happen to a connection.
pub fn get(server: SocketAddr, path: &str, limit: Duration) -> Result<File, Error> {
    let started = Instant::now();
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Error::TimedOut {
            path: path.to_owned(),
            limit,
        },
        _ => Error::Download {
            path: path.to_owned(),
            source,
        },
    };
    if path
        .bytes()
        .any(|byte| byte.is_ascii_control() || byte == b' ')
    {
        return Err(failed(io::ErrorKind::InvalidInput.into()));
    }
    let (status, body) = exchange(server, path, started + limit).map_err(failed)?;
    if status.split(' ').nth(1) != Some("200") {
        let path = path.to_owned();
        return Err(Error::Status { path, status });
    }
    Ok(File {
        path: path.to_owned(),
        body,
        took: started.elapsed(),
    })
}

/// Asks, and reads to the end: version 1.0 of HTTP, in which the end of the connection is the end
/// of the body.
fn exchange(server: SocketAddr, path: &str, end: Instant) -> io::Result<(String, Vec<u8>)> {
    let mut stream = TcpStream::connect_timeout(&server, left_until(end)?)?;
    stream.set_write_timeout(Some(left_until(end)?))?;
    let request =
        format!("GET {path} HTTP/1.0\r\nHost: {server}\r\nUser-Agent: spindle-lesson-1\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    let mut buffer = vec![0; 32 * 1024];
    loop {
        // A timeout bounds one wait. Set anew before each, it bounds their sum.
        stream.set_read_timeout(Some(left_until(end)?))?;
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => answer.extend_from_slice(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if answer.len() as u64 > MAX_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
    }
    let blank = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let blank = blank.ok_or(io::ErrorKind::UnexpectedEof)?;
    let body = answer.split_off(blank + 4);
    let head = String::from_utf8_lossy(&answer);
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default().to_owned();
    let mut lengths = lines.filter_map(|line| line.split_once(':'));
    let length = lengths.rfind(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: Option<usize> = length.and_then(|(_, value)| value.trim().parse().ok());
    // A connection that broke half-way ends as well, so the length is what tells.
    if length.is_some_and(|length| length != body.len()) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((status, body))
}

fn left_until(end: Instant) -> io::Result<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    match left.is_zero() {
        true => Err(io::ErrorKind::TimedOut.into()),
        false => Ok(left),
    }
}
