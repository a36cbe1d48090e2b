//! Tempting: the length is what matters, so the length is compared. What stands there is not.

/// The function under test: `shorten(title, limit)`.
pub type Shorten = fn(&str, usize) -> String;

/// A test: a name for a behaviour, and a function that panics if the behaviour is missing.
pub type Test = (&'static str, fn(Shorten));

/// Returns your tests.
pub fn tests() -> Vec<Test> {
    vec![("lengths", |shorten| {
        for (title, limit, length) in [
            ("Rust", 4, 4),
            ("Testing", 5, 5),
            ("Hello  world", 8, 6),
            ("ÄÖÜäöü", 5, 5),
            ("Rust", 0, 0),
            ("Rust", 1, 1),
        ] {
            assert_eq!(shorten(title, limit).chars().count(), length);
        }
    })]
}
