//! The tour of lesson 6.

fn main() {}
