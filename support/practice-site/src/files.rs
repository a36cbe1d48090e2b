//! Files to download: with latency, ranges and validators; and any number of bytes.

use crate::app::Outcome;
use crate::html::{Frame, escape};
use crate::language::LANGUAGES;
use crate::negotiate::ranged;
use crate::random::{Random, hash, mix};
use crate::server::{Body, Request, Response};
use crate::truth::File;
use flate2::Crc;
use std::sync::Arc;
use std::time::Duration;

pub(crate) const TITLE: &str = "Files to download";

/// The most bytes that `/bytes/N` gives.
const MAX_BYTES: u64 = 1 << 30;
/// Up to this length `/bytes/N` tells the checksum, which costs a pass over the bytes.
const MAX_CHECKED: u64 = 1 << 20;
/// The longest wait that a client can ask for.
const MAX_DELAY_MS: u64 = 30_000;
/// How many chapters there are to download side by side.
const CHAPTERS: u64 = 12;

/// The listed files and their contents.
#[derive(Debug)]
pub(crate) struct Files {
    list: Vec<File>,
    contents: Vec<(&'static str, Arc<[u8]>)>,
}

impl Files {
    pub(crate) fn new(seed: u64) -> Self {
        let mut files = Self {
            list: Vec::new(),
            contents: Vec::new(),
        };
        files.add("timetable.csv", "text/csv; charset=utf-8", timetable(seed));
        files.add(
            "ropes.bin",
            "application/octet-stream",
            bytes(seed, 0, 50_000),
        );
        files.add("empty.txt", "text/plain; charset=utf-8", Vec::new());
        for chapter in 1..=CHAPTERS {
            let name = format!("chapter-{chapter:02}.txt");
            files.add(&name, "text/plain; charset=utf-8", prose(seed, chapter));
        }
        files
    }

    fn add(&mut self, name: &str, content_type: &'static str, contents: Vec<u8>) {
        let (path, length) = (format!("/files/{name}"), contents.len() as u64);
        self.list.push(File {
            path,
            length,
            crc32: crc32(&contents),
        });
        self.contents.push((content_type, contents.into()));
    }

    /// Returns the listed files.
    pub(crate) fn list(&self) -> &[File] {
        &self.list
    }

    /// Answers requests below `/files`.
    pub(crate) fn answer(&self, request: &Request, rest: &[&str]) -> Outcome {
        if rest.is_empty() {
            crate::app::add_slash(request)?;
            return Ok(Response::html(200, self.index()));
        }
        let found = self.list.iter().position(|file| file.path == request.path);
        let place = found.ok_or_else(|| Response::empty(404))?;
        let (content_type, contents) = &self.contents[place];
        let crc32 = self.list[place].crc32;
        let etag = format!("\"{crc32:08x}\"");
        let length = contents.len() as u64;
        let response = ranged(request, content_type, length, &etag, |start, length| {
            if length == contents.len() as u64 {
                return Body::Shared(Arc::clone(contents));
            }
            let range = start as usize..(start + length) as usize;
            Body::Bytes(contents.get(range).unwrap_or_default().to_vec())
        });
        Ok(paced(
            request,
            response.with("X-Crc32", format!("{crc32:08x}")),
        ))
    }

    /// Answers `/bytes/N?seed=…`.
    pub(crate) fn bytes(&self, request: &Request, rest: &[&str]) -> Outcome {
        let [length] = rest else {
            return Err(Response::empty(404));
        };
        let length: u64 = length.parse().map_err(|_| Response::empty(404))?;
        if length > MAX_BYTES {
            return Err(Response::text(
                400,
                format!("The most is {MAX_BYTES} bytes.\n"),
            ));
        }
        let seed = request.number("seed", 0, u64::MAX);
        let etag = format!("\"bytes-{length}-{seed}\"");
        let response = ranged(
            request,
            "application/octet-stream",
            length,
            &etag,
            |start, length| {
                Body::Stream(
                    length,
                    Box::new(move |sink| {
                        let mut at = 0;
                        while at < length {
                            let piece = (length - at).min(16 * 1024);
                            sink(&bytes(seed, start + at, piece as usize))?;
                            at += piece;
                        }
                        Ok(())
                    }),
                )
            },
        );
        let response = if length <= MAX_CHECKED {
            let crc32 = crc32(&bytes(seed, 0, length as usize));
            response.with("X-Crc32", format!("{crc32:08x}"))
        } else {
            response
        };
        let mut response = paced(request, response);
        response.chunked = request.parameter("chunked").is_some();
        Ok(response)
    }

    fn index(&self) -> String {
        let rows: String = self
            .list
            .iter()
            .map(|file| {
                let name = escape(file.path.trim_start_matches("/files/"));
                format!(
                    "<tr><td><a href=\"{}\">{name}</a></td><td class=\"number\">{}</td><td><code>{:08x}</code></td></tr>\n",
                    file.path, file.length, file.crc32
                )
            })
            .collect();
        let main = format!(
            "<p class=\"lead\">Each file takes a wait, a pace, a range and a condition.</p>\n\
             <ul>\n<li><code>?ms=500</code> waits half a second before the answer: \
             <a href=\"/files/chapter-01.txt?ms=500\">a slow chapter</a>. Twelve of them one after another take six seconds; side by side they take half of one.</li>\n\
             <li><code>?rate=5000</code> sends so many bytes in a second: \
             <a href=\"/files/chapter-02.txt?rate=5000\">a chapter at leisure</a>.</li>\n\
             <li><code>/bytes/N?seed=S</code> gives any number of bytes, up to 1 GiB, always the same for the same seed: \
             <a href=\"/bytes/1000?seed=7\">1,000 bytes</a>.</li>\n\
             <li><code>/bytes/N?chunked=1</code> sends them in chunks, without telling their number: \
             <a href=\"/bytes/100000?chunked=1&amp;rate=20000\">five seconds of chunks</a>.</li>\n\
             <li>A <code>Range</code> header gets a part (206) or 416, <code>If-Range</code> makes sure that it is of the same file, \
             and <code>If-None-Match</code> or <code>If-Modified-Since</code> get 304.</li>\n\
             <li>The header <code>X-Crc32</code> tells the CRC-32 of the whole file.</li>\n</ul>\n\
             <div class=\"scroll\"><table><thead><tr><th>File</th><th>Bytes</th><th>CRC-32</th></tr></thead>\n<tbody>\n{rows}</tbody></table></div>"
        );
        Frame {
            title: TITLE,
            corner: "/files/",
            head: "",
            main: &main,
        }
        .to_html()
    }
}

/// Gives a response the wait and the pace that the client asks for.
pub(crate) fn paced(request: &Request, mut response: Response) -> Response {
    response.delay = Duration::from_millis(request.number("ms", 0, MAX_DELAY_MS));
    response.rate = match request.number("rate", 0, u64::MAX) {
        0 => None,
        rate => Some(rate.max(100)),
    };
    response
}

/// Returns a part of the endless row of bytes that belongs to a seed: what `/bytes/N?seed=S` sends.
///
/// ```
/// let whole = practice_site::bytes(7, 0, 1_000);
/// assert_eq!(practice_site::bytes(7, 990, 10), whole[990..]);
/// ```
#[must_use]
pub fn bytes(seed: u64, start: u64, length: usize) -> Vec<u8> {
    let base = mix(seed ^ hash(b"bytes"));
    let mut bytes = Vec::with_capacity(length + 16);
    let mut block = start / 8;
    let skip = (start % 8) as usize;
    while bytes.len() < length + skip {
        bytes.extend_from_slice(&mix(base.wrapping_add(block)).to_le_bytes());
        block += 1;
    }
    bytes.drain(..skip);
    bytes.truncate(length);
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn prose(seed: u64, chapter: u64) -> Vec<u8> {
    let random = &mut Random::new(seed, "chapter", chapter);
    let language = LANGUAGES[0];
    let mut text = format!("Chapter {chapter}. {}\n\n", random.pick(language.topics));
    let length = random.between(4_000, 16_000) as usize;
    while text.len() < length {
        for _ in 0..random.between(3, 6) {
            text.push_str(random.pick(language.openers));
            text.push(' ');
            text.push_str(random.pick(language.clauses));
            text.push_str(random.pick(language.tails));
            text.push_str(". ");
        }
        text.push_str("\n\n");
    }
    text.into_bytes()
}

fn timetable(seed: u64) -> Vec<u8> {
    let random = &mut Random::new(seed, "timetable", 0);
    let mut text = String::from("ferry,departs,arrives,seats,note\n");
    for ferry in 1..=200 {
        let minutes = 300 + ferry * 5;
        let arrives = minutes + random.between(20, 90);
        let clock = |minutes: u64| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
        let note = random.pick(&[
            "",
            "",
            "\"bicycles, dogs\"",
            "\"says \"\"mind the gap\"\"\"",
        ]);
        text.push_str(&format!(
            "{ferry},{},{},{},{note}\n",
            clock(minutes),
            clock(arrives),
            random.between(8, 120)
        ));
    }
    text.into_bytes()
}
