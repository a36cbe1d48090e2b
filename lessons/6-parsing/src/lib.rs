//! # Parsing: what a page says about itself, and where it leads
//!
//! After this lesson you can explain why a browser repairs broken HTML and an XML reader refuses
//! broken XML, read titles, dates, authors and links from pages nobody has prepared for you, and
//! tell which pages a site asks robots to leave alone.
//!
//! Read in this order:
//!
//! 1. [`html`]: from bytes to text, and from text to tags, links and text, in one pass
//! 2. [`dates`]: days as people and machines write them, in the languages of the web
//! 3. [`article`]: title, date, author and language of any page, each with its evidence
//! 4. [`robots`]: what a site asks robots to leave alone
//! 5. [`xml`]: broken documents salvaged, hostile ones refused
//! 6. [`feed`]: what is new on a site; [`sitemap`]: all that is on it
//!
//! Run it with `just lesson 6`, practise with `just exercise 6`; chapter: `book/src/6-parsing.md`.

pub mod html;
pub mod dates;
pub mod article;
pub mod robots;
pub mod xml;
pub mod feed;
pub mod sitemap;
