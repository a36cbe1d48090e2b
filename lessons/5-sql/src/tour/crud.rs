//! Part 2: create, read, update, delete, by one trait on two databases.

use database::books::{self, Edit, Entry, Filter, Status};
use tour::{Stage, Table};

use super::Ground;

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new(["", "SQLite", "PostgreSQL"]);
    let mut columns = Vec::new();
    for ground in Ground::both(stage)? {
        let mut database = ground.open()?;
        let database = database.as_mut();
        books::prepare(database)?;

        let entry = Entry {
            title: "Middlemarch".to_owned(),
            author: "George Eliot".to_owned(),
            tags: vec!["long".to_owned(), "novel".to_owned()],
            ..Entry::default()
        };
        let id = books::add(database, &entry)?;
        let read = books::show(database, id)?.entry;
        let edit = Edit {
            status: Some(Status::Reading),
            ..Edit::default()
        };
        books::edit(database, id, &edit)?;
        let reading = Filter {
            status: Some(Status::Reading),
            ..Filter::default()
        };
        let page = books::list(database, &reading)?;
        books::remove(database, id)?;
        let gone = books::show(database, id);
        let left = books::tags(database)?.len();
        columns.push([
            format!("book {id}"),
            format!("{}, {}", read.title, read.tags.join(" ")),
            format!("{} with status reading", page.total),
            gone.map_or_else(|error| error.to_string(), |_| "still there".to_owned()),
            format!("{left} left"),
        ]);
    }
    let names = ["create", "read", "update", "delete", "its tags"];
    for (index, name) in names.into_iter().enumerate() {
        let of = |which: usize| {
            columns
                .get(which)
                .map_or("-", |column| column[index].as_str())
        };
        table.row([name, of(0), of(1)]);
    }
    stage.table(&table);
    stage.means(
        "the program does not know which database it has: that is one word on its command line",
    );
    stage.means("the tags went with the book by the table's own rule, ON DELETE CASCADE");
    Ok(())
}
