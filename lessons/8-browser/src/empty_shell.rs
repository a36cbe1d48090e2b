//! Does this page need a browser at all?
//!
//! A browser costs hundreds of times what a plain fetch costs, so it is for the pages that are empty
//! without one. Such a page gives itself away in what the server sends:
//!
//! 1. It has a script. Without one nothing could fill it, and a browser would find what we have.
//! 2. It says little: fewer than [`ENOUGH_LETTERS`] letters outside its furniture (header, navigation,
//!    footer) and outside what nobody reads (scripts, styles).
//! 3. And it says that more is to come: a `<noscript>` asks for JavaScript, or a place to be filled
//!    stands empty, such as `<div id="app"></div>` or `<ul id="books"></ul>`, or it says nothing at all.
//!
//! The rule looks at HTML as a person would who skims the source, tag by tag; it builds no tree. It can
//! be wrong in both directions: a page that is rendered in vain costs the time for which one waits for
//! more, and a page with two hundred letters and the rest made by scripts is for `--render always`.

/// From so many letters on, a page has something to say without any script.
///
/// A short news item has more; a cookie notice, a menu and "Loading …" have less.
pub const ENOUGH_LETTERS: usize = 200;

/// What gives a page away as an empty shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyShell {
    /// How many letters and digits it has outside its furniture.
    pub letters: usize,
    /// What says that more is to come.
    pub sign: Sign,
}

/// What says that a page is to be filled by a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sign {
    /// A `<noscript>` speaks of JavaScript.
    Notice,
    /// An element that has a name, and nothing in it.
    EmptyPlace,
    /// There is no text at all.
    Silence,
}

impl std::fmt::Display for EmptyShell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match self.sign {
            Sign::Notice => "a <noscript> asks for JavaScript",
            Sign::EmptyPlace => "a place to be filled stands empty",
            Sign::Silence => "it says nothing",
        };
        write!(f, "{} letters and a script, and {sign}", self.letters)
    }
}

// ANCHOR: needs_rendering
/// Returns why this HTML, as a server sent it, is an empty shell; `None` if it has something to say.
///
/// Takes time in proportion to the length of the page, and never panics.
#[must_use]
pub fn needs_rendering(html: &str) -> Option<EmptyShell> {
    let seen = skim(html);
    if !seen.has_script || seen.letters >= ENOUGH_LETTERS {
        return None;
    }
    let sign = if seen.notice {
        Sign::Notice
    } else if seen.empty_place {
        Sign::EmptyPlace
    } else if seen.letters == 0 {
        Sign::Silence
    } else {
        return None;
    };
    Some(EmptyShell {
        letters: seen.letters,
        sign,
    })
}
// ANCHOR_END: needs_rendering

/// What a skim of a page shows.
#[derive(Debug, Default)]
struct Seen {
    letters: usize,
    has_script: bool,
    notice: bool,
    empty_place: bool,
}

/// What is in these is text for machines, or shown only when something is missing.
const RAW: [&str; 7] = [
    "script", "style", "noscript", "template", "title", "textarea", "svg",
];

/// What is in these is the same on every page of a site.
const FURNITURE: [&str; 4] = ["header", "nav", "footer", "aside"];

/// Elements that a script likes to fill.
const PLACES: [&str; 10] = [
    "div", "main", "section", "article", "ul", "ol", "table", "tbody", "p", "body",
];

fn skim(html: &str) -> Seen {
    let mut seen = Seen::default();
    // How many pieces of furniture are open, so that one inside another is left with the outer one.
    let mut furniture = 0_usize;
    // The element that was opened last, if it could be filled and nothing has been seen in it yet.
    let mut open_place: Option<&str> = None;
    let mut rest = html;
    loop {
        let (text, found) = match rest.find('<') {
            Some(at) => (&rest[..at], &rest[at..]),
            None => (rest, ""),
        };
        let letters = letters_in(text);
        if letters > 0 {
            open_place = None;
        }
        if furniture == 0 {
            seen.letters += letters;
        }
        if found.is_empty() {
            return seen;
        }
        let Some(tag) = Tag::at(found) else {
            // A `<` in the text: "3 < 4".
            rest = &found[1..];
            continue;
        };
        rest = &found[tag.length..];
        let is = |names: &[&'static str]| names.iter().find(|name| tag.is(name)).copied();
        if let Some(name) = is(&RAW).filter(|_| !tag.closes) {
            let (inside, after) = until_closed(rest, name);
            rest = after;
            match name {
                // JSON-LD and the like sit in scripts that no browser runs.
                "script" => seen.has_script |= !tag.text.contains("json"),
                "noscript" => seen.notice |= contains_ignoring_case(inside, "javascript"),
                _ => {}
            }
        } else if is(&FURNITURE).is_some() {
            furniture = match tag.closes {
                true => furniture.saturating_sub(1),
                false => furniture + 1,
            };
        } else if let Some(name) = is(&PLACES) {
            if tag.closes {
                seen.empty_place |= furniture == 0 && open_place == Some(name);
                open_place = None;
            } else {
                // Only one with a name: a script has to find it. What only tells of progress does
                // not count, though it has a name and is empty.
                let has_name = tag.text.contains(" id=") || tag.text.contains(" data-");
                let tells = tag.text.contains("role=\"status\"") || tag.text.contains("hidden");
                open_place = (has_name && !tells).then_some(name);
            }
        } else if !tag.closes && !tag.is("!") {
            open_place = None;
        }
    }
}

/// A tag, a comment or a declaration.
struct Tag<'a> {
    name: &'a str,
    /// All of it, from `<` to `>`.
    text: &'a str,
    closes: bool,
    length: usize,
}

impl<'a> Tag<'a> {
    /// Reads the tag at the beginning of `html`, which begins with `<`. One that does not end goes
    /// on until the end of the page.
    fn at(html: &'a str) -> Option<Self> {
        if let Some(comment) = html.strip_prefix("<!--") {
            let length = comment.find("-->").map_or(html.len(), |at| 4 + at + 3);
            return Some(Self {
                name: "!",
                text: "",
                closes: false,
                length,
            });
        }
        let closes = html[1..].starts_with('/');
        let from = 1 + usize::from(closes);
        let name_length = html[from..]
            .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '!')
            .unwrap_or(html.len() - from);
        let name = &html[from..from + name_length];
        if !name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '!') {
            return None;
        }
        let mut quote = None;
        let mut length = html.len();
        for (at, byte) in html.bytes().enumerate().skip(from + name_length) {
            match (quote, byte) {
                // A `>` between quotes belongs to an attribute.
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                (None, b'>') => {
                    length = at + 1;
                    break;
                }
                _ => {}
            }
        }
        Some(Self {
            name: if name.starts_with('!') { "!" } else { name },
            text: &html[..length],
            closes,
            length,
        })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Returns what lies before `</name`, and what lies behind that tag.
fn until_closed<'a>(html: &'a str, name: &str) -> (&'a str, &'a str) {
    let mut from = 0;
    while let Some(at) = html[from..].find("</") {
        let at = from + at;
        let behind = &html.as_bytes()[at + 2..];
        if behind.len() >= name.len() && behind[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        {
            let end = html[at..].find('>').map_or(html.len(), |end| at + end + 1);
            return (&html[..at], &html[end..]);
        }
        from = at + 2;
    }
    (html, "")
}

fn letters_in(text: &str) -> usize {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .count()
}

fn contains_ignoring_case(text: &str, word: &str) -> bool {
    text.as_bytes()
        .windows(word.len())
        .any(|bytes| bytes.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sign(html: &str) -> Option<Sign> {
        needs_rendering(html).map(|shell| shell.sign)
    }

    const SCRIPT: &str = "<script src=/app.js></script>";

    #[test]
    fn without_a_script_nothing_can_fill_a_page() {
        assert_eq!(sign("<div id=\"app\"></div>"), None);
        assert_eq!(sign(""), None);
        let data = r#"<script type="application/ld+json">{}</script><div id="app"></div>"#;
        assert_eq!(sign(data), None);
    }

    #[test]
    fn an_empty_place_is_a_sign() {
        for place in [
            "<div id=\"app\"></div>",
            "<div id=root>\n  <!-- filled later -->\n</div>",
            "<ul id=\"books\"></ul>",
            "<body data-page='>'></body>",
        ] {
            let html = format!("<title>Shop</title><p>Welcome</p>{place}{SCRIPT}");
            assert_eq!(sign(&html), Some(Sign::EmptyPlace), "{place}");
        }
    }

    #[test]
    fn an_empty_place_without_a_name_or_for_progress_is_none() {
        for place in [
            "<div></div>",
            "<div class=\"spacer\"></div>",
            "<p id=\"state\" role=\"status\"></p>",
            "<div id=\"filled\"><img src=a.png></div>",
        ] {
            let html = format!("<p>Welcome</p>{place}{SCRIPT}");
            assert_eq!(sign(&html), None, "{place}");
        }
    }

    #[test]
    fn a_notice_is_a_sign() {
        let html = format!("<p>Shop</p><NOSCRIPT>Please enable JavaScript.</NOSCRIPT>{SCRIPT}");

        assert_eq!(sign(&html), Some(Sign::Notice));
    }

    #[test]
    fn a_page_that_says_enough_is_none() {
        let text = "letters ".repeat(ENOUGH_LETTERS / 7 + 1);
        let html =
            format!("<p>{text}</p><div id=app></div><noscript>JavaScript</noscript>{SCRIPT}");

        assert_eq!(sign(&html), None);
    }

    #[test]
    fn what_stands_on_every_page_does_not_count() {
        let menu = "a long menu ".repeat(100);
        let html = format!(
            "<header><nav>{menu}</nav></header><div id=app></div><footer>{menu}</footer>{SCRIPT}"
        );

        assert_eq!(
            needs_rendering(&html),
            Some(EmptyShell {
                letters: 0,
                sign: Sign::EmptyPlace
            })
        );
    }

    #[test]
    fn what_nobody_reads_does_not_count() {
        let code = "var lettersInCode; ".repeat(100);
        let html = format!("<script>{code}</script><style>{code}</style><title>{code}</title>");

        assert_eq!(sign(&html), Some(Sign::Silence));
    }

    #[test]
    fn a_long_page_takes_time_in_proportion() {
        // Each of these would take hours if it were looked through again from every tag.
        for piece in ["<", "<a ", "<!--", "<script>", "</", "<div id=a>", "<p x='"] {
            let html = piece.repeat((1 << 20) / piece.len());
            let _ = needs_rendering(&html);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(html in "(<|>|/|!|-|'|\"| |=|id|div|script|noscript|ü|\\PC){0,60}") {
            let _ = needs_rendering(&html);
        }
    }
}
