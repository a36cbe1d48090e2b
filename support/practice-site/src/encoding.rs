//! Character encodings of the time before UTF-8, for the few pages that are written in one.

/// A character encoding that the site can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    /// Western Europe as Windows has it.
    Windows1252,
    /// Western Europe, the standard.
    Iso8859Dash1,
    /// Western Europe with the euro sign.
    Iso8859Dash15,
    /// Central Europe.
    Iso8859Dash2,
    /// Turkish.
    Iso8859Dash9,
    /// Cyrillic as Windows has it.
    Windows1251,
}

/// What windows-1252 has between 0x80 and 0x9F, where ISO 8859-1 has control characters.
const WINDOWS_1252: [(char, u8); 8] = [
    ('€', 0x80),
    ('…', 0x85),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('–', 0x96),
    ('—', 0x97),
];

/// Where ISO 8859-2 differs from ISO 8859-1, as far as Polish and Czech need it.
const ISO_8859_2: [(char, u8); 38] = [
    ('Ą', 0xA1),
    ('Ł', 0xA3),
    ('Ś', 0xA6),
    ('Š', 0xA9),
    ('Ť', 0xAB),
    ('Ź', 0xAC),
    ('Ž', 0xAE),
    ('Ż', 0xAF),
    ('ą', 0xB1),
    ('ł', 0xB3),
    ('ś', 0xB6),
    ('š', 0xB9),
    ('ť', 0xBB),
    ('ź', 0xBC),
    ('ž', 0xBE),
    ('ż', 0xBF),
    ('Č', 0xC8),
    ('Ę', 0xCA),
    ('Ě', 0xCC),
    ('Ď', 0xCF),
    ('Ń', 0xD1),
    ('Ň', 0xD2),
    ('Ř', 0xD8),
    ('Ů', 0xD9),
    ('č', 0xE8),
    ('ę', 0xEA),
    ('ě', 0xEC),
    ('ď', 0xEF),
    ('ń', 0xF1),
    ('ň', 0xF2),
    ('ř', 0xF8),
    ('ů', 0xF9),
    ('Ć', 0xC6),
    ('ć', 0xE6),
    ('Ő', 0xD5),
    ('ő', 0xF5),
    ('Ű', 0xDB),
    ('ű', 0xFB),
];

/// What ISO 8859-1 and ISO 8859-2 have at the same place.
const SHARED_8859_2: &str = "§¨°´¸ÁÂÄÇÉËÍÎÓÔÖ×ÚÜÝßáâäçéëíîóôö÷úüý";

const ISO_8859_15: [(char, u8); 8] = [
    ('€', 0xA4),
    ('Š', 0xA6),
    ('š', 0xA8),
    ('Ž', 0xB4),
    ('ž', 0xB8),
    ('Œ', 0xBC),
    ('œ', 0xBD),
    ('Ÿ', 0xBE),
];

const ISO_8859_9: [(char, u8); 6] = [
    ('Ğ', 0xD0),
    ('İ', 0xDD),
    ('Ş', 0xDE),
    ('ğ', 0xF0),
    ('ı', 0xFD),
    ('ş', 0xFE),
];

impl Encoding {
    /// Returns the label that declares it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1252 => "windows-1252",
            Self::Iso8859Dash1 => "iso-8859-1",
            Self::Iso8859Dash15 => "iso-8859-15",
            Self::Iso8859Dash2 => "iso-8859-2",
            Self::Iso8859Dash9 => "iso-8859-9",
            Self::Windows1251 => "windows-1251",
        }
    }

    /// Writes a page in this encoding. A character that the encoding lacks becomes a numeric reference: `&#8217;`.
    pub(crate) fn encode(self, page: String) -> Vec<u8> {
        if self == Self::Utf8 {
            return page.into_bytes();
        }
        let mut bytes = Vec::with_capacity(page.len());
        for character in page.chars() {
            match self.byte(character) {
                Some(byte) => bytes.push(byte),
                None => bytes.extend(format!("&#{};", u32::from(character)).into_bytes()),
            }
        }
        bytes
    }

    fn byte(self, character: char) -> Option<u8> {
        if character.is_ascii() {
            return u8::try_from(character).ok();
        }
        let special: &[(char, u8)] = match self {
            Self::Windows1252 => &WINDOWS_1252,
            Self::Iso8859Dash15 => &ISO_8859_15,
            Self::Iso8859Dash2 => &ISO_8859_2,
            Self::Iso8859Dash9 => &ISO_8859_9,
            _ => &[],
        };
        if let Some((_, byte)) = special.iter().find(|(other, _)| *other == character) {
            return Some(*byte);
        }
        // The byte may stand for another character here than it does in ISO 8859-1.
        let taken = |byte: u8| special.iter().any(|(_, other)| *other == byte);
        match (self, u32::from(character)) {
            (Self::Windows1251, code @ 0x0410..=0x044F) => Some((code - 0x0410) as u8 + 0xC0),
            (Self::Windows1251, 0x0401) => Some(0xA8),
            (Self::Windows1251, 0x0451) => Some(0xB8),
            (Self::Windows1251, 0xA0) => Some(0xA0),
            (Self::Windows1251, _) => None,
            (Self::Iso8859Dash2, code @ 0xA0..=0xFF) => {
                (code == 0xA0 || SHARED_8859_2.contains(character)).then_some(code as u8)
            }
            (_, code @ 0xA0..=0xFF) => (!taken(code as u8)).then_some(code as u8),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_become_the_bytes_that_the_standards_give_them() {
        let check = |encoding: Encoding, text: &str, expected: &[u8]| {
            assert_eq!(
                encoding.encode(text.to_string()),
                expected,
                "{text} in {encoding:?}"
            );
        };

        check(Encoding::Windows1252, "é’€", &[0xE9, 0x92, 0x80]);
        check(Encoding::Iso8859Dash1, "é", &[0xE9]);
        check(Encoding::Iso8859Dash15, "œ€", &[0xBD, 0xA4]);
        check(Encoding::Iso8859Dash2, "Łódź", &[0xA3, 0xF3, b'd', 0xBC]);
        check(Encoding::Iso8859Dash2, "Kč", &[b'K', 0xE8]);
        check(Encoding::Iso8859Dash9, "ığ", &[0xFD, 0xF0]);
        check(Encoding::Windows1251, "Яё", &[0xDF, 0xB8]);
        check(Encoding::Utf8, "é", "é".as_bytes());
    }

    #[test]
    fn what_an_encoding_lacks_becomes_a_reference() {
        assert_eq!(Encoding::Iso8859Dash1.encode("’".to_string()), b"&#8217;");
        // 0xE8 is "č" in ISO 8859-2, so "è" must not slip through as the same byte.
        assert_eq!(Encoding::Iso8859Dash2.encode("è".to_string()), b"&#232;");
        assert_eq!(Encoding::Iso8859Dash9.encode("ð".to_string()), b"&#240;");
        assert_eq!(Encoding::Iso8859Dash15.encode("¤".to_string()), b"&#164;");
    }
}
