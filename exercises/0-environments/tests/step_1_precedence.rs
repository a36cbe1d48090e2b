//! # Step 1: who wins?
//!
//! **Task.** Fill in `src/precedence.rs`: `variable_name` and `Layers::find`. Four layers say
//! something about a setting; one wins, and the others are remembered.
//!
//! **Hint.** Collect what every layer says in one list, the weakest first. Who stands last has won.
//! More with `just hint 0 precedence`.
//!
//! **Resources.** The chapter `book/src/0-environments.md`, "Who wins"; the tour, `just lesson 0 origins`;
//! `Vec::pop`, `Iterator::filter` and `str::replace` in the standard library's documentation.

use exercise_0::precedence::{Layers, Origin, Won, variable_name};

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// The value that must win, who gave it, and whom it overruled.
type Winner<'a> = (&'a str, Origin, &'a [(Origin, &'a str)]);

/// Checks what is found of `max-pages`: the value, who gave it, and whom it overruled.
fn check(layers: &Layers, expected: Option<Winner<'_>>, why: &str) {
    let expected = expected.map(|(value, origin, overruled)| Won {
        value: value.to_owned(),
        origin,
        overruled: overruled
            .iter()
            .map(|(origin, value)| (*origin, (*value).to_owned()))
            .collect(),
    });

    let found = layers.find("max-pages");

    assert!(
        found == expected,
        "\n\nThe layers are {layers:#?}\n\nexpected: {expected:?}\nfound:    {found:?}\n\n{why}\n"
    );
}

#[test]
fn goal_1_the_variable_is_the_name_in_its_other_dress() {
    for (name, expected) in [
        ("threads", "SPINDLE_THREADS"),
        ("max-pages", "SPINDLE_MAX_PAGES"),
        ("a-b-c", "SPINDLE_A_B_C"),
    ] {
        let came = variable_name(name);
        assert!(
            came == expected,
            "\n\nThe setting {name} is called {expected} in the environment, not {came}.\n\
             The prefix keeps it apart from other programs' variables. A shell allows no dash in a name, \
             so EVERY dash becomes an underscore.\n"
        );
    }
}

#[test]
fn goal_2_what_nobody_knows_has_no_value() {
    check(
        &Layers::default(),
        None,
        "No layer says anything, so there is nothing to be found.",
    );
    let layers = Layers {
        file: pairs(&[("max-page", "1"), ("max-pages-total", "2")]),
        variables: pairs(&[
            ("MAX_PAGES", "3"),
            ("OTHER_MAX_PAGES", "4"),
            ("max-pages", "5"),
            ("SPINDLE_MAX_PAGES_", "6"),
        ]),
        ..Layers::default()
    };
    check(
        &layers,
        None,
        "These names are similar, but none is max-pages, and no variable is SPINDLE_MAX_PAGES.\n\
         A variable without our prefix belongs to another program.",
    );
}

#[test]
fn goal_3_the_nearer_to_the_person_who_types_the_stronger() {
    use Origin::{Argument, Default, File, Variable};

    let mut layers = Layers {
        defaults: pairs(&[("max-pages", "10")]),
        ..Layers::default()
    };
    check(
        &layers,
        Some(("10", Default, &[])),
        "Only the default says something.",
    );

    layers.file = pairs(&[("threads", "2"), ("max-pages", "20")]);
    check(
        &layers,
        Some(("20", File, &[(Default, "10")])),
        "The file wins over the default: its owner knows this project.",
    );

    layers.variables = pairs(&[("SPINDLE_MAX_PAGES", "30")]);
    check(
        &layers,
        Some(("30", Variable, &[(File, "20"), (Default, "10")])),
        "A variable wins over the file: it is about this machine. Overruled are both others, the strongest first.",
    );

    layers.arguments = pairs(&[("max-pages", "40")]);
    check(
        &layers,
        Some((
            "40",
            Argument,
            &[(Variable, "30"), (File, "20"), (Default, "10")],
        )),
        "What is typed wins over everything: it is about this run.",
    );

    layers.variables.clear();
    check(
        &layers,
        Some(("40", Argument, &[(File, "20"), (Default, "10")])),
        "A layer that says nothing is not among the overruled.",
    );
}

#[test]
fn goal_4_what_was_given_was_given_even_when_it_equals_the_default() {
    use Origin::{Argument, Default, File};

    let layers = Layers {
        defaults: pairs(&[("max-pages", "10")]),
        file: pairs(&[("max-pages", "20")]),
        arguments: pairs(&[("max-pages", "10")]),
        ..Layers::default()
    };

    check(
        &layers,
        Some(("10", Argument, &[(File, "20"), (Default, "10")])),
        "Somebody typed --max-pages 10 to get away from the 20 in the file. That 10 is also the default \
         is a coincidence: to compare values cannot tell who gave them.",
    );
}

#[test]
fn goal_5_an_empty_variable_is_not_set() {
    use Origin::{Argument, Default, File, Variable};

    let mut layers = Layers {
        defaults: pairs(&[("max-pages", "10")]),
        variables: pairs(&[("SPINDLE_MAX_PAGES", "")]),
        ..Layers::default()
    };
    check(
        &layers,
        Some(("10", Default, &[])),
        "SPINDLE_MAX_PAGES= before a command is how one takes a variable away for one run. \
         It neither wins nor is it overruled.",
    );

    layers.variables = pairs(&[("SPINDLE_MAX_PAGES", " ")]);
    check(
        &layers,
        Some((" ", Variable, &[(Default, "10")])),
        "A blank is not empty. That it is no number is for the next step to tell.",
    );

    layers.variables.clear();
    layers.file = pairs(&[("max-pages", "")]);
    check(
        &layers,
        Some(("", File, &[(Default, "10")])),
        "Only an empty VARIABLE counts as not set. Somebody wrote this line of the file, so it is a value.",
    );
    layers.arguments = pairs(&[("max-pages", "")]);
    check(
        &layers,
        Some(("", Argument, &[(File, ""), (Default, "10")])),
        "Somebody typed --max-pages '', so it is a value.",
    );
}

#[test]
fn goal_6_of_two_arguments_the_later_one_wins() {
    use Origin::{Argument, Default};

    let layers = Layers {
        defaults: pairs(&[("max-pages", "10")]),
        arguments: pairs(&[
            ("max-pages", "1"),
            ("threads", "4"),
            ("max-pages", "2"),
            ("max-pages", "3"),
        ]),
        ..Layers::default()
    };

    check(
        &layers,
        Some((
            "3",
            Argument,
            &[(Argument, "2"), (Argument, "1"), (Default, "10")],
        )),
        "An alias in the shell types the first ones, and the person the last: the person wins. \
         The earlier ones are overruled, the later the stronger.",
    );
}
