//! Logging in with a form, and the session that a cookie carries.

use crate::app::{Outcome, methods};
use crate::html::{Frame, escape};
use crate::random::{GOLDEN, mix};
use crate::server::{Request, Response, find, lock, parse_form};
use crate::truth::Reach;
use std::collections::HashMap;
use std::sync::Mutex;

/// The pages of this corner: path, title, and the way that leads there.
pub(crate) const PAGES: &[(&str, &str, Reach)] = &[
    ("/login", "Log in", Reach::Links),
    ("/account", "Your account", Reach::Forbidden),
];

/// More sessions than this are not kept; the next one then ends all others.
const MAX_SESSIONS: usize = 10_000;

/// Names and passwords, for the form and for the API.
pub(crate) const USERS: [(&str, &str); 2] = [("reader", "rain"), ("editor", "tide")];

/// Returns the user whom a name and a password belong to.
pub(crate) fn user(name: &str, password: &str) -> Option<&'static str> {
    USERS
        .iter()
        .find(|known| **known == (name, password))
        .map(|(name, _)| *name)
}

/// Who is logged in.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    made: u64,
    /// For each cookie the user and the number of visits.
    open: HashMap<String, (&'static str, u32)>,
}

/// Makes a token that no other has. It is not secret, and this is not a site with secrets.
pub(crate) fn token(number: u64) -> String {
    format!(
        "{:016x}{:016x}",
        mix(number ^ GOLDEN),
        mix(number.wrapping_add(GOLDEN))
    )
}

/// Returns the session cookie that a request carries.
fn cookie(request: &Request) -> Option<&str> {
    let cookies = request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    cookies
        .flat_map(|(_, value)| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix("session="))
}

/// Answers `/login`, `/account` and `/logout`.
pub(crate) fn answer(sessions: &Sessions, request: &Request, name: &str) -> Outcome {
    if request.path.trim_start_matches('/') != name {
        return Err(Response::empty(404));
    }
    match name {
        "login" => {
            methods(request, "GET, HEAD, POST, OPTIONS")?;
            if request.method == "POST" {
                log_in(sessions, request)
            } else {
                Ok(form(""))
            }
        }
        "logout" => {
            methods(request, "POST, OPTIONS")?;
            if let Some(cookie) = cookie(request) {
                lock(&sessions.state).open.remove(cookie);
            }
            Ok(Response::redirect(303, "/login").with("Set-Cookie", "session=; Path=/; Max-Age=0"))
        }
        _ => {
            methods(request, "GET, HEAD, OPTIONS")?;
            Ok(account(sessions, request))
        }
    }
}

fn log_in(sessions: &Sessions, request: &Request) -> Outcome {
    let fields = parse_form(&String::from_utf8_lossy(&request.body));
    let field = |name| find(&fields, name).unwrap_or_default();
    let Some(user) = user(field("user"), field("password")) else {
        let mut refused =
            form("<p class=\"error\">That name and password do not belong together.</p>");
        refused.status = 401;
        return Err(refused);
    };
    let mut state = lock(&sessions.state);
    state.made += 1;
    let cookie = token(state.made);
    if state.open.len() >= MAX_SESSIONS {
        state.open.clear();
    }
    state.open.insert(cookie.clone(), (user, 0));
    Ok(Response::redirect(303, "/account").with(
        "Set-Cookie",
        format!("session={cookie}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"),
    ))
}

fn account(sessions: &Sessions, request: &Request) -> Response {
    let mut state = lock(&sessions.state);
    let session = cookie(request).and_then(|cookie| state.open.get_mut(cookie));
    let Some((user, visits)) = session else {
        return Response::redirect(303, "/login").with("Cache-Control", "no-store");
    };
    *visits += 1;
    let main = format!(
        "<p class=\"lead\">You are logged in as <strong id=\"user\">{}</strong>.</p>\n\
         <p>Visits in this session: <span id=\"visits\">{visits}</span></p>\n\
         <form method=\"post\" action=\"/logout\"><button>Log out</button></form>",
        escape(user)
    );
    let page = Frame {
        title: "Your account",
        corner: "",
        head: "",
        main: &main,
    }
    .to_html();
    Response::html(200, page).with("Cache-Control", "no-store")
}

fn form(problem: &str) -> Response {
    let main = format!(
        "{problem}<form method=\"post\" action=\"/login\">\n\
         <label for=\"user\">Name</label><input id=\"user\" name=\"user\" autocomplete=\"username\" required>\n\
         <label for=\"password\">Password</label><input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required>\n\
         <button>Log in</button>\n</form>\n\
         <p class=\"soft\">Two people live here: <code>reader</code> with the password <code>rain</code>, \
         and <code>editor</code> with <code>tide</code>. The right answer is a cookie, and a redirect to \
         <a href=\"/account\">the account</a>.</p>"
    );
    Response::html(
        200,
        Frame {
            title: "Log in",
            corner: "",
            head: "",
            main: &main,
        }
        .to_html(),
    )
}
