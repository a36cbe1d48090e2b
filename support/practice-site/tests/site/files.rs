//! Files, bytes and images: ranges, conditions, waits, checksums.

use crate::client::{Client, get, start};
use std::time::{Duration, Instant};

/// CRC-32, bit by bit, apart from the crate that the site uses.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

#[test]
fn every_listed_file_has_its_true_length_and_checksum() {
    let site = start();
    let mut client = Client::connect(&site);
    let index = client.get("/files/").text();
    for file in site.truth().files() {
        let answer = client.get(&file.path);

        assert_eq!(answer.body.len() as u64, file.length, "{}", file.path);
        assert_eq!(crc32(&answer.body), file.crc32, "{}", file.path);
        assert_eq!(
            answer.header("x-crc32"),
            Some(format!("{:08x}", file.crc32).as_str())
        );
        assert!(index.contains(&format!("href=\"{}\"", file.path)));
    }
    assert!(site.truth().files().len() >= 15);
}

#[test]
fn any_number_of_bytes_comes_as_the_library_says() {
    let site = start();
    let mut client = Client::connect(&site);
    for length in [
        0_usize, 1, 7, 8, 9, 511, 512, 513, 16_383, 16_384, 16_385, 300_000,
    ] {
        let answer = client.get(&format!("/bytes/{length}?seed=5"));

        assert!(
            answer.body == practice_site::bytes(5, 0, length),
            "{length}"
        );
        assert_eq!(
            answer.header("x-crc32"),
            Some(format!("{:08x}", crc32(&answer.body)).as_str())
        );
    }
    let many = client.get("/bytes/3000000?seed=6");
    assert!(many.body == practice_site::bytes(6, 0, 3_000_000));
    assert_ne!(
        practice_site::bytes(5, 0, 100),
        practice_site::bytes(6, 0, 100)
    );
    assert_eq!(client.get("/bytes/9999999999").status, 400);
    assert_eq!(client.get("/bytes/many").status, 404);
}

#[test]
fn bytes_may_come_in_chunks() {
    let site = start();
    let mut client = Client::connect(&site);
    for length in [0, 1, 100_000] {
        let answer = client.get(&format!("/bytes/{length}?seed=5&chunked=1"));

        assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
        assert_eq!(answer.header("content-length"), None);
        assert!(
            answer.body == practice_site::bytes(5, 0, length),
            "{length}"
        );
    }
    client.send("GET /bytes/10?seed=5&chunked=1 HTTP/1.0\r\n\r\n");
    let old = client.read(false).unwrap();
    assert_eq!(old.header("transfer-encoding"), None);
    assert_eq!(old.body, practice_site::bytes(5, 0, 10));
}

#[test]
fn a_range_is_that_part_of_the_whole() {
    let site = start();
    let mut client = Client::connect(&site);
    for path in [
        "/files/ropes.bin",
        "/bytes/50000?seed=3",
        "/images/2.png",
        "/images/2.svg",
    ] {
        let whole = client.get(path);
        let length = whole.body.len();
        assert_eq!(whole.header("accept-ranges"), Some("bytes"), "{path}");
        for (range, from, to) in [
            ("0-0", 0, 1),
            ("5-17", 5, 18),
            ("-100", length - 100, length),
            ("600-", 600, length),
            ("0-9999999", 0, length),
        ] {
            let part = client.ask("GET", path, &[&format!("Range: bytes={range}")], "");

            assert_eq!(part.status, 206, "{path} {range}");
            assert!(part.body == whole.body[from..to], "{path} {range}");
            let expected = format!("bytes {from}-{}/{length}", to - 1);
            assert_eq!(
                part.header("content-range"),
                Some(expected.as_str()),
                "{path}"
            );
        }
        let beyond = client.ask("GET", path, &["Range: bytes=99999999-"], "");
        assert_eq!(beyond.status, 416, "{path}");
        assert_eq!(
            beyond.header("content-range"),
            Some(format!("bytes */{length}").as_str())
        );
        let several = client.ask("GET", path, &["Range: bytes=0-1,5-6"], "");
        assert_eq!(
            (several.status, several.body.len()),
            (200, length),
            "{path}"
        );
    }
}

#[test]
fn a_download_resumed_with_if_range_is_never_glued_from_two_files() {
    let site = start();
    let mut client = Client::connect(&site);
    let path = "/bytes/5000?seed=3";
    let first = client.ask("GET", path, &["Range: bytes=0-1999"], "");
    let etag = first.header("etag").unwrap().to_string();

    let same = client.ask(
        "GET",
        path,
        &["Range: bytes=2000-", &format!("If-Range: {etag}")],
        "",
    );
    let other = client.ask(
        "GET",
        path,
        &["Range: bytes=2000-", "If-Range: \"another\""],
        "",
    );

    assert_eq!(same.status, 206);
    assert_eq!(
        [first.body, same.body].concat(),
        practice_site::bytes(3, 0, 5_000)
    );
    assert_eq!((other.status, other.body.len()), (200, 5_000));
}

#[test]
fn a_wait_and_a_pace_can_be_asked_for() {
    let site = start();
    let mut client = Client::connect(&site);

    let begun = Instant::now();
    client.get("/files/chapter-01.txt?ms=120");
    let waited = begun.elapsed();
    let begun = Instant::now();
    let slow = client.get("/bytes/1000?rate=5000&seed=1");
    let paced = begun.elapsed();

    assert!(waited >= Duration::from_millis(120), "{waited:?}");
    assert!(paced >= Duration::from_millis(150), "{paced:?}");
    assert_eq!(slow.body, practice_site::bytes(1, 0, 1_000));
}

#[test]
fn images_are_what_they_say() {
    let site = start();

    let png = get(&site, "/images/5.png");
    let svg = get(&site, "/images/5.svg");

    assert_eq!(png.header("content-type"), Some("image/png"));
    assert!(png.body.starts_with(b"\x89PNG\r\n\x1a\n"));
    // Each chunk: length, name, data, checksum over name and data.
    let (mut at, mut names) = (8, Vec::new());
    let mut pixels = Vec::new();
    while at < png.body.len() {
        let word = |at: usize| u32::from_be_bytes(png.body[at..at + 4].try_into().unwrap());
        let length = word(at) as usize;
        let named = &png.body[at + 4..at + 8 + length];
        assert_eq!(crc32(named), word(at + 8 + length));
        names.push(String::from_utf8(named[..4].to_vec()).unwrap());
        if named.starts_with(b"IDAT") {
            std::io::Read::read_to_end(
                &mut flate2::read::ZlibDecoder::new(&named[4..]),
                &mut pixels,
            )
            .unwrap();
        }
        at += 12 + length;
    }
    assert_eq!(names, ["IHDR", "PLTE", "IDAT", "IEND"]);
    assert_eq!(pixels.len(), (240 + 1) * 160);
    assert_eq!(svg.header("content-type"), Some("image/svg+xml"));
    assert!(svg.text().starts_with("<svg") && svg.text().ends_with("</svg>\n"));
    for missing in [
        "/images/x.png",
        "/images/5.gif",
        "/images/5",
        "/images/1/2.png",
    ] {
        assert_eq!(get(&site, missing).status, 404, "{missing}");
    }
}
