//! An ugly program, refactored in small steps under tests that were written for it afterwards.
//!
//! [`s0_ugly`] works, and nobody can say what exactly it does. So the first tests do not say what is right:
//! they pin down what *is* (`tests/invoice_characterisation.rs`). Then come eight steps. Each is as large
//! as a commit, each leaves every pinned output as it was, and each could be the last one.
//!
//! # Format
//!
//! ```text
//! # a comment                              ignored, like empty lines
//! H;number;customer;country;date           counts for the items behind it
//! I;description;quantity;unit price;kind   kind: B book, F food, G gift card, or anything
//! D;percent                                a discount on all but gift cards
//! ```
//!
//! Try a stage: `cargo run --example invoice -- 5 lessons/7-tdd/tests/invoices/typical.txt`.

pub mod s0_ugly;
pub mod s1_names;
pub mod s2_money;
pub mod s3_values;
pub mod s4_tax_table;
pub mod s5_read_first;
pub mod s6_reckon;
pub mod s7_pages;
pub mod s8_sentence;

/// A stage: what it is called, and its program from the order's text to the invoice's.
pub type Stage = (&'static str, fn(&str) -> String);

/// Every stage, in order.
pub const STAGES: [Stage; 9] = [
    ("s0_ugly", s0_ugly::print),
    ("s1_names", s1_names::print),
    ("s2_money", s2_money::print),
    ("s3_values", s3_values::print),
    ("s4_tax_table", s4_tax_table::print),
    ("s5_read_first", s5_read_first::print),
    ("s6_reckon", s6_reckon::print),
    ("s7_pages", s7_pages::print),
    ("s8_sentence", s8_sentence::print),
];

pub use s8_sentence::print;
