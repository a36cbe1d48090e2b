use super::answer;

#[test]
fn a_missing_number_is_reported_where_it_is_missing() {
    assert_eq!(answer("2 +"), "a number is missing at column 4");
    assert_eq!(answer("2 + + 3"), "a number is missing at column 5");
    assert_eq!(answer("+ 2"), "a number is missing at column 1");
    assert_eq!(answer(""), "a number is missing at column 1");
}

#[test]
fn a_missing_operator_is_reported_where_it_is_missing() {
    assert_eq!(answer("2 3"), "an operator is missing at column 3");
}

#[test]
fn what_means_nothing_is_shown_with_its_column() {
    assert_eq!(answer("2 $ 3"), "an unknown sign '$' at column 3");
    assert_eq!(answer("1.2.3"), "no number, but '1.2.3' at column 1");
    assert_eq!(answer("1 + 2."), "no number, but '2.' at column 5");
}

#[test]
fn columns_count_characters_and_not_bytes() {
    assert_eq!(answer("1 + € 2"), "an unknown sign '€' at column 5");
    assert_eq!(answer("  €"), "an unknown sign '€' at column 3");
}

#[test]
fn the_first_mistake_is_the_one_that_is_reported() {
    assert_eq!(answer("1 2 $"), "an unknown sign '$' at column 5");
    assert_eq!(answer("1 + + 2 3"), "a number is missing at column 5");
}
