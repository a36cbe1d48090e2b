//! The tour of lesson 5.

fn main() {}
