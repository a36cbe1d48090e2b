use super::answer;

#[test]
fn a_minus_may_stand_before_any_factor() {
    assert_eq!(answer("-2"), "-2");
    assert_eq!(answer("2 - -3"), "5");
    assert_eq!(answer("-(1 + 2)"), "-3");
    assert_eq!(answer("2 * -3"), "-6");
    assert_eq!(answer("-2 * -3 / -4"), "-1.5");
}

#[test]
fn two_of_them_cancel() {
    assert_eq!(answer("--2"), "2");
    assert_eq!(answer("1 - - - 2"), "-1");
    assert_eq!(answer(&format!("{}7", "-".repeat(100_000))), "7");
}

#[test]
fn a_minus_alone_is_no_number() {
    assert_eq!(answer("-"), "a number is missing at column 2");
    assert_eq!(answer("2 - -"), "a number is missing at column 6");
    assert_eq!(answer("-0"), "0");
}
