//! Tempting: a page that calls itself the next is noticed. A circle of two is not.

use std::collections::{HashSet, VecDeque};

use reqwest::Url;

/// One page, as the transport hands it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What is on it.
    pub items: Vec<String>,
    /// The `Link` header, where there is one.
    pub link: Option<String>,
}

/// What turns an address into a page.
pub trait Transport {
    /// Fetches a page, or says why it could not.
    fn get(&mut self, url: &Url) -> Result<Page, String>;
}

/// Why the list broke off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagingError {
    /// A page could not be fetched.
    Fetch(String),
    /// The next page is one that was there before: the list would never end.
    Loop(String),
    /// The next page is on another host or port, or by another scheme, and nobody asked us to go there.
    Elsewhere(String),
    /// The address of the next page is no address.
    BadLink(String),
}

/// Returns the address behind `rel="next"` in a `Link` header, as it stands there.
///
/// # Format
///
/// Links are parted by commas, and each is an address in angle brackets followed by parameters that are
/// parted by semicolons. An address may hold commas and semicolons. `rel` may stand anywhere
/// among the parameters, with quotes or without, in any case, and its value may be several words:
/// `rel="last next"`. Values in quotes hold no quotes here, but may hold anything else.
pub fn next_link(header: &str) -> Option<&str> {
    let mut rest = header;
    // Addresses end at '>', so brackets lead from link to link; commas would not.
    while let Some((_, after)) = rest.split_once('<') {
        let (address, after) = after.split_once('>')?;
        let (parameters, next) = parameters(after);
        if parameters.iter().any(|(name, value)| {
            let mut words = value.split_ascii_whitespace();
            name.eq_ignore_ascii_case("rel") && words.any(|word| word.eq_ignore_ascii_case("next"))
        }) {
            return Some(address.trim());
        }
        rest = next;
    }
    None
}

/// Reads the parameters of one link, and returns what stands behind its comma.
fn parameters(mut rest: &str) -> (Vec<(&str, &str)>, &str) {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', ';']);
        match rest.chars().next() {
            None => return (found, ""),
            Some(',') => return (found, &rest[1..]),
            Some(_) => {}
        }
        let end = rest.find(['=', ';', ',']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let Some(after) = after.strip_prefix('=') else {
            rest = after;
            continue;
        };
        let after = after.trim_start();
        // Between quotes a comma or a semicolon is a letter like any other.
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_at(after.find([';', ',']).unwrap_or(after.len())),
        };
        found.push((name.trim(), value.trim()));
        rest = after;
    }
}

/// All items of a list, whichever page they are on.
#[derive(Debug)]
pub struct Items<T> {
    transport: T,
    next: Option<Url>,
    waiting: VecDeque<String>,
    seen: HashSet<Url>,
    /// What is wrong with the address of the next page, told after the items of this one.
    broken: Option<PagingError>,
}

impl<T: Transport> Items<T> {
    /// Begins a list at its first page. Nothing is fetched yet.
    pub fn new(transport: T, first: Url) -> Self {
        Self {
            transport,
            next: Some(first),
            waiting: VecDeque::new(),
            seen: HashSet::new(),
            broken: None,
        }
    }

    /// Fetches the next page, and finds out which one follows it.
    fn turn(&mut self, url: Url) -> Result<(), PagingError> {
        // `next` is empty while this can fail: so the first error is the last item.
        let page = self.transport.get(&url).map_err(PagingError::Fetch)?;
        self.waiting.extend(page.items);
        let link = page.link.as_deref().and_then(next_link);
        let follows = link.map(|link| {
            let bad = |_| PagingError::BadLink(link.to_owned());
            // Relative to the page that it stands on.
            url.join(link).map_err(bad)
        });
        self.seen.insert(url.clone());
        match follows.transpose() {
            Ok(Some(follows)) if follows.origin() != url.origin() => {
                self.broken = Some(PagingError::Elsewhere(follows.to_string()));
            }
            Ok(Some(follows)) if follows == url => {
                self.broken = Some(PagingError::Loop(follows.to_string()));
            }
            Ok(follows) => self.next = follows,
            Err(error) => self.broken = Some(error),
        }
        Ok(())
    }
}

impl<T: Transport> Iterator for Items<T> {
    type Item = Result<String, PagingError>;

    /// Returns the next item. A page is fetched when its first item is asked for, and not before. What
    /// was fetched before something went wrong is handed over first; then comes the error, once, and
    /// then nothing more.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.waiting.pop_front() {
                return Some(Ok(item));
            }
            if let Some(error) = self.broken.take() {
                return Some(Err(error));
            }
            // Taken, not looked at: after an error there is no next page.
            let url = self.next.take()?;
            if let Err(error) = self.turn(url) {
                return Some(Err(error));
            }
        }
    }
}
