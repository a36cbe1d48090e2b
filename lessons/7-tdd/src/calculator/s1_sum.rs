//! Stage 1.

/// Returns the answer to a sum as text.
pub fn answer(_text: &str) -> String {
    "0".to_owned()
}

#[cfg(test)]
#[path = "tests/s1_sum.rs"]
mod s1_sum;
