//! The practice site: the small web that everything in the course is practised on.

mod config;
mod error;
mod site;
mod truth;
mod journal;
mod date;

mod server;
mod app;
mod negotiate;

mod front;
mod blog;
mod feeds;
mod sitemap;
mod robots;
mod rules;
mod links;
mod files;
mod images;
mod api;
mod account;
mod forms;
mod js;
mod faults;
mod journal_view;

mod language;
mod encoding;
mod html;
mod json;
mod random;

pub use config::Config;
pub use date::{Date, Moment};
pub use error::Error;
pub use files::bytes;
pub use journal::{Entry, Journal};
pub use site::Site;
pub use truth::{
    Article, Book, DateForm, Duplicate, Fault, File, Page, Reach, Redirect, TitleForm, Truth,
};
