//! Moves every table of one database into another, or nothing.
//!
//! `copy FROM TO`, where one side is a SQLite file and the other a `postgres://` URL. Tables, keys,
//! indexes, defaults, checks and sequences go along with the rows; what cannot go along is named in
//! the [`Report`].
//!
//! Three promises, each kept by one mechanism:
//!
//! - **All or nothing**: one transaction on the target, committed after the last check.
//! - **One moment**: one transaction on the source sees the database as it was at its start, while
//!   writers go on.
//! - **The same values**: every row that was sent is read back, and the two sums of hashes
//!   ([`Digest`]) must agree. A value that the target cannot hold stops the copy, unless
//!   [`Options::on_unrepresentable`] says otherwise.

mod digest;
mod names;
mod sql;
mod family;
mod schema;
mod decimal;
mod moment;
mod profile;
mod carrier;
mod plan;
mod wire;
mod source;
mod rows;
mod keys;
mod load;
mod foreign_keys;
mod to_postgres;
mod catalog;
mod to_sqlite;
mod report;
mod error;

use std::path::Path;

pub use self::digest::Digest;
pub use self::error::Error;
pub use self::report::{Event, OnUnrepresentable, Options, Report, TableReport, Unrepresentable};

use self::report::Teller;

/// Copies `from` to `to`, telling `listener` what happens.
///
/// # Errors
///
/// Any [`Error`]; the target is then as it was.
pub fn copy(
    from: &str,
    to: &str,
    options: &Options,
    listener: &mut (dyn FnMut(Event<'_>) + Send),
) -> Result<Report, Error> {
    let teller = Teller::new(listener);
    match (is_postgres(from), is_postgres(to)) {
        (false, true) => {
            let mut client = connect(to)?;
            to_postgres::run(Path::new(from), &mut client, options, teller)
        }
        (true, false) => {
            let mut client = connect(from)?;
            to_sqlite::run(&mut client, Path::new(to), options, teller)
        }
        _ => Err(Error::Sides {
            from: from.to_owned(),
            to: to.to_owned(),
        }),
    }
}

/// Whether an address is PostgreSQL's.
pub fn is_postgres(address: &str) -> bool {
    address.starts_with("postgres://") || address.starts_with("postgresql://")
}

fn connect(url: &str) -> Result<postgres::Client, Error> {
    postgres::Client::connect(url, postgres::NoTls)
        .map_err(|source| Error::postgres("connect", source))
}
