//! `capstone`: arguments -> settings -> command -> summary, and the only place that exits.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program talks to its user"
)]

mod arguments;

use std::fs;
use std::io::{self, BufRead, BufWriter, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use capstone::crawl::{CrawlError, Summary, crawl};
use capstone::dashboard::{self, Dashboard};
use capstone::events::{Bar, Feed, Lines, Observer, plural, seconds, summary, watched};
use capstone::export::{CSV_HEAD, csv_line, json_line};
use capstone::fetch::Fetcher;
use capstone::settings::{UserAgent, is_this_machine};
use capstone::store::Store;
use clap::Parser;
use crossbeam_channel::{Receiver, bounded};
use database::Address;

use crate::arguments::{Cli, Command, Crawl, Export, Format};

/// The note in a database that holds who runs the crawl.
const CONTACT: &str = "contact";

/// What a shell expects of a program that Ctrl-C ended: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
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
    let outcome = match cli.command {
        Command::Crawl(arguments) => run_crawl(&arguments),
        Command::Stats(database) => stats(&database.db),
        Command::Export(arguments) => export(&arguments),
        Command::Watch { address } => watch(address),
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

fn run_crawl(arguments: &Crawl) -> anyhow::Result<ExitCode> {
    if let Some(local) = arguments.seeds.iter().find(|seed| is_this_machine(seed))
        && !arguments.allow_local
    {
        bail!("{local} is on this machine: add --allow-local to crawl it");
    }
    let mut store = Store::create(&arguments.database.db)?;
    let contact = contact(arguments, &mut store)?;
    let settings = arguments.settings(contact.as_deref())?;
    let web = Fetcher::new(&settings)?;

    let feed = match arguments.feed {
        Some(address) => {
            let feed = sockets::Feed::bind(sockets::server::Config::new(address), 20)?;
            if !arguments.quiet {
                eprintln!("watch it with: capstone watch {}", feed.address());
            }
            Some(feed)
        }
        None => None,
    };
    let dashboard = match arguments.dashboard {
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
        print_summary(&ended, arguments)?;
    }
    Ok(match ended {
        Summary { stopped: true, .. } => ExitCode::from(INTERRUPTED),
        Summary { counts, .. } if counts.failed > 0 => ExitCode::from(2),
        _ => ExitCode::SUCCESS,
    })
}

/// Returns how the owner of a site can reach us: from the command line, from an earlier run, or by
/// asking once. Hosts off this machine are not crawled without.
fn contact(arguments: &Crawl, store: &mut Store) -> anyhow::Result<Option<String>> {
    let known = match &arguments.contact {
        Some(contact) => Some(contact.clone()),
        None => store.note(CONTACT)?,
    };
    let elsewhere = arguments.seeds.iter().find(|seed| !is_this_machine(seed));
    let contact = match (known, elsewhere) {
        (None, Some(seed)) => Some(ask_for_contact(seed.host_str().unwrap_or_default())?),
        (known, _) => known,
    };
    if let Some(contact) = &contact {
        UserAgent::new("check", Some(contact))?;
        store.set_note(CONTACT, contact)?;
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

/// Returns a channel on which the first Ctrl-C (or SIGTERM) arrives. The second ends the program at once,
/// which loses nothing that is stored.
fn stop_signal() -> anyhow::Result<Receiver<()>> {
    let (sender, receiver) = bounded(1);
    let mut asked = false;
    ctrlc::set_handler(move || {
        if std::mem::replace(&mut asked, true) {
            std::process::exit(INTERRUPTED.into());
        }
        // The channel has room for the one message that is ever sent.
        let _ = sender.try_send(());
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(receiver)
}

fn print_summary(ended: &Summary, arguments: &Crawl) -> io::Result<()> {
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
    writeln!(out, "  database {}", arguments.database.db)?;
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
// stats, export, watch
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

fn export(arguments: &Export) -> anyhow::Result<ExitCode> {
    let store = Store::open(&arguments.database.db)?;
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
