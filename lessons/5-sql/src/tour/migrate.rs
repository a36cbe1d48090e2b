//! Part 11: migrations: applied, broken, edited, missing.

use database::migrate::{self, Migration, applied};
use database::{Database, books};
use tour::Stage;

use super::Ground;

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.names(["PostgreSQL"]);
    for ground in Ground::both(stage)? {
        let kind = ground.kind();
        let name = kind.to_string();
        let mut database = ground.open()?;
        let database = database.as_mut();
        let mut migrations = books::migrations(kind);

        let done = migrate::run(database, &migrations)?;
        stage.who(
            &name,
            format!(
                "applied {done:?}; a second run applies {:?}",
                migrate::run(database, &migrations)?
            ),
        );

        migrations.push(Migration::new(
            4,
            "shelves",
            [
                "CREATE TABLE shelves (id BIGINT)",
                "ALTER TABLE bokos ADD COLUMN shelf BIGINT",
            ],
        ));
        let broken = migrate::run(database, &migrations).expect_err("there are no bokos");
        stage.who("", broken.to_string());
        let left = database.query("SELECT count(*) FROM shelves", &[]).is_ok();
        let at = applied(database)?.last().map_or(0, |one| one.version);
        stage.who(
            "",
            format!("table shelves: {}; the database is at {at}", there(left)),
        );

        migrations.pop();
        if let Some(last) = migrations.last_mut() {
            last.statements[1] = "CREATE INDEX books_by_author ON books (author, title)".to_owned();
        }
        stage.who("", refusal(database, &migrations));
        migrations.pop();
        stage.who("", refusal(database, &migrations));
        stage.blank();
    }
    stage.means("a migration and its record are one transaction: it is there whole or not at all");
    stage.means("what was applied is history: it is compared, never edited");
    Ok(())
}

fn refusal(database: &mut dyn Database, migrations: &[Migration]) -> String {
    match migrate::run(database, migrations) {
        Ok(_) => "accepted".to_owned(),
        Err(refused) => refused.to_string(),
    }
}

fn there(is_there: bool) -> &'static str {
    if is_there { "there" } else { "not there" }
}
