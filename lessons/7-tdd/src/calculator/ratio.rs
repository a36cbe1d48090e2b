//! Exact numbers: a ratio of two integers.
//!
//! Which arithmetic surprises nobody? `f64` says that 0.1 + 0.2 is 0.30000000000000004, because one
//! tenth has no end in base 2. Decimal digits mend that, but then 1 / 3 * 3 is 0.9999. A ratio is right
//! in both cases: every number a learner can type, and every quotient of such numbers, is one. The price
//! is that numbers grow, so a result beyond 128 bits is refused; it is never rounded in silence.

use std::fmt;

/// How many digits behind the point are shown, before `…` says that there are more.
const MOST_DECIMALS: usize = 20;

// ANCHOR: ratio
/// A number as numerator and denominator, in lowest terms, the denominator above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}
// ANCHOR_END: ratio

impl Ratio {
    /// Zero.
    pub const ZERO: Self = Self {
        numerator: 0,
        denominator: 1,
    };

    /// Returns the ratio in lowest terms, or `None` if the denominator is zero or a part too large.
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let divisor = greatest_common_divisor(numerator, denominator)?;
        // A sign in the denominator moves up.
        let divisor = if denominator < 0 { -divisor } else { divisor };
        Some(Self {
            numerator: numerator.checked_div(divisor)?,
            denominator: denominator.checked_div(divisor)?,
        })
    }

    /// Reads digits, with a point and more digits behind if you like: `12` or `0.50`. `None` if the
    /// digits are too many.
    pub fn from_digits(whole: &str, decimals: &str) -> Option<Self> {
        let numerator = format!("{whole}{decimals}").parse().ok()?;
        let denominator = 10_i128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
        Self::new(numerator, denominator)
    }

    /// Returns whether this is zero.
    pub fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// Returns the sum, or `None` if it is too large.
    pub fn plus(self, other: Self) -> Option<Self> {
        // The smallest common denominator keeps the parts small.
        let divisor = greatest_common_divisor(self.denominator, other.denominator)?;
        let left = self.numerator.checked_mul(other.denominator / divisor)?;
        let right = other.numerator.checked_mul(self.denominator / divisor)?;
        let denominator = (self.denominator / divisor).checked_mul(other.denominator)?;
        Self::new(left.checked_add(right)?, denominator)
    }

    /// Returns the difference, or `None` if it is too large.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negated()?)
    }

    /// Returns the product, or `None` if it is too large.
    pub fn times(self, other: Self) -> Option<Self> {
        // Cancel crosswise first: 1/3 of a huge number times 3 must not overflow on the way.
        let one = Self::new(self.numerator, other.denominator)?;
        let two = Self::new(other.numerator, self.denominator)?;
        Self::new(
            one.numerator.checked_mul(two.numerator)?,
            one.denominator.checked_mul(two.denominator)?,
        )
    }

    /// Returns the quotient, or `None` if it is too large or `other` is zero.
    pub fn over(self, other: Self) -> Option<Self> {
        self.times(Self::new(other.denominator, other.numerator)?)
    }

    /// Returns the number with the other sign, or `None` if it is too large.
    pub fn negated(self) -> Option<Self> {
        Some(Self {
            numerator: self.numerator.checked_neg()?,
            ..self
        })
    }
}

/// `None` if the divisor is too large for the type, as that of two times -2^127.
fn greatest_common_divisor(a: i128, b: i128) -> Option<i128> {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b > 0 {
        (a, b) = (b, a % b);
    }
    i128::try_from(a).ok()
}

/// Shows the number as a decimal: `0.3`, `-1.25`, and `0.33333333333333333333…` for what has no end.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let denominator = self.denominator.unsigned_abs();
        let whole = self.numerator.unsigned_abs() / denominator;
        let mut rest = self.numerator.unsigned_abs() % denominator;
        if self.numerator < 0 {
            f.write_str("-")?;
        }
        write!(f, "{whole}")?;
        if rest > 0 {
            f.write_str(".")?;
        }
        // Division by hand, one digit after another.
        for _ in 0..MOST_DECIMALS {
            let Some(ten_times) = rest.checked_mul(10) else {
                break;
            };
            if rest == 0 {
                return Ok(());
            }
            write!(f, "{}", ten_times / denominator)?;
            rest = ten_times % denominator;
        }
        if rest > 0 { f.write_str("…") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(numerator: i128, denominator: i128) -> Ratio {
        Ratio::new(numerator, denominator).expect("the denominator isn't zero")
    }

    #[test]
    fn a_number_has_one_form() {
        assert_eq!(ratio(2, 4), ratio(1, 2));
        assert_eq!(ratio(1, -2), ratio(-1, 2));
        assert_eq!(ratio(0, -7), Ratio::ZERO);
        assert_eq!(Ratio::new(1, 0), None);
    }

    #[test]
    fn twenty_decimals_are_shown_and_more_are_hinted_at() {
        let shown = |decimals: &str| {
            let number = Ratio::from_digits("0", decimals).expect("it is small");
            number.to_string()
        };

        assert_eq!(shown("00000000000000000001"), "0.00000000000000000001");
        assert_eq!(shown("000000000000000000011"), "0.00000000000000000001…");
        assert_eq!(shown("50"), "0.5");
    }

    #[test]
    fn the_ends_of_the_range_are_refused_rather_than_a_panic() {
        let least = ratio(i128::MIN, 1);

        assert_eq!(least.negated(), None);
        assert_eq!(least.minus(ratio(1, 1)), None);
        assert_eq!(least.over(ratio(-1, 1)), None);
        assert_eq!(Ratio::new(i128::MIN, i128::MIN), None);
        assert_eq!(least.to_string(), i128::MIN.to_string());
    }
}
