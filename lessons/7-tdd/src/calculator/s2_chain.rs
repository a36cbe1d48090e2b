//! Stage 2: minus, and chains of any length. One loop that remembers the last sign: quick, and green.

// ANCHOR: answer
/// Returns the answer to a chain of sums and differences as text.
pub fn answer(text: &str) -> String {
    let mut sum = 0.0;
    let mut sign = 1.0;
    let mut number = String::new();
    for letter in text.chars() {
        if letter == '+' || letter == '-' {
            sum += sign * value(&number);
            sign = if letter == '-' { -1.0 } else { 1.0 };
            number.clear();
        } else {
            number.push(letter);
        }
    }
    sum += sign * value(&number);
    sum.to_string()
}
// ANCHOR_END: answer

fn value(number: &str) -> f64 {
    number.trim().parse().unwrap_or(0.0)
}

#[cfg(test)]
#[path = "tests/s1_sum.rs"]
mod s1_sum;
#[cfg(test)]
#[path = "tests/s2_chain.rs"]
mod s2_chain;
