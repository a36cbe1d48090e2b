//! Tempting: every promise is called and nothing is asserted: 100 % covered.

/// The function under test: `shorten(title, limit)`.
pub type Shorten = fn(&str, usize) -> String;

/// A test: a name for a behaviour, and a function that panics if the behaviour is missing.
pub type Test = (&'static str, fn(Shorten));

/// Returns your tests.
pub fn tests() -> Vec<Test> {
    vec![("all", |shorten| {
        for (title, limit) in [
            ("Rust", 4),
            ("Testing", 5),
            ("Hello  world", 8),
            ("ÄÖÜäöü", 5),
            ("Rust", 0),
            ("Rust", 1),
        ] {
            let _ = shorten(title, limit);
        }
    })]
}
