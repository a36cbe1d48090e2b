//! Part 4: join, scope, panic.

use std::panic::{self, AssertUnwindSafe};
use std::thread;

use tour::Stage;
use workers::{Error, Observer, team};

const TEXTS: [(&str, &str); 3] = [("ann", "12"), ("bob", "twelve"), ("cy", "30")];

pub fn play(stage: &mut Stage) -> tour::Result {
    stage.names(["read ann", "team", "std scope"]);
    // The texts belong to this function; the threads borrow them.
    let outcomes = team(&Observer::nobody(), |team| {
        let handles = TEXTS
            .iter()
            .map(|(name, text)| team.spawn(format!("read {name}"), |_| read(text)))
            .collect::<Result<Vec<_>, _>>()?;
        let joined = handles
            .into_iter()
            .map(|handle| (handle.name().to_owned(), handle.join()));
        Ok::<_, Error>(joined.collect::<Vec<_>>())
    })??;
    for (name, outcome) in outcomes {
        stage.who(
            name,
            match outcome {
                Ok(number) => format!("join() brings {number}"),
                Err(panicked) => format!("join() brings the news: {}", panicked.message),
            },
        );
    }
    stage.means("a panic ends its own thread; join turns it into a value, and the others finish");
    stage.blank();

    let outcome = team(&Observer::nobody(), |team| -> Result<(), Error> {
        for (name, text) in TEXTS {
            let _nobody_joins = team.spawn(format!("read {name}"), move |_| read(text))?;
        }
        Ok(())
    });
    stage.line("nobody joins; the scope waits for all three all the same:");
    let panicked = outcome.err().ok_or("no worker panicked")?;
    stage.who("team", panicked.to_string());
    stage.who("std scope", standard_scope()?);
    stage.means(
        "a thread that nobody joins still reports to its scope. Ours says which one and why; std's \
         says that there was one",
    );
    stage.line("(what Rust prints about each panic goes to standard error)");
    Ok(())
}

fn read(text: &str) -> u32 {
    match text.parse() {
        Ok(number) => number,
        Err(error) => panic!("{text:?} is no number: {error}"),
    }
}

/// What the standard library says about the same.
fn standard_scope() -> tour::Result<String> {
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        thread::scope(|scope| {
            for (_, text) in TEXTS {
                scope.spawn(move || read(text));
            }
        });
    }));
    let payload = outcome.err().ok_or("no thread panicked")?;
    let message = payload.downcast_ref::<&str>().copied();
    Ok(message.unwrap_or("a panic without words").to_owned())
}
