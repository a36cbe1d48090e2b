//! Tempting: three tests that show how well it works. No edge is asked about.

/// The function under test: `shorten(title, limit)`.
pub type Shorten = fn(&str, usize) -> String;

/// A test: a name for a behaviour, and a function that panics if the behaviour is missing.
pub type Test = (&'static str, fn(Shorten));

/// Returns your tests.
pub fn tests() -> Vec<Test> {
    vec![
        ("short", |shorten| assert_eq!(shorten("Rust", 10), "Rust")),
        ("long", |shorten| assert_eq!(shorten("Testing", 5), "Test…")),
        ("blank", |shorten| {
            assert_eq!(shorten("Hello world", 7), "Hello…")
        }),
    ]
}
