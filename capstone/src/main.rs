//! `capstone`: arguments -> settings -> command -> summary, and the only place that exits.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program talks to its user"
)]

mod arguments;

use std::fs;
use std::io::{self, BufRead, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use capstone::crawl::{CrawlError, Summary, crawl};
use capstone::dashboard::{self, Dashboard};
use capstone::events::{Bar, Feed, Lines, Observer, plural, seconds, summary, watched};
use capstone::export::{CSV_HEAD, csv_line, json_line};
use capstone::fetch::Fetcher;
use capstone::render::Renderer;
use capstone::settings::declared::{ALLOW_LOCAL, CONTACT, DASHBOARD, DB, FEED};
use capstone::settings::{Settings, UserAgent, is_this_machine};
use capstone::store::Store;
use clap::{CommandFactory, FromArgMatches};
use coordination::Shutdown;
use database::Address;
use environments::{Environment, Resolved};

use crate::arguments::{Cli, Command, Crawl, Export, Format};

/// The note in a database that holds who runs the crawl.
const CONTACT_NOTE: &str = "contact";

/// What a shell expects of a program that Ctrl-C ended: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let parsed = Cli::command()
        .try_get_matches()
        .and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // Not clap's own exit code: for scripts, 2 means that some pages failed.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let told = || {
        let (_, matches) = matches.subcommand().context("a command is required")?;
        let here = Path::new("");
        arguments::told(
            matches,
            cli.config.as_deref(),
            here,
            &Environment::capture(),
        )
    };
    let outcome = match &cli.command {
        Command::Crawl(arguments) => told().and_then(|told| run_crawl(arguments, &told)),
        Command::Stats(_) => told().and_then(|told| stats(&told.value(&DB))),
        Command::Export(arguments) => told().and_then(|told| export(arguments, &told.value(&DB))),
        Command::Settings(_) => told().and_then(|told| settings(&told)),
        Command::Watch { address } => watch(*address),
    };
    match outcome {
        Ok(code) => code,
        // Whoever read our output has enough: `capstone export | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

// ---------------------------------------------------------------------------------------------
// crawl
// ---------------------------------------------------------------------------------------------

fn run_crawl(arguments: &Crawl, told: &Resolved) -> anyhow::Result<ExitCode> {
    if !arguments.quiet {
        told.strangers()
            .iter()
            .for_each(|note| eprintln!("note: {note}"));
    }
    if let Some(local) = arguments.seeds.iter().find(|seed| is_this_machine(seed))
        && !told.value(&ALLOW_LOCAL)
    {
        bail!("{local} is on this machine: add --allow-local to crawl it");
    }
    // Asked before anything is made: settings that contradict each other must leave no database behind.
    Settings::told(arguments.seeds.clone(), told, told.get(&CONTACT).as_deref())?;
    let mut store = Store::create(told.value(&DB))?;
    let contact = contact(arguments, told, &mut store)?;
    let settings = Settings::told(arguments.seeds.clone(), told, contact.as_deref())?;
    let web = Renderer::new(Fetcher::new(&settings)?, &settings)?;

    let feed = match told.get(&FEED) {
        Some(address) => {
            let feed = sockets::Feed::bind(sockets::server::Config::new(address), 20)?;
            if !arguments.quiet {
                eprintln!("watch it with: capstone watch {}", feed.address());
            }
            Some(feed)
        }
        None => None,
    };
    let dashboard = match told.get(&DASHBOARD) {
        Some(address) => {
            let page = dashboard::serve(address)?;
            if !arguments.quiet {
                eprintln!("open in a browser: http://{}/", page.address());
            }
            Some(page)
        }
        None => None,
    };
    let mut observers: Vec<Box<dyn Observer>> = Vec::new();
    if let Some(page) = &dashboard {
        observers.push(Box::new(Dashboard::new(page.publisher())));
    }
    if let Some(feed) = &feed {
        observers.push(Box::new(Feed::new(feed.publisher())));
    }
    if !arguments.quiet && io::stderr().is_terminal() {
        observers.push(Box::new(Bar::stderr()));
    } else if !arguments.quiet {
        observers.push(Box::new(Lines::new(
            Box::new(io::stderr()),
            Duration::from_secs(5),
        )));
    }
    let recorder = arguments.timeline.as_ref().map(|_| tour::Recorder::new());

    let stop = stop_signal()?;
    let outcome = crawl(
        &settings,
        store,
        &web,
        &mut observers,
        &stop,
        recorder.as_ref(),
    );
    if let Some(feed) = feed {
        feed.shutdown();
    }
    if let Some(page) = dashboard {
        page.shutdown();
    }
    if let (Some(path), Some(recorder)) = (&arguments.timeline, &recorder) {
        let svg = recorder.finish().to_svg("What each thread did, and when");
        fs::write(path, svg).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let ended = outcome.inspect_err(|error| {
        if matches!(error, CrawlError::Store(_)) {
            eprintln!("the crawl stops; what was stored before is whole, and the same command goes on from there");
        }
    })?;
    if !arguments.quiet {
        print_summary(&ended, &settings.database)?;
    }
    Ok(match ended {
        Summary { stopped: true, .. } => ExitCode::from(INTERRUPTED),
        Summary { counts, .. } if counts.failed > 0 => ExitCode::from(2),
        _ => ExitCode::SUCCESS,
    })
}

/// Returns how the owner of a site can reach us: from the settings, from an earlier run, or by
/// asking once. Hosts off this machine are not crawled without.
fn contact(
    arguments: &Crawl,
    told: &Resolved,
    store: &mut Store,
) -> anyhow::Result<Option<String>> {
    let known = match told.get(&CONTACT) {
        Some(contact) => Some(contact),
        None => store.note(CONTACT_NOTE)?,
    };
    let elsewhere = arguments.seeds.iter().find(|seed| !is_this_machine(seed));
    let contact = match (known, elsewhere) {
        (None, Some(seed)) => Some(ask_for_contact(seed.host_str().unwrap_or_default())?),
        (known, _) => known,
    };
    if let Some(contact) = &contact {
        UserAgent::new("check", Some(contact))?;
        store.set_note(CONTACT_NOTE, contact)?;
    }
    Ok(contact)
}

fn ask_for_contact(host: &str) -> anyhow::Result<String> {
    let why = "so that its owner can reach you when something goes wrong";
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        bail!(
            "{host} is somebody else's machine: add --contact with your mail address or the URL of a page about you, {why}"
        );
    }
    eprint!(
        "{host} is somebody else's machine. Every request to it will carry a contact,\n{why}.\nYour mail address or web page: "
    );
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .context("cannot read the answer")?;
    match answer.trim() {
        "" => bail!("no contact, so nothing is crawled"),
        answer => Ok(answer.to_owned()),
    }
}

/// Returns the request to stop, which the first Ctrl-C (or SIGTERM) makes. The second ends the program
/// at once, which loses nothing that is stored.
fn stop_signal() -> anyhow::Result<Shutdown> {
    let shutdown = Shutdown::new();
    let asked = shutdown.clone();
    ctrlc::set_handler(move || {
        if asked.is_requested() {
            std::process::exit(INTERRUPTED.into());
        }
        asked.request();
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(shutdown)
}

fn print_summary(ended: &Summary, database: &Address) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let progress = &ended.progress;
    let verb = if ended.stopped { "stopped" } else { "done" };
    let requests = plural(progress.requests, "request", "requests");
    writeln!(
        out,
        "{verb} after {}, {requests}, {:.0} pages/s",
        seconds(progress.elapsed),
        progress.rate()
    )?;
    write!(out, "{}", summary(&ended.counts))?;
    writeln!(out, "  database {}", database)?;
    if ended.stopped {
        writeln!(out, "go on with: {}", same_command())?;
    } else if ended.counts.pending > 0 {
        writeln!(
            out,
            "the rest waits beyond --max-pages; the same command with a higher one goes on"
        )?;
    }
    Ok(())
}

/// Returns the command that was typed, so that it can be typed again.
fn same_command() -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,~".contains(c);
    let words = std::env::args().skip(1).map(|word| {
        if !word.is_empty() && word.chars().all(plain) {
            word
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    std::iter::once("capstone".to_owned())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

// ---------------------------------------------------------------------------------------------
// stats, export, settings, watch
// ---------------------------------------------------------------------------------------------

fn stats(address: &Address) -> anyhow::Result<ExitCode> {
    let counts = Store::open(address)?.counts()?;
    let mut out = io::stdout().lock();
    writeln!(out, "{address}")?;
    write!(out, "{}", summary(&counts))?;
    let evidence: Vec<_> = counts
        .dates_by
        .iter()
        .map(|(place, count)| format!("{count} {place}"))
        .collect();
    if !evidence.is_empty() {
        writeln!(out, "  dates by {}", evidence.join(", "))?;
    }
    let megabytes = counts.bytes as f64 / 1e6;
    writeln!(
        out,
        "  links    {:>7}, in {megabytes:.1} MB of pages",
        counts.links
    )?;
    Ok(ExitCode::SUCCESS)
}

fn export(arguments: &Export, database: &Address) -> anyhow::Result<ExitCode> {
    let store = Store::open(database)?;
    let mut out = BufWriter::new(io::stdout().lock());
    if matches!(arguments.format, Format::Csv) {
        writeln!(out, "{CSV_HEAD}")?;
    }
    store.export(|row| -> anyhow::Result<()> {
        if arguments
            .state
            .as_ref()
            .is_none_or(|wanted| *wanted == row.state)
        {
            let line = match arguments.format {
                Format::Jsonl => json_line(row),
                Format::Csv => csv_line(row),
            };
            writeln!(out, "{line}")?;
        }
        Ok(())
    })?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Prints each setting, who said so, and whom that overruled.
fn settings(told: &Resolved) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let widest = |column: &dyn Fn(&environments::resolved::Row) -> usize| {
        told.rows().iter().map(column).max().unwrap_or(0)
    };
    let names = widest(&|row| row.name().len());
    let values = widest(&|row| row.shown().chars().count());
    for row in told.rows() {
        let (name, value) = (row.name(), row.shown());
        let from = row.origin().map(|origin| format!("  {origin}"));
        let line = format!("{name:names$}  {value:values$}{}", from.unwrap_or_default());
        writeln!(out, "{}", line.trim_end())?;
        for (value, origin) in row.overruled() {
            writeln!(out, "{:names$}  instead of {value} ({origin})", "")?;
        }
    }
    told.strangers()
        .iter()
        .for_each(|note| eprintln!("note: {note}"));
    Ok(ExitCode::SUCCESS)
}

fn watch(address: std::net::SocketAddr) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    for line in sockets::watch(address, None)? {
        writeln!(out, "{}", watched(&line?))?;
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
