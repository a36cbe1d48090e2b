//! Part 3: one page of the practice site, read in the right encoding and in wrong ones.

use parsing::html::decode;
use practice_site::TitleForm;
use tour::{Stage, Table};

use super::{get, short, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let truth = site.truth();
    // A title that is written with references would be the same in every encoding.
    let mut old = truth.articles().iter().filter(|it| {
        !it.encoding.eq_ignore_ascii_case("utf-8") && it.title_form == TitleForm::Everywhere
    });
    let article = old
        .clone()
        .find(|it| it.encoding == "windows-1251")
        .or_else(|| old.next())
        .ok_or("the site has no page in an old encoding")?;
    let answer = get(&site, &article.path)?;
    stage.line(format!(
        "the page says {}; its title in five readings:",
        article.encoding
    ));

    let mut table = Table::new(["read as", "title", "letters lost"]);
    for label in [
        article.encoding,
        "utf-8",
        "windows-1252",
        "iso-8859-2",
        "koi8-r",
    ] {
        // A label in the header outranks what the page says: here it is a lie, but for the first.
        let decoded = decode(&answer.body, Some(label));
        let lost = decoded.text.matches('\u{fffd}').count();
        table.row([
            decoded.encoding.to_owned(),
            short(&title(&decoded.text), 34),
            lost.to_string(),
        ]);
    }
    stage.table(&table);
    stage.means("a wrong encoding is no error: most of them read any byte. Only UTF-8 notices, and loses what does not fit");

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

fn title(page: &str) -> String {
    let (_, behind) = page.split_once("<title>").unwrap_or_default();
    behind
        .split("</title>")
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned()
}
