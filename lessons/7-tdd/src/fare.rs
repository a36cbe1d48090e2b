//! A ticket's price: a few lines on which to see what coverage says, and what it does not.
//!
//! The rules, as somebody would tell them: children under 6 ride free. Up to 15 you pay half. From 65 on
//! you pay half too. A group of 10 or more gets a tenth off, rounded in its favour.
//!
//! Two suites judge it. `weak.rs` runs every line and lets six mutants live; `strong.rs` asks at every
//! edge of the rules and lets none. The tour (`just lesson 7 mutants`) really tries it.

// ANCHOR: fare
/// Returns the price for a group of people of one age, in cents.
pub fn fare(age: u32, people: u32, full_price: u32) -> u64 {
    let mut each = full_price;
    if age < 6 {
        each = 0;
    } else if age <= 15 || age >= 65 {
        each = full_price / 2;
    }
    let mut total = u64::from(each) * u64::from(people);
    if people >= 10 {
        total = total * 9 / 10;
    }
    total
}
// ANCHOR_END: fare

#[cfg(test)]
mod strong;
#[cfg(test)]
mod weak;
