//! Unpacking a body, with one limit for what comes in and another for what comes out.
//!
//! Source: RFC 9110, section 8.4.1, <https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1>.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::Error;

/// What we can unpack, and therefore ask for.
pub(crate) const ACCEPTED: &str = "gzip, deflate";

/// How a body is packed, by its `Content-Encoding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    Deflate,
}

impl Coding {
    /// Reads a `Content-Encoding`.
    ///
    /// # Errors
    ///
    /// [`Error::Encoding`] for anything that [`ACCEPTED`] does not name, several layers among it.
    pub(crate) fn parse(value: &str) -> Result<Self, Error> {
        match value.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Ok(Self::Identity),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "deflate" => Ok(Self::Deflate),
            _ => Err(Error::Encoding(value.trim().to_owned())),
        }
    }
}

/// A reader that unpacks.
pub(crate) enum Decoder<R> {
    /// Nothing to unpack.
    Plain(R),
    /// Packed, and nothing read yet: whether there is anything is not known.
    Unread(Coding, BufReader<R>),
    Gzip(MultiGzDecoder<BufReader<R>>),
    Zlib(ZlibDecoder<BufReader<R>>),
    Raw(DeflateDecoder<BufReader<R>>),
    /// An empty body, and one that broke off before its first byte.
    Ended,
}

impl<R: Read> Decoder<R> {
    pub(crate) fn new(coding: Coding, inner: R) -> Self {
        match coding {
            Coding::Identity => Self::Plain(inner),
            packed => Self::Unread(packed, BufReader::new(inner)),
        }
    }

    /// Chooses the decoder by the first bytes.
    fn begin(coding: Coding, mut inner: BufReader<R>) -> io::Result<Self> {
        let first = inner.fill_buf()?;
        // An empty body is empty, whatever it is said to be packed as.
        if first.is_empty() {
            return Ok(Self::Ended);
        }
        Ok(match coding {
            Coding::Gzip => Self::Gzip(MultiGzDecoder::new(inner)),
            // "deflate" means zlib (RFC 1950), but some servers send bare deflate (RFC 1951). The two
            // bytes that begin zlib are a multiple of 31, with 8 for the method.
            _ if is_zlib(first) => Self::Zlib(ZlibDecoder::new(inner)),
            _ => Self::Raw(DeflateDecoder::new(inner)),
        })
    }
}

fn is_zlib(first: &[u8]) -> bool {
    match first {
        [method, flags, ..] => {
            method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31)
        }
        // One byte says too little; zlib is what the standard means.
        _ => true,
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Self::Unread(..) = self
            && let Self::Unread(coding, inner) = std::mem::replace(self, Self::Ended)
        {
            *self = Self::begin(coding, inner)?;
        }
        // Each of them reads on behind its own end, so a connection that breaks there is noticed.
        match self {
            Self::Plain(inner) => inner.read(buffer),
            Self::Gzip(decoder) => decoder.read(buffer),
            Self::Zlib(decoder) => decoder.read(buffer),
            Self::Raw(decoder) => decoder.read(buffer),
            Self::Unread(..) | Self::Ended => Ok(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;

    use super::*;

    fn unpack(coding: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let coding = Coding::parse(coding).expect("one that we accept");
        let mut unpacked = Vec::new();
        Decoder::new(coding, bytes).read_to_end(&mut unpacked)?;
        Ok(unpacked)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("a Vec takes all");
        encoder.finish().expect("a Vec takes all")
    }

    #[test]
    fn what_was_packed_in_any_of_the_ways_comes_out_again() {
        let text = b"tides and ropes ".repeat(10_000);
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&text).unwrap();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(&text).unwrap();

        assert_eq!(unpack("", &text).unwrap(), text);
        assert_eq!(unpack("GZIP", &gzip(&text)).unwrap(), text);
        assert_eq!(unpack("deflate", &zlib.finish().unwrap()).unwrap(), text);
        assert_eq!(unpack(" deflate ", &raw.finish().unwrap()).unwrap(), text);
    }

    #[test]
    fn two_gzip_members_are_one_body_and_an_empty_body_is_empty() {
        let two = [gzip(b"one "), gzip(b"two")].concat();

        assert_eq!(unpack("gzip", &two).unwrap(), b"one two");
        assert_eq!(unpack("gzip", b"").unwrap(), b"");
        assert_eq!(unpack("deflate", b"").unwrap(), b"");
    }

    #[test]
    fn a_cut_or_spoiled_body_is_an_error_and_no_shorter_body() {
        let whole = gzip(&b"tides and ropes ".repeat(100));
        let mut spoiled = whole.clone();
        let middle = spoiled.len() / 2;
        spoiled[middle] ^= 0xff;

        for cut in 1..whole.len() {
            assert!(unpack("gzip", &whole[..cut]).is_err(), "cut at {cut}");
        }
        assert!(unpack("gzip", &spoiled).is_err());
    }

    #[test]
    fn a_connection_that_breaks_behind_the_last_packed_byte_is_noticed() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("cut"))
            }
        }
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(b"whole").unwrap();
        let packed = zlib.finish().unwrap();
        let mut decoder = Decoder::new(Coding::Deflate, packed.as_slice().chain(Broken));

        let ended = decoder.read_to_end(&mut Vec::new());

        assert_eq!(ended.unwrap_err().to_string(), "cut");
    }

    #[test]
    fn what_was_not_asked_for_is_refused_by_name() {
        for name in ["br", "zstd", "shuffle", "gzip, gzip"] {
            let refused = Coding::parse(name);
            assert!(
                matches!(&refused, Err(Error::Encoding(said)) if said == name),
                "{name}: {refused:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, gzip: bool) {
            let _ = unpack(if gzip { "gzip" } else { "deflate" }, &bytes);
        }
    }
}
