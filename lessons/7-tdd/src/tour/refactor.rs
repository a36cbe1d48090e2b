//! Part 8: nine versions of an invoice printer against one set of pinned outputs.

use tdd::invoice::STAGES;
use tour::{Stage, Table};

use super::workshop::Crate;

/// An order, and what was printed for it by the program as it was found.
struct Pinned {
    order: &'static str,
    snapshot: &'static str,
}

macro_rules! pinned {
    ($($name:literal)*) => {
        &[$(Pinned {
            order: include_str!(concat!("../../tests/invoices/", $name, ".txt")),
            snapshot: include_str!(concat!(
                "../../tests/snapshots/invoice_characterisation__", $name, ".snap"
            )),
        }),*]
    };
}

const PINNED: &[Pinned] = pinned![
    "below_thousand" "countries" "discount_50" "discount_51" "discount_below_zero"
    "discount_no_number" "discount_on_a_return" "discount_zero" "empty" "header_late" "ignored_many"
    "ignored_one" "millions" "names" "nothing" "owed_thousands" "pages" "prices" "quantities"
    "returns" "returns_tax" "ten" "thanks" "thanks_not_yet" "thousand" "typical" "zero"
];

const SOURCES: [&str; 9] = [
    include_str!("../invoice/s0_ugly.rs"),
    include_str!("../invoice/s1_names.rs"),
    include_str!("../invoice/s2_money.rs"),
    include_str!("../invoice/s3_values.rs"),
    include_str!("../invoice/s4_tax_table.rs"),
    include_str!("../invoice/s5_read_first.rs"),
    include_str!("../invoice/s6_reckon.rs"),
    include_str!("../invoice/s7_pages.rs"),
    include_str!("../invoice/s8_sentence.rs"),
];

pub fn play(stage: &mut Stage) -> tour::Result {
    let mut table = Table::new([
        "stage",
        "pinned outputs kept",
        "lines in `print`",
        "deepest indentation",
    ]);
    for ((name, print), source) in STAGES.iter().zip(SOURCES) {
        let n_kept = kept(*print);
        if n_kept != PINNED.len() {
            return Err(format!("{name} keeps {n_kept} of {} outputs", PINNED.len()).into());
        }
        let (length, depth) = measure(source);
        let kept = format!("{n_kept} of {}", PINNED.len());
        table.row([
            (*name).to_owned(),
            kept,
            length.to_string(),
            depth.to_string(),
        ]);
    }
    stage.table(&table);

    stage.line("on the way somebody mends an obvious mistake: the tax on a return is rounded");
    stage.line("towards zero, all other tax half up. One word in stage 8, compiled and compared:");
    let n_kept = mended()?;
    stage.line(format!("that keeps {n_kept} of {}: red", PINNED.len()));
    if n_kept == PINNED.len() {
        return Err("the change should have been noticed".into());
    }
    stage.means(
        "eight steps changed every line and not one output. Whether the rounding is a mistake is a \
         question for the people who pay by it: a refactoring asks it, and does not answer it",
    );
    Ok(())
}

fn kept(print: impl Fn(&str) -> String) -> usize {
    let same = |pinned: &&Pinned| content(pinned.snapshot).trim() == print(pinned.order).trim();
    PINNED.iter().filter(same).count()
}

/// Compiles the last stage with its rounding mended, and returns how many outputs it keeps.
fn mended() -> tour::Result<usize> {
    let right = SOURCES[8].replace(" + 500) / 1000\n", " + 500).div_euclid(1000)\n");
    if right == SOURCES[8] {
        return Err("the rounding is not where it was".into());
    }
    let mut program = Crate::new(
        "mod invoice;\nfn main() {}\n\
         #[test]\nfn kept() {\n    for (order, pinned) in [\n".to_owned()
            + &(0..PINNED.len())
                .map(|n| format!("(include_str!(\"{n}.txt\"), include_str!(\"{n}.snap\")),\n"))
                .collect::<String>()
            + "] {\n if invoice::print(order).trim() == pinned.trim() { println!(\"\\nkept\"); }\n }\n}\n",
    )
    .with("invoice.rs", right);
    for (n, pinned) in PINNED.iter().enumerate() {
        program = program
            .with(format!("{n}.txt"), pinned.order)
            .with(format!("{n}.snap"), content(pinned.snapshot));
    }
    let run = program.test()?;
    Ok(run.printed.iter().filter(|line| *line == "kept").count())
}

/// A snapshot is a head between two lines of dashes, then what was printed.
fn content(snapshot: &str) -> &str {
    snapshot.splitn(3, "---\n").nth(2).unwrap_or_default()
}

/// Returns the number of lines of the function `print`, and how many levels deep its deepest one is.
fn measure(source: &str) -> (usize, usize) {
    let body = source
        .lines()
        .skip_while(|line| !line.starts_with("pub fn print"));
    let body: Vec<&str> = body.skip(1).take_while(|line| *line != "}").collect();
    let indentation = |line: &&str| (line.len() - line.trim_start().len()) / 4;
    (
        body.len(),
        body.iter().map(indentation).max().unwrap_or_default(),
    )
}
