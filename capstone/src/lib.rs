//! # The capstone: a polite, threaded scraper that loses nothing
//!
//! ```text
//!  seeds -> Frontier -> FetchJob -> Fetched -> ExtractedPage -> PageRecord -> database
//!              ^                                    |
//!              +------------- links ----------------+      the only way back, by one channel
//! ```
//!
//! The modules stand in the order of that flow. Each stage is a plain function or type that a test
//! calls without a thread; [`crawl`](mod@crawl) alone starts threads, sends and joins.
//!
//! | module | one question | knows |
//! |---|---|---|
//! | [`settings`] | what were we told? | defaults, limits, who we are |
//! | [`frontier`] | what is next? | queues, what was seen, each host's clock; no input or output |
//! | [`fetch`] | what does the web answer? | HTTP, by lesson 4's client |
//! | [`render`] | what does a browser see there? | when a page is an empty shell |
//! | [`extract`] | what does the page say? | HTML, encodings, dates |
//! | [`store`] | what do we know for good? | SQL |
//! | [`crawl`](mod@crawl) | who does what, and when is it over? | threads, channels |
//! | [`events`] | what does a person see? | terminals, the live feed |
//!
//! Beside them stand what they ask for advice: [`url_key`] (when two URLs are one page), [`robots`]
//! (what a site allows), [`export`] (rows for other programs); [`dashboard`] is [`events`] for a browser.
//!
//! Run it with `just capstone crawl URL`; `capstone --help` tells the rest.

pub mod settings;
pub mod frontier;
pub mod fetch;
pub mod render;
pub mod extract;
pub mod store;
pub mod crawl;
pub mod events;
pub mod dashboard;

pub mod url_key;
pub mod robots;
pub mod export;
