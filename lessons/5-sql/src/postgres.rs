//! PostgreSQL: a server, many writers, real types.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;

use bytes::BytesMut;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::{FromSql, IsNull, ToSql, Type};
use postgres::{Client, NoTls, Statement};

use crate::database::{DebugClient, Driver};
use crate::{Address, Database, Error, Kind, Row, Value};

/// A program with more different statements than this builds them of values, which it should not.
const MAX_PREPARED: usize = 200;

/// A connection to a server.
pub struct Postgres {
    client: DebugClient,
    /// What the server has parsed already, by text: a statement is sent once and then called by number.
    prepared: HashMap<String, Statement>,
}

impl Postgres {
    /// Connects to a server, for example `postgres://user@host/name`.
    ///
    /// # Errors
    ///
    /// [`Error::Open`] when nobody answers there or lets us in.
    pub fn connect(url: &str) -> Result<Self, Error> {
        let client = Client::connect(url, NoTls).map_err(|source| Error::Open {
            place: Address::Postgres(url.to_owned()).to_string(),
            source: source.into(),
        })?;
        Ok(Self {
            client: DebugClient(client),
            prepared: HashMap::new(),
        })
    }

    // ANCHOR: prepare
    fn prepare(&mut self, sql: &str) -> Result<Statement, Error> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self
            .client
            .prepare(sql)
            .map_err(|source| Error::sql(sql, source))?;
        if self.prepared.len() >= MAX_PREPARED {
            self.prepared.clear();
        }
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
    // ANCHOR_END: prepare
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres")
            .field("prepared", &self.prepared.len())
            .finish_non_exhaustive()
    }
}

impl Database for Postgres {
    fn kind(&self) -> Kind {
        Kind::Postgres
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Error> {
        let statement = self.prepare(sql)?;
        check_count(&statement, sql, values)?;
        let places: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        let changed = self
            .client
            .execute(&statement, &places)
            .map_err(|source| Error::sql(sql, source))?;
        // The server counts the rows of an answer as well; SQLite does not.
        let is_select = statement_word(sql).eq_ignore_ascii_case("select");
        Ok(if is_select { 0 } else { changed })
    }

    fn each(
        &mut self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let refused = |source| Error::sql(sql, source);
        let statement = self.prepare(sql)?;
        check_count(&statement, sql, values)?;
        let mut rows = self.client.query_raw(&statement, values).map_err(refused)?;
        while let Some(row) = rows.next().map_err(refused)? {
            let values: Result<Vec<Value>, postgres::Error> =
                (0..row.len()).map(|column| row.try_get(column)).collect();
            each(Row(values.map_err(refused)?))?;
        }
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.client
            .batch_execute(sql)
            .map_err(|source| Error::sql(sql, source))
    }

    fn driver(&mut self) -> Driver<'_> {
        Driver::Postgres(&mut self.client)
    }
}

fn check_count(statement: &Statement, sql: &str, values: &[Value]) -> Result<(), Error> {
    let wanted = statement.params().len();
    if wanted == values.len() {
        return Ok(());
    }
    Err(Error::Parameters {
        sql: sql.to_owned(),
        wanted,
        given: values.len(),
    })
}

fn statement_word(sql: &str) -> &str {
    sql.split_whitespace().next().unwrap_or_default()
}

// ANCHOR: to_sql
/// The server says of each place which type it wants, and gets that type or an error: no text lands in
/// a column of numbers.
impl ToSql for Value {
    fn to_sql(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match (self, wanted) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Integer(value), &Type::INT8) => value.to_sql(wanted, out),
            (Self::Integer(value), &Type::INT4) => i32::try_from(*value)?.to_sql(wanted, out),
            (Self::Integer(value), &Type::INT2) => i16::try_from(*value)?.to_sql(wanted, out),
            (Self::Integer(value @ (0 | 1)), &Type::BOOL) => (*value == 1).to_sql(wanted, out),
            (Self::Real(value), &Type::FLOAT8) => value.to_sql(wanted, out),
            (Self::Text(value), _) if <&str as ToSql>::accepts(wanted) => value.to_sql(wanted, out),
            (Self::Blob(value), &Type::BYTEA) => value.to_sql(wanted, out),
            _ => Err(format!(
                "a value of kind {} for a place of type {wanted}",
                self.kind()
            )
            .into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}
// ANCHOR_END: to_sql

impl<'a> FromSql<'a> for Value {
    fn from_sql(found: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(match *found {
            Type::INT8 => Self::Integer(i64::from_sql(found, raw)?),
            Type::INT4 => Self::Integer(i32::from_sql(found, raw)?.into()),
            Type::INT2 => Self::Integer(i16::from_sql(found, raw)?.into()),
            Type::BOOL => Self::Integer(bool::from_sql(found, raw)?.into()),
            Type::FLOAT8 => Self::Real(f64::from_sql(found, raw)?),
            Type::FLOAT4 => Self::Real(f32::from_sql(found, raw)?.into()),
            Type::BYTEA => Self::Blob(raw.to_owned()),
            _ if <&str as FromSql>::accepts(found) => {
                Self::Text(<&str>::from_sql(found, raw)?.to_owned())
            }
            _ => {
                return Err(
                    format!("a column of type {found}: cast it, as in CAST(x AS TEXT)").into(),
                );
            }
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
