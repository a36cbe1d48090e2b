//! Child processes: pipes that break, children that crash, hang and lie.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use workers::child::{Answer, Connection, Recipe};
use workers::handover::{Plan, check, with_processes};
use workers::process_pool::{ItemError, Outcome, ProcessPool};
use workers::roles::{COUNTER, Mishap, Role};
use workers::{Change, Error, Observer, primes};

/// The lesson's own program, which is its own child.
const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-1");
/// A limit that only a child that hangs will pass.
const LIMIT: Duration = Duration::from_secs(20);

fn pool(n: usize) -> ProcessPool {
    ProcessPool::new(Role::Clumsy.recipe(PROGRAM).quiet(), n).with_limit(LIMIT)
}

fn run(pool: &ProcessPool, mishaps: &[Mishap]) -> Outcome {
    let items: Vec<Vec<u8>> = mishaps.iter().map(|mishap| mishap.item()).collect();
    pool.map(&items)
        .expect("the lesson's program can be started")
}

/// A child that is a few lines of shell.
fn shell(script: &str) -> Recipe {
    Recipe::new("sh").argument("-c").argument(script)
}

#[test]
fn every_item_of_a_healthy_pool_has_its_own_result() {
    let items: Vec<Vec<u8>> = (0..200_u8)
        .map(|n| vec![n.saturating_add(50); usize::from(n)])
        .collect();

    let outcome = pool(3)
        .map(&items)
        .expect("the lesson's program can be started");

    let results: Vec<Vec<u8>> = outcome
        .results
        .into_iter()
        .map(|result| result.expect("no mishap"))
        .collect();
    assert_eq!(results, items);
    assert_eq!(outcome.crashes, []);
    assert!(outcome.n_started <= 3);
}

#[test]
fn an_item_whose_child_crashed_is_tried_once_more() {
    let outcome = run(&pool(2), &[Mishap::None, Mishap::AbortOnce, Mishap::None]);

    assert!(outcome.results.iter().all(Result::is_ok), "{outcome:?}");
    let [crash] = &outcome.crashes[..] else {
        panic!("one crash expected: {outcome:?}")
    };
    assert_eq!((crash.item, crash.attempt), (1, 1));
    assert_eq!(crash.how, "signal: 6 (SIGABRT)");
}

#[test]
fn an_item_that_crashes_every_child_is_given_up_and_costs_no_other() {
    let mishaps = [
        Mishap::Abort,
        Mishap::None,
        Mishap::Panic,
        Mishap::Refuse,
        Mishap::None,
    ];

    let outcome = run(&pool(1), &mishaps);

    let crashed = |how: &str| {
        Err(ItemError::Crashed {
            attempts: 2,
            how: how.to_owned(),
        })
    };
    assert_eq!(outcome.results[0], crashed("signal: 6 (SIGABRT)"));
    assert_eq!(outcome.results[1], Ok(Mishap::None.item()));
    assert_eq!(outcome.results[2], crashed("exit status: 101"));
    assert_eq!(
        outcome.results[3],
        Err(ItemError::Refused("this is not for me".to_owned()))
    );
    assert_eq!(outcome.results[4], Ok(Mishap::None.item()));
    let attempts: Vec<(usize, u8)> = outcome
        .crashes
        .iter()
        .map(|crash| (crash.item, crash.attempt))
        .collect();
    assert_eq!(attempts, [(0, 1), (0, 2), (2, 1), (2, 2)]);
    assert_eq!(outcome.n_started, 5);
}

#[test]
fn a_child_that_hangs_is_killed_after_the_limit() {
    let limit = Duration::from_millis(300);
    let pool = ProcessPool::new(Role::Clumsy.recipe(PROGRAM).quiet(), 1).with_limit(limit);

    let outcome = run(&pool, &[Mishap::Hang]);

    let [Err(ItemError::Crashed { how, .. })] = &outcome.results[..] else {
        panic!("{outcome:?}")
    };
    assert_eq!(how, "no answer in time, so it was killed");
}

#[test]
fn a_child_that_does_not_read_is_killed_after_the_limit_too() {
    // More than a pipe holds, to a child that never reads: the write must not wait for ever.
    let pool = ProcessPool::new(shell("exec sleep 60"), 1).with_limit(Duration::from_millis(300));

    let outcome = pool.map(&[vec![0; 1_000_000]]).expect("there is a shell");

    assert!(
        matches!(outcome.results[..], [Err(ItemError::Crashed { .. })]),
        "{outcome:?}"
    );
}

#[test]
fn a_child_that_answers_nonsense_is_replaced() {
    // Nine bytes of a frame: an answer to request 99, which nobody made.
    let pool = ProcessPool::new(
        shell(r"printf '\0\0\0\011\0\0\0\0\0\0\0\143\0'; cat > /dev/null"),
        1,
    );

    let outcome = pool
        .with_limit(LIMIT)
        .map(&[vec![1]])
        .expect("there is a shell");

    let [Err(ItemError::Crashed { attempts: 2, how })] = &outcome.results[..] else {
        panic!("{outcome:?}")
    };
    assert!(how.contains("an answer to another request"), "{how}");
}

#[test]
fn crashes_and_replacements_are_told_to_the_observer_by_name() {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let telling = Arc::clone(&told);
    let observer = Observer::new(move |event| {
        let line = match event.change {
            Change::Crashed { how } => format!("{} {how}", event.worker),
            Change::Replaced { .. } => format!("{} replaced", event.worker),
            _ => return,
        };
        telling.lock().expect("nobody panics here").push(line);
    });

    run(&pool(1).with_observer(observer), &[Mishap::AbortOnce]);

    assert_eq!(
        *told.lock().expect("nobody panics here"),
        ["process 1 signal: 6 (SIGABRT)", "process 1 replaced"]
    );
}

#[test]
fn a_pool_whose_program_does_not_exist_says_so() {
    let outcome = ProcessPool::new(Recipe::new("/there/is/no/such/program"), 2).map(&[vec![]]);

    let error = outcome.expect_err("it cannot be started");
    assert!(matches!(error, Error::Start { .. }), "{error}");
    assert!(
        error
            .to_string()
            .starts_with("cannot start /there/is/no/such/program"),
        "{error}"
    );
}

#[test]
fn random_mishaps_lose_no_item_and_double_none() {
    let seed = u64::from(std::process::id());
    let mut state = seed;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let kinds = [
        Mishap::None,
        Mishap::None,
        Mishap::AbortOnce,
        Mishap::Abort,
        Mishap::Refuse,
    ];
    let mishaps: Vec<Mishap> = (0..60)
        .map(|_| kinds[random() as usize % kinds.len()])
        .collect();

    let outcome = run(&pool(4), &mishaps);

    assert_eq!(outcome.results.len(), mishaps.len(), "seed {seed}");
    for (index, (mishap, result)) in mishaps.iter().zip(&outcome.results).enumerate() {
        let crashes = outcome
            .crashes
            .iter()
            .filter(|crash| crash.item == index)
            .count();
        let (is_right, expected) = match mishap {
            Mishap::AbortOnce => (*result == Ok(mishap.item()), 1),
            Mishap::Abort => (
                matches!(result, Err(ItemError::Crashed { attempts: 2, .. })),
                2,
            ),
            Mishap::Refuse => (matches!(result, Err(ItemError::Refused(_))), 0),
            _ => (*result == Ok(mishap.item()), 0),
        };
        assert!(
            is_right && crashes == expected,
            "seed {seed}, item {index}: {mishap:?} {result:?}"
        );
    }
}

#[test]
fn a_child_has_a_counter_of_its_own() {
    let before = COUNTER.load(std::sync::atomic::Ordering::SeqCst);
    let mut child = Connection::start(&Role::Counter.recipe(PROGRAM)).expect("it can be started");

    let once = child
        .ask(1, 1, &5_u64.to_be_bytes(), Some(LIMIT))
        .expect("it answers");
    let twice = child
        .ask(2, 1, &5_u64.to_be_bytes(), Some(LIMIT))
        .expect("it answers");

    assert_eq!(once, Answer::Done(5_u64.to_be_bytes().to_vec()));
    assert_eq!(twice, Answer::Done(10_u64.to_be_bytes().to_vec()));
    assert_eq!(COUNTER.load(std::sync::atomic::Ordering::SeqCst), before);
    assert!(child.close().expect("it can be waited for").success());
}

#[test]
fn a_child_that_is_dropped_leaves_no_process_behind() {
    let child = Connection::start(&shell("exec sleep 60")).expect("there is a shell");
    let process = child.id();

    drop(child);

    if cfg!(target_os = "linux") {
        assert!(
            !Path::new(&format!("/proc/{process}")).exists(),
            "process {process} is still there"
        );
    }
}

#[test]
fn a_broken_pipe_is_an_error_and_not_the_end_of_this_program() {
    let mut child = Connection::start(&shell("exit 3")).expect("there is a shell");

    let error = child
        .ask(0, 1, &vec![0; 1_000_000], Some(LIMIT))
        .expect_err("nobody reads");

    assert!(
        matches!(
            error.kind(),
            io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof
        ),
        "{error}"
    );
    assert_eq!(child.give_up().and_then(|status| status.code()), Some(3));
}

#[test]
fn processes_hand_over_every_item_once_whatever_the_numbers() {
    for (producers, consumers, items_each, capacity, batch) in [
        (1, 1, 0, 1, 1),
        (1, 1, 10_000, 1, 1),
        (2, 3, 10_001, 4, 64),
        (3, 1, 5_000, 2, 100_000),
    ] {
        let plan = Plan {
            producers,
            consumers,
            items_each,
            capacity,
            batch,
        };

        let received = with_processes(plan, Path::new(PROGRAM), &Observer::nobody())
            .expect("the lesson's program can be started");

        assert_eq!(check(&plan, &received), Ok(()), "{plan:?}");
    }
}

#[test]
fn a_hand_over_to_children_that_end_at_once_fails_and_ends() {
    let plan = Plan {
        producers: 2,
        consumers: 2,
        items_each: 1_000_000,
        capacity: 4,
        batch: 100,
    };
    let started = Instant::now();

    let error = with_processes(plan, Path::new("/bin/true"), &Observer::nobody())
        .or_else(|_| with_processes(plan, Path::new("/usr/bin/true"), &Observer::nobody()))
        .expect_err("nobody hands anything over");

    assert!(started.elapsed() < LIMIT, "{error}");
}

#[test]
fn primes_are_the_same_however_they_are_counted() {
    let chunks = primes::chunks(20_000, 9);
    let nobody = Observer::nobody();
    let recipe = Role::Primes.recipe(PROGRAM);

    let counts = [
        primes::with_threads(&chunks, 3, &nobody).expect("threads can be started"),
        primes::with_rayon(&chunks, 3).expect("threads can be started"),
        primes::with_processes(&chunks, 2, &recipe, &nobody).expect("it can be started"),
    ];

    assert_eq!(counts, [2_262; 3]);
}

#[test]
fn an_unknown_role_is_refused() {
    let output = std::process::Command::new(PROGRAM)
        .args(["--child", "dancer"])
        .output();

    let output = output.expect("it can be started");

    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("dancer"));
    assert!(fs::metadata(PROGRAM).is_ok());
}
