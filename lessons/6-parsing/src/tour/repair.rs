//! Part 1: what a browser makes of broken markup, and what an XML reader says to it.

use scraper::Html;
use tour::{Stage, Table};

const BROKEN: [(&str, &str); 6] = [
    ("end tags left out", "<p>one<p>two"),
    ("wrong order", "<b>bold <i>both</b> italic</i>"),
    ("a row without table", "<tr><td>cell"),
    ("a bare &", "<p>Salt & Light"),
    ("no quotes", "<a href=/x class=a b>link</a>"),
    ("no root", "just text"),
];

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.line("each piece is given to an HTML parser and to an XML parser:");
    stage.blank();
    let mut refused = 0;
    for (what, text) in BROKEN {
        let tree = Html::parse_fragment(text).root_element().inner_html();
        stage.line(format!("{what}: {text}"));
        stage.line(format!("  HTML: {tree}"));
        match roxmltree::Document::parse(text) {
            Ok(_) => stage.line("  XML:  accepted"),
            Err(error) => {
                refused += 1;
                stage.line(format!("  XML:  refused: {error}"));
            }
        }
    }
    stage.blank();
    let mut table = Table::new(["parser", "made a tree of", "refused"]);
    table.row(["HTML".to_owned(), BROKEN.len().to_string(), "0".to_owned()]);
    table.row([
        "XML".to_owned(),
        (BROKEN.len() - refused).to_string(),
        refused.to_string(),
    ]);
    stage.table(&table);
    stage.means("for HTML there is no wrong input, only a tree that you did not expect: so look at the tree");
    stage.means("an XML reader that repairs is not one: what it refuses must be salvaged by somebody who knows what it was meant to be");
    Ok(())
}
