//! A large body to a file: with progress, and resumed where it broke off.
//!
//! The bytes go to `NAME.part`, and the version that they belong to is written to `NAME.part.version`.
//! So a later run can go on, and never puts the end of one version behind the beginning of another:
//! `If-Range` asks for the rest only if the version is the same, and otherwise for the whole.
//!
//! Source: RFC 9110, section 14, <https://www.rfc-editor.org/rfc/rfc9110#section-14>.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, IF_RANGE, RANGE,
};

use crate::{Advice, Client, Error, Limits, Response};

/// So much must have come for a broken download not to count as one more failure.
const WORTH_GOING_ON: u64 = 64 * 1024;

/// How far a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The bytes that are in the file.
    pub have: u64,
    /// How many it will be, where the server tells.
    pub total: Option<u64>,
}

/// What a download did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Downloaded {
    /// The length of the file.
    pub bytes: u64,
    /// The places at which it went on, in order; empty when it came in one piece.
    pub resumed_at: Vec<u64>,
}

/// Downloads to `path`, which is there whole or not at all.
///
/// `max_bytes` bounds the file. Each piece is an exchange within `limits`, whose sizes do not count.
/// `tell` is called after each read.
///
/// # Errors
///
/// Any of [`Error`]. The part that came is kept where it can be used: calling this again goes on there.
pub fn download(
    client: &Client,
    url: &str,
    path: &Path,
    limits: &Limits,
    max_bytes: u64,
    mut tell: impl FnMut(Progress),
) -> Result<Downloaded, Error> {
    let part = Part::beside(path, url);
    let (policy, clock) = (&client.config().retry, &client.config().clock);
    let mut done = Downloaded::default();
    let mut failed = 0;
    loop {
        let before = part.version_and_length().map_or(0, |(_, length)| length);
        match one_piece(client, url, &part, limits, max_bytes, &mut done, &mut tell) {
            Ok(bytes) => {
                part.finish(path)?;
                done.bytes = bytes;
                return Ok(done);
            }
            Err(error) if error.advice() == Advice::Retry => {
                let after = part.version_and_length().map_or(0, |(_, length)| length);
                let came = after.saturating_sub(before);
                failed = if came >= WORTH_GOING_ON {
                    1
                } else {
                    failed + 1
                };
                let pause = policy.pause(failed, error.retry_after(), client.chance());
                clock.sleep(pause.ok_or(error)?);
            }
            Err(error) => return Err(error),
        }
    }
}

// ANCHOR: piece
/// Asks for what is missing, and writes it behind what is there. Returns the length of the file.
fn one_piece(
    client: &Client,
    url: &str,
    part: &Part,
    limits: &Limits,
    max_bytes: u64,
    done: &mut Downloaded,
    tell: &mut impl FnMut(Progress),
) -> Result<u64, Error> {
    // A range counts the bytes of one representation: not of a packed one.
    let mut request = client.get(url).header(ACCEPT_ENCODING, "identity");
    let there = part.version_and_length();
    if let Some((version, have)) = &there {
        request = request
            .header(IF_RANGE, version)
            .header(RANGE, format!("bytes={have}-"));
    }
    let have = there.map_or(0, |(_, have)| have);
    let left = max_bytes.saturating_sub(have);
    let mut response = request
        .limits(Limits {
            wire_bytes: left,
            body_bytes: left,
            ..limits.clone()
        })
        .send()?;
    match response.status().as_u16() {
        206 => {
            let (start, total) = content_range(&response)
                .filter(|(start, _)| *start == Some(have))
                .ok_or_else(|| Error::Broken("it is not the range that was asked for".into()))?;
            done.resumed_at.extend(start);
            let file = part.append()?;
            copy(&mut response, file, have, total, tell)
        }
        // The range lies behind the end: either all is there, or what is there is something else.
        416 if have > 0 => {
            let total = content_range(&response).and_then(|(_, total)| total);
            if total == Some(have) {
                return Ok(have);
            }
            part.forget()?;
            Err(Error::Broken("what was kept does not fit any more".into()))
        }
        _ => {
            let mut response = response.success()?;
            let total = response
                .header(CONTENT_LENGTH.as_str())
                .and_then(|n| n.parse().ok());
            // Only a strong tag promises that the rest will fit, byte for byte.
            let packed = response.headers().contains_key(CONTENT_ENCODING);
            let version = response.validators().strong_etag().map(str::to_owned);
            let file = part.begin(version.filter(|_| !packed))?;
            copy(&mut response, file, 0, total, tell)
        }
    }
}
// ANCHOR_END: piece

fn copy(
    response: &mut Response,
    mut file: File,
    mut have: u64,
    total: Option<u64>,
    tell: &mut impl FnMut(Progress),
) -> Result<u64, Error> {
    let mut buffer = vec![0; 64 * 1024];
    tell(Progress { have, total });
    loop {
        let read = response.read(&mut buffer).map_err(Error::from_read)?;
        if read == 0 {
            break;
        }
        file.write_all(&buffer[..read]).map_err(Error::Write)?;
        have += read as u64;
        tell(Progress { have, total });
    }
    if total.is_some_and(|total| total != have) {
        return Err(Error::Broken(format!(
            "it ended after {have} of {} bytes",
            total.unwrap_or_default()
        )));
    }
    file.sync_all().map_err(Error::Write)?;
    Ok(have)
}

/// Reads `Content-Range`: `bytes 5-9/10`, `bytes 5-9/*`, `bytes */10`; where it starts, and the total.
fn content_range(response: &Response) -> Option<(Option<u64>, Option<u64>)> {
    let value = response.header(CONTENT_RANGE.as_str())?;
    let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
    let start = match range {
        "*" => None,
        range => Some(range.split_once('-')?.0.parse().ok()?),
    };
    Some((start, total.parse().ok()))
}

/// What has come so far, beside the file that it will be.
struct Part {
    bytes: PathBuf,
    version: PathBuf,
    url: String,
}

impl Part {
    fn beside(path: &Path, url: &str) -> Self {
        let with = |ending: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        Self {
            bytes: with(".part"),
            version: with(".part.version"),
            url: url.to_owned(),
        }
    }

    /// Returns the version and the length of what is there, if it can be gone on with.
    fn version_and_length(&self) -> Option<(String, u64)> {
        let note = fs::read_to_string(&self.version).ok()?;
        let (url, tag) = note.trim_end().split_once('\n')?;
        let length = fs::metadata(&self.bytes).ok()?.len();
        (url == self.url && length > 0).then(|| (tag.to_owned(), length))
    }

    /// Starts anew.
    fn begin(&self, version: Option<String>) -> Result<File, Error> {
        self.forget()?;
        let file = File::create(&self.bytes).map_err(Error::Write)?;
        if let Some(tag) = version {
            // After the file was emptied: a version without its bytes is harmless, the reverse is not.
            fs::write(&self.version, format!("{}\n{tag}\n", self.url)).map_err(Error::Write)?;
        }
        Ok(file)
    }

    fn append(&self) -> Result<File, Error> {
        let mut options = OpenOptions::new();
        options.append(true).open(&self.bytes).map_err(Error::Write)
    }

    fn forget(&self) -> Result<(), Error> {
        for path in [&self.version, &self.bytes] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::Write(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn finish(&self, path: &Path) -> Result<(), Error> {
        fs::rename(&self.bytes, path).map_err(Error::Write)?;
        self.forget()
    }
}

/// Limits for a download: an hour for each piece.
pub fn limits() -> Limits {
    Limits {
        whole: Duration::from_secs(3_600),
        ..Limits::default()
    }
}
