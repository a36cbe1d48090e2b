//! # Environments: what runs here also runs there
//!
//! After this lesson you can say what a project needs so that it builds on another machine, what
//! Cargo keeps apart without a virtual environment, and where every setting of a program came from.
//!
//! Read in this order:
//!
//! 1. [`setting`]: what a setting is called, which form it has, what it is when nobody says anything
//! 2. [`snapshot`]: the process's environment, read once; [`file`](mod@file): settings in TOML, with line and column
//! 3. [`sources`]: who says what, and who wins; [`origin`]: where a value came from
//! 4. [`resolved`]: the values, and the report; [`secret`]: what must never be printed
//! 5. [`problem`]: what is wrong with a setting, said so that it can be mended
//! 6. [`lock_file`]: what a `Cargo.lock` says
//! 7. [`throwaway`]: a folder that goes away, whatever happens; [`cargo`]: running `cargo` in it
//!
//! Run it with `just lesson 0`, practise with `just exercise 0`; chapter: `book/src/0-environments.md`.
//! To play with: `cargo run --example settings -- --threads 4`.
//!
//! ```
//! use environments::{Environment, Setting, SettingsFile, Sources};
//!
//! const THREADS: Setting<u16> = Setting::new("threads", "a whole number from 1 to 64", |text| {
//!     text.parse().ok().filter(|threads| (1..=64).contains(threads))
//! })
//! .with_default("8");
//!
//! let environment: Environment = [("DEMO_THREADS", "16")].into_iter().collect();
//! let resolved = Sources::new()
//!     .with_file(SettingsFile::parse("demo.toml", "threads = 2")?)
//!     .with_environment("DEMO_", &environment)
//!     .resolve(&[&THREADS])?;
//!
//! assert_eq!(resolved.value(&THREADS), 16);
//! assert_eq!(resolved.origin("threads").map(ToString::to_string).as_deref(), Some("variable DEMO_THREADS"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod setting;
pub mod snapshot;
pub mod file;
pub mod sources;
pub mod origin;
pub mod resolved;
pub mod secret;
pub mod problem;
pub mod lock_file;
pub mod throwaway;
pub mod cargo;
mod error;

pub use crate::{
    cargo::Cargo,
    error::Error,
    file::SettingsFile,
    lock_file::LockFile,
    origin::Origin,
    problem::{Problem, Problems},
    resolved::Resolved,
    secret::Secret,
    setting::{Declared, Setting},
    snapshot::Environment,
    sources::Sources,
    throwaway::Throwaway,
};
