//! PostgreSQL's `numeric` on the wire: base 10,000, and no rounding anywhere.
//!
//! # Format
//!
//! ```text
//! i16 number of digits | i16 weight of the first | u16 sign | u16 decimals shown | u16 digits …
//! ```
//!
//! Each digit stands for four decimal ones; the value is Σ digit[i] × 10000^(weight − i).
//! Source: `numeric_send` in <https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/numeric.c>

use std::io::Write as _;

const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xc000;
const INFINITY: u16 = 0xd000;
const MINUS_INFINITY: u16 = 0xf000;

/// Writes an integer.
pub(crate) fn encode_integer(value: i64, out: &mut Vec<u8>) {
    let mut magnitude = value.unsigned_abs();
    let mut digits = [0u16; 5];
    let mut first = digits.len();
    let mut weight: i16 = -1;
    while magnitude > 0 {
        first -= 1;
        digits[first] = (magnitude % 10_000) as u16;
        magnitude /= 10_000;
        weight += 1;
    }
    let mut last = digits.len();
    while last > first && digits[last - 1] == 0 {
        last -= 1;
    }
    let sign = if value < 0 { NEGATIVE } else { 0 };
    write(&digits[first..last], weight.max(0), sign, 0, out);
}

/// Writes a real number: the shortest decimal that reads back as the same one, or for a whole
/// number all its digits.
pub(crate) fn encode_real(value: f64, out: &mut Vec<u8>) {
    if value.is_nan() {
        return write(&[], 0, NAN, 0, out);
    }
    if value.is_infinite() {
        let sign = if value > 0.0 {
            INFINITY
        } else {
            MINUS_INFINITY
        };
        return write(&[], 0, sign, 0, out);
    }
    let mut text = [0u8; 1100];
    let mut rest = &mut text[..];
    let outcome = if value.fract() == 0.0 {
        write!(rest, "{value:.0}")
    } else {
        write!(rest, "{value}")
    };
    debug_assert!(outcome.is_ok(), "the longest double has 1,077 characters");
    let left = rest.len();
    let length = text.len() - left;
    encode_decimal(&text[..length], out);
}

/// Writes plain decimal digits with an optional sign and point.
pub(crate) fn encode_decimal(text: &[u8], out: &mut Vec<u8>) {
    let (negative, text) = match text.first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let point = text.iter().position(|byte| *byte == b'.');
    let (whole, fraction) = match point {
        Some(point) => (&text[..point], &text[point + 1..]),
        None => (text, &[][..]),
    };
    let mut digits: Vec<u16> = Vec::with_capacity(text.len() / 4 + 2);
    let head = whole.len() % 4;
    if head > 0 {
        digits.push(group(&whole[..head], head));
    }
    digits.extend(whole[head..].chunks(4).map(|four| group(four, 4)));
    let mut weight = digits.len() as i16 - 1;
    digits.extend(fraction.chunks(4).map(|four| group(four, 4)));
    let leading = digits.iter().take_while(|digit| **digit == 0).count();
    digits.drain(..leading);
    weight -= leading as i16;
    while digits.last() == Some(&0) {
        digits.pop();
    }
    if digits.is_empty() {
        weight = 0;
    }
    let sign = if negative && !digits.is_empty() {
        NEGATIVE
    } else {
        0
    };
    write(&digits, weight, sign, fraction.len() as u16, out);
}

/// Up to four decimal digits as one, the missing ones at the end being zero.
fn group(digits: &[u8], width: usize) -> u16 {
    let value = digits
        .iter()
        .fold(0u16, |value, digit| value * 10 + u16::from(digit - b'0'));
    value * 10u16.pow((width - digits.len()) as u32)
}

fn write(digits: &[u16], weight: i16, sign: u16, scale: u16, out: &mut Vec<u8>) {
    out.extend_from_slice(&(digits.len() as i16).to_be_bytes());
    out.extend_from_slice(&weight.to_be_bytes());
    out.extend_from_slice(&sign.to_be_bytes());
    out.extend_from_slice(&scale.to_be_bytes());
    for digit in digits {
        out.extend_from_slice(&digit.to_be_bytes());
    }
}

/// Appends the number's decimal text as PostgreSQL would show it; `None` for bytes that are none.
pub(crate) fn decode(bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (words, rest) = bytes.as_chunks::<2>();
    let [count, weight, sign, scale, digits @ ..] = words else {
        return None;
    };
    if !rest.is_empty() || usize::from(u16::from_be_bytes(*count)) != digits.len() {
        return None;
    }
    let weight = i32::from(i16::from_be_bytes(*weight));
    match u16::from_be_bytes(*sign) {
        NAN => {
            out.extend_from_slice(b"NaN");
            return Some(());
        }
        INFINITY => {
            out.extend_from_slice(b"Infinity");
            return Some(());
        }
        MINUS_INFINITY => {
            out.extend_from_slice(b"-Infinity");
            return Some(());
        }
        NEGATIVE => out.push(b'-'),
        _ => {}
    }
    let digit = |power: i32| {
        usize::try_from(weight - power)
            .ok()
            .and_then(|at| digits.get(at))
            .map_or(0, |digit| u16::from_be_bytes(*digit))
    };
    let mut power = weight.max(0);
    // The first digit without leading zeros, each other one with them.
    write!(out, "{}", digit(power)).ok()?;
    while power > 0 {
        power -= 1;
        write!(out, "{:04}", digit(power)).ok()?;
    }
    let scale = usize::from(u16::from_be_bytes(*scale));
    if scale > 0 {
        out.push(b'.');
        let end = out.len() + scale;
        while out.len() < end {
            power -= 1;
            write!(out, "{:04}", digit(power)).ok()?;
        }
        out.truncate(end);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn there_and_back(text: &str) -> String {
        let mut wire = Vec::new();
        encode_decimal(text.as_bytes(), &mut wire);
        let mut back = Vec::new();
        decode(&wire, &mut back).expect("we wrote it");
        String::from_utf8(back).expect("digits")
    }

    #[test]
    fn decimals_keep_every_digit_and_the_zeros_at_their_end() {
        for text in [
            "0",
            "1",
            "-1",
            "10000",
            "0.0001",
            "0.00001",
            "12345.678900",
            "-99999999.1",
            "100000000000000000000000000000.5",
            "0.00",
            "3.10",
        ] {
            assert_eq!(there_and_back(text), text);
        }
    }

    proptest! {
        #[test]
        fn integers_come_back(value: i64) {
            let mut wire = Vec::new();
            encode_integer(value, &mut wire);
            let mut plain = Vec::new();
            encode_decimal(value.to_string().as_bytes(), &mut plain);
            prop_assert_eq!(&wire, &plain);
            let mut back = Vec::new();
            decode(&wire, &mut back).expect("we wrote it");
            prop_assert_eq!(back, value.to_string().into_bytes());
        }

        #[test]
        fn real_numbers_come_back(value in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL | proptest::num::f64::ZERO) {
            let mut wire = Vec::new();
            encode_real(value, &mut wire);
            let mut back = Vec::new();
            decode(&wire, &mut back).expect("we wrote it");
            let back: f64 = String::from_utf8(back).expect("digits").parse().expect("a number");
            prop_assert_eq!(back, value);
        }
    }
}
