//! At most so many at once.
//!
//! A semaphore is a count of permits. Whoever wants to do the limited thing takes one and gives it
//! back afterwards; when none is left, one waits. With one permit it is a lock, with one difference:
//! a lock is around data, and a semaphore around nothing but a number.
//!
//! Neither std nor parking_lot has one, so it is built here, in three stages that you can compare:
//!
//! | stage | how it waits | new in it | what it still lacks |
//! |---|---|---|---|
//! | [`s1_spin`] | it asks again and again | a permit is a guard | it burns a core while it waits |
//! | [`s2_condvar`] | asleep | waiting costs nothing | it rings at each return, heard or not; whoever comes late may overtake for ever |
//! | [`s3_fair`] | asleep, in a queue | order, many permits at once, timeout, close | |
//!
//! [`Semaphore`] is the last one.
//!
//! Source: E. W. Dijkstra, [*Cooperating sequential
//! processes*](https://www.cs.utexas.edu/~EWD/transcriptions/EWD01xx/EWD123.html), 1965.

pub mod s1_spin;
pub mod s2_condvar;
pub mod s3_fair;

pub use self::s3_fair::{AcquireError, OwnedPermit, Permit, Semaphore};
