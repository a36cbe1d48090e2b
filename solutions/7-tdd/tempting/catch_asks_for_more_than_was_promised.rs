//! Tempting: a good title is cut between words. It is, but nobody promised it.

/// The function under test: `shorten(title, limit)`.
pub type Shorten = fn(&str, usize) -> String;

/// A test: a name for a behaviour, and a function that panics if the behaviour is missing.
pub type Test = (&'static str, fn(Shorten));

/// Returns your tests.
pub fn tests() -> Vec<Test> {
    vec![
        ("words_stay_whole", |shorten| {
            assert_eq!(shorten("Hello world", 8), "Hello…")
        }),
        ("a_short_title_comes_back_as_it_is", |shorten| {
            assert_eq!(shorten("Rust", 10), "Rust");
        }),
        // The edge: most mistakes with limits are made by one.
        ("a_title_that_just_fits_comes_back_as_it_is", |shorten| {
            assert_eq!(shorten("Rust", 4), "Rust");
        }),
        // The whole result is compared, so this asks for its length, its end, and its beginning.
        ("a_longer_title_is_cut_and_says_so", |shorten| {
            assert_eq!(shorten("Testing", 5), "Test…");
            assert_eq!(shorten("Testing", 6), "Testi…");
        }),
        ("no_blank_stands_before_the_sign", |shorten| {
            assert_eq!(shorten("Hello world", 7), "Hello…");
            // Two of them: taking away one is not enough.
            assert_eq!(shorten("Hello  world", 8), "Hello…");
        }),
        ("blanks_of_a_title_that_fits_belong_to_it", |shorten| {
            assert_eq!(shorten(" Rust ", 6), " Rust ");
        }),
        // Letters of two bytes on both sides of the question: does it fit, and where is it cut?
        ("characters_are_counted_and_not_bytes", |shorten| {
            assert_eq!(shorten("Äpfel", 5), "Äpfel");
            assert_eq!(shorten("ÄÖÜäöü", 5), "ÄÖÜä…");
        }),
        ("with_a_limit_of_nothing_nothing_comes_back", |shorten| {
            assert_eq!(shorten("Rust", 0), "");
        }),
        ("with_a_limit_of_one_the_sign_comes_back", |shorten| {
            assert_eq!(shorten("Rust", 1), "…");
        }),
    ]
}
