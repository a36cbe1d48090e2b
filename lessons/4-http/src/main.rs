//! The tour of lesson 4: every part on this machine, alone, in some seconds; and one command for any
//! site.
//!
//! `just lesson 4` plays all of it, `just lesson 4 --list` names the parts, `just lesson 4 retry` plays
//! one. `just lesson 4 get URL` asks any site, https included.

// `::tour` is the crate by which all lessons speak; this one is the lesson's own.
mod tour;

use std::process::ExitCode;

use ::tour::{Part, Tour};

fn main() -> ExitCode {
    use tour::{
        books, by_hand, changed, download, faults, get, limited, limits, pool, retry, session,
    };

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "get") {
        return get::run(&arguments[1..]);
    }

    Tour::new(4, "HTTP: asking the web, within limits")
        .chapter("book/src/4-http.md")
        .also("get URL", "asks any site on the web, https included")
        .part(
            Part::new(
                "by-hand",
                "A request is a few lines of text, and a library writes better ones",
                "HTTP says what the bytes on a socket mean: a line that says what is wanted, fields, \
                 an empty line, perhaps a body. The answer is built the same way.",
                by_hand::play,
            )
            .predict("Which header does a request need, even one for the simplest page?"),
        )
        .part(
            Part::new(
                "books",
                "Each thing has an address, and the methods are the verbs",
                "A REST API is a web for programs. One address lists the books, each book has one of \
                 its own, and POST, GET, PUT, PATCH and DELETE say what to do with it.",
                books::play,
            )
            .predict("Two people read a book, and both send a change. What should the second be told?"),
        )
        .part(
            Part::new(
                "session",
                "A server knows you by what you send along",
                "Each request stands alone. To stay logged in, a browser sends a cookie along, and a \
                 program a token.",
                session::play,
            )
            .predict("You log in, and then ask for your account without sending anything along. What comes?"),
        )
        .part(
            Part::new(
                "retry",
                "What fails now may work soon, if everybody waits a different time",
                "A server that is overloaded says so. Who tries again at once makes it worse; who \
                 waits, longer each time and at random, helps it recover.",
                retry::play,
            )
            .predict("1,000 clients fail together and wait a second each. What does the server see then?"),
        )
        .part(
            Part::new(
                "limited",
                "A server that says when to come back is obeyed",
                "429 means: too many requests. Retry-After says when to come back, in seconds or as \
                 a date.",
                limited::play,
            )
            .predict("A server answers 429 and Retry-After: 3600. What should a program do?"),
        )
        .part(
            Part::new(
                "changed",
                "What has not changed need not be sent again",
                "An answer names its version, by a tag or a date. Who asks again with that name gets \
                 a new version, or 304 and no body.",
                changed::play,
            )
            .predict("How many bytes of body does it take to learn that a page has not changed?"),
        )
        .part(
            Part::new(
                "limits",
                "No answer costs more than you allow",
                "A client without limits is held as long, and takes as much memory, as a stranger \
                 likes. Size counts twice: on the wire and after unpacking.",
                limits::play,
            )
            .predict("1 MB of gzip comes over the wire. How large can it be unpacked?"),
        )
        .part(
            Part::new(
                "faults",
                "Whatever a server does wrong, the client ends, in time, and says why",
                "Lengths that lie, heads that never end, redirects in circles. Each of them ends \
                 within the limits, in an error that a program can act on.",
                faults::play,
            )
            .predict("A server promises 100 bytes and sends 500. Is that an error?"),
        )
        .part(
            Part::new(
                "download",
                "What broke off goes on where it broke off",
                "A large body goes to a file, piece by piece. Range asks for what is missing, and \
                 If-Range makes sure that it belongs to the same version.",
                download::play,
            )
            .predict("Between two tries the file on the server has changed. What must not happen?"),
        )
        .part(
            Part::new(
                "pool",
                "One client for all keeps its connections open",
                "A client keeps its connections open between requests. A client for each request \
                 opens one each time.",
                pool::play,
            )
            .predict("50 requests with one client, 50 with a client each: how many connections?"),
        )
        .play()
}
