//! `just lesson 4 get URL`: asks any site, and shows what happens on the way.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program speaks to a person"
)]

use std::io::{self, IsTerminal, Read, Write};
use std::process::ExitCode;
use std::time::Instant;

use http_client::{Client, Config, Error, Event, Observer, Private, Response, What};
use tour::{count, duration};

const USAGE: &str = "\
just lesson 4 get URL [--head] [--allow-private]

 URL               http:// or https://; without either, https:// is put before it
 --head            shows the fields of the answer and leaves the body
 --allow-private   lets it ask this machine and private networks, as for `just site`
";

/// The body that is shown on a terminal; all of it goes to a file or a pipe.
const SHOWN_BYTES: u64 = 2_000;

/// Runs the command with the words behind `get`. Exit codes: 0 success, 1 not, 2 not understood.
pub fn run(arguments: &[String]) -> ExitCode {
    let (options, urls): (Vec<&str>, Vec<&str>) = arguments
        .iter()
        .map(String::as_str)
        .partition(|word| word.starts_with('-'));
    let unknown = options
        .iter()
        .find(|option| !["--head", "--allow-private"].contains(option));
    let ([url], None) = (&urls[..], unknown) else {
        let asked = options
            .iter()
            .any(|option| ["--help", "-h"].contains(option));
        if asked {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let url = match url.contains("://") {
        true => (*url).to_owned(),
        false => format!("https://{url}"),
    };
    let private = match options.contains(&"--allow-private") {
        true => Private::Allow,
        false => Private::Refuse,
    };
    match get(&url, private, options.contains(&"--head")) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{}", printable(&error.to_string()));
            for line in advice(&error) {
                eprintln!("  {line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn get(url: &str, private: Private, head_only: bool) -> Result<ExitCode, Error> {
    let started = Instant::now();
    let client = Client::new(Config {
        private,
        observer: Observer::new(move |event| tell(started, event)),
        ..Config::default()
    })?;
    let mut response = client.get(url).send()?;
    if head_only {
        show_head(&response);
    } else {
        show_body(&mut response)?;
    }
    Ok(match response.status().is_success() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// What happens goes to standard error, so that the body alone can be sent to a file.
fn tell(started: Instant, event: &Event<'_>) {
    let what = match event.what {
        What::Sent { attempt: 1 } => format!("{} {}", event.method, event.url),
        What::Sent { attempt } => format!("{} {} (try {attempt})", event.method, event.url),
        What::Answered { status } => format!("answer {status}"),
        What::Redirected { to } => format!("redirect to {to}"),
        What::Paused { pause } => format!("pause of {}", duration(pause)),
        What::Read {
            wire_bytes,
            body_bytes,
            whole,
        } => format!(
            "{} bytes over the wire, {} unpacked{}",
            count(wire_bytes),
            count(body_bytes),
            if whole { "" } else { "; the rest was left" }
        ),
        _ => return,
    };
    eprintln!("{:>8}  {}", duration(started.elapsed()), printable(&what));
}

fn show_head(response: &Response) {
    for (name, value) in response.headers() {
        println!(
            "{name}: {}",
            printable(&String::from_utf8_lossy(value.as_bytes()))
        );
    }
}

fn show_body(response: &mut Response) -> Result<(), Error> {
    if !io::stdout().is_terminal() {
        let mut out = io::stdout().lock();
        return match response
            .copy_to(&mut out)
            .and_then(|_| out.flush().map_err(Error::Write))
        {
            // Who reads only the beginning, as `head` does, has what it wanted.
            Err(Error::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            done => done.map(drop),
        };
    }
    let mut shown = Vec::new();
    let read = response.take(SHOWN_BYTES).read_to_end(&mut shown);
    println!("{}", printable(&String::from_utf8_lossy(&shown)));
    if let Err(error) = read {
        return Err(Error::Body(error.to_string()));
    }
    if shown.len() as u64 == SHOWN_BYTES {
        eprintln!("(the first {SHOWN_BYTES} bytes; `just lesson 4 get URL > FILE` takes all)");
    }
    Ok(())
}

/// What a person can do about an error.
fn advice(error: &Error) -> Vec<String> {
    match error {
        Error::LookUp { source, .. } => vec![
            format!("the system says: {source}"),
            "is this machine online, and the name written right?".to_owned(),
            "without a network, everything else of this lesson works: just lesson 4".to_owned(),
        ],
        Error::Connect { .. } | Error::ConnectTimedOut { .. } => vec![
            "is this machine online, does the server run, does a firewall stand between?"
                .to_owned(),
            "without a network, everything else of this lesson works: just lesson 4".to_owned(),
        ],
        Error::PrivateAddress { .. } => {
            vec!["if you want that, say so: just lesson 4 get URL --allow-private".to_owned()]
        }
        Error::NotWeb(_) => USAGE.lines().take(1).map(str::to_owned).collect(),
        Error::Silent { .. } | Error::TooSlow { .. } | Error::Broken(_) => {
            vec!["it may pass: try again in a while".to_owned()]
        }
        _ => Vec::new(),
    }
}

/// Makes text harmless: a terminal obeys some bytes, and a stranger wrote these.
fn printable(text: &str) -> String {
    let harmless = |c: char| match c {
        '\n' | '\t' => c.to_string(),
        c if c.is_control() => c.escape_default().to_string(),
        // What turns the direction of text around can make a name look like another.
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            c.escape_unicode().to_string()
        }
        c => c.to_string(),
    };
    text.chars().map(harmless).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_network_it_says_so_and_what_works_all_the_same() {
        let error = Error::LookUp {
            host: "example.org".into(),
            source: io::Error::other("temporary failure in name resolution"),
        };

        let told = advice(&error).join("\n");

        assert!(told.contains("temporary failure") && told.contains("is this machine online"));
        assert!(told.contains("without a network, everything else of this lesson works"));
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        assert_eq!(
            printable("a\u{1b}[2Jb\u{202e}c\nd"),
            "a\\u{1b}[2Jb\\u{202e}c\nd"
        );
    }
}
