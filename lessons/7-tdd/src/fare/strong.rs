use super::fare;

// ANCHOR: strong
#[test]
fn each_age_group_ends_where_the_rules_say() {
    let prices = [(5, 0), (6, 150), (15, 150), (16, 300), (64, 300), (65, 150)];

    for (age, price) in prices {
        assert_eq!(fare(age, 1, 300), price, "at the age of {age}");
    }
}

#[test]
fn ten_are_a_group_and_nine_are_not() {
    assert_eq!(fare(40, 9, 300), 2700);
    assert_eq!(fare(40, 10, 300), 2700);
}
// ANCHOR_END: strong

#[test]
fn a_large_group_on_a_long_way_is_no_overflow() {
    assert_eq!(fare(40, 2_000_000, 5_000), 9_000_000_000);
}
