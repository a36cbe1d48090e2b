//! What the names of classes and ids say: `entry-date`, `post-author`, `related-posts`, `comments`.
//!
//! Nobody has agreed on them, but people who name things think alike, in a few languages.

/// What the class and the id of an element hint at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// It holds a date.
    pub date: bool,
    /// What it holds is about publishing.
    pub published: bool,
    /// What it holds is about a change.
    pub modified: bool,
    /// It holds comments of readers.
    pub comment: bool,
    /// It stands beside the page's own matter.
    pub beside: bool,
    /// It holds an author.
    pub author: bool,
    /// It holds the title of an article.
    pub headline: bool,
    /// It holds the name of the site.
    pub logo: bool,
    /// It stands at a title and is no part of it: a label above, a line below.
    pub kicker: bool,
    /// It belongs to a shop.
    pub shop: bool,
}

impl Hints {
    /// Returns what either says.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            date: self.date | other.date,
            published: self.published | other.published,
            modified: self.modified | other.modified,
            comment: self.comment | other.comment,
            beside: self.beside | other.beside,
            author: self.author | other.author,
            headline: self.headline | other.headline,
            logo: self.logo | other.logo,
            kicker: self.kicker | other.kicker,
            shop: self.shop | other.shop,
        }
    }
}

/// Reads the words of a class or an id.
pub fn of(words: &str) -> Hints {
    let mut hints = Hints::default();
    // A class of a thousand words is no hint at all.
    for word in words.split_ascii_whitespace().take(24) {
        let mut small = [0_u8; 48];
        let Some(small) = small.get_mut(..word.len()) else {
            continue;
        };
        small.copy_from_slice(word.as_bytes());
        small.make_ascii_lowercase();
        read(small, &mut hints);
    }
    hints
}

/// Reads one word, in small letters. Each place is looked at once, by its first letter.
fn read(word: &[u8], hints: &mut Hints) {
    // Layouts are named after what stands in them: `has-sidebar`, `comments-open`, `elementor-widget`.
    let mut layout = false;
    let mut found = Hints::default();
    for at in 0..word.len() {
        let rest = &word[at..];
        let starts = |part: &[u8]| rest.starts_with(part);
        let whole = |part: &[u8]| {
            (at == 0 || matches!(word[at - 1], b'-' | b'_'))
                && starts(part)
                && matches!(rest.get(part.len()), None | Some(b'-' | b'_'))
        };
        match rest[0] {
            b'a' => {
                found.author |=
                    starts(b"author") || whole(b"autor") || whole(b"auteur") || whole(b"autore");
                found.beside |= starts(b"also-") || starts(b"archives") || whole(b"aside");
                found.shop |= starts(b"add-to-cart")
                    || starts(b"add_to_cart")
                    || starts(b"addtocart")
                    || starts(b"add-to-basket");
            }
            b'b' => {
                found.author |= starts(b"byline") && !starts(b"byline-date");
                found.date |= starts(b"byline-date");
                found.beside |= starts(b"breadcrumb");
                found.kicker |= whole(b"badge");
                found.logo |= whole(b"brand") || starts(b"blog-title") || starts(b"blogname");
                found.shop |= starts(b"buy-now") || starts(b"buybox");
            }
            b'c' => {
                found.date |= starts(b"created") || starts(b"created_at");
                found.beside |= starts(b"cookie") || starts(b"calendar") || starts(b"copyright");
                if at == 0 && (starts(b"comment") || starts(b"coment") || starts(b"commenti")) {
                    found.comment = true;
                }
                layout |= whole(b"count") || whole(b"closed");
            }
            b'd' => {
                let is_update = at >= 2 && word[at - 2..].starts_with(b"update");
                // `candidate` and `validate` are words that only end so.
                let is_other = [&b"can"[..], b"vali"]
                    .iter()
                    .any(|before| word[..at].ends_with(before));
                if starts(b"date") && !is_update && !is_other
                    || starts(b"datum")
                    || starts(b"dato") && whole(b"dato")
                {
                    found.date = true;
                }
                found.date |= whole(b"data") && (at > 0 || rest.len() == 4);
                found.date |= starts(b"dtstamp") || starts(b"dtpublished") || whole(b"dateline");
                found.comment |= at == 0 && starts(b"disqus");
                found.kicker |= starts(b"dachzeile");
            }
            b'e' => {
                found.headline |= starts(b"entry-title") || starts(b"entry_title");
                found.date |= starts(b"erstellt") || starts(b"erschien");
                found.kicker |= starts(b"eyebrow");
                layout |= at == 0 && starts(b"elementor");
            }
            b'f' => {
                found.date |= starts(b"fecha");
                layout |= starts(b"form");
            }
            b'h' => {
                found.headline |= whole(b"headline") || starts(b"heading-title");
                layout |= at == 0 && (starts(b"has-") || starts(b"hide"));
            }
            b'i' => layout |= whole(b"icon"),
            b'k' => {
                found.comment |= at == 0 && starts(b"kommentar");
                found.kicker |= starts(b"kicker");
            }
            b'l' => {
                found.logo |= starts(b"logo") && at == 0 || whole(b"logo");
                found.beside |= at == 0 && starts(b"latest");
                found.modified |=
                    starts(b"lastmod") || starts(b"last-mod") || starts(b"lastupdate");
                found.kicker |= whole(b"label");
                layout |= whole(b"layout") || whole(b"link");
            }
            b'm' => {
                found.modified |= starts(b"modified");
                found.beside |= starts(b"most-read")
                    || starts(b"mostread")
                    || starts(b"most-pop")
                    || starts(b"mostpop")
                    || starts(b"more-") && at == 0
                    || starts(b"modal");
            }
            b'n' => {
                found.beside |= starts(b"newsletter")
                    || starts(b"navigation")
                    || starts(b"navbar")
                    || starts(b"next-post")
                    || whole(b"nav") && rest.len() == 3;
                layout |= at == 0 && starts(b"no-");
            }
            b'o' => {
                found.beside |= starts(b"outbrain");
                found.kicker |= starts(b"overline");
                layout |= whole(b"open") || whole(b"off");
            }
            b'p' => {
                if starts(b"publi")
                    && !starts(b"public-")
                    && !starts(b"publicid")
                    && !starts(b"publisher")
                    && rest != b"public"
                {
                    found.date = true;
                    found.published = true;
                }
                if starts(b"pubdate")
                    || starts(b"pub-date")
                    || starts(b"pub_date")
                    || starts(b"postedon")
                    || starts(b"posted")
                {
                    found.date = true;
                    found.published = true;
                }
                found.headline |= starts(b"post-title")
                    || starts(b"post__title")
                    || starts(b"page-title") && at == 0
                    || starts(b"post_title");
                found.beside |= starts(b"popular")
                    || starts(b"popup")
                    || starts(b"pagination")
                    || starts(b"prev-post")
                    || starts(b"post-nav")
                    || starts(b"promo");
                found.shop |= starts(b"product-price") || starts(b"price-box");
            }
            b'r' => {
                found.beside |= starts(b"related")
                    || starts(b"recommend")
                    || starts(b"recent")
                    || starts(b"readmore")
                    || starts(b"read-more")
                    || starts(b"read-also");
                found.comment |= at == 0
                    && (starts(b"respond")
                        || whole(b"replies")
                        || starts(b"reactions") && rest.len() == 9);
                if starts(b"reading") || starts(b"readtime") || starts(b"read-time") {
                    layout = true;
                }
            }
            b's' => {
                found.logo |= starts(b"site-title")
                    || starts(b"sitename")
                    || starts(b"site-name")
                    || starts(b"site_name")
                    || starts(b"site-logo");
                found.beside |= starts(b"sidebar")
                    || starts(b"see-also")
                    || starts(b"seealso")
                    || starts(b"similar")
                    || starts(b"suggest");
                found.kicker |= starts(b"subtitle")
                    || starts(b"subhead")
                    || starts(b"surtitle")
                    || starts(b"spitzmarke");
            }
            b't' => {
                let whole_time = whole(b"time") || starts(b"timestamp") || starts(b"time-stamp");
                found.date |= whole_time || starts(b"tarih");
                found.headline |= at > 0 && word.starts_with(b"article") && starts(b"title");
                found.kicker |= starts(b"topline");
                found.beside |= starts(b"trending")
                    || starts(b"taboola")
                    || starts(b"tagcloud")
                    || starts(b"teaser")
                    || starts(b"ticker");
            }
            b'u' => found.modified |= starts(b"update"),
            b'v' => found.published |= starts(b"ver\xc3\xb6ffentlich") || starts(b"veroeffentlich"),
            b'w' => {
                found.beside |= starts(b"widget");
                layout |= at == 0 && starts(b"with-");
            }
            b'z' => found.date |= whole(b"zeit") || whole(b"zeitpunkt"),
            _ => {}
        }
    }
    if layout {
        found.comment = false;
        found.beside = false;
    }
    if word.starts_with(b"read")
        || word.ends_with(b"reading-time")
        || word.starts_with(b"elementor-widget")
    {
        found.date = false;
    }
    found.date |= found.modified && !layout;
    found.date |= found.published && !layout;
    *hints = hints.or(found);
}

/// Returns whether a property of microdata or RDFa is a date of the page.
pub fn is_date_property(property: &str) -> bool {
    property.split_ascii_whitespace().any(|word| {
        let word = word.rsplit(':').next().unwrap_or(word);
        const KNOWN: [&str; 11] = [
            "datepublished",
            "datecreated",
            "datemodified",
            "uploaddate",
            "dateline",
            "issued",
            "created",
            "modified",
            "published_time",
            "pubdate",
            "date",
        ];
        KNOWN.iter().any(|known| known.eq_ignore_ascii_case(word))
    })
}
