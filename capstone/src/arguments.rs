//! The command line: what can be typed, and the [`Settings`] that it means.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use capstone::settings::{AGENT_NAME, Settings, UserAgent, seed};
use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use database::Address;
use url::Url;

/// Crawls a site politely, with many threads, and loses nothing.
#[derive(Debug, Parser)]
#[command(
    name = "capstone",
    version,
    max_term_width = 80,
    after_help = "\
Try it on the site that the course carries, in two terminals:
  cargo course site --port 4000
  capstone crawl http://127.0.0.1:4000/ --allow-local --delay 0"
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Crawl a site into a database; the same command again goes on where it stopped
    #[command(after_long_help = CRAWL_HELP, args_override_self = true)]
    Crawl(Box<Crawl>),
    /// Tell what a database holds, also while a crawl writes to it
    Stats(Database),
    /// Print every URL with title, date and error, for other programs
    #[command(after_help = "\
A line for each URL that was ever seen, in the order in which it was:
  {\"url\":…,\"title\":…,\"date\":\"2024-03-05\",\"error\":null}
The error says why there is no page: failed, refused, skipped or pending.")]
    Export(Export),
    /// Watch a crawl from a second terminal; it must have been started with --feed
    Watch {
        /// Where the crawl said that it can be watched, for example 127.0.0.1:4100
        #[arg(value_parser = address)]
        address: SocketAddr,
    },
}

const CRAWL_HELP: &str = "\
What happens: the crawl starts at the URLs, follows every link that stays on
their hosts, and stores title, date, author, language and links of each page.

Polite by default: robots.txt is read first and obeyed, a host gets one request
at a time, and one second of peace after each. A longer crawl-delay wins.

It can be stopped at any moment. Ctrl-C finishes what is out; a second Ctrl-C, a
kill or a power cut is fine too. The same command goes on, and asks again for
nothing but what had no answer.

Exit code: 0 when every page was stored or refused, 2 when some failed (export
tells which), 1 when the crawl itself could not go on, 130 after Ctrl-C.

Examples:
  capstone crawl https://example.org/ --contact you@example.org
  capstone crawl http://127.0.0.1:4000/ --allow-local --delay 0 --threads 16
  capstone crawl https://example.org/ --max-pages 100 --feed 4100
  capstone watch 4100";

/// Understands where the database is. The name of a file may be any, also one that is not text.
fn database_address() -> impl TypedValueParser<Value = Address> {
    PathBufValueParser::new().try_map(|path| match path.to_str() {
        Some(text) => Address::parse(text),
        None => Ok(Address::Sqlite(path)),
    })
}

#[derive(Debug, Args)]
pub struct Database {
    /// The database of the crawl: an SQLite file, or postgres://user@host/name
    #[arg(long, value_name = "DATABASE", default_value = "spindle.db", value_parser = database_address())]
    pub db: Address,
}

#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    pub database: Database,
    /// The form of the lines
    #[arg(long, value_enum, default_value = "jsonl")]
    pub format: Format,
    /// Only URLs in this state
    #[arg(long, value_name = "STATE", value_parser = ["stored", "failed", "refused", "skipped", "pending"])]
    pub state: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// One JSON object a line
    Jsonl,
    /// Comma-separated, with a head line
    Csv,
}

#[derive(Debug, Args)]
pub struct Crawl {
    /// Where to start; without a scheme https is meant, and http on this machine
    #[arg(required = true, value_name = "URL", value_parser = seed)]
    pub seeds: Vec<Url>,
    #[command(flatten)]
    pub database: Database,

    /// Worker threads; also how many requests may be out at once, over all hosts
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Speed and politeness")]
    threads: u16,
    /// The pause after each request to a host, in seconds; a longer crawl-delay of the site wins
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds, help_heading = "Speed and politeness")]
    delay: Duration,
    /// Requests that one host may get at once, for hosts without any delay [default: as many as threads]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Speed and politeness")]
    connections: Option<u16>,

    /// Stop when so many pages are stored; the rest stays for another run
    #[arg(long, value_name = "N", help_heading = "How far")]
    max_pages: Option<u64>,
    /// Follow links so many steps from the URLs given
    #[arg(long, value_name = "N", help_heading = "How far")]
    max_depth: Option<u32>,
    /// How long one answer may take as a whole, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds, help_heading = "How far")]
    timeout: Duration,
    /// How often a page is asked for before it counts as failed
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=20), help_heading = "How far")]
    tries: u32,

    /// How the owner of a site can reach you: a mail address or a page; kept in the database
    #[arg(long, value_name = "CONTACT", help_heading = "Who asks")]
    pub contact: Option<String>,
    /// The name of the crawler; robots.txt files know it by the letters it begins with
    #[arg(long, value_name = "NAME", default_value_t = format!("{AGENT_NAME}/{}", env!("CARGO_PKG_VERSION")), help_heading = "Who asks")]
    user_agent: String,
    /// Allow addresses of this machine and of private networks
    #[arg(long, help_heading = "Who asks")]
    pub allow_local: bool,

    /// Let others watch at this address (`capstone watch ADDRESS`); 0 takes any free port
    #[arg(long, value_name = "ADDRESS", value_parser = address, help_heading = "What you see")]
    pub feed: Option<SocketAddr>,
    /// Serve a page that follows along, at this address, for your browser; 0 takes any free port
    #[arg(long, value_name = "ADDRESS", value_parser = address, help_heading = "What you see")]
    pub dashboard: Option<SocketAddr>,
    /// Draw what each thread did when into this SVG file
    #[arg(long, value_name = "FILE.svg", help_heading = "What you see")]
    pub timeline: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(long, short, help_heading = "What you see")]
    pub quiet: bool,
}

impl Crawl {
    /// Returns what the arguments mean, for somebody who can be reached there.
    pub fn settings(&self, contact: Option<&str>) -> anyhow::Result<Settings> {
        let agent = UserAgent::new(&self.user_agent, contact)?;
        let mut settings = Settings::new(self.seeds.clone(), &self.database.db, agent);
        settings.threads = self.threads.into();
        settings.allow_local = self.allow_local;
        settings.reach.max_depth = self.max_depth;
        settings.reach.max_pages = self.max_pages;
        settings.politeness.delay = self.delay;
        settings.politeness.connections = self.connections.unwrap_or(self.threads).into();
        settings.limits.max_tries = self.tries;
        settings.limits.exchange = self.timeout;
        settings.limits.silence = settings.limits.silence.min(self.timeout);
        settings.limits.connect = settings.limits.connect.min(self.timeout);
        if self.connections.is_some_and(|connections| connections > 1) && !self.delay.is_zero() {
            anyhow::bail!(
                "--connections {} and a delay of {} s contradict each other: with a delay, a host gets one request \
                 at a time. Add --delay 0, or leave --connections out",
                settings.politeness.connections,
                self.delay.as_secs_f64()
            );
        }
        Ok(settings)
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "a number of seconds, for example 0.5".to_owned())
}

/// Reads `127.0.0.1:4100`, or a port alone for this machine.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| {
            text.parse::<u16>()
                .map(|port| SocketAddr::from(([127, 0, 0, 1], port)))
        })
        .map_err(|_| {
            "an address with a port, for example 127.0.0.1:4100, or a port alone".to_owned()
        })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn crawl(arguments: &[&str]) -> anyhow::Result<Settings> {
        let all = ["capstone", "crawl", "http://127.0.0.1:1/"]
            .iter()
            .chain(arguments);
        match Cli::try_parse_from(all)?.command {
            Command::Crawl(crawl) => crawl.settings(None),
            _ => unreachable!("it says crawl"),
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_crawl_is_polite_unless_told_otherwise() {
        let settings = crawl(&[]).expect("valid");

        assert_eq!(settings.politeness.delay, Duration::from_secs(1));
        assert!(!settings.allow_local);
    }

    #[test]
    fn without_a_delay_a_host_may_get_as_many_requests_as_there_are_threads() {
        let settings = crawl(&["--delay", "0", "--threads", "16"]).expect("valid");

        assert_eq!(settings.politeness.connections, 16);
    }

    #[test]
    fn a_delay_and_several_connections_are_refused_with_the_reason() {
        let error = crawl(&["--connections", "4"])
            .expect_err("a contradiction")
            .to_string();

        assert!(error.contains("--delay 0"), "{error}");
    }

    #[test]
    fn what_is_no_number_of_seconds_is_refused() {
        for text in ["-1", "soon", "nan", "1e300"] {
            assert!(crawl(&["--delay", text]).is_err(), "{text}");
        }
    }
}
