//! What a declared type promises, by SQLite's own rules and the names that people use.
//!
//! Source: <https://www.sqlite.org/datatype3.html#determination_of_column_affinity>

use super::moment::Kind;

/// What a column was declared to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Boolean,
    /// Two bytes are enough, says the declaration.
    SmallInteger,
    Integer,
    Real,
    /// Precision and scale, where given.
    Decimal(Option<(usize, usize)>),
    /// The most characters, where given.
    Text(Option<usize>),
    Blob,
    Moment(Kind),
    Uuid,
    Json,
    /// No type, or a word that promises nothing.
    Any,
}

impl Family {
    /// The family of a declared type.
    pub(crate) fn of(declared: &str) -> Self {
        let upper = declared.to_ascii_uppercase();
        let (word, arguments) = upper.split_once('(').unwrap_or((&upper, ""));
        let word = word.trim();
        let numbers: Vec<usize> = arguments
            .trim_end_matches([')', ' '])
            .split(',')
            .filter_map(|number| number.trim().parse().ok())
            .collect();
        match word {
            "" | "ANY" => return Self::Any,
            "BOOL" | "BOOLEAN" => return Self::Boolean,
            "SMALLINT" | "INT2" => return Self::SmallInteger,
            "DATE" => return Self::Moment(Kind::Date),
            "TIME" => return Self::Moment(Kind::Time),
            "UUID" | "GUID" | "UNIQUEIDENTIFIER" => return Self::Uuid,
            "JSON" | "JSONB" => return Self::Json,
            "BYTEA" | "BINARY" | "VARBINARY" | "IMAGE" => return Self::Blob,
            _ if word.starts_with("DATETIME") || word.starts_with("TIMESTAMP") => {
                return Self::Moment(Kind::Timestamp);
            }
            _ => {}
        }
        // The order is SQLite's: FLOATING POINT is an integer type, since it contains INT.
        if word.contains("INT") {
            Self::Integer
        } else if ["CHAR", "CLOB", "TEXT"]
            .iter()
            .any(|part| word.contains(part))
        {
            let limit = numbers.first().copied().filter(|_| word.contains("CHAR"));
            // PostgreSQL's varchar ends at 10,485,760 characters.
            Self::Text(limit.filter(|limit| (1..=10_485_760).contains(limit)))
        } else if word.contains("BLOB") {
            Self::Blob
        } else if ["REAL", "FLOA", "DOUB"]
            .iter()
            .any(|part| word.contains(part))
        {
            Self::Real
        } else if ["DEC", "NUM", "MONEY", "CURRENCY"]
            .iter()
            .any(|part| word.contains(part))
        {
            Self::Decimal(
                match numbers[..] {
                    [precision] => Some((precision, 0)),
                    [precision, scale] => Some((precision, scale)),
                    _ => None,
                }
                .filter(|(precision, scale)| (1..=1000).contains(precision) && scale <= precision),
            )
        } else {
            Self::Any
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_promise_what_sqlite_reads_in_them() {
        assert_eq!(Family::of("varchar(20)"), Family::Text(Some(20)));
        assert_eq!(
            Family::of("DECIMAL (10, 2)"),
            Family::Decimal(Some((10, 2)))
        );
        assert_eq!(Family::of("unsigned big int"), Family::Integer);
        assert_eq!(Family::of("FLOATING POINT"), Family::Integer);
        assert_eq!(Family::of("datetime"), Family::Moment(Kind::Timestamp));
        assert_eq!(Family::of("double precision"), Family::Real);
        assert_eq!(Family::of("STRING"), Family::Any);
        assert_eq!(Family::of(""), Family::Any);
    }
}
