//! What a page says about itself, after it was fetched: keep me or not, follow my links or not.
//!
//! A robots.txt is asked before a page is fetched. These come with the page, so a page that must not
//! be fetched cannot say them.

/// What a page says about itself: in `<meta name="robots">` or in an `X-Robots-Tag` header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// The page must not be kept.
    pub noindex: bool,
    /// The page's links must not be followed.
    pub nofollow: bool,
}

impl Directives {
    /// Reads one value: `noindex, nofollow`, `none`, or, in a header, `otherbot: noindex`, which is not for us.
    pub fn parse(value: &str, token: &str) -> Self {
        let mut directives = Self::default();
        // A name before a colon holds for what follows it up to the end of the value.
        let mut for_us = true;
        for part in value.split(',') {
            let mut word = part.trim();
            if let Some((name, rest)) = word.split_once(':') {
                let name = name.trim();
                // `unavailable_after: DATE` and `max-snippet: N` are directives with a value, not names.
                if ![
                    "unavailable_after",
                    "max-snippet",
                    "max-image-preview",
                    "max-video-preview",
                ]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
                {
                    for_us = name.eq_ignore_ascii_case(token)
                        || name == "*"
                        || name.eq_ignore_ascii_case("robots");
                    word = rest.trim();
                }
            }
            if for_us {
                directives.noindex |= ["noindex", "none"]
                    .iter()
                    .any(|w| word.eq_ignore_ascii_case(w));
                directives.nofollow |= ["nofollow", "none"]
                    .iter()
                    .any(|w| word.eq_ignore_ascii_case(w));
            }
        }
        directives
    }

    /// Joins what two places say: a restriction in either holds.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            noindex: self.noindex || other.noindex,
            nofollow: self.nofollow || other.nofollow,
        }
    }
}
