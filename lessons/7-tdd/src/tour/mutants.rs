//! Part 7: every one-slip mutant of a small function, judged by two suites.

use tdd::mutation::mutants;
use tour::{Stage, Table};

use super::coverage::{STRONG, WEAK, function, notices, suites};
use super::workshop::{Crate, test_all};

pub fn play(stage: &mut Stage) -> tour::Result {
    let mutants = mutants(&function());
    let crates: Vec<Crate> = mutants
        .iter()
        .map(|mutant| suites(&mutant.program))
        .collect();
    let runs = test_all(&crates)?;

    let mut table = Table::new(["mutant", "weak suite", "strong suite"]);
    let (mut n_weak, mut n_strong) = (0, 0);
    let mut killer = None;
    for (mutant, run) in mutants.iter().zip(&runs) {
        let (weak, strong) = (notices(run, WEAK), notices(run, STRONG));
        n_weak += usize::from(weak.is_none());
        n_strong += usize::from(strong.is_none());
        if weak.is_none() && killer.is_none() {
            killer = strong.clone().map(|test| (mutant, test));
        }
        let verdict = |killed: &Option<String>| if killed.is_some() { "killed" } else { "LIVES" };
        table.row([mutant.is.as_str(), verdict(&weak), verdict(&strong)]);
    }
    stage.table(&table);
    stage.line(format!(
        "of {} mutants {n_weak} live under the weak suite, {n_strong} under the strong one",
        mutants.len()
    ));
    let (mutant, test) = killer.ok_or("no mutant lives under the weak suite alone")?;
    stage.line(format!("`{}` was `{}`", mutant.is, mutant.was));
    stage.line(format!("it lives until this test comes: {test}"));
    if n_strong > 0 {
        return Err(format!("{n_strong} mutants live under the strong suite").into());
    }
    stage.means(
        "a mutant that lives is a question nobody asked: what about exactly 6, exactly 15, exactly \
         10? cargo-mutants does this to a whole crate",
    );
    Ok(())
}
