//! The guard: a client that follows what strangers wrote is not led into its own network.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use http_client::resolve::LookUp;
use http_client::{Advice, Client, Config, Error, Private, Scope};

use crate::common::{Names, Server, answer, config, site};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn guarded() -> Config {
    Config {
        private: Private::Refuse,
        ..config()
    }
}

#[test]
fn private_addresses_are_refused_however_they_are_written() {
    let client = Client::new(guarded()).unwrap();

    for url in [
        "http://127.0.0.1:9/",
        "http://[::1]:9/",
        "http://localhost:9/",
        "http://0x7f.1:9/",
        "http://2130706433:9/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.168.0.1/reset",
    ] {
        let error = client.get(url).send().unwrap_err();

        assert!(
            matches!(error, Error::PrivateAddress { .. }),
            "{url}: {error:?}"
        );
        assert_eq!(error.advice(), Advice::TellUser);
    }
}

#[test]
fn a_name_that_leads_inside_is_refused_however_public_it_looks() {
    let look_up = Names::lead_to([&[HERE, [10, 0, 0, 1].into()]]);
    let client = Client::new(Config {
        look_up,
        ..guarded()
    })
    .unwrap();

    let error = client.get("http://www.example.org:9/").send().unwrap_err();

    assert!(matches!(error, Error::PrivateAddress { .. }), "{error:?}");
}

#[test]
fn a_name_that_changes_its_address_is_judged_by_the_one_that_is_connected_to() {
    // Rebinding: the first answer is harmless, the second is not. A guard that looked the name up for
    // itself would see the first, and the connection would use the second.
    let closing = answer("200 OK\r\nConnection: close", "inside");
    let server = Server::says([closing.clone(), closing]);
    let elsewhere = [192, 168, 7, 7].into();
    let look_up = Names::lead_to([&[HERE], &[elsewhere]]);
    let private = Private::Only(vec![HERE]);
    let client = Client::new(Config {
        look_up,
        private,
        ..guarded()
    })
    .unwrap();
    let url = format!("http://rebinding.test:{}/", server.port());

    let first = client.get(&url).fetch();
    let second = client.get(&url).fetch();

    assert_eq!(first.unwrap(), b"inside");
    assert!(
        matches!(second, Err(Error::PrivateAddress { .. })),
        "{second:?}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn only_the_addresses_that_were_let_through_are_connected_to() {
    // The first address is refused, the second allowed: the connection goes to the second.
    let server = Server::says([answer("200 OK", "here")]);
    let look_up = Names::lead_to([&[[10, 255, 255, 1].into(), HERE]]);
    let private = Private::Only(vec![HERE]);
    let client = Client::new(Config {
        look_up,
        private,
        ..guarded()
    })
    .unwrap();

    let body = client
        .get(format!("http://two.test:{}/", server.port()))
        .fetch();

    assert_eq!(body.unwrap(), b"here");
    server.requests();
}

#[test]
fn a_redirect_into_the_network_is_refused_by_number_and_by_name() {
    let private = Private::Only(vec![HERE]);
    for (location, names) in [
        ("http://169.254.169.254/latest/", [HERE]),
        ("http://127.0.0.2/", [HERE]),
        ("http://inside.test/", [[10, 0, 0, 1].into()]),
    ] {
        let redirect = answer(&format!("302 Found\r\nLocation: {location}"), "");
        let server = Server::says([redirect]);
        let look_up: Arc<dyn LookUp> = Names::lead_to([&names]);
        let private = private.clone();
        let client = Client::new(Config {
            look_up,
            private,
            ..guarded()
        })
        .unwrap();

        let error = client.get(server.url("/")).send().unwrap_err();

        assert!(
            matches!(error, Error::PrivateAddress { .. }),
            "{location}: {error:?}"
        );
        server.requests();
    }
}

#[test]
fn a_flag_lets_private_addresses_through() {
    let site = site();

    let refused = Client::new(guarded()).unwrap().get(site.url("/")).send();
    let allowed = Client::new(config()).unwrap().get(site.url("/")).send();

    assert!(matches!(refused, Err(Error::PrivateAddress { .. })));
    assert_eq!(allowed.unwrap().status(), 200);
}

#[test]
fn a_name_without_an_address_says_so() {
    let look_up = Names::lead_to([&[]]);
    let client = Client::new(Config {
        look_up,
        ..config()
    })
    .unwrap();

    let error = client.get("http://nobody.test/").send().unwrap_err();

    assert!(
        matches!(&error, Error::LookUp { host, .. } if host == "nobody.test"),
        "{error:?}"
    );
    assert_eq!(error.advice(), Advice::TellUser);
}

#[test]
fn the_scope_holds_for_the_first_request_and_for_each_redirect() {
    let server = Server::says([answer("302 Found\r\nLocation: http://other.test/", "")]);
    let hosts = Scope::Hosts(vec!["127.0.0.1".into()]);
    let client = Client::new(Config {
        scope: hosts,
        ..config()
    })
    .unwrap();

    let first = client.get("http://other.test/").send().unwrap_err();
    let redirected = client.get(server.url("/")).send().unwrap_err();

    assert!(matches!(first, Error::OutOfScope(_)), "{first:?}");
    assert!(matches!(redirected, Error::OutOfScope(_)), "{redirected:?}");
    server.requests();
}
