//! Just enough of SQLite's language: what its pragmas do not tell is read from `CREATE TABLE` and
//! `CREATE INDEX`, and expressions are put into PostgreSQL's words.
//!
//! Nothing here decides whether an expression is right: PostgreSQL is asked, inside a savepoint,
//! and what it refuses is reported.

use super::names::{literal, quoted};

/// A piece of SQL, with where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// What it says: a name without its quotes, text without its quotes.
    pub(crate) text: String,
    start: usize,
    end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A bare word: keyword, name or function.
    Word,
    /// `"name"`, `[name]` or `` `name` ``.
    Name,
    /// `'text'`
    Text,
    /// `x'00ff'`
    Blob,
    Number,
    /// Anything else.
    Sign,
}

impl Token {
    fn is(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn is_sign(&self, sign: &str) -> bool {
        self.kind == TokenKind::Sign && self.text == sign
    }
}

/// Splits SQL into tokens, leaving out blanks and comments.
pub(crate) fn tokens(sql: &str) -> Vec<Token> {
    let bytes = sql.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        let mut push = |kind, text: String, end| {
            tokens.push(Token {
                kind,
                text,
                start,
                end,
            });
        };
        match byte {
            b if b.is_ascii_whitespace() => at += 1,
            b'-' if sql[at..].starts_with("--") => {
                at = sql[at..].find('\n').map_or(bytes.len(), |line| at + line);
            }
            b'/' if sql[at..].starts_with("/*") => {
                at = sql[at..].find("*/").map_or(bytes.len(), |end| at + end + 2);
            }
            b'\'' | b'"' | b'`' => {
                let (text, end) = quoted_text(sql, at, byte);
                let kind = if byte == b'\'' {
                    TokenKind::Text
                } else {
                    TokenKind::Name
                };
                push(kind, text, end);
                at = end;
            }
            b'[' => {
                let end = sql[at..].find(']').map_or(bytes.len(), |end| at + end + 1);
                push(
                    TokenKind::Name,
                    sql[at + 1..end.max(at + 2) - 1].to_owned(),
                    end,
                );
                at = end;
            }
            b'x' | b'X' if bytes.get(at + 1) == Some(&b'\'') => {
                let (text, end) = quoted_text(sql, at + 1, b'\'');
                push(TokenKind::Blob, text, end);
                at = end;
            }
            b if b.is_ascii_digit()
                || (b == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)) =>
            {
                let mut end = at + 1;
                while end < bytes.len()
                    && (bytes[end].is_ascii_alphanumeric()
                        || matches!(bytes[end], b'.' | b'_')
                        || (matches!(bytes[end], b'+' | b'-')
                            && matches!(bytes[end - 1], b'e' | b'E')
                            && !sql[at..].starts_with("0x")))
                {
                    end += 1;
                }
                push(TokenKind::Number, sql[at..end].to_owned(), end);
                at = end;
            }
            b if is_word(b) => {
                let end = at + bytes[at..].iter().take_while(|b| is_word(**b)).count();
                push(TokenKind::Word, sql[at..end].to_owned(), end);
                at = end;
            }
            _ => {
                let long = [
                    "->>", "||", "==", "!=", "<>", "<=", ">=", "<<", ">>", "->", "::",
                ]
                .into_iter()
                .find(|sign| sql[at..].starts_with(sign));
                let end = at + long.map_or(1, str::len);
                push(TokenKind::Sign, sql[at..end].to_owned(), end);
                at = end;
            }
        }
    }
    tokens
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The text between quotes that begin at `start`, and where the closing quote ends.
fn quoted_text(sql: &str, start: usize, quote: u8) -> (String, usize) {
    let bytes = sql.as_bytes();
    let mut text = String::new();
    let mut piece = start + 1;
    let mut at = piece;
    while at < bytes.len() {
        if bytes[at] == quote {
            text.push_str(&sql[piece..at]);
            if bytes.get(at + 1) != Some(&quote) {
                return (text, at + 1);
            }
            text.push(char::from(quote));
            at += 1;
            piece = at + 1;
        }
        at += 1;
    }
    text.push_str(&sql[piece.min(sql.len())..]);
    (text, bytes.len())
}

/// What `CREATE TABLE` says of one column and no pragma does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ColumnText {
    pub(crate) name: String,
    pub(crate) generated: Option<String>,
}

/// What `CREATE TABLE` says and no pragma does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TableText {
    pub(crate) columns: Vec<ColumnText>,
    /// Each CHECK with its name, of columns and of the table.
    pub(crate) checks: Vec<(Option<String>, String)>,
    /// The parents whose keys are DEFERRABLE INITIALLY DEFERRED, by place in the text.
    pub(crate) deferred_parents: Vec<String>,
}

/// Reads a `CREATE TABLE` statement that SQLite accepted.
pub(crate) fn create_table(sql: &str) -> TableText {
    let tokens = tokens(sql);
    let mut table = TableText::default();
    let Some(open) = tokens.iter().position(|token| token.is_sign("(")) else {
        return table;
    };
    let close = closing(&tokens, open);
    for part in split_at_commas(&tokens[open + 1..close]) {
        let Some(first) = part.first() else { continue };
        let of_table = first.kind == TokenKind::Word
            && ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]
                .iter()
                .any(|word| first.is(word));
        let mut column = ColumnText {
            name: first.text.clone(),
            generated: None,
        };
        let mut constraint = None;
        let mut parent = None;
        let mut at = usize::from(!of_table);
        while at < part.len() {
            let token = &part[at];
            let next_opens = part.get(at + 1).is_some_and(|next| next.is_sign("("));
            if token.is("CONSTRAINT") {
                constraint = part.get(at + 1).map(|name| name.text.clone());
                at += 1;
            } else if token.is("REFERENCES") {
                parent = part.get(at + 1).map(|name| name.text.clone());
                at += 1;
            } else if token.is("DEFERRED") {
                table.deferred_parents.extend(parent.take());
            } else if token.is("CHECK") && next_opens {
                let end = closing(part, at + 1);
                let inner = between(sql, part, at + 1, end);
                table.checks.push((constraint.take(), inner));
                at = end;
            } else if token.is("AS") && next_opens && !of_table {
                let end = closing(part, at + 1);
                column.generated = Some(between(sql, part, at + 1, end));
                at = end;
            } else if token.is_sign("(") {
                at = closing(part, at);
            }
            at += 1;
        }
        if !of_table {
            table.columns.push(column);
        }
    }
    table
}

/// What `CREATE INDEX` says: each term without its COLLATE, ASC and DESC, and the WHERE.
pub(crate) fn create_index(sql: &str) -> (Vec<String>, Option<String>) {
    let tokens = tokens(sql);
    let Some(open) = tokens.iter().position(|token| token.is_sign("(")) else {
        return (Vec::new(), None);
    };
    let close = closing(&tokens, open);
    let terms = split_at_commas(&tokens[open + 1..close])
        .into_iter()
        .map(|term| {
            let mut end = term.len();
            if end > 1 && (term[end - 1].is("ASC") || term[end - 1].is("DESC")) {
                end -= 1;
            }
            if end > 2 && term[end - 2].is("COLLATE") {
                end -= 2;
            }
            match (
                term.first(),
                end.checked_sub(1).and_then(|last| term.get(last)),
            ) {
                (Some(first), Some(last)) => sql[first.start..last.end].to_owned(),
                _ => String::new(),
            }
        })
        .collect();
    let predicate = tokens
        .get(close + 1)
        .filter(|token| token.is("WHERE"))
        .map(|token| sql[token.end..].trim().trim_end_matches(';').to_owned());
    (terms, predicate)
}

/// The place of the bracket that closes the one at `open`.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.is_sign("(") {
            depth += 1;
        } else if token.is_sign(")") {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    tokens.len().saturating_sub(1)
}

/// The text between two brackets.
fn between(sql: &str, tokens: &[Token], open: usize, close: usize) -> String {
    sql[tokens[open].end..tokens[close].start.max(tokens[open].end)]
        .trim()
        .to_owned()
}

fn split_at_commas(tokens: &[Token]) -> Vec<&[Token]> {
    let mut parts = Vec::new();
    let mut depth = 0;
    let mut start = 0;
    for (at, token) in tokens.iter().enumerate() {
        match (token.kind, token.text.as_str()) {
            (TokenKind::Sign, "(") => depth += 1,
            (TokenKind::Sign, ")") => depth -= 1,
            (TokenKind::Sign, ",") if depth == 0 => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    parts
}

/// A column as an expression may name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// Its name in SQLite.
    pub(crate) name: String,
    /// What stands for it in PostgreSQL.
    pub(crate) becomes: String,
}

/// Puts an expression into PostgreSQL's words.
pub(crate) fn to_postgres(expression: &str, columns: &[Known]) -> String {
    let tokens = tokens(expression);
    let known = |name: &str| {
        columns
            .iter()
            .find(|column| column.name.eq_ignore_ascii_case(name))
    };
    let mut out: Vec<String> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let calls = tokens.get(at + 1).is_some_and(|next| next.is_sign("("));
        let written = match token.kind {
            TokenKind::Text => literal(&token.text),
            TokenKind::Blob => format!("'\\x{}'::bytea", token.text),
            TokenKind::Number => number(&token.text),
            TokenKind::Sign if token.text == "==" => "=".to_owned(),
            TokenKind::Sign => token.text.clone(),
            TokenKind::Name => match known(&token.text) {
                Some(column) => column.becomes.clone(),
                // SQLite reads a quoted name that is none as text.
                None if !calls => literal(&token.text),
                None => quoted(&token.text),
            },
            TokenKind::Word if token.is("IS") => {
                let not = tokens.get(at + 1).is_some_and(|next| next.is("NOT"));
                let after = tokens.get(at + 1 + usize::from(not));
                let plain = after.is_none_or(|after| {
                    ["NULL", "TRUE", "FALSE", "DISTINCT"]
                        .iter()
                        .any(|word| after.is(word))
                });
                if plain {
                    "IS".to_owned()
                } else {
                    at += usize::from(not);
                    let inverted = if not { "" } else { " NOT" };
                    format!("IS{inverted} DISTINCT FROM")
                }
            }
            TokenKind::Word if calls && token.is("ifnull") => "coalesce".to_owned(),
            TokenKind::Word if calls && token.is("instr") => "strpos".to_owned(),
            TokenKind::Word if token.is("LIKE") => "ILIKE".to_owned(),
            TokenKind::Word if token.is("NOTNULL") => "IS NOT NULL".to_owned(),
            TokenKind::Word if token.is("ISNULL") => "IS NULL".to_owned(),
            TokenKind::Word if !calls => known(&token.text)
                .map_or_else(|| token.text.clone(), |column| column.becomes.clone()),
            TokenKind::Word => token.text.clone(),
        };
        out.push(written);
        at += 1;
    }
    out.join(" ").replace(" ( ", "(").replace(" )", ")")
}

fn number(text: &str) -> String {
    let plain = text.replace('_', "");
    match plain
        .strip_prefix("0x")
        .or_else(|| plain.strip_prefix("0X"))
    {
        Some(hex) => {
            u64::from_str_radix(hex, 16).map_or(plain.clone(), |value| (value as i64).to_string())
        }
        None => plain,
    }
}

/// Puts an expression of PostgreSQL, as its catalog shows it, into SQLite's words: casts go, lists
/// become `IN`.
pub(crate) fn to_sqlite(expression: &str, columns: &[Known]) -> String {
    let tokens = tokens(expression);
    let mut out: Vec<String> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        if token.is_sign("::") {
            at = after_type(&tokens, at + 1);
            continue;
        }
        // `= ANY ((ARRAY['a', 'b'])::text[])`: all brackets up to the list go, and those behind it.
        if token.is_sign("=") && tokens.get(at + 1).is_some_and(|next| next.is("ANY")) {
            let open = at + 2;
            let end = closing(&tokens, open);
            if let Some(array) = tokens[open..end].iter().position(|token| token.is("ARRAY")) {
                let list = list_in(&tokens[open + array + 1..end]);
                out.push(format!("IN ({list})"));
                at = end + 1;
                continue;
            }
        }
        out.push(match token.kind {
            TokenKind::Text => literal(&token.text),
            TokenKind::Blob => format!("x'{}'", token.text),
            TokenKind::Name | TokenKind::Word => columns
                .iter()
                .find(|column| column.name == token.text)
                .map_or_else(
                    || match token.kind {
                        TokenKind::Name => quoted(&token.text),
                        _ => token.text.clone(),
                    },
                    |column| column.becomes.clone(),
                ),
            _ => token.text.clone(),
        });
        at += 1;
    }
    out.join(" ")
}

/// The place behind a type's name: `character varying(10)[]`, `"x"."y"`, `numeric(10,2)`.
fn after_type(tokens: &[Token], mut at: usize) -> usize {
    let first = at;
    while at < tokens.len() {
        let token = &tokens[at];
        let goes_on = match token.kind {
            TokenKind::Word if at == first || tokens[at - 1].is_sign(".") => true,
            // Types of more than one word.
            TokenKind::Word => ["varying", "precision", "with", "without", "time", "zone"]
                .iter()
                .any(|word| token.is(word)),
            // `[]` was read as a quoted name without letters.
            TokenKind::Name => at == first || token.text.is_empty() || tokens[at - 1].is_sign("."),
            TokenKind::Sign => token.text == ".",
            _ => false,
        };
        if token.is_sign("(") && at > first {
            at = closing(tokens, at) + 1;
        } else if goes_on {
            at += 1;
        } else {
            break;
        }
    }
    at
}

/// The members of `ARRAY[…]`. The tokenizer reads `[…]` as a quoted name, so its text is the list.
fn list_in(tokens: &[Token]) -> String {
    tokens
        .first()
        .map_or_else(String::new, |list| to_sqlite(&list.text, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_generated_columns_and_comments_are_read_from_create_table() {
        let table = create_table(
            "CREATE TABLE \"a,b\" ( -- a comment, with (\n id INTEGER PRIMARY KEY, \
             [x y] TEXT DEFAULT (')') CHECK (length([x y]) > 1), \
             c INT GENERATED ALWAYS AS (id * 2) STORED, d DECIMAL(10, 2) AS (c), \
             CONSTRAINT \"k\" CHECK (c > d AND 'a)' <> ''), \
             e INT REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED)",
        );

        let names: Vec<_> = table
            .columns
            .iter()
            .map(|column| &column.name[..])
            .collect();
        assert_eq!(names, ["id", "x y", "c", "d", "e"]);
        assert_eq!(table.columns[2].generated.as_deref(), Some("id * 2"));
        assert_eq!(table.columns[3].generated.as_deref(), Some("c"));
        assert_eq!(table.checks[0], (None, "length([x y]) > 1".to_owned()));
        assert_eq!(
            table.checks[1],
            (Some("k".to_owned()), "c > d AND 'a)' <> ''".to_owned())
        );
        assert_eq!(table.deferred_parents, ["p"]);
    }

    #[test]
    fn index_terms_lose_their_order_and_keep_their_expression() {
        let (terms, predicate) = create_index(
            "CREATE UNIQUE INDEX i ON t (lower(a) COLLATE NOCASE DESC, b, a || ',' || b) WHERE b > 1",
        );

        assert_eq!(terms, ["lower(a)", "b", "a || ',' || b"]);
        assert_eq!(predicate.as_deref(), Some("b > 1"));
    }

    #[test]
    fn expressions_are_put_into_postgresqls_words() {
        let columns = [Known {
            name: "Name".to_owned(),
            becomes: "\"Name\"".to_owned(),
        }];
        let check =
            |sqlite: &str, postgres: &str| assert_eq!(to_postgres(sqlite, &columns), postgres);

        check("NAME == \"x\"", "\"Name\" = 'x'");
        check("name IS NOT 'a'", "\"Name\" IS DISTINCT FROM 'a'");
        check("[name] is not null", "\"Name\" IS not null");
        check(
            "ifnull(name, x'00ff')",
            "coalesce(\"Name\" , '\\x00ff'::bytea)",
        );
        check(
            "name LIKE 'a%' AND 0x10 > 1_0",
            "\"Name\" ILIKE 'a%' AND 16 > 10",
        );
    }

    #[test]
    fn postgresqls_casts_and_arrays_are_put_into_sqlites_words() {
        let columns = [Known {
            name: "status".to_owned(),
            becomes: "\"status\"".to_owned(),
        }];

        assert_eq!(
            to_sqlite(
                "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
                &columns
            ),
            "( ( \"status\" ) IN ('a' , 'b') )"
        );
        assert_eq!(to_sqlite("'x'::character varying(10)", &columns), "'x'");
    }
}
