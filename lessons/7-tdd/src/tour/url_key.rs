//! Part 9: rows of the table that the URL key was grown by, and the key's own law.

use tdd::url_key::{UrlKey, cases};
use tour::{Stage, Table, count};

pub fn play(stage: &mut Stage) -> tour::Result {
    let tables = [
        cases::ORIGIN,
        cases::PATH,
        cases::ENCODING,
        cases::QUERY,
        cases::SLASH_KEPT,
        cases::FRAGMENT,
    ];
    let mut table = Table::new(["two spellings", "pages", "why"]);
    let mut n_rows = 0;
    for cases in tables {
        for (n, case) in cases.iter().enumerate() {
            let is_one = UrlKey::parse(case.left)? == UrlKey::parse(case.right)?;
            if is_one != case.one_page {
                return Err(format!("{} and {}: {}", case.left, case.right, case.why).into());
            }
            n_rows += 1;
            // The first of each table, and the first that says no.
            let is_telling = n == 0 || cases.iter().position(|case| !case.one_page) == Some(n);
            if is_telling {
                let pages = if is_one { "one" } else { "two" };
                table
                    .row([case.left, pages, case.why])
                    .row([case.right, "", ""]);
            }
        }
    }
    stage.table(&table);
    stage.line(format!("{} rows, and each holds", count(n_rows)));

    let url = "HTTP://Example.COM:80/a/%2e%2e/%7eann/?utm_source=feed&q=100%#top";
    let key = UrlKey::parse(url)?;
    let again = UrlKey::parse(key.as_str())?;
    stage.line(format!("url             {url}"));
    stage.line(format!("key             {key}"));
    stage.line(format!("key of the key  {again}"));
    if again != key {
        return Err("the key of a key is another one".into());
    }
    stage.means(
        "two pages taken for one lose a page; one page taken for two costs a request. So a key \
         changes only what the standards say means nothing, and a short list of the rest",
    );
    Ok(())
}
