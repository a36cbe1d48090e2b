//! Just enough HTML for the tests: links, headings, text. Written apart from the site's own code.

/// An opening tag: its name and its attributes, in lower case, values with entities resolved.
#[derive(Clone, Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// Where what follows the tag begins.
    pub end: usize,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Returns the opening tags of a page, without those in comments, scripts, text fields and templates.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        let start = at + found;
        let rest = &html[start..];
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(html.len(), |end| start + end + 3);
            continue;
        }
        if !rest[1..].starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            at = start + 1;
            continue;
        }
        let tag = tag(html, start);
        at = tag.end;
        if ["script", "style", "textarea", "template"].contains(&tag.name.as_str()) {
            let close = format!("</{}", tag.name);
            at = html[at..].find(&close).map_or(html.len(), |end| at + end);
        }
        tags.push(tag);
    }
    tags
}

fn tag(html: &str, start: usize) -> Tag {
    let bytes = html.as_bytes();
    let mut at = start + 1;
    let until = |at: usize, stop: &dyn Fn(u8) -> bool| {
        bytes[at..]
            .iter()
            .position(|byte| stop(*byte))
            .map_or(bytes.len(), |found| at + found)
    };
    let name_end = until(at, &|byte| {
        byte.is_ascii_whitespace() || byte == b'>' || byte == b'/'
    });
    let name = html[at..name_end].to_ascii_lowercase();
    at = name_end;
    let mut attributes = Vec::new();
    loop {
        at = until(at, &|byte| !byte.is_ascii_whitespace() && byte != b'/');
        if at >= bytes.len() || bytes[at] == b'>' {
            return Tag {
                name,
                attributes,
                end: (at + 1).min(bytes.len()),
            };
        }
        let end = until(at, &|byte| {
            byte.is_ascii_whitespace() || byte == b'=' || byte == b'>'
        });
        let attribute = html[at..end].to_ascii_lowercase();
        at = until(end, &|byte| !byte.is_ascii_whitespace());
        let mut value = "";
        if bytes.get(at) == Some(&b'=') {
            at = until(at + 1, &|byte| !byte.is_ascii_whitespace());
            let quote = bytes
                .get(at)
                .copied()
                .filter(|byte| matches!(byte, b'"' | b'\''));
            let (from, to) = match quote {
                Some(quote) => (at + 1, until(at + 1, &|byte| byte == quote)),
                None => (
                    at,
                    until(at, &|byte| byte.is_ascii_whitespace() || byte == b'>'),
                ),
            };
            value = &html[from..to];
            at = to + usize::from(quote.is_some());
        }
        attributes.push((attribute, unescape(value)));
    }
}

/// Returns the text of the first element that the condition picks: without tags and comments, white space collapsed.
pub fn text_of(html: &str, condition: impl Fn(&Tag) -> bool) -> Option<String> {
    let tag = tags(html).into_iter().find(|tag| condition(tag))?;
    let close = format!("</{}>", tag.name);
    let end = html[tag.end..].find(&close)? + tag.end;
    Some(plain(&html[tag.end..end]))
}

/// Returns the text of a piece of HTML.
pub fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        let end = if rest[start..].starts_with("<!--") {
            "-->"
        } else {
            ">"
        };
        rest = rest[start..].split_once(end).map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    let text = unescape(&text);
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        rest = &rest[start..];
        let Some(end) = rest.find(';').filter(|end| *end < 10) else {
            plain.push('&');
            rest = &rest[1..];
            continue;
        };
        let name = &rest[1..end];
        let code = match (name.strip_prefix("#x"), name.strip_prefix('#')) {
            (Some(hexadecimal), _) => u32::from_str_radix(hexadecimal, 16).ok(),
            (None, Some(decimal)) => decimal.parse().ok(),
            (None, None) => None,
        };
        let character = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "rsquo" => Some('’'),
            _ => code.and_then(char::from_u32),
        };
        match character {
            Some(character) => plain.push(character),
            None => plain.push_str(&rest[..=end]),
        }
        rest = &rest[end + 1..];
    }
    plain.push_str(rest);
    plain
}
