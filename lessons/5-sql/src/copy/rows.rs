//! Rows of SQLite, turned into what PostgreSQL takes.

use std::sync::Mutex;
use std::time::Instant;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::carrier::{as_text, shown};
use super::digest::{Digest, RowHash};
use super::error::Error;
use super::names::{self, quoted};
use super::plan::TablePlan;
use super::report::{OnUnrepresentable, TableReport, Teller, Unrepresentable};
use super::source::STRIDE;

/// Bytes that travel together.
pub(crate) const CHUNK: usize = 256 * 1024;

/// An empty chunk with room for the row that makes it full.
pub(crate) fn chunk() -> Vec<u8> {
    Vec::with_capacity(CHUNK + CHUNK / 4)
}

/// A part of a table's rows, and what is known of it afterwards.
#[derive(Debug)]
pub(crate) struct Rows<'p, 's> {
    plan: &'p TablePlan<'s>,
    policy: OnUnrepresentable,
    pub(crate) digest: Digest,
    pub(crate) changed: u64,
    /// Columns in which a value became NULL.
    pub(crate) nulled: Vec<bool>,
}

impl<'p, 's> Rows<'p, 's> {
    pub(crate) fn new(plan: &'p TablePlan<'s>, policy: OnUnrepresentable) -> Self {
        Self {
            plan,
            policy,
            digest: Digest::default(),
            changed: 0,
            nulled: vec![false; plan.columns.len()],
        }
    }

    /// Adds what another thread read of the same table.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.digest.merge(other.digest);
        self.changed += other.changed;
        for (nulled, other) in self.nulled.iter_mut().zip(other.nulled) {
            *nulled |= other;
        }
        self
    }

    pub(crate) fn report(&self, started: Instant) -> TableReport {
        TableReport {
            source: self.plan.table.name.clone(),
            target: self.plan.name.clone(),
            digest: self.digest,
            changed: self.changed,
            took: started.elapsed(),
        }
    }

    /// Reads one part, hands over full chunks and gets an empty one for each.
    pub(crate) fn read(
        &mut self,
        db: &Connection,
        part: &str,
        teller: &Mutex<&mut Teller<'_>>,
        progress: &dyn Fn(u64),
        send: &mut dyn FnMut(Vec<u8>) -> Result<Vec<u8>, Error>,
    ) -> Result<(), Error> {
        let table = self.plan.table;
        let failed = |source| Error::sqlite(format!("read table {:?}", table.name), source);
        let mut columns = names::list(table.columns.iter().map(|column| &column.name));
        if let Some(rowid) = table.rowid {
            columns = format!("{columns}, {rowid}");
        }
        let mut statement = db
            .prepare(&format!(
                "SELECT {columns} FROM main.{}{part}",
                quoted(&table.name)
            ))
            .map_err(failed)?;
        let mut rows = statement.raw_query();
        let sent = (0..self.plan.columns.len())
            .filter(|place| !self.plan.computes(*place))
            .count();
        let count = (sent as i16).to_be_bytes();
        let mut full = chunk();
        while let Some(row) = rows.next().map_err(failed)? {
            full.extend_from_slice(&count);
            self.row(row, &mut full, teller)?;
            if self.digest.rows.is_multiple_of(STRIDE) {
                progress(STRIDE);
            }
            if full.len() >= CHUNK {
                full = send(full)?;
                full.clear();
            }
        }
        send(full)?;
        Ok(())
    }

    #[inline]
    fn row(
        &mut self,
        row: &Row<'_>,
        chunk: &mut Vec<u8>,
        teller: &Mutex<&mut Teller<'_>>,
    ) -> Result<(), Error> {
        let mut hash = RowHash::new();
        for (place, column) in self.plan.columns.iter().enumerate() {
            let value = row.get_ref_unwrap(place);
            let before = chunk.len();
            if let Err(reason) = column.carrier.encode(value, chunk, &mut hash) {
                self.substitute(row, place, reason, chunk, &mut hash, teller)?;
            } else if let Some(before) = column.instead_of
                && !before.takes(value)
            {
                self.changed += 1;
                let reason = format!("is none for a column of {}", before.spoken());
                let what = self.unrepresentable(row, place, reason);
                changed(teller, &what);
            }
            if self.plan.computes(place) {
                chunk.truncate(before);
            }
        }
        self.digest.add(hash);
        Ok(())
    }

    #[cold]
    fn substitute(
        &mut self,
        row: &Row<'_>,
        place: usize,
        reason: String,
        chunk: &mut Vec<u8>,
        hash: &mut RowHash,
        teller: &Mutex<&mut Teller<'_>>,
    ) -> Result<(), Error> {
        let column = &self.plan.columns[place];
        let value = row.get_ref_unwrap(place);
        let what = self.unrepresentable(row, place, reason);
        let in_key = self.plan.table.primary_key.contains(&place);
        let encoded = match self.policy {
            OnUnrepresentable::Null if !in_key => {
                self.nulled[place] = true;
                column.carrier.encode(ValueRef::Null, chunk, hash)
            }
            OnUnrepresentable::Text if column.carrier.is_text() => {
                column
                    .carrier
                    .encode(ValueRef::Text(as_text(value).as_bytes()), chunk, hash)
            }
            _ => Err(String::new()),
        };
        if encoded.is_err() {
            return Err(Error::Unrepresentable(Box::new(what)));
        }
        self.changed += 1;
        changed(teller, &what);
        Ok(())
    }

    fn unrepresentable(&self, row: &Row<'_>, place: usize, reason: String) -> Unrepresentable {
        let table = self.plan.table;
        let which = match table.rowid {
            Some(name) => format!("{name} {}", shown(row.get_ref_unwrap(table.columns.len()))),
            None => {
                let keys: Vec<String> = table
                    .primary_key
                    .iter()
                    .map(|key| {
                        format!(
                            "{:?} = {}",
                            table.columns[*key].name,
                            shown(row.get_ref_unwrap(*key))
                        )
                    })
                    .collect();
                format!("key {}", keys.join(", "))
            }
        };
        Unrepresentable {
            table: table.name.clone(),
            column: table.columns[place].name.clone(),
            row: which,
            value: shown(row.get_ref_unwrap(place)),
            reason,
        }
    }
}

fn changed(teller: &Mutex<&mut Teller<'_>>, what: &Unrepresentable) {
    // A thread that panicked while it told something has ended the copy already.
    if let Ok(mut teller) = teller.lock() {
        teller.changed(what);
    }
}
