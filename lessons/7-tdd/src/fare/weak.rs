use super::fare;

// ANCHOR: weak
#[test]
fn children_ride_free() {
    assert_eq!(fare(3, 1, 300), 0);
}

#[test]
fn the_young_and_the_old_pay_half() {
    assert_eq!(fare(10, 1, 300), 150);
    assert_eq!(fare(70, 1, 300), 150);
}

#[test]
fn others_pay_in_full() {
    assert_eq!(fare(40, 1, 300), 300);
}

#[test]
fn a_group_pays_less() {
    assert!(fare(40, 12, 300) < 12 * 300);
}
// ANCHOR_END: weak
