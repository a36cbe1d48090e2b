//! Redirects that loop, go on, or lead nowhere good.

use crate::server::Response;

/// The longest chain that can be asked for.
const MAX_CHAIN: u32 = 1_000_000;

pub(super) fn answer(base: &str, rest: &[&str]) -> Option<Response> {
    let to = |location: &str| Some(Response::redirect(302, location));
    match rest {
        ["loop"] => to("/faults/loop"),
        ["loops", "1"] => to("/faults/loops/2"),
        ["loops", "2"] => to("/faults/loops/3"),
        ["loops", "3"] => to("/faults/loops/1"),
        ["redirects", number] => {
            let number: u32 = number.parse().ok().filter(|number| *number <= MAX_CHAIN)?;
            match number.checked_sub(1) {
                Some(next) => to(&format!("/faults/redirects/{next}")),
                None => Some(Response::text(200, "This is the end of the chain.\n")),
            }
        }
        ["location", "relative"] => to("../status/200"),
        ["location", "missing"] => Some(Response::text(302, "The page is elsewhere.\n")),
        ["location", "invalid"] => to("http://[broken/"),
        ["location", "scheme"] => to("file:///etc/passwd"),
        ["location", "private"] => to("http://169.254.169.254/latest/meta-data/"),
        ["location", "absolute"] => to(&format!("{base}/faults/status/200")),
        _ => None,
    }
}
