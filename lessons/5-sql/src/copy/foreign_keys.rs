//! Foreign keys, when all tables are full: then cycles are no matter, and orphans are found.

use postgres::Client;
use postgres::error::SqlState;
use rusqlite::Connection;

use super::error::{Error, said};
use super::keys::attempt;
use super::names;
use super::plan::TablePlan;
use super::report::Teller;
use super::schema::ForeignKey;

/// Foreign keys come when all tables are full, so that cycles are no matter.
pub(crate) fn foreign_keys(
    db: &Connection,
    client: &mut Client,
    plan: &TablePlan<'_>,
    plans: &[TablePlan<'_>],
    teller: &mut Teller<'_>,
) -> Result<(), Error> {
    for key in &plan.table.foreign_keys {
        let child = &plan.table.name;
        let parent = plans
            .iter()
            .find(|plan| plan.table.name.eq_ignore_ascii_case(&key.parent));
        let Some(parent) = parent else {
            teller.note(format!(
                "the foreign key of table {child:?} to {:?} is not carried: that table is not copied",
                key.parent
            ));
            continue;
        };
        let columns = names::list(key.columns.iter().map(|place| &plan.columns[*place].name));
        let parent_columns = names::list(parent_columns(key, parent).iter());
        let action = |when: &str, action: &str| match action {
            "NO ACTION" => String::new(),
            action => format!(" ON {when} {action}"),
        };
        let definition = format!(
            "ALTER TABLE {} ADD FOREIGN KEY ({columns}) REFERENCES {} ({parent_columns}){}{}{}",
            plan.path,
            parent.path,
            action("UPDATE", &key.on_update),
            action("DELETE", &key.on_delete),
            if key.deferred {
                " DEFERRABLE INITIALLY DEFERRED"
            } else {
                ""
            },
        );
        let mut refusal = attempt(client, &definition)?;
        let not_unique = |refusal: &Option<postgres::Error>| {
            refusal
                .as_ref()
                .is_some_and(|refusal| refusal.code() == Some(&SqlState::INVALID_FOREIGN_KEY))
        };
        if not_unique(&refusal) {
            // Unique there without regard to case: then it is unique in itself too.
            let unique = format!("ALTER TABLE {} ADD UNIQUE ({parent_columns})", parent.path);
            if attempt(client, &unique)?.is_none() {
                refusal = attempt(client, &definition)?;
            }
        }
        let orphans = refusal
            .as_ref()
            .is_some_and(|refusal| refusal.code() == Some(&SqlState::FOREIGN_KEY_VIOLATION));
        if orphans && attempt(client, &format!("{definition} NOT VALID"))?.is_none() {
            teller.note(format!(
                "the foreign key of table {child:?} to {:?} is NOT VALID there, since rows refer to nothing: {}",
                key.parent,
                orphan_rows(db, child, &key.parent)?
            ));
        } else if let Some(refusal) = refusal {
            teller.note(format!(
                "the foreign key of table {child:?} to {:?} is not carried{}",
                key.parent,
                said(&refusal)
            ));
        }
    }
    Ok(())
}

fn parent_columns(key: &ForeignKey, parent: &TablePlan<'_>) -> Vec<String> {
    if key.parent_columns.is_empty() {
        let places = parent.table.primary_key.iter();
        return places
            .map(|place| parent.columns[*place].name.clone())
            .collect();
    }
    key.parent_columns
        .iter()
        .map(|name| {
            let place = parent
                .table
                .columns
                .iter()
                .position(|column| column.name.eq_ignore_ascii_case(name));
            place.map_or_else(|| name.clone(), |place| parent.columns[place].name.clone())
        })
        .collect()
}

/// The rows that refer to nothing: the first few, and how many.
fn orphan_rows(db: &Connection, table: &str, parent: &str) -> Result<String, Error> {
    const SHOWN: usize = 10;
    let failed = |source| Error::sqlite("check foreign keys", source);
    let mut statement = db
        .prepare("SELECT rowid, parent FROM pragma_foreign_key_check(?1)")
        .map_err(failed)?;
    let mut rows = statement.query([table]).map_err(failed)?;
    let mut shown = Vec::new();
    let mut count = 0;
    while let Some(row) = rows.next().map_err(failed)? {
        let to: String = row.get(1).map_err(failed)?;
        if !to.eq_ignore_ascii_case(parent) {
            continue;
        }
        count += 1;
        if let Some(rowid) = row.get::<_, Option<i64>>(0).map_err(failed)?
            && shown.len() < SHOWN
        {
            shown.push(rowid.to_string());
        }
    }
    let rows = if count == 1 { "row" } else { "rows" };
    Ok(match shown.len() {
        0 => format!("{count} {rows}"),
        few if few == count => format!("{count} {rows}, rowid {}", shown.join(", ")),
        _ => format!("{count} {rows}, rowid {}, …", shown.join(", ")),
    })
}
