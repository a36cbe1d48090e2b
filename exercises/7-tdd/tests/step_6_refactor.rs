//! # Step 6: change everything, and nothing changes
//!
//! **Task.** Take `receipt` in `src/refactor.rs` apart, under tests that are green, and give it a second
//! form. `goal_1` is green from the start: it must be green after each of your steps.
//!
//! **Hint.** Move one thing at a time, and run the tests after each: first `read`, then `total`.
//! More with `just hint 7 refactor`.
//!
//! **Resources.** The chapter `book/src/7-tdd.md`, "Refactoring what nobody understands"; the stages of
//! `lessons/7-tdd/src/invoice`; the tour, `just lesson 7 refactor`.

use exercise_7::refactor::{Bill, Line, read, receipt};

/// Orders, and what was printed for each when the program was found.
const PINNED: &[(&str, &str)] = &[
    ("", "NOTHING BOUGHT\n"),
    (
        "1 tea 150",
        "   1 tea                 1.50\nTOTAL                    1.50\n",
    ),
    (
        "2 tea 150\n1 apple cake 420\n",
        "   2 tea                 3.00\n   1 apple cake          4.20\nTOTAL                    7.20\n",
    ),
    (
        "  3   green   tea  5 ",
        "   3 green tea           0.15\nTOTAL                    0.15\n",
    ),
    (
        "9 roll 100",
        "   9 roll                9.00\nTOTAL                    9.00\n",
    ),
    (
        "10 roll 100",
        "  10 roll                9.00\nTOTAL                    9.00\n",
    ),
    (
        "25 roll 100",
        "  25 roll               23.00\nTOTAL                   23.00\n",
    ),
    (
        "1 water 0",
        "   1 water               0.00\nNOTHING BOUGHT\n",
    ),
    (
        "0 tea 150\n1 milk 90",
        "   1 milk                0.90\nTOTAL                    0.90\n",
    ),
    (
        "one tea 150\n1 tea\n1 tea 1.50\n-1 tea 5\nhello",
        "NOTHING BOUGHT\n",
    ),
    (
        "1 a very long name indeed 100",
        "   1 a very long         1.00\nTOTAL                    1.00\n",
    ),
    (
        "1 Käsespätzle groß 1250",
        "   1 Käsespätzle        12.50\nTOTAL                   12.50\n",
    ),
    (
        "1 tea 150\n\n1 tea 150",
        "   1 tea                 1.50\n   1 tea                 1.50\nTOTAL                    3.00\n",
    ),
    (
        "12345 nail 7",
        "12345 nail              777.77\nTOTAL                  777.77\n",
    ),
    (
        "4294967295 x 4294967295",
        "4294967295 x           166020696607551389.70\nTOTAL            166020696607551389.70\n",
    ),
    ("1 yacht 4294967296", "NOTHING BOUGHT\n"),
    (
        "1 tea\t150\n1 green\ttea 5",
        "   1 green\ttea           0.05\nTOTAL                    0.05\n",
    ),
];

#[test]
fn goal_1_every_receipt_is_what_it_was() {
    for (order, expected) in PINNED {
        let printed = receipt(order);

        assert!(
            printed == *expected,
            "\n\nFor the order\n{order}\nthe program printed when it was found:\n{expected}\nand now it prints:\n\
             {printed}\nA refactoring changes no output, not even an odd one.\n"
        );
    }
}

fn line(count: u32, name: &str, price: u64) -> Line {
    Line {
        count,
        name: name.to_owned(),
        price,
    }
}

#[test]
fn goal_2_reading_stands_by_itself() {
    let bill = read("2 tea 150\nhello\n0 milk 90\n 1  a very long   name 7 ");

    assert_eq!(
        bill.lines,
        [line(2, "tea", 150), line(1, "a very long name", 7)],
        "\n\nWhat was read (left) is every line that counts (right). Names are whole here: \
         cutting them is the printer's business.\n"
    );
}

#[test]
fn goal_3_reckoning_stands_by_itself() {
    let total = |lines: &[Line]| {
        Bill {
            lines: lines.to_vec(),
        }
        .total()
    };

    assert_eq!(total(&[]), 0, "\n\nNothing costs nothing.\n");
    assert_eq!(
        total(&[line(2, "tea", 150), line(1, "cake", 420)]),
        720,
        "\n\nTwo lines.\n"
    );
    assert_eq!(
        total(&[line(25, "roll", 100)]),
        2300,
        "\n\nOf 25 rolls two are free: every tenth is.\n"
    );
    assert_eq!(
        total(&[line(5, "roll", 100), line(5, "roll", 100)]),
        1000,
        "\n\nTwo lines of five are not ten: the old program looked at each line by itself.\n"
    );
}

#[test]
fn goal_4_printing_stands_by_itself() {
    for (order, expected) in PINNED {
        let printed = read(order).to_text();

        assert!(
            printed == *expected,
            "\n\n`read`, then `to_text` must print what `receipt` prints. For the order\n{order}\nthat is\n{expected}\n\
             and yours is\n{printed}\n"
        );
    }
}

#[test]
fn goal_5_a_second_form_is_easy_now() {
    let html = |order: &str| read(order).to_html();

    assert_eq!(
        html("2 tea 150\n1 cake 420"),
        "<ul><li>2 tea: 3.00</li><li>1 cake: 4.20</li></ul><p>7.20</p>",
        "\n\nThe form that the documentation of `to_html` shows (left: yours).\n"
    );
    assert_eq!(
        html("10 roll 100"),
        "<ul><li>10 roll: 9.00</li></ul><p>9.00</p>",
        "\n\nThe tenth is free here too: the rule belongs to the bill and not to its printer.\n"
    );
    assert_eq!(html(""), "<ul></ul><p>0.00</p>", "\n\nNothing bought.\n");
    assert_eq!(
        html("1 fish&chips<b>x 5"),
        "<ul><li>1 fish&amp;chips&lt;b: 0.05</li></ul><p>0.05</p>",
        "\n\nA name is text. It is cut to 12 characters as on the receipt, and only then made safe for the page.\n"
    );
}
