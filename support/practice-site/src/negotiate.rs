//! What HTTP does to every response: validators, conditions, ranges, compression.
//!
//! Source: RFC 9110, sections 8.8 (validators), 12.5.3 (Accept-Encoding), 13 (conditions), 14 (ranges).

use crate::date::Moment;
use crate::random::hash;
use crate::server::{Body, Request, Response};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::Write;

/// When the site's content was made: the same on every machine, so that validators stay the same.
pub(crate) const MADE: &str = "Thu, 01 Jan 2026 00:00:00 GMT";

/// Smaller bodies are not worth compressing.
const MIN_COMPRESSED: u64 = 512;

/// Adds validators to a response, answers conditions, and compresses it where the client wants that.
pub(crate) fn finish(request: &Request, mut response: Response) -> Response {
    let may_cache = response.header("cache-control") != Some("no-store");
    if !request.is_read() || response.status != 200 || !may_cache {
        return compress(request, response);
    }
    if let (Some(bytes), None) = (response.body.bytes(), response.header("etag")) {
        let etag = format!("\"{:016x}\"", hash(bytes));
        response = response.with("ETag", etag);
    }
    if response.header("last-modified").is_none() {
        response = response.with("Last-Modified", MADE);
    }
    if is_unchanged(request, &response) {
        response.status = 304;
        response.body = Body::Bytes(Vec::new());
        response
            .headers
            .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        return response;
    }
    compress(request, response)
}

/// Says whether the client's copy is still good.
fn is_unchanged(request: &Request, response: &Response) -> bool {
    if let Some(known) = request.header("if-none-match") {
        // If-Modified-Since does not count beside it.
        return response
            .header("etag")
            .is_some_and(|etag| matches(known, etag));
    }
    let since = request
        .header("if-modified-since")
        .and_then(Moment::from_http);
    let modified = response.header("last-modified").and_then(Moment::from_http);
    since
        .zip(modified)
        .is_some_and(|(since, modified)| modified.unix_seconds() <= since.unix_seconds())
}

/// Says whether a list of entity tags, as If-Match and If-None-Match have it, names this one.
pub(crate) fn matches(list: &str, etag: &str) -> bool {
    list.trim() == "*" || list.split(',').any(|tag| opaque(tag) == opaque(etag))
}

/// Takes from a tag what does not count in a weak comparison: the `W/`, and the mark of a compressed copy.
fn opaque(tag: &str) -> &str {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
    tag.strip_suffix("-gzip")
        .or_else(|| tag.strip_suffix("-deflate"))
        .unwrap_or(tag)
}

fn compress(request: &Request, mut response: Response) -> Response {
    let is_text = response.header("content-type").is_some_and(|content_type| {
        content_type.starts_with("text/")
            || ["json", "xml", "javascript"]
                .iter()
                .any(|word| content_type.contains(word))
    });
    let may = is_text
        && response.header("content-encoding").is_none()
        && response.header("content-range").is_none()
        && response.body.len() >= MIN_COMPRESSED;
    let Some(bytes) = response.body.bytes().filter(|_| may) else {
        return response;
    };
    let coding = preferred(request.header("accept-encoding").unwrap_or_default());
    let compressed = match coding {
        Some("gzip") => gzip(bytes),
        Some(_) => deflate(bytes),
        None => return response.with("Vary", "Accept-Encoding"),
    };
    response.body = Body::Bytes(compressed);
    let coding = coding.unwrap_or_default();
    if let Some(etag) = response.header("etag").map(str::to_string) {
        // Other bytes need another strong tag.
        response.replace("ETag", format!("{}-{coding}\"", etag.trim_end_matches('"')));
    }
    response
        .with("Content-Encoding", coding)
        .with("Vary", "Accept-Encoding")
}

/// Returns the best coding that the client takes and the site knows.
fn preferred(accepted: &str) -> Option<&'static str> {
    let weight = |coding: &str| {
        let mut of_star = 0.0;
        for item in accepted.split(',') {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let weight = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1.0, |weight| weight.trim().parse::<f32>().unwrap_or(0.0));
            if name.eq_ignore_ascii_case(coding) {
                return weight;
            }
            if name == "*" {
                of_star = weight;
            }
        }
        of_star
    };
    let (gzip, deflate) = (weight("gzip"), weight("deflate"));
    match (gzip > 0.0 && gzip >= deflate, deflate > 0.0) {
        (true, _) => Some("gzip"),
        (false, true) => Some("deflate"),
        (false, false) => None,
    }
}

/// Compresses as `Content-Encoding: gzip` means it (RFC 1952).
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // A Vec takes every write.
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .unwrap_or_default()
}

/// Compresses as `Content-Encoding: deflate` means it: with the frame of zlib (RFC 1950).
pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .unwrap_or_default()
}

/// Answers a request for something of known length, whole or a part of it; `make` gives the bytes of a part.
///
/// Only a single range is served; for several, and for what is no range at all, the whole is.
pub(crate) fn ranged(
    request: &Request,
    content_type: &str,
    length: u64,
    etag: &str,
    make: impl FnOnce(u64, u64) -> Body,
) -> Response {
    let response = Response::new(200, content_type, Vec::new())
        .with("Accept-Ranges", "bytes")
        .with("ETag", etag)
        .with("Last-Modified", MADE);
    // A condition that holds makes the range moot; `finish` answers it.
    let asked = request
        .header("range")
        .filter(|_| !is_unchanged(request, &response));
    // If-Range: the range only where the client's copy is the same, else the whole.
    let same = request
        .header("if-range")
        .is_none_or(|tag| tag == etag || tag == MADE);
    match asked.filter(|_| same).map(|text| parse_range(text, length)) {
        Some(Asked::Part(start, end)) => Response {
            status: 206,
            body: make(start, end - start + 1),
            ..response
        }
        .with("Content-Range", format!("bytes {start}-{end}/{length}")),
        Some(Asked::Nothing) => Response::text(416, "There are not so many bytes.\n")
            .with("Content-Range", format!("bytes */{length}")),
        Some(Asked::Whole) | None => Response {
            body: make(0, length),
            ..response
        },
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// From the first to the last byte, both included.
    Part(u64, u64),
    Whole,
    /// A range beyond the end.
    Nothing,
}

fn parse_range(text: &str, length: u64) -> Asked {
    let Some((first, last)) = text
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Asked::Whole;
    };
    let number = |text: &str| {
        let text = text.trim();
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse::<u64>().ok())
            .flatten()
    };
    match (first.trim(), last.trim()) {
        ("", last) => match number(last) {
            Some(0) => Asked::Nothing,
            Some(_) if length == 0 => Asked::Nothing,
            Some(count) => Asked::Part(length.saturating_sub(count), length - 1),
            None => Asked::Whole,
        },
        (first, last) => match (number(first), number(last), last.is_empty()) {
            (Some(first), _, true) if first < length => Asked::Part(first, length - 1),
            (Some(first), Some(last), _) if last < first => Asked::Whole,
            (Some(first), Some(last), _) if first < length => {
                Asked::Part(first, last.min(length - 1))
            }
            (Some(_), Some(_), _) | (Some(_), _, true) => Asked::Nothing,
            _ => Asked::Whole,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_reads_them() {
        let check = |text, expected| assert_eq!(parse_range(text, 100), expected, "{text}");

        check("bytes=0-9", Asked::Part(0, 9));
        check("bytes=90-", Asked::Part(90, 99));
        check("bytes=90-200", Asked::Part(90, 99));
        check("bytes=-10", Asked::Part(90, 99));
        check("bytes=-1000", Asked::Part(0, 99));
        check("bytes=100-", Asked::Nothing);
        check("bytes=100-200", Asked::Nothing);
        check("bytes=-0", Asked::Nothing);
        for whole in [
            "bytes=9-0",
            "bytes=0-1,5-6",
            "lines=1-2",
            "bytes=a-b",
            "bytes=",
            "bytes=-",
            "bytes=+1-2",
        ] {
            check(whole, Asked::Whole);
        }
        assert_eq!(parse_range("bytes=0-0", 0), Asked::Nothing);
        assert_eq!(parse_range("bytes=-1", 0), Asked::Nothing);
    }

    #[test]
    fn the_coding_is_the_one_that_the_client_likes_best() {
        let check = |accepted, expected| assert_eq!(preferred(accepted), expected, "{accepted}");

        check("", None);
        check("gzip, deflate, br", Some("gzip"));
        check("deflate", Some("deflate"));
        check("gzip;q=0.5, deflate;q=0.8", Some("deflate"));
        check("gzip;q=0", None);
        check("*", Some("gzip"));
        check("*;q=0.1, gzip;q=0", Some("deflate"));
        check("GZIP", Some("gzip"));
        check("gzip;q=nonsense", None);
    }

    #[test]
    fn tags_match_whether_weak_or_of_a_compressed_copy() {
        assert!(matches("\"a\", W/\"b\"", "\"b\""));
        assert!(matches("\"b-gzip\"", "\"b\""));
        assert!(matches("*", "\"b\""));
        assert!(!matches("\"a\"", "\"b\""));
    }
}
