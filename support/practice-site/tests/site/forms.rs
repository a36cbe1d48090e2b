//! Forms, cookies and sessions.

use crate::client::{Answer, Client, start};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

fn location(answer: &Answer) -> String {
    answer.header("location").expect("a redirect").to_string()
}

#[test]
fn a_sent_form_is_answered_by_a_redirect_to_what_arrived() {
    let site = start();
    let mut client = Client::connect(&site);

    let sent = client.ask(
        "POST",
        "/forms/contact",
        &[FORM],
        "name=Ann+%26+Bo&message=%3Cb%3Ehello",
    );
    let thanks = client.get(&location(&sent)).text();

    assert_eq!(sent.status, 303);
    assert!(
        thanks.contains("Ann &amp; Bo") && thanks.contains("&lt;b&gt;hello"),
        "{thanks}"
    );
    assert_eq!(client.get("/forms/thanks?id=99").status, 404);
}

#[test]
fn a_form_that_lacks_something_comes_back_with_what_is_missing() {
    let site = start();
    let mut client = Client::connect(&site);

    let refused = client.ask("POST", "/forms/contact", &[FORM], "name=+&x=y");

    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Please fill in: name, message."));
    assert_eq!(
        client
            .ask("POST", "/forms/order", &[FORM], "bread=rye&count=2")
            .status,
        303
    );
    assert_eq!(
        client
            .ask("POST", "/forms/order", &["Content-Type: text/csv"], "a,b")
            .status,
        415
    );
    assert_eq!(
        client.ask("POST", "/forms/search", &[FORM], "q=x").status,
        405
    );
}

#[test]
fn files_arrive_in_a_multipart_form() {
    let site = start();
    let mut client = Client::connect(&site);
    let body = "--edge\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nfor you\r\n\
        --edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"salt.txt\"\r\nContent-Type: text/plain\r\n\r\n\
        12345\r\n--edge--\r\n";

    let sent = client.ask(
        "POST",
        "/forms/upload",
        &["Content-Type: multipart/form-data; boundary=edge"],
        body,
    );
    let thanks = client.get(&location(&sent)).text();
    let broken = client.ask(
        "POST",
        "/forms/upload",
        &["Content-Type: multipart/form-data; boundary=edge"],
        "--edge",
    );

    assert!(
        thanks.contains("for you") && thanks.contains("salt.txt (5 bytes)"),
        "{thanks}"
    );
    assert_eq!(broken.status, 400);
}

#[test]
fn a_search_has_an_address() {
    let site = start();
    let mut client = Client::connect(&site);

    let found = client.get("/forms/search?q=Bread").text();
    let nothing = client.get("/forms/search?q=%3Cscript%3E").text();

    assert!(
        found.contains("5 found") && found.contains("<li>rye bread</li>"),
        "{found}"
    );
    assert!(nothing.contains("0 found") && !nothing.contains("<script>"));
}

#[test]
fn only_the_cookie_of_a_login_opens_the_account() {
    let site = start();
    let mut client = Client::connect(&site);

    assert_eq!(location(&client.get("/account")), "/login");
    assert_eq!(
        client
            .ask("POST", "/login", &[FORM], "user=reader&password=wrong")
            .status,
        401
    );
    let login = client.ask("POST", "/login", &[FORM], "user=reader&password=rain");
    let cookie = login
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_string();
    let cookie = format!("Cookie: theme=dark; {cookie}");
    let account = client.ask("GET", "/account", &[&cookie], "");
    let again = client.ask("GET", "/account", &[&cookie], "");

    assert_eq!(
        (login.status, location(&login)),
        (303, "/account".to_string())
    );
    assert!(
        login
            .header("set-cookie")
            .unwrap()
            .contains("HttpOnly; SameSite=Lax")
    );
    assert!(
        account
            .text()
            .contains("<strong id=\"user\">reader</strong>")
    );
    assert!(again.text().contains("<span id=\"visits\">2</span>"));
    assert_eq!(
        client
            .ask("GET", "/account", &["Cookie: session=forged"], "")
            .status,
        303
    );
    assert_eq!(client.ask("POST", "/logout", &[&cookie], "").status, 303);
    assert_eq!(client.ask("GET", "/account", &[&cookie], "").status, 303);
}
