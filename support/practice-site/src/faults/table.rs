//! The faults by name: what the server does, and what a good client does about it.

use crate::truth::Fault;

const fn fault(
    path: &'static str,
    name: &'static str,
    what: &'static str,
    advice: &'static str,
) -> Fault {
    Fault {
        path,
        name,
        what,
        advice,
    }
}

/// The headings of the index, each with the beginning of the first path below it.
const HEADINGS: [(&str, &str); 9] = [
    ("Too slow, too long", "/faults/slow"),
    ("Wrong lengths and chunks", "/faults/truncated"),
    ("Broken heads", "/faults/unfinished-head"),
    ("Broken connections", "/faults/close"),
    ("Wrong types", "/faults/wrong-type"),
    ("Compression", "/faults/bomb/gzip"),
    ("Redirects and statuses", "/faults/loop"),
    ("Hard pages", "/faults/page/nested"),
    ("Crawl traps", "/faults/trap/calendar"),
];

/// All faults, in the order of the index.
pub(crate) const FAULTS: &[Fault] = &[
    fault(
        "/faults/slow?ms=3000",
        "Slow to begin",
        "Waits before the first byte of the head; 60 seconds at most.",
        "Limits the time to the first byte.",
    ),
    fault(
        "/faults/drip?ms=200&bytes=50",
        "Drip",
        "Sends the body byte by byte, with a wait before each.",
        "Limits the time of the whole, not only that of a read.",
    ),
    fault(
        "/faults/drip-head?ms=200",
        "Dripping head",
        "Sends the head byte by byte.",
        "Limits the time of the head as well.",
    ),
    fault(
        "/faults/stall",
        "Stall",
        "Sends half of the body, then nothing more.",
        "Gives up on a read that takes too long.",
    ),
    fault(
        "/faults/endless",
        "Endless body",
        "Sends chunk after chunk, as fast as they are taken; 256 MiB at most.",
        "Limits the size of a body.",
    ),
    fault(
        "/faults/endless-lines",
        "Endless without a length",
        "Sends lines until the client goes, to be ended by closing; 256 MiB at most.",
        "Limits the size, also where no length is told.",
    ),
    fault(
        "/faults/truncated",
        "Truncated body",
        "Promises 10,000 bytes, sends 5,000, and closes.",
        "Takes the page for incomplete, and says so.",
    ),
    fault(
        "/faults/too-short",
        "Length too small",
        "Promises 100 bytes and sends 500.",
        "Takes 100 bytes, and does not use the connection again.",
    ),
    fault(
        "/faults/no-length",
        "No length",
        "Tells no length, and ends the body by closing. HTTP/1.0 did so.",
        "Takes it: this is allowed.",
    ),
    fault(
        "/faults/two-lengths",
        "Two lengths",
        "Sends two Content-Length fields that differ.",
        "Refuses the answer: nobody knows where it ends.",
    ),
    fault(
        "/faults/bad-length",
        "A length that is none",
        "Sends Content-Length: many.",
        "Refuses the answer.",
    ),
    fault(
        "/faults/huge-length",
        "Huge length",
        "Promises 8 exbibytes, sends 10 bytes, and closes.",
        "Does not reserve memory for a promise.",
    ),
    fault(
        "/faults/length-and-chunked",
        "Length and chunks",
        "Sends Content-Length and Transfer-Encoding together.",
        "Goes by the chunks, and distrusts the connection.",
    ),
    fault(
        "/faults/bad-chunk",
        "Bad chunk",
        "Sends a chunk whose size is no number.",
        "Refuses the rest.",
    ),
    fault(
        "/faults/truncated-chunk",
        "Truncated chunk",
        "Closes in the middle of a chunk.",
        "Takes the page for incomplete.",
    ),
    fault(
        "/faults/no-last-chunk",
        "No last chunk",
        "Closes after a whole chunk, without the last one of size 0.",
        "Takes the page for incomplete.",
    ),
    fault(
        "/faults/huge-chunk",
        "Huge chunk",
        "Announces a chunk of nearly 16 exbibytes.",
        "Does not reserve memory for a promise, nor add without care.",
    ),
    fault(
        "/faults/unfinished-head",
        "Head without end",
        "Sends a head without its empty line, then waits.",
        "Limits the time of the head.",
    ),
    fault(
        "/faults/endless-head",
        "Endless head",
        "Sends header fields for ever; 256 MiB at most.",
        "Limits the size of a head.",
    ),
    fault(
        "/faults/huge-field",
        "Huge field",
        "Sends one header field of 1 MiB.",
        "Limits the size of a head.",
    ),
    fault(
        "/faults/bare-lf",
        "Bare line feeds",
        "Ends its lines with LF alone.",
        "Takes it, or refuses it clearly.",
    ),
    fault(
        "/faults/bad-status-line",
        "Bad status line",
        "Begins with something that is no status line.",
        "Refuses the answer.",
    ),
    fault(
        "/faults/bad-status",
        "Status that is none",
        "Sends the status 2xx, in letters.",
        "Refuses the answer.",
    ),
    fault(
        "/faults/bad-field",
        "Bad header field",
        "Sends a line without a colon among the fields.",
        "Refuses the answer, or passes over the line.",
    ),
    fault(
        "/faults/http09",
        "HTTP/0.9",
        "Sends a page without any head.",
        "Refuses the answer.",
    ),
    fault(
        "/faults/http2",
        "HTTP/2 unasked",
        "Answers with the first frame of HTTP/2.",
        "Refuses the answer.",
    ),
    fault(
        "/faults/informational?n=1000",
        "Flood of 1xx",
        "Sends a thousand interim answers before the real one.",
        "Limits their number.",
    ),
    fault(
        "/faults/no-content-with-body",
        "204 with a body",
        "Says 204 No Content, and sends a body all the same.",
        "Reads no body, and does not use the connection again.",
    ),
    fault(
        "/faults/head-with-body",
        "HEAD with a body",
        "Answers HEAD with a body too.",
        "Reads no body, and does not use the connection again.",
    ),
    fault(
        "/faults/close",
        "Close without an answer",
        "Reads the request, and closes.",
        "Tries once more if the request may be repeated.",
    ),
    fault(
        "/faults/close-in-head",
        "Close in the head",
        "Closes in the middle of the head.",
        "Says that the answer was cut off.",
    ),
    fault(
        "/faults/reset",
        "Reset",
        "Tears the connection instead of answering.",
        "Says so; tries once more if the request may be repeated.",
    ),
    fault(
        "/faults/reset-in-body",
        "Reset in the body",
        "Tears the connection in the middle of the body.",
        "Takes the page for incomplete.",
    ),
    fault(
        "/faults/wrong-type",
        "Wrong type",
        "Sends an HTML page as image/png.",
        "Goes by the type, or looks inside; never runs what it finds.",
    ),
    fault(
        "/faults/no-type",
        "No type",
        "Tells no Content-Type.",
        "Looks inside, with care.",
    ),
    fault(
        "/faults/wrong-charset",
        "Wrong charset",
        "Says utf-8, and writes windows-1252.",
        "Replaces what it cannot read, and goes on.",
    ),
    fault(
        "/faults/unknown-charset",
        "Unknown charset",
        "Says charset=klingon-1.",
        "Falls back to detection.",
    ),
    fault(
        "/faults/bomb/gzip",
        "Gzip bomb",
        "A megabyte that unpacks to a gibibyte.",
        "Limits the size after unpacking.",
    ),
    fault(
        "/faults/bomb/deflate",
        "Deflate bomb",
        "The same with deflate.",
        "Limits the size after unpacking.",
    ),
    fault(
        "/faults/coding/unknown",
        "Unknown coding",
        "Says Content-Encoding: shuffle.",
        "Refuses the body.",
    ),
    fault(
        "/faults/coding/lie",
        "Coding that is none",
        "Says gzip, and sends plain text.",
        "Refuses the body.",
    ),
    fault(
        "/faults/coding/corrupt",
        "Corrupt gzip",
        "Spoils bytes in the middle of a gzip body.",
        "Refuses the body, checksum and all.",
    ),
    fault(
        "/faults/coding/truncated",
        "Truncated gzip",
        "Cuts a gzip body in half, with a length that fits.",
        "Takes the page for incomplete.",
    ),
    fault(
        "/faults/loop",
        "Loop of one",
        "Redirects to itself.",
        "Notices.",
    ),
    fault(
        "/faults/loops/1",
        "Loop of three",
        "Redirects from 1 to 2, to 3, to 1.",
        "Notices.",
    ),
    fault(
        "/faults/redirects/20",
        "Long chain",
        "Redirects twenty times; any number up to 1,000,000 can be asked for.",
        "Limits their number.",
    ),
    fault(
        "/faults/location/relative",
        "Relative Location",
        "Redirects to ../status/200.",
        "Resolves it: this is allowed.",
    ),
    fault(
        "/faults/location/missing",
        "No Location",
        "Says 302 without a Location.",
        "Takes it as the answer, or says what is missing.",
    ),
    fault(
        "/faults/location/invalid",
        "Invalid Location",
        "Redirects to http://[broken/.",
        "Says that this is no URL.",
    ),
    fault(
        "/faults/location/scheme",
        "Other scheme",
        "Redirects to file:///etc/passwd.",
        "Refuses: a redirect of the web leads to the web.",
    ),
    fault(
        "/faults/location/private",
        "Private address",
        "Redirects to http://169.254.169.254/, where clouds keep their secrets.",
        "Refuses, unless told otherwise.",
    ),
    fault(
        "/faults/status/404",
        "Client errors",
        "Answers with any status from 200 to 599: put it into the path.",
        "Does not try again, but for 408, 425 and 429.",
    ),
    fault(
        "/faults/status/503",
        "Server errors",
        "The same, for 5xx.",
        "Tries again later, not for ever.",
    ),
    fault(
        "/faults/page/nested?depth=100000",
        "Nested page",
        "A page of 100,000 elements, each inside the one before.",
        "Limits the depth of what it builds.",
    ),
    fault(
        "/faults/page/attributes?n=100000",
        "Many attributes",
        "An element with 100,000 attributes.",
        "Takes time that grows with the size, and not with its square.",
    ),
    fault(
        "/faults/page/links?n=100000",
        "Many links",
        "A page with 100,000 links.",
        "Limits how many it takes, and says so.",
    ),
    fault(
        "/faults/page/huge?mb=50",
        "Huge page",
        "An honest page of 50 MB.",
        "Limits the size of a page.",
    ),
    fault(
        "/faults/page/broken",
        "Broken page",
        "Unclosed tags, misplaced tables, stray quotes.",
        "Reads it as browsers do.",
    ),
    fault(
        "/faults/page/escapes",
        "Page with escapes",
        "A title with terminal escape sequences, markup and formulas in it.",
        "Cleans text before it shows it.",
    ),
    fault(
        "/faults/page/nul",
        "Page with NUL",
        "Zero bytes in text, tags and title.",
        "Replaces them.",
    ),
    fault(
        "/faults/xml/bomb",
        "Entity bomb",
        "XML whose entities grow to a billion words.",
        "Refuses entities.",
    ),
    fault(
        "/faults/xml/external",
        "External entity",
        "XML that asks for a local file.",
        "Refuses entities.",
    ),
    fault(
        "/faults/xml/broken",
        "Broken feed",
        "A feed with a bare ampersand and an unclosed tag.",
        "Saves what can be saved.",
    ),
    fault(
        "/faults/trap/calendar/2025/12",
        "Calendar",
        "Each month links to the next, for ever.",
        "Notices pages that are alike, or too deep.",
    ),
    fault(
        "/faults/trap/deep/",
        "Deep paths",
        "Each page links to one a folder deeper.",
        "Limits the depth of paths.",
    ),
    fault(
        "/faults/trap/session",
        "Session ids",
        "Each visit gets links with a new session id.",
        "Notices parameters that change nothing.",
    ),
    fault(
        "/faults/trap/facets",
        "Facets",
        "Each link adds one more filter to the query.",
        "Limits how many variants of a page it takes.",
    ),
];

/// Returns the faults under their headings.
pub(super) fn groups() -> Vec<(&'static str, &'static [Fault])> {
    let start = |path: &str| FAULTS.iter().position(|fault| fault.path.starts_with(path));
    let starts: Vec<usize> = HEADINGS
        .iter()
        .filter_map(|(_, path)| start(path))
        .collect();
    HEADINGS
        .iter()
        .enumerate()
        .filter_map(|(place, (heading, _))| {
            let end = starts.get(place + 1).copied().unwrap_or(FAULTS.len());
            Some((*heading, FAULTS.get(*starts.get(place)?..end)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_stands_under_one_heading() {
        let grouped: Vec<Fault> = groups()
            .into_iter()
            .flat_map(|(_, faults)| faults.to_vec())
            .collect();

        assert_eq!(groups().len(), HEADINGS.len());
        assert_eq!(grouped, FAULTS);
    }
}
