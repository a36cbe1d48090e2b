use super::answer;

#[test]
fn times_and_over_bind_stronger_than_plus_and_minus() {
    assert_eq!(answer("2 + 3 * 4"), "14");
    assert_eq!(answer("2 * 3 + 4"), "10");
    assert_eq!(answer("10 - 8 / 4"), "8");
}

#[test]
fn what_binds_equally_goes_from_left_to_right() {
    assert_eq!(answer("8 / 4 / 2"), "1");
    assert_eq!(answer("8 / 4 * 2"), "4");
}

#[test]
fn quotients_are_exact() {
    assert_eq!(answer("7 / 2"), "3.5");
    assert_eq!(answer("1 / 3 * 3"), "1");
    assert_eq!(answer("1 / 3"), "0.33333333333333333333…");
}

#[test]
fn division_by_zero_is_reported_at_the_division() {
    assert_eq!(answer("10 / 0"), "division by zero at column 4");
    assert_eq!(answer("1 + 10 / 0.00"), "division by zero at column 8");
}

#[test]
fn mistakes_among_factors_are_reported_too() {
    assert_eq!(answer("2 *"), "a number is missing at column 4");
    assert_eq!(answer("* 2"), "a number is missing at column 1");
    assert_eq!(answer("2 * / 3"), "a number is missing at column 5");
    assert_eq!(answer("2 * 3 4"), "an operator is missing at column 7");
    assert_eq!(
        answer(&format!("{} * 10", i128::MAX)),
        "a result too large at column 41"
    );
    assert_eq!(
        answer(&format!("1 / {} / 10", i128::MAX)),
        "a result too large at column 45"
    );
}
