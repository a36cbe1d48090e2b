//! A small JSON reader and writer (RFC 8259).
//!
//! The site is compiled before the first lesson runs, and this costs a tenth of what the usual crate costs;
//! the tests hold it against that crate.

use std::fmt::Write;

/// A JSON value; objects keep their order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Deeper nesting than this is refused: the reader calls itself once for each level.
const MAX_DEPTH: usize = 64;

/// Makes an object from names and values.
pub(crate) fn object<const N: usize>(fields: [(&str, Json); N]) -> Json {
    Json::Object(
        fields
            .into_iter()
            .map(|(name, value)| (name.to_string(), value))
            .collect(),
    )
}

/// Makes a text.
pub(crate) fn text(text: impl Into<String>) -> Json {
    Json::Text(text.into())
}

/// Makes a whole number.
pub(crate) fn number(number: impl TryInto<i64>) -> Json {
    Json::Integer(number.try_into().unwrap_or(i64::MAX))
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<String> for Json {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Self {
        Self::Text(value.to_string())
    }
}

impl Json {
    /// Returns the value of an object's field.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        let Self::Object(fields) = self else {
            return None;
        };
        // Of two fields with one name the last counts, as in most readers.
        fields
            .iter()
            .rev()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value)
    }

    /// Returns the text, where it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// Writes the value, indented for people.
    pub(crate) fn to_pretty(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Some(0), false);
        out.push('\n');
        out
    }

    /// Writes the value so that it can stand inside a `<script>`: ASCII only, and no `<`.
    ///
    /// ASCII because a page may be in an older encoding, and character references mean nothing in a script.
    pub(crate) fn to_script(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Some(0), true);
        out
    }

    fn write(&self, out: &mut String, indent: Option<usize>, script: bool) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Integer(value) => _ = write!(out, "{value}"),
            Self::Number(value) if value.is_finite() => _ = write!(out, "{value:?}"),
            Self::Number(_) => out.push_str("null"),
            Self::Text(text) => write_text(text, out, script),
            Self::List(items) => {
                write_all(out, ('[', ']'), indent, items, |item, out, indent| {
                    item.write(out, indent, script);
                });
            }
            Self::Object(fields) => {
                write_all(
                    out,
                    ('{', '}'),
                    indent,
                    fields,
                    |(name, value), out, indent| {
                        write_text(name, out, script);
                        out.push_str(": ");
                        value.write(out, indent, script);
                    },
                );
            }
        }
    }
}

fn write_all<T>(
    out: &mut String,
    (open, close): (char, char),
    indent: Option<usize>,
    items: &[T],
    mut write: impl FnMut(&T, &mut String, Option<usize>),
) {
    out.push(open);
    let inner = indent.map(|indent| indent + 2);
    for (place, item) in items.iter().enumerate() {
        out.push_str(if place == 0 { "" } else { "," });
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', inner.unwrap_or_default()));
        write(item, out, inner);
    }
    if !items.is_empty() {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent.unwrap_or_default()));
    }
    out.push(close);
}

fn write_text(text: &str, out: &mut String, script: bool) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character < ' ' || (script && (character == '<' || !character.is_ascii())) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// Reads a JSON text. The error says what is wrong, and at which byte.
pub(crate) fn parse(input: &str) -> Result<Json, String> {
    let mut reader = Reader {
        input: input.as_bytes(),
        text: input,
        at: 0,
    };
    let value = reader.value(0)?;
    reader.skip_space();
    if reader.at < reader.input.len() {
        return reader.fail("there is more after the value");
    }
    Ok(value)
}

struct Reader<'a> {
    input: &'a [u8],
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn fail<T>(&self, what: &str) -> Result<T, String> {
        Err(format!("{what}, at byte {}", self.at))
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.input.get(self.at).copied()
    }

    fn accept(&mut self, byte: u8) -> bool {
        self.skip_space();
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn value(&mut self, depth: usize) -> Result<Json, String> {
        if depth > MAX_DEPTH {
            return self.fail("the value is nested too deeply");
        }
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Ok(Json::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(_) => self.fail("no value begins like this"),
            None => self.fail("the text ends where a value should stand"),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, String> {
        if !self.input[self.at..].starts_with(word.as_bytes()) {
            return self.fail("no value begins like this");
        }
        self.at += word.len();
        Ok(value)
    }

    fn list(&mut self, depth: usize) -> Result<Json, String> {
        let mut items = Vec::new();
        self.at += 1;
        if self.accept(b']') {
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.accept(b']') {
                return Ok(Json::List(items));
            }
            if !self.accept(b',') {
                return self.fail("a comma or ] should stand here");
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, String> {
        let mut fields = Vec::new();
        self.at += 1;
        if self.accept(b'}') {
            return Ok(Json::Object(fields));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return self.fail("a name in quotes should stand here");
            }
            let name = self.string()?;
            if !self.accept(b':') {
                return self.fail("a colon should stand here");
            }
            fields.push((name, self.value(depth + 1)?));
            if self.accept(b'}') {
                return Ok(Json::Object(fields));
            }
            if !self.accept(b',') {
                return self.fail("a comma or } should stand here");
            }
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Json, String> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        if whole == 0 || (leading_zero && whole > 1) {
            return self.fail("this is not how a number is written");
        }
        let mut is_whole = true;
        if self.peek() == Some(b'.') {
            (is_whole, self.at) = (false, self.at + 1);
            if self.digits() == 0 {
                return self.fail("a digit should stand behind the point");
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            (is_whole, self.at) = (false, self.at + 1);
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return self.fail("the exponent lacks its digits");
            }
        }
        let text = &self.text[start..self.at];
        // Only a floating-point number knows minus zero.
        let is_whole = is_whole && text != "-0";
        match (is_whole, text.parse(), text.parse::<f64>()) {
            (true, Ok(number), _) => Ok(Json::Integer(number)),
            (_, _, Ok(number)) if number.is_finite() => Ok(Json::Number(number)),
            _ => self.fail("the number is too large"),
        }
    }

    fn string(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            // Quotes, backslashes and control characters are ASCII, so these cuts fall between characters.
            while matches!(self.peek(), Some(byte) if byte >= b' ' && byte != b'"' && byte != b'\\')
            {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return self.fail("a control character needs an escape"),
                None => return self.fail("the text ends inside a string"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let kind = self.input.get(self.at + 1).copied();
        self.at += 2;
        Ok(match kind {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let mut code = self.unit()?;
                if (0xD800..0xDC00).contains(&code) && self.input[self.at..].starts_with(b"\\u") {
                    self.at += 2;
                    let low = self.unit()?;
                    if !(0xDC00..0xE000).contains(&low) {
                        return self.fail("half of a surrogate pair is missing");
                    }
                    code = 0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                }
                match char::from_u32(code) {
                    Some(character) => character,
                    None => return self.fail("half of a surrogate pair is missing"),
                }
            }
            _ => return self.fail("this escape does not exist"),
        })
    }

    fn unit(&mut self) -> Result<u32, String> {
        let digits = self.input.get(self.at..self.at + 4).unwrap_or_default();
        let mut code = 0;
        for digit in digits {
            match char::from(*digit).to_digit(16) {
                Some(value) => code = code * 16 + value,
                None => return self.fail("\\u needs four hexadecimal digits"),
            }
        }
        if digits.len() < 4 {
            return self.fail("\\u needs four hexadecimal digits");
        }
        self.at += 4;
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// The usual crate is the oracle.
    fn agrees_with_the_usual_crate(input: &str) -> bool {
        let theirs = serde_json::from_str::<serde_json::Value>(input);
        match (parse(input), theirs) {
            (Ok(ours), Ok(theirs)) => {
                let again: serde_json::Value = serde_json::from_str(&ours.to_pretty()).unwrap();
                let script: serde_json::Value = serde_json::from_str(&ours.to_script()).unwrap();
                again == theirs && script == theirs
            }
            (Err(_), Err(_)) => true,
            _ => false,
        }
    }

    #[test]
    fn texts_are_read_or_refused_as_the_usual_crate_does() {
        let inputs = [
            "",
            " ",
            "null",
            "nul",
            "true",
            "[]",
            "[1,]",
            "[1 2]",
            "{}",
            "{\"a\":1}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\" 1}",
            "\"\\u00e9\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\udc00\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"a\nb\"",
            "\"open",
            "01",
            "-",
            "-0",
            "1.",
            "1.5e3",
            "1e",
            "1e400",
            "--1",
            "9223372036854775807",
            "1 2",
            "[[[[]]]]",
            "\"\u{e9}\u{2028}\"",
            "\"\\/\\b\\f\"",
            "+1",
            ".5",
        ];
        for input in inputs {
            assert!(
                agrees_with_the_usual_crate(input),
                "{input:?}: {:?}",
                parse(input)
            );
        }
    }

    #[test]
    fn random_texts_are_read_or_refused_as_the_usual_crate_does() {
        let seed = std::env::var("SEED")
            .ok()
            .and_then(|seed| seed.parse().ok())
            .unwrap_or(1);
        let mut random = Random::new(seed, "json", 0);
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "1", "-2.5", "e3", "null", "\\", "u0041",
            " ",
        ];
        for _ in 0..20_000 {
            let length = random.below(12);
            let input: String = (0..length).map(|_| random.pick(&pieces)).collect();
            assert!(
                agrees_with_the_usual_crate(&input),
                "seed {seed}, {input:?}: {:?}",
                parse(&input)
            );
        }
    }

    #[test]
    fn nesting_is_limited() {
        assert!(parse(&"[".repeat(1_000_000)).is_err());
        assert!(parse(&format!("{}{}", "[".repeat(60), "]".repeat(60))).is_ok());
    }

    #[test]
    fn inside_a_script_nothing_can_end_the_script() {
        let script = text("</script> é").to_script();

        assert_eq!(script, "\"\\u003c/script> \\u00e9\"");
    }
}
