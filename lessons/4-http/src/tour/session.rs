//! Part 3: a form, a cookie, a token.

use http_client::{Client, Config, Redirects, Response};
use tour::{Stage, Table};

use super::{config, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let client = Client::new(Config {
        redirects: Redirects::HandOver,
        ..config()
    })?;
    let mut table = Table::new(["request", "sent along", "answer"]);
    let account = site.url("/account");

    let stranger = client.get(&account).send()?;
    table.row(["GET /account", "nothing", &told(&stranger)]);
    // ANCHOR: form
    let form = [("user", "reader"), ("password", "rain")];
    let logged_in = client.post(site.url("/login")).form(form).send()?;
    let cookie = logged_in
        .header("set-cookie")
        .and_then(|cookie| cookie.split(';').next());
    let cookie = cookie.ok_or("the site gave no cookie")?.to_owned();
    // ANCHOR_END: form
    table.row(["POST /login", "a form: user, password", &told(&logged_in)]);
    for visit in 1..=2 {
        let page = client.get(&account).header("cookie", &cookie).send()?;
        let status = told(&page);
        let visits = format!("<span id=\"visits\">{visit}</span>");
        let counted = if page.text()?.contains(&visits) {
            format!("{status}: visit {visit} of this session")
        } else {
            status
        };
        table.row(["GET /account", "the cookie", &counted]);
    }
    let me = site.url("/api/me");
    let nobody = client.get(&me).send()?;
    table.row(["GET /api/me", "nothing", &told(&nobody)]);
    let form = [("user", "editor"), ("password", "tide")];
    let answer = client.post(site.url("/api/login")).form(form).send()?;
    let status = told(&answer);
    let answer: serde_json::Value = answer.json()?;
    let token = answer["token"].as_str().ok_or("the site gave no token")?;
    table.row([
        "POST /api/login",
        "a form: user, password",
        &format!("{status}: a token, for {} s", answer["expires_in"]),
    ]);
    let known = client.get(&me).bearer(token).send()?;
    table.row(["GET /api/me", "Authorization: Bearer …", &told(&known)]);
    stage.table(&table);
    stage.means(
        "401 asks who you are, 403 knows and says no. Whoever has the cookie or the token is you: so \
         they travel over https, and not along with a redirect to another site",
    );
    Ok(())
}

fn told(response: &Response) -> String {
    let status = response.status().as_u16();
    match response.header("location") {
        Some(to) => format!("{status}: go to {to}"),
        None => status.to_string(),
    }
}
