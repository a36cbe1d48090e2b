//! The values that both databases hold, and rows of them.

use crate::Error;

/// A value of a column or a parameter: the five kinds that SQLite stores. PostgreSQL has many more
/// types, of which those that fit are read and written as one of these; a boolean is 0 or 1.
///
/// Source: <https://www.sqlite.org/datatype3.html>, section 2.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing is known. It is not the empty text, and not equal to anything, itself included.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a binary fraction.
    Real(f64),
    /// Text in UTF-8.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Value {
    /// Returns what kind it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Integer(_) => "integer",
            Self::Real(_) => "real",
            Self::Text(_) => "text",
            Self::Blob(_) => "blob",
        }
    }
}

macro_rules! value_from {
    ($($rust:ty => $make:expr;)*) => {
        $(impl From<$rust> for Value {
            fn from(value: $rust) -> Self {
                $make(value)
            }
        })*
    };
}

value_from! {
    i64 => Self::Integer;
    i32 => |value| Self::Integer(i64::from(value));
    u32 => |value| Self::Integer(i64::from(value));
    u16 => |value| Self::Integer(i64::from(value));
    bool => |value| Self::Integer(i64::from(value));
    f64 => Self::Real;
    String => Self::Text;
    &String => |value: &String| Self::Text(value.clone());
    &str => |value: &str| Self::Text(value.to_owned());
    Vec<u8> => Self::Blob;
    &[u8] => |value: &[u8]| Self::Blob(value.to_owned());
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of an answer: its values, in the order of the columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// Returns a column's value as a type of Rust; the first column is 0.
    ///
    /// # Errors
    ///
    /// [`Error::Column`] when there is no such column, or its value is of another kind.
    pub fn get<T: FromValue>(&self, column: usize) -> Result<T, Error> {
        let found = self.0.get(column);
        found.and_then(T::from_value).ok_or(Error::Column {
            column,
            found: found.map_or("nothing", Value::kind),
            wanted: T::WANTED,
        })
    }
}

/// A type of Rust that a column may be read as. `Option` of it also takes NULL.
pub trait FromValue: Sized {
    /// What it wants, in a word, for the error.
    const WANTED: &'static str;
    /// Returns the value, when it is of the right kind.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! from_value {
    ($($rust:ty, $wanted:literal, $pattern:pat => $take:expr;)*) => {
        $(impl FromValue for $rust {
            const WANTED: &'static str = $wanted;
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    $pattern => $take,
                    _ => None,
                }
            }
        })*
    };
}

from_value! {
    i64, "an integer", Value::Integer(value) => Some(*value);
    u64, "an integer from 0", Value::Integer(value) => (*value).try_into().ok();
    u32, "an integer from 0 to 4294967295", Value::Integer(value) => (*value).try_into().ok();
    u16, "an integer from 0 to 65535", Value::Integer(value) => (*value).try_into().ok();
    bool, "0 or 1", Value::Integer(value @ (0 | 1)) => Some(*value == 1);
    f64, "a real", Value::Real(value) => Some(*value);
    String, "text", Value::Text(value) => Some(value.clone());
    Vec<u8>, "a blob", Value::Blob(value) => Some(value.clone());
}

impl<T: FromValue> FromValue for Option<T> {
    const WANTED: &'static str = T::WANTED;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// Makes a list of parameters of values of any kinds: `values![7, "a title", None::<i64>]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        &[$($crate::Value::from($value)),*] as &[$crate::Value]
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_read_as_what_it_is_or_refused() {
        let row = Row(vec![
            Value::Integer(7),
            Value::Null,
            Value::Text(String::new()),
        ]);

        assert_eq!(row.get::<i64>(0).expect("an integer"), 7);
        assert_eq!(row.get::<Option<i64>>(1).expect("null is none"), None);
        assert_eq!(
            row.get::<Option<String>>(2).expect("text"),
            Some(String::new())
        );
        let refused = row.get::<String>(0).expect_err("it is an integer");
        assert_eq!(refused.to_string(), "column 0 holds integer, not text");
        assert!(row.get::<i64>(1).is_err(), "null is no number");
        assert!(row.get::<i64>(9).is_err(), "there are three columns");
    }
}
