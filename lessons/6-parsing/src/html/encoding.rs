//! From bytes to text: which encoding a page is in, and who says so.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Who told the encoding of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told {
    /// A byte order mark at the beginning.
    Mark,
    /// The `charset` of the `Content-Type` header.
    Header,
    /// `<meta charset>` or the like among the first 1,024 bytes.
    Meta,
    /// Nobody: the bytes look like it.
    Bytes,
}

/// A page as text.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    /// The text; borrowed where the bytes were UTF-8 already.
    pub text: Cow<'a, str>,
    /// The name of the encoding, as the encoding standard spells it.
    pub encoding: &'static str,
    /// Who told.
    pub told: Told,
}

// ANCHOR: decode
/// Turns bytes into text. The encoding is told, in this order, by: a byte order mark, the header, the
/// page itself, and at last the bytes. Nothing fails: what does not fit becomes `U+FFFD`.
///
/// `label` is the charset of the header, such as `iso-8859-1`.
///
/// Source: the HTML standard, <https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding>.
pub fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Decoded<'a> {
    let (encoding, told) = if let Some((marked, _)) = Encoding::for_bom(bytes) {
        (marked, Told::Mark)
    } else if let Some(named) = label.and_then(|label| Encoding::for_label(label.as_bytes())) {
        (named, Told::Header)
    } else if let Some(declared) = declared(&bytes[..bytes.len().min(PRESCAN)]) {
        (declared, Told::Meta)
    } else {
        (guess(bytes), Told::Bytes)
    };
    Decoded {
        text: encoding.decode(bytes).0,
        encoding: encoding.name(),
        told,
    }
}
// ANCHOR_END: decode

/// How many bytes the standard lets a page take before it names its encoding. Pages exceed it, so
/// browsers look on while they wait; so do we.
const PRESCAN: usize = 4_096;

/// Bytes that are UTF-8 are UTF-8: other encodings hardly ever look so. Of the rest a detector sees
/// which letters are frequent.
fn guess(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    // A page of UTF-8 cut off inside a letter is UTF-8 still.
    if let Err(error) = std::str::from_utf8(bytes)
        && error.error_len().is_none()
        && !bytes[..error.valid_up_to()].is_ascii()
    {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // The letters of a long page say no more than those of its beginning.
    detector.feed(&bytes[..bytes.len().min(65_536)], true);
    let found = detector.guess(None, Utf8Detection::Allow);
    if found == UTF_8 { WINDOWS_1252 } else { found }
}

/// Finds `<meta charset=…>`, `<meta … content="text/html; charset=…">` or `<?xml encoding=…?>`.
fn declared(start: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let mut rest = start.as_str();
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end..]);
            continue;
        }
        let word = if rest.starts_with("meta") {
            "charset"
        } else if rest.starts_with("?xml") {
            "encoding"
        } else {
            continue;
        };
        let tag = &rest[..rest.find('>').unwrap_or(rest.len())];
        let found = tag.split(word).skip(1).find_map(|value| {
            let value = value.trim_start().strip_prefix('=')?;
            let value = value.trim_start().trim_start_matches(['"', '\'']);
            let end = value
                .find(|c: char| c.is_whitespace() || "\"'/>;?".contains(c))
                .unwrap_or(value.len());
            Encoding::for_label(&value.as_bytes()[..end])
        });
        if let Some(found) = found {
            // A page whose tag can be read as ASCII is not in UTF-16, whatever it says.
            let wide = found == UTF_16LE || found == UTF_16BE;
            return Some(if wide { UTF_8 } else { found });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(bytes: &[u8], label: Option<&str>, encoding: &str, told: Told) {
        let decoded = decode(bytes, label);

        assert_eq!((decoded.encoding, decoded.told), (encoding, told));
        assert_eq!(decoded.text.chars().last(), Some('é'), "{bytes:?}");
    }

    #[test]
    fn each_way_to_name_an_encoding_is_understood() {
        use Told::{Bytes, Header, Mark, Meta};
        check(
            b"<meta charset=utf-8>\xe9",
            Some("windows-1252"),
            "windows-1252",
            Header,
        );
        check(
            b"<meta charset='iso-8859-1'>\xe9",
            None,
            "windows-1252",
            Meta,
        );
        check(
            b"<meta http-equiv=Content-Type content=\"text/html; charset=ISO-8859-1\">\xe9",
            None,
            "windows-1252",
            Meta,
        );
        check(
            b"<?xml version=\"1.0\" encoding=\"latin1\"?>\xe9",
            None,
            "windows-1252",
            Meta,
        );
        check(
            b"<!-- <meta charset=utf-8> --><META CharSet = latin1 >\xe9",
            None,
            "windows-1252",
            Meta,
        );
        check("<meta charset=utf-16>é".as_bytes(), None, "UTF-8", Meta);
        check("\u{feff}é".as_bytes(), Some("windows-1252"), "UTF-8", Mark);
        check(&[0xff, 0xfe, 0xe9, 0x00], None, "UTF-16LE", Mark);
        check("é".as_bytes(), None, "UTF-8", Bytes);
        check(b"Le caf\xe9", None, "windows-1252", Bytes);
        check(
            b"<meta charset=nonsense>\xe9",
            Some("what"),
            "windows-1252",
            Bytes,
        );
    }

    #[test]
    fn without_any_word_the_letters_tell() {
        for (text, encoding) in [
            (
                "Сегодня в Москве прошла встреча министров",
                encoding_rs::WINDOWS_1251,
            ),
            (
                "東京で本日、新しい美術館が開館しました。",
                encoding_rs::SHIFT_JIS,
            ),
            (
                "오늘 서울에서 새로운 미술관이 문을 열었습니다",
                encoding_rs::EUC_KR,
            ),
            (
                "今天北京举行了一场新的展览，吸引了许多观众",
                encoding_rs::GBK,
            ),
        ] {
            let bytes = encoding.encode(text).0;

            assert_eq!(decode(&bytes, None).text, text, "{}", encoding.name());
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..200), label in "\\PC{0,12}") {
            let _ = decode(&bytes, Some(&label));
        }

        #[test]
        fn text_in_utf_8_is_itself(text in "\\PC{0,60}") {
            prop_assume!(!text.starts_with('\u{feff}'));
            prop_assert_eq!(&*decode(text.as_bytes(), Some("utf-8")).text, &text);
        }
    }
}
