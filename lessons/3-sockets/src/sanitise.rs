//! What may reach a terminal: text from a stranger is made harmless before anyone sees it.
//!
//! A terminal obeys escape sequences: `ESC ] 0 ; …` changes the window's title, `ESC [ 2 J` clears
//! the screen, some can make it type. Bidirectional controls make a line read differently from
//! what it says, and invisible characters make two names look alike. The server replaces them in
//! everything it passes on, and the client again in everything it prints: neither trusts the other.
//!
//! Source: ECMA-48 (control functions); Unicode UAX #9, section 2 (bidirectional controls);
//! "Trojan Source", Boucher and Anderson 2021.

use std::borrow::Cow;

// ANCHOR: sanitise
/// Replaces every character that a terminal would obey instead of show.
///
/// Control characters get the picture that Unicode has for them (`␛` for ESC), a tab becomes a
/// space, all others that are harmful become `�`. Text without any is returned as it is.
///
/// ```
/// use sockets::sanitise::sanitise;
///
/// assert_eq!(sanitise("grüß dich, 世界"), "grüß dich, 世界");
/// assert_eq!(sanitise("\x1b[2Jgone?\0"), "␛[2Jgone?␀");
/// ```
#[must_use]
pub fn sanitise(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| harmless(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(harmless).collect())
}

const fn harmless(c: char) -> char {
    match c {
        '\t' => ' ',
        '\0'..='\x1f' => picture(c),
        '\x7f' => '␡',
        // C1: in UTF-8 terminals U+009B is ESC [ in one character.
        '\u{80}'..='\u{9f}'
        // Bidirectional marks, embeddings, overrides and isolates.
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        // Line and paragraph separators: a second line in a message that is one line.
        | '\u{2028}' | '\u{2029}'
        // Invisible: zero width space, word joiner and invisible operators, soft hyphen, byte
        // order mark, annotation anchors, tags. The joiners U+200C and U+200D stay: Persian and
        // many emoji need them.
        | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{ad}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}
// ANCHOR_END: sanitise

/// Returns the picture of a C0 control: U+2400 to U+241F, in the same order as the controls.
const fn picture(c: char) -> char {
    match char::from_u32(0x2400 + c as u32) {
        Some(picture) => picture,
        None => char::REPLACEMENT_CHARACTER,
    }
}
