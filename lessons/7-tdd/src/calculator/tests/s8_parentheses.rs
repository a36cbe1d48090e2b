use super::answer;

#[test]
fn what_stands_in_parentheses_goes_first() {
    assert_eq!(answer("(2 + 3) * 4"), "20");
    assert_eq!(answer("2 * (3 + (4 - 1))"), "12");
    assert_eq!(answer("((7))"), "7");
    assert_eq!(answer("10 - (3 - 2)"), "9");
}

#[test]
fn a_parenthesis_without_its_other_half_is_reported() {
    assert_eq!(
        answer("1 + (2 + 3"),
        "a parenthesis never closed at column 5"
    );
    assert_eq!(answer("((2)"), "a parenthesis never closed at column 1");
    assert_eq!(answer("2 + 3)"), "a parenthesis never opened at column 6");
}

#[test]
fn what_is_wrong_inside_is_reported_too() {
    assert_eq!(answer("()"), "a number is missing at column 2");
    assert_eq!(answer("(2 3)"), "an operator is missing at column 4");
    assert_eq!(answer("2 (3)"), "an operator is missing at column 3");
}

#[test]
fn a_hundred_may_be_open_and_no_more() {
    let nested = |n: usize| format!("{}1{}", "(".repeat(n), ")".repeat(n));

    assert_eq!(answer(&nested(100)), "1");
    assert_eq!(
        answer(&nested(101)),
        "too many open parentheses at column 101"
    );
    assert_eq!(
        answer(&nested(100_000)),
        "too many open parentheses at column 101"
    );
    assert_eq!(answer(&["(1)"; 200].join(" + ")), "200");
}
