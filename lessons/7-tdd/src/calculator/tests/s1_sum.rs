use super::answer;

#[test]
fn two_numbers_are_added() {
    assert_eq!(answer("2 + 3"), "5");
}

#[test]
fn blanks_mean_nothing() {
    assert_eq!(answer("  20+3 "), "23");
}
