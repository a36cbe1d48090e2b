//! Part 3: one page of the practice site, read in the right encoding and in wrong ones.

use std::ops::Range;

use parsing::html::decode;
use tour::{Stage, Table};

use super::{get, site};

/// How many letters of the page are shown.
const LETTERS: usize = 24;

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let truth = site.truth();
    let article = truth
        .articles()
        .iter()
        .find(|it| it.encoding == "windows-1251");
    let article = article.ok_or("the site has no page in windows-1251")?;
    let answer = get(&site, &article.path)?;
    let passage = passage(&answer.body, article.encoding).ok_or("the page has no words")?;
    stage.line(format!(
        "the page says {}; some words of it in five readings:",
        article.encoding
    ));

    let mut table = Table::new(["read as", "words", "letters lost on the page"]);
    for label in [
        article.encoding,
        "utf-8",
        "windows-1252",
        "iso-8859-2",
        "koi8-r",
    ] {
        // A label in the header outranks what the page says: here it is a lie, but for the first.
        let page = decode(&answer.body, Some(label));
        let lost = page.text.matches('\u{fffd}').count();
        let words = decode(&answer.body[passage.clone()], Some(label)).text;
        table.row([
            page.encoding.to_owned(),
            words.into_owned(),
            lost.to_string(),
        ]);
    }
    stage.table(&table);
    stage.means("a wrong encoding is no error: those of one byte a letter read any byte. UTF-8 notices, and loses what does not fit");

    stage.blank();
    stage.line("who tells, and whom we believe:");
    let french = "Caf\u{e9} cr\u{e8}me, d\u{e9}j\u{e0} vu"
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'));
    let french: Vec<u8> = french.collect();
    let meta = [b"<meta charset=iso-8859-1>", french.as_slice()].concat();
    let mark = ["\u{feff}<meta charset=iso-8859-1>Caf\u{e9}".as_bytes()].concat();
    let mut table = Table::new(["the page", "header says", "believed", "because of"]);
    for (what, bytes, label) in [
        ("byte order mark, meta", mark.as_slice(), Some("koi8-r")),
        ("meta", meta.as_slice(), Some("windows-1252")),
        ("meta", meta.as_slice(), None),
        ("nothing", french.as_slice(), None),
        ("nothing, but UTF-8", "Caf\u{e9}".as_bytes(), None),
    ] {
        let decoded = decode(bytes, label);
        table.row([
            what.to_owned(),
            label.unwrap_or("nothing").to_owned(),
            decoded.encoding.to_owned(),
            format!("{:?}", decoded.told).to_lowercase(),
        ]);
    }
    stage.table(&table);
    stage.means("mark, header, page, bytes: in this order, because a server may have recoded the page after it was written");
    Ok(())
}

/// Finds some words between two tags that are not plain English letters. A letter is one byte in this
/// encoding, so places in the text are places in the bytes.
fn passage(bytes: &[u8], label: &str) -> Option<Range<usize>> {
    let page = decode(bytes, Some(label)).text;
    let letters: Vec<char> = page.chars().collect();
    let is_word = |c: &char| (c.is_alphabetic() && !c.is_ascii()) || *c == ' ';
    let at = letters
        .windows(LETTERS)
        .position(|it| it[0] != ' ' && it.iter().all(is_word))?;
    Some(at..at + LETTERS)
}
