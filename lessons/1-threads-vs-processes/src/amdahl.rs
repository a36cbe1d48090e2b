//! Amdahl's law: what the part that cannot be shared costs.
//!
//! Source: Gene Amdahl, "Validity of the single processor approach to achieving large scale
//! computing capabilities", 1967.

/// Returns how many times faster a program becomes on `workers` cores when `serial` of its time,
/// from 0.0 to 1.0, cannot be shared.
///
/// ```
/// // A tenth is serial: 10 cores make it five times faster, and no number makes it eleven.
/// assert_eq!(workers::amdahl::speed_up(0.1, 10.0).round(), 5.0);
/// assert!(workers::amdahl::speed_up(0.1, 1e9) < 10.0);
/// ```
#[must_use]
pub fn speed_up(serial: f64, workers: f64) -> f64 {
    1.0 / (serial + (1.0 - serial) / workers)
}

/// Returns the speed-up that no number of cores can pass: 1 / `serial`.
#[must_use]
pub fn ceiling(serial: f64) -> f64 {
    1.0 / serial
}
