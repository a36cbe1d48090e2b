//! Runs a model in every order, or in very many, and tells the order that failed step by step.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use shuttle::scheduler::{DfsScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use crate::sync::{Step, begin, may_time_out, take_steps};

thread_local! {
    static ORDERS: Cell<u64> = const { Cell::new(0) };
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// In how many orders the model was run.
    pub orders: u64,
    /// Why the last one failed, if it did.
    pub failure: Option<Failure>,
}

/// An order that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What the model, or the checker, complained about.
    pub why: String,
    /// What the threads did, in order.
    pub steps: Vec<Step>,
}

/// Runs a model in every order there is.
pub fn in_every_order(model: impl Fn() + Send + Sync + 'static) -> Verdict {
    may_time_out(false);
    run(DfsScheduler::new(None, false), model)
}

/// Runs a model in so many orders, chosen by lot from this seed; waits with a limit may reach it.
#[allow(dead_code, reason = "the tour runs small models, in every order")]
pub fn in_random_orders(
    orders: usize,
    seed: u64,
    model: impl Fn() + Send + Sync + 'static,
) -> Verdict {
    may_time_out(true);
    run(RandomScheduler::new_from_seed(seed, orders), model)
}

fn run(scheduler: impl Scheduler + 'static, model: impl Fn() + Send + Sync + 'static) -> Verdict {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    // A model whose threads ask again and again has orders without an end; those are given up.
    config.max_steps = MaxSteps::ContinueAfter(2_000);
    ORDERS.set(0);
    let runner = Runner::new(scheduler, config);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runner.run(move || {
            begin();
            ORDERS.set(ORDERS.get() + 1);
            model();
        });
    }));
    let failure = outcome.err().map(|panic| {
        let why = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Failure {
            why: why.unwrap_or_default(),
            steps: take_steps(),
        }
    });
    Verdict {
        orders: ORDERS.get(),
        failure,
    }
}
