//! What is really stored: every value of every column, looked at before any type is chosen.
//!
//! SQLite's types belong to values, not to columns, so `INTEGER` in a schema is a wish. This pass
//! counts the storage classes of each column and checks the few properties on which a type of
//! PostgreSQL depends.

use rusqlite::types::ValueRef;

use super::family::Family;
use super::moment::Shapes;

/// What a column holds.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    family: Family,
    pub(crate) nulls: u64,
    pub(crate) integers: u64,
    pub(crate) reals: u64,
    pub(crate) texts: u64,
    pub(crate) blobs: u64,
    pub(crate) smallest: i64,
    pub(crate) largest: i64,
    /// The longest text, in characters; an upper bound where it does not matter.
    pub(crate) longest: usize,
    pub(crate) shapes: Option<Shapes>,
    /// Whether all texts are UUIDs as PostgreSQL writes them.
    pub(crate) uuids: bool,
    /// Whether all texts are JSON.
    pub(crate) json: bool,
    /// Whether all numbers fit the declared precision and scale.
    pub(crate) fits: bool,
}

impl Profile {
    pub(crate) fn new(family: Family) -> Self {
        Self {
            family,
            nulls: 0,
            integers: 0,
            reals: 0,
            texts: 0,
            blobs: 0,
            smallest: i64::MAX,
            largest: i64::MIN,
            longest: 0,
            shapes: match family {
                Family::Moment(kind) => Some(Shapes::new(kind)),
                _ => None,
            },
            uuids: family == Family::Uuid,
            json: family == Family::Json,
            fits: true,
        }
    }

    /// Takes one value into account.
    #[inline]
    pub(crate) fn see(&mut self, value: ValueRef<'_>) {
        match value {
            ValueRef::Null => self.nulls += 1,
            ValueRef::Integer(integer) => {
                self.integers += 1;
                self.smallest = self.smallest.min(integer);
                self.largest = self.largest.max(integer);
            }
            ValueRef::Real(real) => {
                self.reals += 1;
                if let Family::Decimal(Some((_, scale))) = self.family
                    && self.fits
                {
                    self.fits = decimals(real).is_some_and(|decimals| decimals <= scale);
                }
                if self.fits && real.abs() > self.widest_real() {
                    self.fits = false;
                }
            }
            ValueRef::Text(text) => {
                self.texts += 1;
                self.see_text(text);
            }
            ValueRef::Blob(_) => self.blobs += 1,
        }
    }

    /// Takes what another thread saw of the same column into account.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.nulls += other.nulls;
        self.integers += other.integers;
        self.reals += other.reals;
        self.texts += other.texts;
        self.blobs += other.blobs;
        self.smallest = self.smallest.min(other.smallest);
        self.largest = self.largest.max(other.largest);
        self.longest = self.longest.max(other.longest);
        self.uuids &= other.uuids;
        self.json &= other.json;
        self.fits &= other.fits;
        if let (Some(shapes), Some(others)) = (&mut self.shapes, &other.shapes) {
            shapes.merge(others);
        }
    }

    fn see_text(&mut self, text: &[u8]) {
        match self.family {
            Family::Text(Some(limit)) if text.len() > limit => {
                let characters = text.iter().filter(|byte| **byte as i8 >= -0x40).count();
                self.longest = self.longest.max(characters);
            }
            Family::Uuid => self.uuids = self.uuids && uuid(text).is_some(),
            Family::Json => {
                self.json = self.json
                    && !text.contains(&0)
                    && serde_json::from_slice::<serde_json::Value>(text).is_ok();
            }
            _ => {}
        }
        if let Some(shapes) = &mut self.shapes {
            shapes.see(text);
        }
    }

    /// Above this the declared `(precision, scale)` overflows.
    fn widest_real(&self) -> f64 {
        match self.family {
            Family::Decimal(Some((precision, scale))) => {
                10f64.powi((precision - scale) as i32) - 1.0
            }
            _ => f64::INFINITY,
        }
    }

    /// Whether the declared precision and scale hold every number.
    pub(crate) fn fits_declared(&self) -> bool {
        let Family::Decimal(Some((precision, scale))) = self.family else {
            return false;
        };
        let widest = 10i64.checked_pow((precision - scale) as u32);
        let integers = widest.is_none_or(|widest| {
            self.integers == 0 || (self.smallest > -widest && self.largest < widest)
        });
        self.fits && integers
    }

    /// How many values are not NULL.
    pub(crate) fn present(&self) -> u64 {
        self.integers + self.reals + self.texts + self.blobs
    }
}

/// How many digits stand after the point in the shortest text of a number.
fn decimals(real: f64) -> Option<usize> {
    // Up to fifteen digits in all a real number keeps what was written.
    (0..=15).find(|digits| {
        let scaled = real * 10f64.powi(*digits as i32);
        scaled.abs() < 1e15 && (scaled.round() / 10f64.powi(*digits as i32)) == real
    })
}

/// The sixteen bytes of a UUID in the form that PostgreSQL writes: lower case, four hyphens.
pub(crate) fn uuid(text: &[u8]) -> Option<[u8; 16]> {
    if text.len() != 36 {
        return None;
    }
    let mut bytes = [0; 16];
    let mut digits = 0;
    for (at, byte) in text.iter().enumerate() {
        if matches!(at, 8 | 13 | 18 | 23) {
            if *byte != b'-' {
                return None;
            }
            continue;
        }
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return None,
        };
        bytes[digits / 2] = (bytes[digits / 2] << 4) | value;
        digits += 1;
    }
    Some(bytes)
}

/// Appends a UUID as PostgreSQL writes it.
pub(crate) fn write_uuid(bytes: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        out.push(HEX[usize::from(byte >> 4)]);
        out.push(HEX[usize::from(byte & 15)]);
    }
}
