//! PostgreSQL's binary COPY: rows as bytes, without quoting and without parsing numbers.
//!
//! # Format
//!
//! ```text
//! "PGCOPY\n\xff\r\n\0" | i32 flags | i32 length of an extension, and the extension
//! then for each row:   i16 number of fields, then for each: i32 length (−1: NULL) and the bytes
//! at the end:          i16 −1
//! ```
//!
//! Source: <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4>

use std::io::BufRead;
use std::ops::Range;

/// What every stream begins with: signature, no flags, no extension.
pub(crate) const HEADER: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// What every stream ends with.
pub(crate) const TRAILER: [u8; 2] = (-1i16).to_be_bytes();

/// Why a stream could not be read on.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The connection failed.
    Read(std::io::Error),
    /// The bytes are no rows.
    Shape,
}

/// Takes rows from a stream, however it is cut into pieces.
pub(crate) struct Tuples<R> {
    source: R,
    buffer: Vec<u8>,
    at: usize,
    fields: Vec<Option<Range<usize>>>,
    started: bool,
}

impl<R: BufRead> Tuples<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            at: 0,
            fields: Vec::new(),
            started: false,
        }
    }

    /// The next row's fields, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Fields<'_>>, Broken> {
        if !self.started {
            self.need(HEADER.len())?;
            if self.buffer[..11] != HEADER[..11] {
                return Err(Broken::Shape);
            }
            let extension = u32::from_be_bytes(self.four(15)?) as usize;
            self.need(HEADER.len() + extension)?;
            self.at = HEADER.len() + extension;
            self.started = true;
        }
        self.need(2)?;
        let count = i16::from_be_bytes([self.buffer[self.at], self.buffer[self.at + 1]]);
        if count < 0 {
            return Ok(None);
        }
        let mut offset = 2;
        self.fields.clear();
        for _ in 0..count {
            self.need(offset + 4)?;
            let length = i32::from_be_bytes(self.four(offset)?);
            offset += 4;
            if let Ok(length) = usize::try_from(length) {
                self.need(offset + length)?;
                self.fields.push(Some(offset..offset + length));
                offset += length;
            } else {
                self.fields.push(None);
            }
        }
        let start = self.at;
        self.at += offset;
        Ok(Some(Fields {
            bytes: &self.buffer[start..start + offset],
            ranges: &self.fields,
        }))
    }

    fn four(&self, offset: usize) -> Result<[u8; 4], Broken> {
        let start = self.at + offset;
        self.buffer
            .get(start..start + 4)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(Broken::Shape)
    }

    /// Reads until so many bytes of the current row are there.
    fn need(&mut self, bytes: usize) -> Result<(), Broken> {
        while self.buffer.len() < self.at + bytes {
            if self.at > 0 {
                self.buffer.drain(..self.at);
                self.at = 0;
                // One huge value must not be held for the rest of the table.
                if self.buffer.is_empty() && self.buffer.capacity() > 1 << 20 {
                    self.buffer = Vec::new();
                }
            }
            let chunk = self.source.fill_buf().map_err(Broken::Read)?;
            if chunk.is_empty() {
                return Err(Broken::Shape);
            }
            self.buffer.extend_from_slice(chunk);
            let length = chunk.len();
            self.source.consume(length);
        }
        Ok(())
    }

    /// Reads what is left, so that the connection is ready for the next statement.
    pub(crate) fn finish(mut self) -> Result<(), Broken> {
        loop {
            let length = self.source.fill_buf().map_err(Broken::Read)?.len();
            if length == 0 {
                return Ok(());
            }
            self.source.consume(length);
        }
    }
}

/// One row's fields.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
    ranges: &'a [Option<Range<usize>>],
}

impl<'a> Fields<'a> {
    pub(crate) fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Each field's bytes, or `None` for NULL.
    pub(crate) fn iter(self) -> impl Iterator<Item = Option<&'a [u8]>> {
        self.ranges
            .iter()
            .map(move |range| range.clone().map(|range| &self.bytes[range]))
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn rows_are_the_same_however_the_stream_is_cut() {
        let mut stream = HEADER.to_vec();
        for row in [&[Some("ab"), None, Some("")][..], &[Some("c")]] {
            stream.extend((row.len() as i16).to_be_bytes());
            for field in row {
                match field {
                    Some(text) => {
                        stream.extend((text.len() as i32).to_be_bytes());
                        stream.extend(text.as_bytes());
                    }
                    None => stream.extend((-1i32).to_be_bytes()),
                }
            }
        }
        stream.extend(TRAILER);

        for piece in [1, 2, 3, 7, 1000] {
            let mut tuples = Tuples::new(BufReader::with_capacity(piece, &stream[..]));
            let mut rows = Vec::new();
            while let Some(fields) = tuples.next().expect("a sound stream") {
                let row: Vec<_> = fields
                    .iter()
                    .map(|field| field.map(<[u8]>::to_vec))
                    .collect();
                rows.push(row);
            }

            assert_eq!(rows.len(), 2, "in pieces of {piece}");
            assert_eq!(rows[0], [Some(b"ab".to_vec()), None, Some(Vec::new())]);
        }
    }

    #[test]
    fn a_stream_that_ends_early_is_an_error() {
        let mut tuples = Tuples::new(&HEADER[..]);

        assert!(matches!(tuples.next(), Err(Broken::Shape)));
    }
}
