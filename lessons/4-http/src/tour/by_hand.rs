//! Part 1: the same request by a bare socket and by the client.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use practice_site::Site;
use tour::{Stage, Table};

use super::{client, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    // ANCHOR: socket
    let request =
        "GET /files/timetable.csv HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut stream = TcpStream::connect(site.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.take(64 * 1024).read_to_string(&mut answer)?;
    // ANCHOR_END: socket
    stage.line("by a socket, sent byte for byte:");
    stage.quote(request);
    stage.line("came back (the first line and a few fields):");
    stage.quote(shown(&answer));

    // ANCHOR: client
    let response = client()?.get(site.url("/files/timetable.csv")).send()?;
    let by_client = response.success()?.text()?;
    // ANCHOR_END: client
    let by_socket = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let same = if by_client == by_socket {
        "the same"
    } else {
        "another"
    };
    stage.line(format!("by the client, in two lines: {same} body"));
    stage.blank();

    let mut table = Table::new(["asked for", "by a socket", "by the client"]);
    for (path, why) in [
        ("/blog", "a redirect"),
        ("/blog/", "a packed page"),
        ("/bytes/3000?chunked=1", "a body in chunks"),
        ("/faults/truncated", "a body that is cut off"),
    ] {
        table.row([
            format!("{path}: {why}"),
            by_a_socket(&site, path)?,
            by_the_client(&site, path)?,
        ]);
    }
    stage.table(&table);
    stage.means(
        "the socket brings bytes and the status line; what they mean is for you to find out. The \
         client follows, unpacks, puts together, and notices what is missing",
    );
    Ok(())
}

/// Returns the status line and those fields that are the same in every run.
fn shown(answer: &str) -> String {
    let wanted = [
        "HTTP/",
        "Content-Type:",
        "Content-Length:",
        "ETag:",
        "Connection:",
    ];
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    let lines = head
        .lines()
        .filter(|line| wanted.iter().any(|start| line.starts_with(start)));
    lines.map(|line| format!("{line}\r\n")).collect()
}

fn by_a_socket(site: &Site, path: &str) -> tour::Result<String> {
    let mut stream = TcpStream::connect(site.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(1024 * 1024).read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let body = end.map_or(&[][..], |end| &answer[end + 4..]);
    let status = String::from_utf8_lossy(answer.get(9..12).unwrap_or_default()).into_owned();
    let first = match body {
        [0x1f, 0x8b, ..] => "gzip".to_owned(),
        body => body
            .iter()
            .take(12)
            .map(|byte| byte.escape_ascii().to_string())
            .collect(),
    };
    Ok(match body.len() {
        0 => format!("{status}, no body"),
        // The bytes of a file are random to the eye; the chunk's size before them is the point.
        _ if path.contains("chunked") => {
            let size = first.split('\\').next().unwrap_or_default();
            format!("{status}, begins with `{size}`")
        }
        _ => format!("{status}, begins with `{first}`"),
    })
}

fn by_the_client(site: &Site, path: &str) -> tour::Result<String> {
    let response = client()?.get(site.url(path)).send()?;
    let (status, at) = (response.status().as_u16(), response.url().path().to_owned());
    Ok(match response.bytes() {
        Err(error) => error.to_string(),
        Ok(_) if at != path && path == "/blog" => format!("{status}, the page at {at}"),
        Ok(body) if body.starts_with(b"<") => format!("{status}, a page"),
        Ok(body) => format!("{status}, {} bytes", body.len()),
    })
}
