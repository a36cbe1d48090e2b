//! Packing runs of equal letters, `aaab` to `a3b1`: a pair of functions with a law between them.
//!
//! What is packed and unpacked must be what it was. A law like that needs no expected values: a property
//! test thinks up the texts. [`unpack_hasty`] breaks it, and no example that comes to mind shows it.

/// Packs runs of equal letters: each letter, then how often it stands there. `None` if the text has
/// digits, since nobody could tell them from the counts.
pub fn pack(text: &str) -> Option<String> {
    let mut packed = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_ascii_digit() {
            return None;
        }
        let mut count = 1;
        while letters.next_if_eq(&letter).is_some() {
            count += 1;
        }
        packed.push_str(&format!("{letter}{count}"));
    }
    Some(packed)
}

/// Unpacks what [`pack`] has packed. A letter without a count stands there once.
pub fn unpack(packed: &str) -> String {
    let mut text = String::new();
    let mut rest = packed;
    while let Some(letter) = rest.chars().next() {
        let counted = rest[letter.len_utf8()..].trim_start_matches(|c: char| c.is_ascii_digit());
        let count = &rest[letter.len_utf8()..rest.len() - counted.len()];
        text.extend(std::iter::repeat_n(letter, count.parse().unwrap_or(1)));
        rest = counted;
    }
    text
}

// ANCHOR: hasty
/// Unpacks, with a bug planted in it for the tour to find.
pub fn unpack_hasty(packed: &str) -> String {
    let mut text = String::new();
    let mut letter = ' ';
    for sign in packed.chars() {
        match sign.to_digit(10) {
            Some(count) => (0..count).for_each(|_| text.push(letter)),
            None => letter = sign,
        }
    }
    text
}
// ANCHOR_END: hasty

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn runs_are_counted() {
        assert_eq!(pack("aaab"), Some("a3b1".to_owned()));
        assert_eq!(pack(""), Some(String::new()));
        assert_eq!(pack("ab1"), None);
        assert_eq!(unpack("a3b1"), "aaab");
        assert_eq!(unpack("ab2"), "abb");
    }

    // ANCHOR: example
    #[test]
    fn the_hasty_one_passes_every_example_that_comes_to_mind() {
        for text in ["", "a", "ab", "aaab", "hello", "aabbaa", "éé"] {
            let packed = pack(text).expect("there are no digits");
            assert_eq!(unpack_hasty(&packed), text);
        }
    }
    // ANCHOR_END: example

    // ANCHOR: property
    proptest! {
        #[test]
        fn what_is_packed_and_unpacked_is_what_it_was(text in "[a-cé ]{0,40}|a{0,300}") {
            let packed = pack(&text).expect("there are no digits");
            prop_assert_eq!(unpack(&packed), text);
        }
    }
    // ANCHOR_END: property

    #[test]
    fn the_hasty_one_breaks_the_law_from_ten_on() {
        let law = |n: usize| {
            let text = "a".repeat(n);
            pack(&text).map(|packed| unpack_hasty(&packed)) == Some(text)
        };

        assert!(law(9));
        assert!(!law(10));
    }
}
