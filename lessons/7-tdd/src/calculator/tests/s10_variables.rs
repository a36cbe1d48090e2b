use super::answer;

#[test]
fn a_value_may_have_a_name() {
    assert_eq!(answer("price = 4.5\n2 * price"), "4.5\n9");
    assert_eq!(answer("größe_2 = 3\n-größe_2"), "3\n-3");
}

#[test]
fn a_name_may_have_a_new_value_made_of_the_old_one() {
    assert_eq!(answer("x = 1\nx = x + 1\nx"), "1\n2\n2");
}

#[test]
fn an_unknown_name_is_reported() {
    assert_eq!(answer("1 + prise"), "an unknown name 'prise' at column 5");
    assert_eq!(
        answer("größe = 2\ngröße * ß"),
        "2\nan unknown name 'ß' at column 9"
    );
    assert_eq!(answer("x = x"), "an unknown name 'x' at column 5");
}

#[test]
fn a_line_with_a_mistake_changes_nothing() {
    assert_eq!(
        answer("x = 1\nx = 1 / 0\nx"),
        "1\ndivision by zero at column 7\n1"
    );
}

#[test]
fn only_a_name_can_be_given_a_value() {
    let complaint = |column: usize| format!("no single name before the = at column {column}");

    assert_eq!(answer("2 = 3"), complaint(3));
    assert_eq!(answer("= 3"), complaint(1));
    assert_eq!(answer("x + y = 3"), complaint(7));
    assert_eq!(answer("x = y = 3"), complaint(7));
    assert_eq!(answer("x ="), "a number is missing at column 4");
}
