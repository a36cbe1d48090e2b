//! # Step 2: all of it or nothing
//!
//! **Task.** Fill in `src/transaction.rs`: make a list of transfers between accounts, all of them or none,
//! while other programs do the same.
//!
//! **Hint.** A transaction that is dropped takes everything back. More with `just hint 5 transaction`.
//!
//! **Resources.** The chapter `book/src/5-sql.md`, "All of it or nothing"; the tour,
//! `just lesson 5 crash` and `just lesson 5 writers`; `rusqlite::Transaction` on docs.rs.

mod harness;

use std::sync::Arc;

use exercise_5::transaction::{TransferError, transfer};
use harness::{File, ask, memory, same, together};

const ACCOUNTS: &str = "CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL); \
                        INSERT INTO accounts VALUES (1, 100), (2, 50), (3, 0);";
const BALANCES: &str = "SELECT balance FROM accounts ORDER BY id";

#[test]
fn goal_1_money_goes_from_one_account_to_another_and_stays_there() {
    let file = File::new(ACCOUNTS);

    let outcome = transfer(&mut file.open(), &[(1, 2, 30), (2, 3, 80)]);

    assert!(
        outcome.is_ok(),
        "\n\nBoth transfers can be made, and it said: {outcome:?}\nThe second one spends what the first one brought.\n"
    );
    same!(
        ask(&file.open(), BALANCES),
        "70,0,80".replace(',', ";"),
        "Another connection looked. What was never committed, nobody else sees."
    );
}

#[test]
fn goal_2_an_account_cannot_give_what_it_has_not() {
    let mut db = memory(ACCOUNTS);

    let outcome = transfer(&mut db, &[(2, 1, 51)]);

    assert!(
        matches!(outcome, Err(TransferError::TooLittle { balance: 50 })),
        "\n\nAccount 2 holds 50 and was to give 51. Expected TooLittle {{ balance: 50 }}, came: {outcome:?}\n"
    );
    same!(ask(&db, BALANCES), "100;50;0", "Nothing has changed.");
    assert!(
        transfer(&mut db, &[(2, 1, 50)]).is_ok(),
        "\n\nAll that it has, it may give.\n"
    );
}

#[test]
fn goal_3_money_for_nobody_does_not_vanish() {
    let mut db = memory(ACCOUNTS);

    let to_nobody = transfer(&mut db, &[(1, 99, 10)]);
    let from_nobody = transfer(&mut db, &[(98, 1, 10)]);

    assert!(
        matches!(to_nobody, Err(TransferError::NoAccount(99))),
        "\n\nThere is no account 99. Expected NoAccount(99), came: {to_nobody:?}\nAn UPDATE that meets no row is no error: look at how many rows it changed.\n"
    );
    assert!(
        matches!(from_nobody, Err(TransferError::NoAccount(98))),
        "\n\nThere is no account 98. Expected NoAccount(98), came: {from_nobody:?}\n"
    );
    same!(ask(&db, BALANCES), "100;50;0", "Nothing has changed.");
}

#[test]
fn goal_4_when_the_last_transfer_fails_the_first_ones_are_taken_back() {
    let mut db = memory(ACCOUNTS);

    let outcome = transfer(&mut db, &[(1, 3, 100), (2, 3, 50), (1, 2, 1)]);

    assert!(
        matches!(outcome, Err(TransferError::TooLittle { balance: 0 })),
        "\n\nThe third transfer cannot be made. Came: {outcome:?}\n"
    );
    same!(
        ask(&db, BALANCES),
        "100;50;0",
        "The list is one thing: all of it, or nothing."
    );
}

#[test]
fn goal_5_a_statement_that_fails_between_the_two_updates_leaves_nothing() {
    let mut db = memory(ACCOUNTS);
    db.execute_batch(
        "CREATE TRIGGER full BEFORE UPDATE ON accounts WHEN new.balance > 100 \
         BEGIN SELECT raise(ABORT, 'this account is full'); END",
    )
    .expect("the test's own SQL");

    let outcome = transfer(&mut db, &[(2, 1, 10)]);

    assert!(
        matches!(outcome, Err(TransferError::Database(_))),
        "\n\nThe database refused the second update. Came: {outcome:?}\n"
    );
    same!(
        ask(&db, BALANCES),
        "100;50;0",
        "The money had left account 2 already. It must be back there."
    );
}

#[test]
fn goal_6_many_at_once_lose_nothing_and_wait_for_each_other() {
    let file = Arc::new(File::new(ACCOUNTS));
    let shared = Arc::clone(&file);

    let refused = together(4, "Is a transaction left open?", move |number| {
        let mut db = shared.open();
        let (from, to) = if number % 2 == 0 { (1, 2) } else { (2, 1) };
        (0..100)
            .filter_map(|_| match transfer(&mut db, &[(from, to, 1)]) {
                Ok(()) | Err(TransferError::TooLittle { .. }) => None,
                Err(error) => Some(format!("{error:?}")),
            })
            .next()
    });

    let refused: Vec<String> = refused.into_iter().flatten().collect();
    assert!(
        refused.is_empty(),
        "\n\nFour programs transferred at once, and one was told: {}\nThe connection waits for the writer's place, but only if it asks for it before it has read:\nafter another one's commit, what it read is old, and no waiting helps. See `TransactionBehavior`.\n",
        refused[0]
    );
    same!(
        ask(
            &file.open(),
            "SELECT sum(balance), min(balance) >= 0 FROM accounts"
        ),
        "150,1",
        "Money was made or lost, or an account went below zero."
    );
}
