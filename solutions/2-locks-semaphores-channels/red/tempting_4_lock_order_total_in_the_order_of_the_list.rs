//! An answer that looks right and is not. It must fail the tests.
#![allow(
    dead_code,
    unused,
    clippy::all,
    reason = "a wrong answer need not be a tidy one"
)]
extern crate self as exercise_2;
#[path = "../tempting/lock_order_total_in_the_order_of_the_list.rs"]
pub mod lock_order;
#[path = "../../../exercises/2-locks-semaphores-channels/tests/step_4_lock_order.rs"]
mod exercise;
