use super::answer;

#[test]
fn numbers_are_subtracted() {
    assert_eq!(answer("5 - 3"), "2");
    assert_eq!(answer("3 - 5"), "-2");
}

#[test]
fn a_chain_is_worked_off_from_left_to_right() {
    assert_eq!(answer("10 - 3 - 2"), "5");
    assert_eq!(answer("1 - 2 + 3"), "2");
}
