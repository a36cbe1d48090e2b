//! A fingerprint of a table that does not depend on the order of its rows.
//!
//! Each row is hashed by itself, value after value, and the rows' hashes are added up. Addition
//! does not care for order, so two tables that hold the same rows have the same sum, in whatever
//! order each database hands them out. (Exclusive or would not do: two equal rows would cancel.)
//!
//! The hash mixes by multiplying two 64-bit words and folding the 128-bit product. It is quick and
//! spreads well. It is no defence against somebody who builds a collision on purpose.
//! Source: <https://github.com/wangyi-fudan/wyhash> (public domain) for the folded multiplication.

use rusqlite::types::ValueRef;

/// How many rows, and the sum of their hashes modulo 2¹²⁸.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest {
    /// How many rows were added.
    pub rows: u64,
    /// The sum of the rows' hashes.
    pub sum: u128,
}

impl Digest {
    // ANCHOR: add
    /// Adds a row.
    pub(crate) fn add(&mut self, row: RowHash) {
        self.rows += 1;
        let hash = (u128::from(row.high) << 64) | u128::from(fold(row.low ^ row.high, MIX[3]));
        self.sum = self.sum.wrapping_add(hash);
    }
    // ANCHOR_END: add

    /// Adds another part of the same table.
    pub(crate) fn merge(&mut self, other: Digest) {
        self.rows += other.rows;
        self.sum = self.sum.wrapping_add(other.sum);
    }
}

/// Odd constants with about as many ones as zeros.
const MIX: [u64; 4] = [
    0xa076_1d64_78bd_642f,
    0xe703_7ed1_a0b4_28db,
    0x8ebc_6af0_9c88_c6e3,
    0x5899_65cc_7537_4cc3,
];

#[inline]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64)
}

/// The hash of one row while its values are being added.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowHash {
    low: u64,
    high: u64,
}

impl RowHash {
    pub(crate) fn new() -> Self {
        Self {
            low: MIX[0],
            high: MIX[1],
        }
    }

    #[inline]
    fn word(&mut self, word: u64) {
        self.low = fold(self.low ^ word, MIX[1]);
        self.high = fold(self.high.wrapping_add(word) ^ MIX[2], MIX[0]).wrapping_add(self.low);
    }

    #[inline]
    fn bytes(&mut self, tag: u64, bytes: &[u8]) {
        // The length is hashed too, or "ab", "c" and "a", "bc" would be the same row.
        self.word(tag ^ ((bytes.len() as u64) << 8));
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.word(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.word(u64::from_le_bytes(last));
        }
    }

    #[inline]
    pub(crate) fn null(&mut self) {
        self.word(0xff);
    }

    #[inline]
    pub(crate) fn integer(&mut self, value: i64) {
        self.word(1);
        self.word(value as u64);
    }

    #[inline]
    pub(crate) fn real(&mut self, value: f64) {
        self.word(2);
        self.word(value.to_bits());
    }

    /// A number by its value alone: 5 and 5.0 are one number, and so are 0.0 and -0.0.
    #[inline]
    pub(crate) fn number(&mut self, value: f64) {
        match whole(value) {
            Some(integer) => self.integer(integer),
            None => self.real(value),
        }
    }

    #[inline]
    pub(crate) fn text(&mut self, bytes: &[u8]) {
        self.bytes(3, bytes);
    }

    #[inline]
    pub(crate) fn blob(&mut self, bytes: &[u8]) {
        self.bytes(4, bytes);
    }

    /// A value as SQLite holds it.
    #[inline]
    pub(crate) fn value(&mut self, value: ValueRef<'_>) {
        match value {
            ValueRef::Null => self.null(),
            ValueRef::Integer(value) => self.integer(value),
            ValueRef::Real(value) => self.real(value),
            ValueRef::Text(bytes) => self.text(bytes),
            ValueRef::Blob(bytes) => self.blob(bytes),
        }
    }
}

/// The integer that a real number is, if it is one that 64 bits hold.
pub(crate) fn whole(value: f64) -> Option<i64> {
    let integer = value as i64;
    // 2^63 itself saturates to i64::MAX, which as a real number is 2^63 again.
    (integer as f64 == value && integer != i64::MAX).then_some(integer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(rows: &[&[&str]]) -> Digest {
        let mut digest = Digest::default();
        for row in rows {
            let mut hash = RowHash::new();
            for value in *row {
                hash.text(value.as_bytes());
            }
            digest.add(hash);
        }
        digest
    }

    #[test]
    fn order_does_not_matter_and_every_value_does() {
        let one = digest(&[&["a", "b"], &["c", "d"]]);

        assert_eq!(one, digest(&[&["c", "d"], &["a", "b"]]));
        assert_ne!(one, digest(&[&["a", "d"], &["c", "b"]]));
        assert_ne!(digest(&[&["ab", "c"]]), digest(&[&["a", "bc"]]));
    }

    #[test]
    fn two_equal_rows_do_not_cancel_each_other() {
        let twice_a = digest(&[&["a"], &["a"]]);

        assert_ne!(twice_a, digest(&[&["b"], &["b"]]));
    }

    #[test]
    fn null_the_empty_text_and_the_empty_blob_are_three_things() {
        let hashes = [ValueRef::Null, ValueRef::Text(b""), ValueRef::Blob(b"")].map(|value| {
            let mut hash = RowHash::new();
            hash.value(value);
            let mut digest = Digest::default();
            digest.add(hash);
            digest.sum
        });

        assert_ne!(hashes[0], hashes[1]);
        assert_ne!(hashes[1], hashes[2]);
        assert_ne!(hashes[0], hashes[2]);
    }
}
