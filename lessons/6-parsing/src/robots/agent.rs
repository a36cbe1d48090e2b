//! Which groups are for us: the product token.
//!
//! A robot has a name, its product token, made of letters, `-` and `_` (RFC 9309 section 2.2.1). It is
//! a part of the `User-Agent` header that the robot sends:
//!
//! ```text
//! Spindle/1.0 (+https://site.example/bot)                          Spindle
//! Mozilla/5.0 (compatible; ExampleBot/0.1; https://example.com/b)  ExampleBot
//! ```

/// Returns the name at the start of a text: `Spindle` of `Spindle/2.0`.
pub fn product_token(value: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '_';
    let end = value.find(|c| !is_part(c)).unwrap_or(value.len());
    &value[..end]
}

/// Returns the name by which files call the robot that sends this user agent.
///
/// A header says it before the version, or behind `compatible;`. Text that is neither a header nor a name, `Foo Bar`,
/// is returned as it is: no group can bear it.
pub(super) fn own_token(user_agent: &str) -> &str {
    let user_agent = user_agent.trim();
    if let Some((_, behind)) = user_agent.split_once("compatible;")
        && !wide_token(behind.trim_start()).is_empty()
    {
        return wide_token(behind.trim_start());
    }
    if user_agent.contains(['/', '(']) {
        return wide_token(user_agent);
    }
    user_agent
}

// ANCHOR: names
/// Returns whether the value of a `User-agent` line names the robot `token`, in any case.
///
/// A longer name is another robot: `Googlebot-News` is not for `Googlebot`.
pub(super) fn names(value: &[u8], token: &str) -> bool {
    let Ok(value) = std::str::from_utf8(value).or_else(|error| {
        // The name ends before the first byte that is no text.
        std::str::from_utf8(&value[..error.valid_up_to()])
    }) else {
        return false;
    };
    let is_us = |name: &str| !name.is_empty() && name.eq_ignore_ascii_case(token);
    // Digits are not in the RFC's grammar, but `MJ12bot` and `360Spider` are in many files.
    is_us(product_token(value)) || is_us(wide_token(value))
}
// ANCHOR_END: names

/// Returns whether the value of a `User-agent` line means every robot: a `*` that stands alone.
pub(super) fn is_everybody(value: &[u8]) -> bool {
    match value {
        [b'*'] => true,
        [b'*', next, ..] => next.is_ascii_whitespace(),
        _ => false,
    }
}

/// Returns the name at the start of a text, digits and dots included.
fn wide_token(value: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = value.find(|c| !is_part(c)).unwrap_or(value.len());
    &value[..end]
}
