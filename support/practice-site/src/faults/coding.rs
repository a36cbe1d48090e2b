//! Bodies whose compression lies, breaks, or explodes.

use super::small_page;
use crate::negotiate::{deflate, gzip};
use crate::server::{After, Answer, Raw, Request, Response};
use flate2::{Compress, Compression, Crc, FlushCompress};

/// A bomb is this many times the same mebibyte of zeros.
const MEBIBYTES: usize = 1_024;

pub(super) fn answer(request: &Request, folder: &str, name: &str) -> Option<Answer> {
    let page = small_page("Coding").repeat(4);
    let coded = |coding: &str, body: Vec<u8>| {
        Some(
            Response::new(200, "text/html; charset=utf-8", body)
                .with("Content-Encoding", coding)
                .into(),
        )
    };
    match (folder, name) {
        ("bomb", "gzip" | "deflate") => Some(bomb(request, name == "gzip")),
        ("coding", "unknown") => coded("shuffle", page.into_bytes()),
        ("coding", "lie") => coded("gzip", page.into_bytes()),
        ("coding", "corrupt") => {
            let mut body = gzip(page.as_bytes());
            let middle = body.len() / 2;
            for byte in &mut body[middle..middle + 8] {
                *byte ^= 0x5A;
            }
            coded("gzip", body)
        }
        ("coding", "truncated") => {
            let mut body = gzip(page.as_bytes());
            body.truncate(body.len() / 2);
            coded("gzip", body)
        }
        ("coding", "deflate") => coded("deflate", deflate(page.as_bytes())),
        _ => None,
    }
}

/// Sends a gibibyte of zeros in about a megabyte, without ever holding either.
///
/// After a full flush the compressor remembers nothing, so what it made of one mebibyte can be sent
/// again and again.
fn bomb(request: &Request, as_gzip: bool) -> Answer {
    let is_head = request.method == "HEAD";
    let zeros = vec![0_u8; 1024 * 1024];
    let mut compress = Compress::new(Compression::best(), false);
    let mut block = Vec::with_capacity(64 * 1024);
    // The buffer is far larger than what a mebibyte of zeros becomes.
    let _ = compress.compress_vec(&zeros, &mut block, FlushCompress::Full);
    let (first, last) = if as_gzip {
        gzip_frame(&zeros)
    } else {
        zlib_frame()
    };
    let length = first.len() + MEBIBYTES * block.len() + last.len();
    let coding = if as_gzip { "gzip" } else { "deflate" };
    Raw::answer(Some(200), move |wire| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: {coding}\r\nContent-Length: {length}\r\n\r\n"
        );
        wire.send(head.as_bytes())?;
        if is_head {
            return Ok(After::KeepAlive);
        }
        wire.send(&first)?;
        for _ in 0..MEBIBYTES {
            wire.send(&block)?;
        }
        wire.finish(Some(200));
        wire.send(&last)?;
        Ok(After::KeepAlive)
    })
}

/// What stands before and after the blocks in gzip (RFC 1952): the end has checksum and length.
fn gzip_frame(zeros: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let first = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255];
    let mut crc = Crc::new();
    crc.update(zeros);
    let mut one = Crc::new();
    one.update(zeros);
    for _ in 1..MEBIBYTES {
        crc.combine(&one);
    }
    let mut last = LAST_BLOCK.to_vec();
    last.extend(crc.sum().to_le_bytes());
    last.extend(((zeros.len() * MEBIBYTES) as u32).to_le_bytes());
    (first, last)
}

/// What stands before and after the blocks in zlib (RFC 1950).
fn zlib_frame() -> (Vec<u8>, Vec<u8>) {
    // Adler-32 of zeros: the first sum stays 1, the second grows by 1 with each byte, modulo 65521.
    let second = (1024 * 1024 * MEBIBYTES % 65_521) as u32;
    let mut last = LAST_BLOCK.to_vec();
    last.extend((second << 16 | 1).to_be_bytes());
    (vec![0x78, 0xDA], last)
}

/// An empty last block with fixed codes.
const LAST_BLOCK: [u8; 2] = [0x03, 0x00];
