//! The chat's rules, without a socket.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use sockets::frame::LineError;
use sockets::hub::{Hub, Rules};
use sockets::service::{ClientId, Delivery, Reason, Service};

const ANN: ClientId = ClientId(1);
const BOB: ClientId = ClientId(2);
const CYD: ClientId = ClientId(3);

/// A hub with Ann, Bob and Cyd in the lobby.
fn hub() -> Hub {
    let mut hub = Hub::new(Rules::default());
    for (client, name) in [(ANN, "ann"), (BOB, "bob"), (CYD, "cyd")] {
        hub.arrive(client);
        say(&mut hub, client, &format!("/nick {name}"));
    }
    hub
}

fn say(hub: &mut Hub, client: ClientId, line: &str) -> Vec<Delivery> {
    hub.line(client, Ok(line))
}

/// What each client hears, in order.
fn heard(deliveries: &[Delivery]) -> BTreeMap<ClientId, Vec<&str>> {
    let mut heard = BTreeMap::<_, Vec<_>>::new();
    for delivery in deliveries {
        match delivery {
            Delivery::Line { to, line } => {
                for client in to {
                    heard.entry(*client).or_default().push(line.as_str());
                }
            }
            Delivery::Close { client } => heard.entry(*client).or_default().push("(close)"),
        }
    }
    heard
}

fn check(hub: &mut Hub, client: ClientId, line: &str, expected: &[(ClientId, &[&str])]) {
    let deliveries = say(hub, client, line);
    let expected = expected
        .iter()
        .map(|(client, lines)| (*client, lines.to_vec()))
        .collect();
    assert_eq!(heard(&deliveries), expected, "{line}");
}

#[test]
fn what_is_said_reaches_everybody_in_the_room_and_nobody_else() {
    let mut hub = hub();
    say(&mut hub, CYD, "/join garden");

    check(
        &mut hub,
        ANN,
        "hello",
        &[
            (ANN, &["[lobby] ann: hello"]),
            (BOB, &["[lobby] ann: hello"]),
        ],
    );
    check(&mut hub, CYD, "alone", &[(CYD, &["[garden] cyd: alone"])]);
}

#[test]
fn a_private_message_reaches_one_and_is_confirmed() {
    let mut hub = hub();

    check(
        &mut hub,
        ANN,
        "/msg BOB psst",
        &[
            (ANN, &["(private to bob) psst"]),
            (BOB, &["(private) ann: psst"]),
        ],
    );
    check(
        &mut hub,
        ANN,
        "/msg dan psst",
        &[(ANN, &["! nobody here is called dan"])],
    );
}

#[test]
fn a_taken_or_strange_name_is_refused_and_the_old_one_kept() {
    let mut hub = hub();

    check(
        &mut hub,
        ANN,
        "/nick Bob",
        &[(ANN, &["! the name Bob is taken"])],
    );
    check(
        &mut hub,
        ANN,
        "/nick guest-9",
        &[(ANN, &["! names with guest- are given by the server"])],
    );
    check(
        &mut hub,
        ANN,
        "/nick a]b",
        &[(ANN, &["! a name has letters, digits, - and _ only"])],
    );
    let long = "x".repeat(25);
    check(
        &mut hub,
        ANN,
        &format!("/nick {long}"),
        &[(ANN, &["! a name has at most 24 characters"])],
    );
    check(
        &mut hub,
        ANN,
        "still ann",
        &[
            (ANN, &["[lobby] ann: still ann"]),
            (BOB, &["[lobby] ann: still ann"]),
            (CYD, &["[lobby] ann: still ann"]),
        ],
    );
    check(
        &mut hub,
        ANN,
        "/nick ANN",
        &[
            (ANN, &["* you are now ANN"]),
            (BOB, &["* ann is now ANN"]),
            (CYD, &["* ann is now ANN"]),
        ],
    );
}

#[test]
fn a_name_is_free_again_when_its_owner_is_gone_or_renamed() {
    let mut hub = hub();
    hub.depart(BOB, &Reason::Left);
    say(&mut hub, CYD, "/nick cydney");

    assert_eq!(
        heard(&say(&mut hub, ANN, "/nick bob"))[&ANN],
        ["* you are now bob"]
    );
    assert_eq!(
        heard(&say(&mut hub, ANN, "/nick cyd"))[&ANN],
        ["* you are now cyd"]
    );
}

#[test]
fn rooms_are_joined_left_listed_and_end_with_their_last_member() {
    let mut hub = hub();

    check(
        &mut hub,
        BOB,
        "/join garden",
        &[
            (ANN, &["* bob went to garden"]),
            (BOB, &["* you are in garden with 0 others"]),
            (CYD, &["* bob went to garden"]),
        ],
    );
    check(
        &mut hub,
        ANN,
        "/join garden",
        &[
            (ANN, &["* you are in garden with 1 others"]),
            (BOB, &["* ann is here"]),
            (CYD, &["* ann went to garden"]),
        ],
    );
    check(
        &mut hub,
        ANN,
        "/rooms",
        &[(ANN, &["* rooms: garden (2), lobby (1)"])],
    );
    check(
        &mut hub,
        ANN,
        "/who",
        &[(ANN, &["* 2 in garden: ann, bob"])],
    );
    check(
        &mut hub,
        ANN,
        "/join garden",
        &[(ANN, &["! you are in garden"])],
    );
    say(&mut hub, ANN, "/leave");
    say(&mut hub, BOB, "/leave");
    check(&mut hub, ANN, "/rooms", &[(ANN, &["* rooms: lobby (3)"])]);
}

#[test]
fn history_gives_the_last_messages_of_the_room_within_its_bounds() {
    let mut hub = Hub::new(Rules {
        history_lines: 3,
        history_bytes: 60,
        ..Rules::default()
    });
    hub.arrive(ANN);
    for number in 1..=5 {
        say(&mut hub, ANN, &format!("message {number}"));
    }
    hub.arrive(BOB);
    check(
        &mut hub,
        BOB,
        "/history",
        &[(
            BOB,
            &[
                "* 2 earlier messages",
                "[lobby] guest-1: message 4",
                "[lobby] guest-1: message 5",
            ],
        )],
    );

    say(&mut hub, ANN, &"long ".repeat(20));
    check(
        &mut hub,
        BOB,
        "/history",
        &[(BOB, &["* 0 earlier messages"])],
    );
}

#[test]
fn an_unusable_line_is_answered_to_its_sender_alone() {
    let mut hub = hub();

    let deliveries = hub.line(ANN, Err(LineError::TooLong { limit: 1024 }));

    assert_eq!(
        heard(&deliveries),
        [(
            ANN,
            vec!["! the line is longer than 1024 bytes and was skipped"]
        )]
        .into()
    );
    check(&mut hub, ANN, "", &[]);
    check(
        &mut hub,
        ANN,
        "/dance",
        &[(ANN, &["! there is no command /dance: try /help"])],
    );
}

#[test]
fn goodbye_closes_and_a_departure_is_told_with_its_reason() {
    let mut hub = hub();

    check(&mut hub, ANN, "/quit", &[(ANN, &["* goodbye", "(close)"])]);
    let told = hub.depart(
        ANN,
        &Reason::TooSlow {
            waiting_bytes: 65_000,
        },
    );

    let news = "* ann is gone: read too slowly (65000 bytes were waiting)";
    assert_eq!(heard(&told), [(BOB, vec![news]), (CYD, vec![news])].into());
}

#[test]
fn in_a_crowd_comings_and_goings_are_not_told_and_lists_are_cut() {
    let mut hub = Hub::new(Rules {
        announce_up_to: 3,
        list_up_to: 2,
        ..Rules::default()
    });
    for number in 1..=3 {
        hub.arrive(ClientId(number));
    }

    let arrival = hub.arrive(ClientId(4));

    assert_eq!(
        heard(&arrival).into_keys().collect::<Vec<_>>(),
        [ClientId(4)]
    );
    check(
        &mut hub,
        ANN,
        "/who",
        &[(ANN, &["* 4 in lobby: guest-1, guest-2 and 2 more"])],
    );
}

#[test]
fn what_would_harm_a_terminal_is_made_harmless_in_text_names_and_rooms() {
    let mut hub = hub();

    check(
        &mut hub,
        ANN,
        "/msg bob \x1b[2J\u{202e}",
        &[
            (ANN, &["(private to bob) ␛[2J\u{fffd}"]),
            (BOB, &["(private) ann: ␛[2J\u{fffd}"]),
        ],
    );
    check(
        &mut hub,
        ANN,
        "/nick \x1bann",
        &[(ANN, &["! a name has letters, digits, - and _ only"])],
    );
    check(
        &mut hub,
        ANN,
        "/\x1b[2J",
        &[(ANN, &["! there is no command /␛[2J: try /help"])],
    );
}

/// One thing that happens to a hub.
#[derive(Clone, Debug)]
enum Happening {
    Arrive(u64),
    Line(u64, String),
    Depart(u64),
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let client = || 1..6_u64;
    let line = prop_oneof![
        Just("hello".to_owned()),
        Just("/leave".to_owned()),
        Just("/history".to_owned()),
        Just("/who".to_owned()),
        Just("/rooms".to_owned()),
        "/join [abc]",
        "/nick [abcd]",
        "/msg [abcd] hi",
        ".{0,20}",
    ];
    vec(
        prop_oneof![
            client().prop_map(Happening::Arrive),
            (client(), line).prop_map(|(client, line)| Happening::Line(client, line)),
            client().prop_map(Happening::Depart),
        ],
        0..60,
    )
}

proptest! {
    #[test]
    fn whatever_happens_only_those_present_hear_and_a_room_hears_the_same(
        happenings in happenings(),
    ) {
        let mut hub = Hub::new(Rules::default());
        let mut present = BTreeSet::new();
        for happening in happenings {
            let deliveries = match &happening {
                Happening::Arrive(client) if present.insert(*client) => {
                    hub.arrive(ClientId(*client))
                }
                Happening::Line(client, line) if present.contains(client) => {
                    hub.line(ClientId(*client), Ok(line))
                }
                Happening::Depart(client) if present.remove(client) => {
                    hub.depart(ClientId(*client), &Reason::Left)
                }
                _ => continue, // it cannot happen
            };
            for delivery in &deliveries {
                if let Delivery::Line { to, line } = delivery {
                    prop_assert!(!to.is_empty(), "nobody is told {line:?}");
                    prop_assert!(to.iter().all(|client| present.contains(&client.0)), "{line:?}");
                    let once: BTreeSet<_> = to.iter().collect();
                    prop_assert_eq!(once.len(), to.len(), "somebody hears it twice");
                    prop_assert!(!line.chars().any(char::is_control), "{line:?}");
                }
            }
        }
        // Everybody goes to one room at the end: one message reaches all of them.
        for &client in &present {
            hub.line(ClientId(client), Ok("/join end"));
        }
        if let Some(&first) = present.first() {
            let said = hub.line(ClientId(first), Ok("the end"));
            let Delivery::Line { to, .. } = &said[0] else { panic!("{said:?}") };
            prop_assert_eq!(to.iter().map(|client| client.0).collect::<BTreeSet<_>>(), present);
        }
    }
}
