//! A reading list, kept in SQLite or PostgreSQL, the same commands for both.
//!
//! `cargo run --bin reading-list -- add "Emma" --author "Jane Austen"`, then `… -- list`.
//! On PostgreSQL: `… -- --database postgres://user@host/name list`; `cargo run --example postgres` starts
//! one to play with and prints its address.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it speaks to the learner"
)]

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand, ValueEnum};
use database::books::{self, Edit, Entry, Filter, Sort, Status};
use database::exchange::{self, Format};
use database::{Address, Database};

/// A reading list, kept in SQLite or PostgreSQL.
#[derive(Parser)]
#[command(name = "reading-list", arg_required_else_help = true)]
struct Arguments {
    /// A file for SQLite, or postgres://user@host/name
    #[arg(
        long,
        global = true,
        env = "READING_LIST",
        default_value = "reading-list.db"
    )]
    database: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Add a book
    Add {
        title: String,
        #[arg(long, default_value = "")]
        author: String,
        #[arg(long, default_value = "to-read")]
        status: StatusWord,
        #[arg(long)]
        note: Option<String>,
        /// A word to find it by; may be given several times
        #[arg(long = "tag")]
        tags: Vec<String>,
    },
    /// List books, a page at a time
    List {
        #[arg(long)]
        author: Option<String>,
        #[arg(long)]
        status: Option<StatusWord>,
        #[arg(long)]
        tag: Option<String>,
        /// Text in title, author or note
        #[arg(long)]
        search: Option<String>,
        #[arg(long, default_value = "id")]
        sort: SortWord,
        /// The other way round
        #[arg(long)]
        descending: bool,
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        page: u32,
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        page_size: u32,
    },
    /// Show a book with all that is known of it
    Show { id: i64 },
    /// Change a book; what is not named stays
    Edit {
        id: i64,
        #[arg(long)]
        title: Option<String>,
        #[arg(long)]
        author: Option<String>,
        #[arg(long)]
        status: Option<StatusWord>,
        #[arg(long, conflicts_with = "no_note")]
        note: Option<String>,
        /// Take the note away
        #[arg(long)]
        no_note: bool,
        /// Tags instead of those that are there; may be given several times
        #[arg(long = "tag")]
        tags: Option<Vec<String>>,
    },
    /// Remove books
    Remove {
        #[arg(required = true)]
        ids: Vec<i64>,
    },
    /// List the tags, with how many books have each
    Tags,
    /// Add or bring up to date what a file lists, all of it or nothing; - is standard input
    Import {
        file: PathBuf,
        /// What the file is, when its ending does not say
        #[arg(long)]
        format: Option<FormatWord>,
    },
    /// Write all books to a file; without one, to standard output
    Export {
        file: Option<PathBuf>,
        #[arg(long)]
        format: Option<FormatWord>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum StatusWord {
    ToRead,
    Reading,
    Read,
}

impl From<StatusWord> for Status {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::ToRead => Self::ToRead,
            StatusWord::Reading => Self::Reading,
            StatusWord::Read => Self::Read,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum SortWord {
    Id,
    Title,
    Author,
    Status,
}

impl From<SortWord> for Sort {
    fn from(word: SortWord) -> Self {
        match word {
            SortWord::Id => Self::Id,
            SortWord::Title => Self::Title,
            SortWord::Author => Self::Author,
            SortWord::Status => Self::Status,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatWord {
    Csv,
    Json,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody reads the rest, as in `… list | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", harmless(&format!("error: {error:#}")));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut database = Address::parse(&arguments.database)?.open()?;
    let database = database.as_mut();
    books::prepare(database)?;
    let mut out = io::stdout().lock();
    match arguments.command {
        Command::Add {
            title,
            author,
            status,
            note,
            tags,
        } => {
            let entry = Entry {
                title,
                author,
                status: status.into(),
                note,
                tags,
            };
            let id = books::add(database, &entry)?;
            writeln!(out, "added {id}")?;
        }
        Command::List {
            author,
            status,
            tag,
            search,
            sort,
            descending,
            page,
            page_size,
        } => {
            let filter = Filter {
                author,
                status: status.map(Into::into),
                tag,
                search,
                sort: sort.into(),
                descending,
                page,
                page_size,
            };
            list(database, &filter, &mut out)?;
        }
        Command::Show { id } => show(database, id, &mut out)?,
        Command::Edit {
            id,
            title,
            author,
            status,
            note,
            no_note,
            tags,
        } => {
            let edit = Edit {
                title,
                author,
                status: status.map(Into::into),
                note: if no_note { Some(None) } else { note.map(Some) },
                tags,
            };
            books::edit(database, id, &edit)?;
            writeln!(out, "changed {id}")?;
        }
        Command::Remove { ids } => {
            for id in ids {
                books::remove(database, id)?;
                writeln!(out, "removed {id}")?;
            }
        }
        Command::Tags => {
            for (tag, n_books, n_read) in books::tags(database)? {
                writeln!(out, "{n_books:>5}  {}  ({n_read} read)", harmless(&tag))?;
            }
        }
        Command::Import { file, format } => {
            let format = format_of(&file, format)?;
            let imported = if file == Path::new("-") {
                exchange::import(database, format, io::stdin().lock())?
            } else {
                let open = || format!("cannot read {}", file.display());
                exchange::import(database, format, File::open(&file).with_context(open)?)?
            };
            writeln!(
                out,
                "{} added, {} updated",
                imported.added, imported.updated
            )?;
        }
        Command::Export { file: None, format } => {
            let format = format_of(Path::new("-"), format.or(Some(FormatWord::Csv)))?;
            exchange::export(database, format, &mut out)?;
        }
        Command::Export {
            file: Some(file),
            format,
        } => {
            let format = format_of(&file, format)?;
            let make = || format!("cannot write {}", file.display());
            let n_books =
                exchange::export(database, format, File::create(&file).with_context(make)?)?;
            writeln!(out, "{n_books} books written to {}", file.display())?;
        }
    }
    out.flush()?;
    Ok(())
}

fn list(database: &mut dyn Database, filter: &Filter, out: &mut dyn Write) -> anyhow::Result<()> {
    let page = books::list(database, filter)?;
    let n_pages = page.total.div_ceil(filter.page_size).max(1);
    if filter.page > n_pages {
        bail!("there is no page {}; the last is {n_pages}", filter.page);
    }
    for book in &page.books {
        let entry = &book.entry;
        let author = match entry.author.as_str() {
            "" => String::new(),
            author => format!(", {author}"),
        };
        let tags: String = entry.tags.iter().map(|tag| format!(" #{tag}")).collect();
        writeln!(
            out,
            "{:>5}  {:<7}  {}",
            book.id,
            entry.status,
            harmless(&format!("{}{author}{tags}", entry.title))
        )?;
    }
    let (total, number) = (page.total, filter.page);
    writeln!(out, "{total} books, page {number} of {n_pages}")?;
    Ok(())
}

fn show(database: &mut dyn Database, id: i64, out: &mut dyn Write) -> anyhow::Result<()> {
    let Entry {
        title,
        author,
        status,
        note,
        tags,
    } = books::show(database, id)?.entry;
    writeln!(out, "title   {}", harmless(&title))?;
    writeln!(out, "author  {}", harmless(&author))?;
    writeln!(out, "status  {status}")?;
    writeln!(out, "note    {}", harmless(note.as_deref().unwrap_or("-")))?;
    writeln!(out, "tags    {}", harmless(&tags.join(", ")))?;
    Ok(())
}

fn format_of(file: &Path, asked: Option<FormatWord>) -> anyhow::Result<Format> {
    let ending = file.extension().and_then(|ending| ending.to_str());
    match (asked, ending) {
        (Some(FormatWord::Csv), _) | (None, Some("csv")) => Ok(Format::Csv),
        (Some(FormatWord::Json), _) | (None, Some("json")) => Ok(Format::Json),
        _ => bail!(
            "cannot tell what {} is: say --format csv or --format json",
            file.display()
        ),
    }
}

/// A title is whatever somebody typed or a file held: what would command the terminal is shown instead.
fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
