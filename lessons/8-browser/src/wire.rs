//! HTTP by hand, as much of it as a driver on this machine needs: one request, one answer.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// The longest answer that is taken: a screenshot of a tall page has some megabytes.
const MAX_ANSWER_BYTES: u64 = 256 << 20;

/// Sends a request and returns the status and the body of the answer.
///
/// Every command gets a connection of its own: on one machine that costs a tenth of a millisecond,
/// and there is no connection that could have died between two commands.
pub fn exchange(
    driver: SocketAddr,
    method: &str,
    path: &str,
    body: &str,
    limit: Duration,
) -> io::Result<(u16, String)> {
    let end = Instant::now() + limit;
    let mut stream = TcpStream::connect_timeout(&driver, limit)?;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(limit))?;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {driver}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes())?;

    let mut answer = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        // A timeout bounds one read; what is left until the deadline bounds all of them.
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        let n = match stream.read(&mut piece) {
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        answer.extend_from_slice(&piece[..n]);
        if let Some(parsed) = parse(&answer, n == 0)? {
            return Ok(parsed);
        }
        if answer.len() as u64 > MAX_ANSWER_BYTES {
            return Err(io::Error::other("the answer does not end"));
        }
    }
}

/// Returns status and body once the answer is complete; `ended` says that no more will come.
///
/// # Format
///
/// ```text
/// HTTP/1.1 200 OK\r\n
/// Content-Length:14\r\n
/// \r\n
/// {"value":null}
/// ```
fn parse(answer: &[u8], ended: bool) -> io::Result<Option<(u16, String)>> {
    let broken = |what| io::Error::new(io::ErrorKind::InvalidData, what);
    let Some(head_end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return match ended {
            true => Err(io::ErrorKind::UnexpectedEof.into()),
            false => Ok(None),
        };
    };
    let head = String::from_utf8_lossy(&answer[..head_end]);
    let body = &answer[head_end + 4..];
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.get(..3)?.parse().ok())
        .ok_or_else(|| broken("the answer has no status"))?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().ok())?
    });
    let whole = match length {
        Some(length) if body.len() >= length => &body[..length],
        None if ended => body,
        _ if ended => return Err(io::ErrorKind::UnexpectedEof.into()),
        _ => return Ok(None),
    };
    let body = String::from_utf8(whole.to_vec()).map_err(|_| broken("the answer is no UTF-8"))?;
    Ok(Some((status, body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_complete_when_its_length_is_there() {
        let answer = b"HTTP/1.1 404 Not Found\r\nContent-Length:5\r\n\r\nhello";

        for cut in 0..answer.len() {
            assert!(matches!(parse(&answer[..cut], false), Ok(None)), "{cut}");
            assert!(parse(&answer[..cut], true).is_err(), "{cut}");
        }
        assert_eq!(
            parse(answer, false).unwrap(),
            Some((404, "hello".to_owned()))
        );
    }

    #[test]
    fn an_answer_without_a_length_ends_with_the_connection() {
        let answer = b"HTTP/1.1 200 OK\r\n\r\nhello";

        assert_eq!(parse(answer, false).unwrap(), None);
        assert_eq!(
            parse(answer, true).unwrap(),
            Some((200, "hello".to_owned()))
        );
    }

    #[test]
    fn what_is_no_http_is_an_error() {
        assert!(parse(b"hello\r\n\r\n", false).is_err());
        assert!(parse(b"HTTP/1.1 \xff\xff\r\n\r\n", false).is_err());
        assert!(parse(b"HTTP/1.1 2\r\n\r\n", true).is_err());
    }
}
