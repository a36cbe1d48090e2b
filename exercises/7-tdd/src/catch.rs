//! Step 3: now you write the tests, and they are judged.
//!
//! Somebody has written a function that shortens titles. This is what it promises:
//!
//! 1. A title of at most `limit` characters comes back as it is.
//! 2. A longer one is cut and ends in `…`, and with the `…` it has exactly `limit` characters,
//!    unless rule 3 makes it shorter.
//! 3. No blank stands before the `…`: `"Hello world"` in 7 is `"Hello…"`, not `"Hello …"`.
//! 4. Characters are counted, not bytes: `"Äpfel"` has five.
//! 5. With a limit of 0, nothing comes back, not even a `…`.
//!
//! You do not see the code. Your tests get several versions of it: two that keep every promise, each
//! in its own way, and some that break one. Every test must pass on the right ones. Each wrong one must
//! fail at least one test. If one gets through, you are told which behaviour went unnoticed.

/// The function under test: `shorten(title, limit)`.
pub type Shorten = fn(&str, usize) -> String;

/// A test: a name for a behaviour, and a function that panics if the behaviour is missing.
pub type Test = (&'static str, fn(Shorten));

/// Returns your tests.
pub fn tests() -> Vec<Test> {
    vec![
        ("a_short_title_comes_back_as_it_is", |shorten| {
            assert_eq!(shorten("Rust", 10), "Rust");
        }),
        // TODO: a test for each promise, and for each edge: what about one more, one less, none?
    ]
}
