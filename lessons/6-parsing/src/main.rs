//! The tour of lesson 6: every part on this machine, alone, on loopback, in a few seconds.
//!
//! `just lesson 6` plays all of it, `just lesson 6 --list` names the parts, `just lesson 6 robots` plays one.

// `::tour` is the crate by which all lessons speak; this one is the lesson's own.
mod tour;

use std::process::ExitCode;

use ::tour::{Part, Tour};

fn main() -> ExitCode {
    use tour::{articles, attacks, encodings, feeds, manners, repair, robots, selectors, speed};

    Tour::new(6, "Parsing: what a page says, and where it leads")
        .chapter("book/src/6-parsing.md")
        .part(
            Part::new(
                "repair",
                "Broken HTML is repaired, broken XML is refused",
                "HTML's rules say for every sequence of bytes which tree it is, so a browser always \
                 has a page to show. XML's rules say that a reader must stop at the first mistake.",
                repair::play,
            )
            .predict("`<p>one<p>two`: how many paragraphs does a browser see, and is one inside the other?"),
        )
        .part(
            Part::new(
                "selectors",
                "A selector says which elements you mean",
                "From a name to \"the headline of an article that has a list\": the page is a \
                 tree, and a selector is a question about it.",
                selectors::play,
            )
            .predict("`article p` and `article > p`: which of them finds more?"),
        )
        .part(
            Part::new(
                "encodings",
                "The same bytes are another text in another encoding",
                "A page arrives as bytes. Four witnesses may tell how to read them, and they do not \
                 always agree.",
                encodings::play,
            )
            .predict("A page in windows-1251 is read as UTF-8. Does that fail, or does it succeed with the wrong text?"),
        )
        .part(
            Part::new(
                "articles",
                "A page says when it was written in ten ways, and names other days too",
                "The practice site's blog shows its dates in every form that is in use, among dates of \
                 comments, related articles and the copyright. It also knows the truth.",
                articles::play,
            )
            .predict("A page names five days: for machines, in words, in its story, in a comment and in its copyright. Which one is the article's?"),
        )
        .part(
            Part::new(
                "feeds",
                "A feed says outright what a page only hints at, if it can be read",
                "Three formats say the same. And a feed that is broken as feeds are is read by \
                 forgiveness, where a strict reader stops at the first line.",
                feeds::play,
            )
            .predict("A feed has one bare & in one title. How many of its entries does a strict reader give?"),
        )
        .part(
            Part::new(
                "robots",
                "The longest rule decides, and it has a line number",
                "A robots.txt is read from top to bottom by people and by length of pattern by robots. \
                 A verdict that names its line can be checked.",
                robots::play,
            )
            .predict("`Disallow: /faults/` and below it `Allow: /faults/$`: may `/faults/` be fetched?"),
        )
        .part(
            Part::new(
                "attacks",
                "A document may be made to harm its reader",
                "A kilobyte that becomes gigabytes, a name for a file of yours, tags nested a \
                 hundred thousand deep: each is legal on paper, and none is needed.",
                attacks::play,
            )
            .predict("Nine entities, each ten times the one before. How long is the text of the last one?"),
        )
        .part(
            Part::new(
                "speed",
                "A tree costs more than what is read from it",
                "To find title, date and links one needs no tree: one pass over the tags that \
                 remembers where it is will do.",
                speed::play,
            )
            .predict("How many times quicker is one pass than a tree?"),
        )
        .part(
            Part::new(
                "manners",
                "What may be read by a program is not what may be taken",
                "Seven questions before a crawl. Four of them a program can ask; the other three are \
                 yours.",
                manners::play,
            )
            .predict("A page is public and robots.txt allows it. May you publish a copy?"),
        )
        .play()
}
