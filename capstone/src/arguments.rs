//! The command line: what can be typed, and what it says about the settings.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use capstone::settings::declared::{
    self, ALLOW_LOCAL, CONNECTIONS, CONTACT, DASHBOARD, DB, DELAY, FEED, FILE, MAX_DEPTH,
    MAX_PAGES, PREFIX, RENDER, THREADS, TIMEOUT, TRIES, USER_AGENT,
};
use capstone::settings::seed;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Parser, Subcommand, ValueEnum};
use environments::{Declared, Environment, Resolved, Setting, SettingsFile, Sources};
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
    /// Read settings from this file [default: capstone.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
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
    /// Tell what each setting is and who said so: default, file, variable or argument
    #[command(after_long_help = SETTINGS_HELP, args_override_self = true)]
    Settings(Box<Options>),
    /// Watch a crawl from a second terminal; it must have been started with --feed
    Watch {
        /// Where the crawl said that it can be watched, for example 127.0.0.1:4100
        #[arg(value_parser = |text: &str| declared::address(text).ok_or_else(|| must_be(&FEED)))]
        address: SocketAddr,
    },
}

const SETTINGS_HELP: &str = "\
An argument wins over a variable, a variable over the file, the file over the
default. The names are the same everywhere but for their dress:

  --max-pages 100                 for this run
  CAPSTONE_MAX_PAGES=100          for this machine; empty counts as not set
  max-pages = 100                 for this project, in capstone.toml

Give `settings` the arguments of your crawl to see what they come to:
  capstone settings --delay 0 --threads 16";

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

/// Which database. The value is read through [`told`], which knows whether it was typed.
#[derive(Debug, Args)]
pub struct Database {
    /// The database of the crawl: an SQLite file, or postgres://user@host/name
    #[arg(long, value_name = "DATABASE", default_value = default(&DB), value_parser = fits(&DB))]
    db: String,
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
    options: Options,

    /// Draw what each thread did when into this SVG file
    #[arg(long, value_name = "FILE.svg", help_heading = "What you see")]
    pub timeline: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(long, short, help_heading = "What you see")]
    pub quiet: bool,
}

// ANCHOR: options
/// The settings as arguments. The values are read through [`told`], which knows whether they were typed.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    database: Database,

    /// Worker threads; also how many requests may be out at once, over all hosts
    #[arg(long, value_name = "N", default_value = default(&THREADS), value_parser = fits(&THREADS), help_heading = "Speed and politeness")]
    threads: String,
    // ANCHOR_END: options
    /// The pause after each request to a host, in seconds; a longer crawl-delay of the site wins
    #[arg(long, value_name = "SECONDS", default_value = default(&DELAY), value_parser = fits(&DELAY), help_heading = "Speed and politeness")]
    delay: String,
    /// Requests that one host may get at once, for hosts without any delay [default: as many as threads]
    #[arg(long, value_name = "N", value_parser = fits(&CONNECTIONS), help_heading = "Speed and politeness")]
    connections: Option<String>,

    /// Stop when so many pages are stored; the rest stays for another run
    #[arg(long, value_name = "N", value_parser = fits(&MAX_PAGES), help_heading = "How far")]
    max_pages: Option<String>,
    /// Follow links so many steps from the URLs given
    #[arg(long, value_name = "N", value_parser = fits(&MAX_DEPTH), help_heading = "How far")]
    max_depth: Option<String>,
    /// How long one answer may take as a whole, in seconds
    #[arg(long, value_name = "SECONDS", default_value = default(&TIMEOUT), value_parser = fits(&TIMEOUT), help_heading = "How far")]
    timeout: String,
    /// How often a page is asked for before it counts as failed
    #[arg(long, value_name = "N", default_value = default(&TRIES), value_parser = fits(&TRIES), help_heading = "How far")]
    tries: String,

    /// Which pages are opened in Chromium, so that their scripts can fill them: auto, always or never
    ///
    /// `auto` opens those that arrive as an empty shell: a script, hardly any text, and a sign that more
    /// is to come. A page that is opened is asked for a second time, at once, and its scripts ask for what
    /// they like: delay, robots.txt and the guard against addresses of this machine do not hold for
    /// them. Render sites that you know.
    #[arg(long, value_name = "WHEN", default_value = default(&RENDER), value_parser = fits(&RENDER), help_heading = "How far")]
    render: String,

    /// How the owner of a site can reach you: a mail address or a page; kept in the database
    #[arg(long, value_name = "CONTACT", value_parser = fits(&CONTACT), help_heading = "Who asks")]
    contact: Option<String>,
    /// The name of the crawler; robots.txt files know it by the letters it begins with
    #[arg(long, value_name = "NAME", default_value = default(&USER_AGENT), value_parser = fits(&USER_AGENT), help_heading = "Who asks")]
    user_agent: String,
    /// Allow addresses of this machine and of private networks
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_value = default(&ALLOW_LOCAL), default_missing_value = "true", hide_possible_values = true, hide_default_value = true, value_parser = fits(&ALLOW_LOCAL), help_heading = "Who asks")]
    allow_local: String,

    /// Let others watch at this address (`capstone watch ADDRESS`); 0 takes any free port
    #[arg(long, value_name = "ADDRESS", value_parser = fits(&FEED), help_heading = "What you see")]
    feed: Option<String>,
    /// Serve a page that follows along, for your browser, at this address; 0 takes any free port
    #[arg(long, value_name = "ADDRESS", value_parser = fits(&DASHBOARD), help_heading = "What you see")]
    dashboard: Option<String>,
}

/// Returns the text that stands for a setting's value when nobody says anything.
fn default<T>(setting: &Setting<T>) -> &'static str {
    setting
        .default_text()
        .expect("only settings with a default are asked")
}

/// Returns a parser for clap that refuses what the setting would refuse, and leaves the text as it is.
fn fits<T>(
    setting: &'static Setting<T>,
) -> impl Fn(&str) -> Result<String, String> + Clone + Send + Sync + 'static {
    move |text| match setting.fits(text) {
        true => Ok(text.to_owned()),
        false => Err(must_be(setting)),
    }
}

fn must_be(setting: &dyn Declared) -> String {
    format!("must be {}", setting.expected())
}

// ANCHOR: told
/// Returns what was told by all: the defaults, the file, the environment and these arguments.
///
/// `matches` are those of a subcommand; `folder` is where `capstone.toml` is looked for.
pub fn told(
    matches: &ArgMatches,
    config: Option<&Path>,
    folder: &Path,
    environment: &Environment,
) -> anyhow::Result<Resolved> {
    let mut sources = Sources::new().with_environment(PREFIX, environment);
    let file = match config {
        Some(path) => Some(SettingsFile::read(path).context("cannot use --config")?),
        None => SettingsFile::read_if_there(folder.join(FILE))?,
    };
    if let Some(file) = file {
        sources = sources.with_file(file);
    }
    for setting in declared::ALL {
        // clap calls `--max-pages` by the name of the field, and fills in defaults of its own: those
        // were not typed, and must not win over the file.
        let id = setting.name().replace('-', "_");
        let is_known = matches.try_contains_id(&id).is_ok();
        if is_known && matches.value_source(&id) == Some(ValueSource::CommandLine) {
            let typed = matches.get_many::<String>(&id).into_iter().flatten();
            for text in typed {
                sources = sources.with_argument(setting.name(), text);
            }
        }
    }
    Ok(sources.resolve(&declared::ALL)?)
}
// ANCHOR_END: told

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use capstone::settings::Settings;
    use clap::{CommandFactory, FromArgMatches};

    use super::*;

    /// Returns the settings of a crawl with these arguments, this file and this environment.
    fn crawl_with(
        arguments: &[&str],
        file: Option<&str>,
        variables: &[(&str, &str)],
    ) -> anyhow::Result<Settings> {
        let all = ["capstone", "crawl", "http://127.0.0.1:1/"]
            .iter()
            .chain(arguments);
        let matches = Cli::command().try_get_matches_from(all)?;
        let cli = Cli::from_arg_matches(&matches)?;
        let folder = tempfile::tempdir()?;
        if let Some(file) = file {
            std::fs::write(folder.path().join(FILE), file)?;
        }
        let (_, matches) = matches.subcommand().expect("it says crawl");
        let environment = variables.iter().copied().collect();
        let told = told(matches, cli.config.as_deref(), folder.path(), &environment)?;
        Ok(Settings::told(Vec::new(), &told, None)?)
    }

    fn crawl(arguments: &[&str]) -> anyhow::Result<Settings> {
        crawl_with(arguments, None, &[])
    }

    #[test]
    fn an_argument_wins_over_a_variable_and_that_over_the_file() {
        let file = Some("threads = 2\ntries = 4\ndelay = 0.25\nallow-local = true");
        let variables = [("CAPSTONE_THREADS", "3"), ("CAPSTONE_TRIES", "5")];

        let settings = crawl_with(&["--threads", "8", "--allow-local=false"], file, &variables);

        let settings = settings.expect("valid");
        // 8 is the default too: that it was typed is what counts.
        assert_eq!(settings.threads, 8);
        assert_eq!(settings.limits.max_tries, 5);
        assert_eq!(settings.politeness.delay, Duration::from_millis(250));
        assert!(!settings.allow_local);
    }

    #[test]
    fn a_default_that_clap_fills_in_does_not_win_over_the_file() {
        let settings = crawl_with(&[], Some("threads = 2\nallow-local = true"), &[]);

        let settings = settings.expect("valid");
        assert_eq!(settings.threads, 2);
        assert!(settings.allow_local);
    }

    #[test]
    fn a_slip_in_the_file_names_its_place() {
        let error = crawl_with(&[], Some("\nthread = 2"), &[]).expect_err("a slip");

        let error = error.to_string();
        assert!(
            error.contains("capstone.toml:2:1) is no setting; did you mean threads?"),
            "{error}"
        );
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
