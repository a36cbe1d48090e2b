//! Carriers: which type of PostgreSQL carries a column, and how its values travel.
//!
//! The rule: values of one storage class decide for themselves, whatever was declared; where the
//! classes are mixed, the declaration decides and the others are unrepresentable. Numbers may be
//! widened, since `numeric` holds every number exactly; nothing else is converted unasked.

use rusqlite::types::ValueRef;

use super::decimal;
use super::digest::{RowHash, whole};
use super::family::Family;
use super::moment::{self, Kind, Pattern, Zone};
use super::profile::{Profile, uuid, write_uuid};

/// What carries a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    Boolean,
    SmallInt,
    BigInt,
    Double,
    /// With precision and scale, where they hold every value.
    Numeric(Option<(usize, usize)>),
    /// With a limit in characters, where it holds every value.
    Text(Option<usize>),
    /// Everything as text, because the user asked for it.
    AsText,
    Bytea,
    Moment(Pattern),
    Uuid,
    Json,
}

/// A carrier, and what is worth saying about the choice.
pub(crate) struct Choice {
    pub(crate) carrier: Carrier,
    pub(crate) note: Option<String>,
    /// Whether some value's storage class does not fit the carrier.
    pub(crate) mixed: bool,
}

impl Carrier {
    // ANCHOR: choose
    /// Chooses by what was declared and what is there.
    pub(crate) fn choose(family: Family, profile: &Profile, in_key: bool) -> Choice {
        let numbers = profile.integers + profile.reals;
        let classes = [numbers, profile.texts, profile.blobs]
            .iter()
            .filter(|count| **count > 0)
            .count();
        let mut note = None;
        let carrier = if profile.present() == 0 {
            Self::of_nothing(family, in_key)
        } else if classes == 1 && numbers > 0 {
            Self::of_numbers(family, profile, &mut note)
        } else if classes == 1 && profile.texts > 0 {
            Self::of_texts(family, profile, in_key, &mut note)
        } else if classes == 1 {
            if !matches!(family, Family::Blob | Family::Any) {
                note = Some("holds only blobs, so it is bytea".to_owned());
            }
            Self::Bytea
        } else {
            match family {
                Family::Blob => Self::Bytea,
                Family::Boolean
                | Family::SmallInteger
                | Family::Integer
                | Family::Real
                | Family::Decimal(_)
                    if numbers > 0 =>
                {
                    Self::of_numbers(family, profile, &mut note)
                }
                Family::Any if numbers > profile.texts && numbers >= profile.blobs => {
                    Self::of_numbers(family, profile, &mut note)
                }
                Family::Any if profile.blobs > profile.texts => Self::Bytea,
                _ if profile.texts > 0 => Self::Text(None),
                _ => Self::of_nothing(family, in_key),
            }
        };
        Choice {
            carrier,
            note,
            mixed: classes > 1,
        }
    }
    // ANCHOR_END: choose

    fn of_nothing(family: Family, in_key: bool) -> Self {
        match family {
            Family::Boolean => Self::Boolean,
            Family::SmallInteger => Self::SmallInt,
            Family::Integer => Self::BigInt,
            Family::Real => Self::Double,
            Family::Decimal(declared) => Self::Numeric(declared),
            Family::Text(limit) => Self::Text(limit),
            Family::Blob => Self::Bytea,
            Family::Moment(kind) => Self::Moment(Pattern::postgres(kind, Zone::None)),
            Family::Uuid => Self::Uuid,
            Family::Json if !in_key => Self::Json,
            Family::Json | Family::Any => Self::Text(None),
        }
    }

    fn of_numbers(family: Family, profile: &Profile, note: &mut Option<String>) -> Self {
        if profile.reals == 0 {
            let within = |low, high| profile.smallest >= low && profile.largest <= high;
            return match family {
                Family::Boolean if within(0, 1) => Self::Boolean,
                Family::Boolean => {
                    *note = Some("is declared boolean and holds other integers than 0 and 1, so it is bigint".to_owned());
                    Self::BigInt
                }
                Family::SmallInteger if within(i64::from(i16::MIN), i64::from(i16::MAX)) => {
                    Self::SmallInt
                }
                Family::Decimal(declared) => {
                    let fitting = declared.filter(|_| profile.fits_declared());
                    if fitting != declared {
                        *note = Some(
                            "holds numbers wider than declared, so it is numeric without limits"
                                .to_owned(),
                        );
                    }
                    Self::Numeric(fitting)
                }
                Family::Real => Self::Double,
                Family::Moment(_) => {
                    *note = Some(
                        "holds integers for moments (Unix time, perhaps) and stays bigint"
                            .to_owned(),
                    );
                    Self::BigInt
                }
                _ => Self::BigInt,
            };
        }
        match family {
            Family::Decimal(declared) => {
                let fitting = declared.filter(|_| profile.fits_declared());
                if fitting != declared {
                    *note = Some("holds numbers with more digits than declared, so it is numeric without limits".to_owned());
                }
                Self::Numeric(fitting)
            }
            Family::Real => Self::Double,
            _ if profile.integers == 0 => {
                match family {
                    Family::Moment(_) => *note = Some("holds real numbers for moments (Julian days, perhaps) and stays double precision".to_owned()),
                    Family::Any => {}
                    _ => *note = Some("holds only real numbers, so it is double precision".to_owned()),
                }
                Self::Double
            }
            _ => {
                *note = Some("holds integers and real numbers, so it is numeric".to_owned());
                Self::Numeric(None)
            }
        }
    }

    fn of_texts(
        family: Family,
        profile: &Profile,
        in_key: bool,
        note: &mut Option<String>,
    ) -> Self {
        match family {
            Family::Text(Some(limit)) if profile.longest > limit => {
                *note = Some(format!(
                    "is declared for {limit} characters and holds {}, so it is text",
                    profile.longest
                ));
                Self::Text(None)
            }
            Family::Text(limit) => Self::Text(limit),
            Family::Moment(_) => match profile.shapes.as_ref().and_then(moment::Shapes::pattern) {
                Some(pattern) => Self::Moment(pattern),
                None => {
                    *note = Some("holds texts that one pattern of dates does not give back exactly, so it stays text".to_owned());
                    Self::Text(None)
                }
            },
            Family::Uuid if profile.uuids => Self::Uuid,
            Family::Json if profile.json && !in_key => Self::Json,
            Family::Any => Self::Text(None),
            _ => {
                *note = Some("holds only texts, so it is text".to_owned());
                Self::Text(None)
            }
        }
    }

    /// The type's name in `CREATE TABLE`.
    pub(crate) fn sql(self) -> String {
        match self {
            Self::Boolean => "boolean".to_owned(),
            Self::SmallInt => "smallint".to_owned(),
            Self::BigInt => "bigint".to_owned(),
            Self::Double => "double precision".to_owned(),
            Self::Numeric(None) => "numeric".to_owned(),
            Self::Numeric(Some((precision, scale))) => format!("numeric({precision},{scale})"),
            // SQLite compares bytes, and so does "C".
            Self::Text(None) | Self::AsText => "text COLLATE \"C\"".to_owned(),
            Self::Text(Some(limit)) => format!("varchar({limit}) COLLATE \"C\""),
            Self::Bytea => "bytea".to_owned(),
            Self::Moment(pattern) => match (pattern.kind, pattern.zone) {
                (Kind::Date, _) => "date",
                (Kind::Time, _) => "time",
                (Kind::Timestamp, Zone::None) => "timestamp",
                (Kind::Timestamp, _) => "timestamptz",
            }
            .to_owned(),
            Self::Uuid => "uuid".to_owned(),
            Self::Json => "json".to_owned(),
        }
    }

    /// Whether values of this storage class are what it is for.
    pub(crate) fn takes(self, value: ValueRef<'_>) -> bool {
        match value {
            ValueRef::Null => true,
            ValueRef::Integer(integer) => match self {
                Self::Boolean => matches!(integer, 0 | 1),
                Self::SmallInt | Self::BigInt | Self::Double | Self::Numeric(_) => true,
                _ => false,
            },
            ValueRef::Real(_) => matches!(self, Self::Double | Self::Numeric(_)),
            ValueRef::Text(_) => matches!(
                self,
                Self::Text(_) | Self::Moment(_) | Self::Uuid | Self::Json
            ),
            ValueRef::Blob(_) => self == Self::Bytea,
        }
    }

    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Text(_) | Self::AsText)
    }

    /// The type's name in a sentence.
    pub(crate) fn spoken(self) -> String {
        self.sql().replace(" COLLATE \"C\"", "")
    }

    /// Appends a value with its length, and its hash; on a value that does not fit appends nothing
    /// and says why.
    #[inline]
    pub(crate) fn encode(
        self,
        value: ValueRef<'_>,
        out: &mut Vec<u8>,
        hash: &mut RowHash,
    ) -> Result<(), String> {
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        let outcome = self.encode_body(value, out, hash);
        match outcome {
            Ok(true) => {
                let length = (out.len() - start - 4) as i32;
                out[start..start + 4].copy_from_slice(&length.to_be_bytes());
                Ok(())
            }
            Ok(false) => {
                out[start..start + 4].copy_from_slice(&(-1i32).to_be_bytes());
                hash.null();
                Ok(())
            }
            Err(reason) => {
                out.truncate(start);
                Err(reason)
            }
        }
    }

    /// Appends the value without its length; `false` for NULL.
    #[inline]
    fn encode_body(
        self,
        value: ValueRef<'_>,
        out: &mut Vec<u8>,
        hash: &mut RowHash,
    ) -> Result<bool, String> {
        match (self, value) {
            (_, ValueRef::Null) => return Ok(false),
            (Self::BigInt, ValueRef::Integer(integer)) => {
                hash.integer(integer);
                out.extend_from_slice(&integer.to_be_bytes());
            }
            (Self::Text(_) | Self::AsText, ValueRef::Text(text)) => {
                check_text(text)?;
                hash.text(text);
                out.extend_from_slice(text);
            }
            (Self::Double, ValueRef::Real(real)) => {
                hash.real(real);
                out.extend_from_slice(&real.to_be_bytes());
            }
            (Self::Bytea, ValueRef::Blob(blob)) => {
                hash.blob(blob);
                out.extend_from_slice(blob);
            }
            (Self::Boolean, ValueRef::Integer(integer @ (0 | 1))) => {
                hash.integer(integer);
                out.push(integer as u8);
            }
            (Self::SmallInt, ValueRef::Integer(integer)) if i16::try_from(integer).is_ok() => {
                hash.integer(integer);
                out.extend_from_slice(&(integer as i16).to_be_bytes());
            }
            (Self::Numeric(_), ValueRef::Integer(integer)) => {
                hash.integer(integer);
                decimal::encode_integer(integer, out);
            }
            (Self::Numeric(_), ValueRef::Real(real)) => {
                hash.number(real);
                decimal::encode_real(real, out);
            }
            (Self::Double, ValueRef::Integer(integer))
                if whole(integer as f64) == Some(integer) =>
            {
                // Numbers of a REAL column: the schema says so, whatever class holds them.
                hash.real(integer as f64);
                out.extend_from_slice(&(integer as f64).to_be_bytes());
            }
            (Self::Moment(pattern), ValueRef::Text(text)) => {
                let parsed = moment::parse(pattern.kind, text)
                    .ok_or_else(|| format!("is no {}", self.spoken()))?;
                hash.text(text);
                if pattern.kind == Kind::Date {
                    out.extend_from_slice(&(parsed.wire as i32).to_be_bytes());
                } else {
                    out.extend_from_slice(&parsed.wire.to_be_bytes());
                }
            }
            (Self::Uuid, ValueRef::Text(text)) => {
                let bytes = uuid(text).ok_or("is no UUID in lower case")?;
                hash.text(text);
                out.extend_from_slice(&bytes);
            }
            (Self::Json, ValueRef::Text(text)) => {
                check_text(text)?;
                hash.text(text);
                out.extend_from_slice(text);
            }
            (Self::AsText, _) => {
                let text = as_text(value);
                hash.text(text.as_bytes());
                out.extend_from_slice(text.as_bytes());
            }
            _ => {
                let class = match value {
                    ValueRef::Null => "null",
                    ValueRef::Integer(_) => "an integer",
                    ValueRef::Real(_) => "a real number",
                    ValueRef::Text(_) => "a text",
                    ValueRef::Blob(_) => "a blob",
                };
                return Err(format!("is {class} in a column of {}", self.spoken()));
            }
        }
        Ok(true)
    }

    /// Hashes what PostgreSQL sent back as the value that SQLite held; `None` for bytes that are
    /// no value of this type.
    #[inline]
    pub(crate) fn hash_back(
        self,
        bytes: Option<&[u8]>,
        hash: &mut RowHash,
        scratch: &mut Vec<u8>,
    ) -> Option<()> {
        let Some(bytes) = bytes else {
            hash.null();
            return Some(());
        };
        match self {
            Self::Boolean => hash.integer(i64::from(*bytes.first()?)),
            Self::SmallInt => hash.integer(i64::from(i16::from_be_bytes(bytes.try_into().ok()?))),
            Self::BigInt => hash.integer(i64::from_be_bytes(bytes.try_into().ok()?)),
            Self::Double => hash.real(f64::from_be_bytes(bytes.try_into().ok()?)),
            Self::Text(_) | Self::AsText | Self::Json => hash.text(bytes),
            Self::Bytea => hash.blob(bytes),
            Self::Numeric(_) => {
                scratch.clear();
                decimal::decode(bytes, scratch)?;
                let text = std::str::from_utf8(scratch).ok()?;
                // `5.00` and `5` are one number; only a point needs the slow way.
                let plain = match text.split_once('.') {
                    Some((plain, zeros)) if zeros.bytes().all(|byte| byte == b'0') => plain,
                    _ => text,
                };
                match plain.parse::<i64>() {
                    Ok(integer) => hash.integer(integer),
                    Err(_) => hash.number(plain.parse().ok()?),
                }
            }
            Self::Moment(pattern) => {
                let wire = match pattern.kind {
                    Kind::Date => i64::from(i32::from_be_bytes(bytes.try_into().ok()?)),
                    _ => i64::from_be_bytes(bytes.try_into().ok()?),
                };
                scratch.clear();
                moment::format(pattern, wire, scratch);
                hash.text(scratch);
            }
            Self::Uuid => {
                scratch.clear();
                write_uuid(bytes, scratch);
                hash.text(scratch);
            }
        }
        Some(())
    }
}

/// PostgreSQL's text is UTF-8 without NUL.
#[inline]
fn check_text(text: &[u8]) -> Result<(), String> {
    if let Err(error) = std::str::from_utf8(text) {
        return Err(format!("is not UTF-8 at byte {}", error.valid_up_to()));
    }
    match text.iter().position(|byte| *byte == 0) {
        Some(at) => Err(format!("holds NUL at byte {at}")),
        None => Ok(()),
    }
}

/// A value in letters: bytes that text cannot hold are written `\xNN`.
pub(crate) fn as_text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(integer) => integer.to_string(),
        ValueRef::Real(real) => format!("{real:?}"),
        ValueRef::Blob(blob) => {
            let digits: String = blob.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("\\x{digits}")
        }
        ValueRef::Text(text) => {
            let mut out = String::with_capacity(text.len());
            for chunk in text.utf8_chunks() {
                for piece in chunk.valid().split_inclusive('\0') {
                    match piece.strip_suffix('\0') {
                        Some(plain) => {
                            out.push_str(plain);
                            out.push_str("\\x00");
                        }
                        None => out.push_str(piece),
                    }
                }
                for byte in chunk.invalid() {
                    out.push_str(&format!("\\x{byte:02x}"));
                }
            }
            out
        }
    }
}

/// A value as it is shown in a message.
pub(crate) fn shown(value: ValueRef<'_>) -> String {
    const MOST: usize = 60;
    let text = match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Blob(blob) => {
            let head = as_text(ValueRef::Blob(&blob[..blob.len().min(MOST / 2)]));
            format!("x'{}'", &head[2..])
        }
        ValueRef::Text(text) => format!(
            "'{}'",
            as_text(ValueRef::Text(&text[..text.len().min(4 * MOST)]))
        ),
        _ => as_text(value),
    };
    if text.chars().count() > MOST {
        let cut: String = text.chars().take(MOST).collect();
        format!("{cut}…")
    } else {
        text
    }
    .escape_debug()
    .to_string()
    .replace("\\'", "'")
    .replace("\\\\", "\\")
}
