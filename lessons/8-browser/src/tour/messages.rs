//! Part 2: the messages to the driver and its answers, as they pass.

use std::sync::mpsc;

use browser::{Message, Session};
use serde_json::Value;
use tour::Stage;

use super::{options, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let (passed, messages) = mpsc::channel();
    let session = Session::start_watched(&options(), move |message| {
        // Nobody listens once the part is over, and that is fine.
        let _ = passed.send(message.clone());
    })?;
    session.open(&site.url("/"))?;
    let heading = session.find("h1")?;
    heading.text()?;
    let missing = session.find("#no-such").map(drop);
    session.execute("return document.links.length > 0", &[])?;
    drop(session);

    for message in messages {
        let sent = brief(&message.sent, &site.url(""));
        stage.line(format!("{} {sent}", message.command()));
        stage.line(format!("    {} {}", message.status, answer(&message)));
    }
    stage.blank();
    let error = missing
        .err()
        .ok_or("an element is there that should not be")?;
    stage.line(format!(
        "in Rust the 404 is an error: {}",
        first_sentence(&error.to_string())
    ));
    stage.means(
        "a session is made, asked and deleted like any resource of a REST API; Selenium sends the \
         same messages in every language",
    );
    stage
        .means("an element is a name that the driver made up: it stands for one place in one page");
    Ok(())
}

/// Returns the `value` of an answer, with what differs from day to day left out.
fn answer(message: &Message) -> String {
    let answer: Value = serde_json::from_str(&message.received).unwrap_or_default();
    let value = &answer["value"];
    if value["sessionId"].is_string() {
        "sessionId, and what the browser can".to_owned()
    } else if let Some(error) = value["error"].as_str() {
        format!("error: {error}")
    } else if value.is_object() {
        "the name of an element".to_owned()
    } else {
        value.to_string()
    }
}

fn brief(text: &str, site: &str) -> String {
    if text.contains("\"capabilities\"") {
        return "{\"capabilities\": …}".to_owned();
    }
    text.replace(site, "SITE")
}

fn first_sentence(text: &str) -> &str {
    text.split(": {").next().unwrap_or(text)
}
