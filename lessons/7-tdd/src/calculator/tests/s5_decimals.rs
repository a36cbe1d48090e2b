use super::answer;

// ANCHOR: decimals
#[test]
fn decimals_are_what_they_look_like() {
    assert_eq!(answer("0.1 + 0.2"), "0.3");
    assert_eq!(answer("0.1 + 0.2 - 0.3"), "0");
    assert_eq!(answer("1.10 + 2.20"), "3.3");
    assert_eq!(answer("0.5 - 1.75"), "-1.25");
    assert_eq!(answer("1 - 0.0000000000001"), "0.9999999999999");
}
// ANCHOR_END: decimals

#[test]
fn large_numbers_are_exact() {
    assert_eq!(answer("9007199254740993 + 0"), "9007199254740993");
    assert_eq!(answer("1000000000000000.1 + 0.2"), "1000000000000000.3");
}

#[test]
fn what_is_too_large_is_refused_rather_than_rounded() {
    let huge = "9".repeat(38);
    let largest = i128::MAX;

    assert_eq!(
        answer(&format!("1 + {huge}99")),
        "a number too large at column 5"
    );
    assert_eq!(
        answer(&format!("0.{huge}99")),
        "a number too large at column 1"
    );
    assert_eq!(
        answer(&format!("{largest} + 1")),
        "a result too large at column 41"
    );
    assert_eq!(
        answer(&format!("0 - {largest} - 2")),
        "a result too large at column 45"
    );
}
