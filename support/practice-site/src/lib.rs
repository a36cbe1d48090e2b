//! The practice site: the small web that everything in the course is practised on.

mod config;
mod error;
mod site;
mod truth;
mod journal;
mod date;
mod random;

pub use config::Config;
pub use date::{Date, Moment};
pub use error::Error;
pub use journal::{Entry, Journal};
pub use site::Site;
pub use truth::{Article, DateForm, Duplicate, Page, Reach, Redirect, TitleForm, Truth};
