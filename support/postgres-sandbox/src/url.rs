//! What is done with an address of PostgreSQL, `postgres://user:password@host:port/database?options`,
//! or the older `host=… dbname=…`.

/// Whether it is an address of PostgreSQL.
pub fn is_postgres(url: &str) -> bool {
    scheme(url).is_some() || (url.contains('=') && !url.contains("://"))
}

/// Returns the address of another database on the same server.
pub fn with_database(url: &str, name: &str) -> String {
    let Some(rest) = scheme(url) else {
        return format!("{url} dbname={name}");
    };
    let before = &url[..url.len() - rest.len()];
    let (address, options) = match rest.split_once('?') {
        Some((address, options)) => (address, format!("?{options}")),
        None => (rest, String::new()),
    };
    let server = address.split('/').next().unwrap_or_default();
    format!("{before}{server}/{name}{options}")
}

/// Returns the address as it may be shown.
pub fn without_password(url: &str) -> String {
    let Some(rest) = scheme(url) else {
        // host=… password=…
        let words = url.split_whitespace();
        let shown: Vec<&str> = words.filter(|word| !word.starts_with("password")).collect();
        return shown.join(" ");
    };
    let before = &url[..url.len() - rest.len()];
    match rest.rsplit_once('@') {
        Some((who, place)) => {
            let user = who.split(':').next().unwrap_or_default();
            let place = place.split('?').next().unwrap_or_default();
            format!("{before}{user}@{place}")
        }
        None => format!("{before}{}", rest.split('?').next().unwrap_or_default()),
    }
}

fn scheme(url: &str) -> Option<&str> {
    url.strip_prefix("postgres://")
        .or_else(|| url.strip_prefix("postgresql://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_of_the_same_server_keeps_user_host_and_options() {
        let check = |url: &str, expected: &str| assert_eq!(with_database(url, "x"), expected);

        check("postgres://u:p@h:1/a", "postgres://u:p@h:1/x");
        check("postgresql://h", "postgresql://h/x");
        check(
            "postgres://%2Ftmp%2Fa/b?c=d/e",
            "postgres://%2Ftmp%2Fa/x?c=d/e",
        );
        check("host=h dbname=a", "host=h dbname=a dbname=x");
    }

    #[test]
    fn a_password_is_not_shown() {
        let check = |url: &str, expected: &str| assert_eq!(without_password(url), expected);

        check(
            "postgres://u:se@cret@h:1/a?password=secret",
            "postgres://u@h:1/a",
        );
        check("postgres://h/a?password=secret", "postgres://h/a");
        check("host=h password=secret user=u", "host=h user=u");
    }

    #[test]
    fn only_addresses_of_postgresql_are_taken() {
        assert!(is_postgres("postgres://h"));
        assert!(is_postgres("host=h"));
        assert!(!is_postgres("mysql://h?a=b"));
        assert!(!is_postgres("books.db"));
    }
}
