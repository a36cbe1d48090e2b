//! Part 6: the practice site's robots.txt, and verdicts that name their line.

use parsing::robots::Robots;
use tour::{Stage, Table};

use super::{get, site};

const QUESTIONS: [(&str, &str); 11] = [
    ("Spindle", "/blog/"),
    ("Spindle", "/blog/?sort=oldest"),
    ("Spindle", "/rules/private/secret.html"),
    ("Spindle", "/rules/private/open.html"),
    ("Spindle", "/rules/map.pdf"),
    ("Spindle", "/rules/map.pdf?page=2"),
    ("Spindle", "/faults/"),
    ("Spindle", "/faults/slow"),
    ("SlowBot/2.1", "/images/"),
    ("badbot", "/robots.txt"),
    ("badbot", "/"),
];

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let file = get(&site, "/robots.txt")?.body;
    let numbered = String::from_utf8_lossy(&file).replace(&site.url(""), "http://HOST");
    let numbered: String = (1..)
        .zip(numbered.lines())
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| format!("{number:>3}  {line}\n"))
        .collect();
    stage.quote(numbered);

    let robots = Robots::parse(&file);
    let mut table = Table::new(["robot", "path", "verdict"]);
    for (agent, path) in QUESTIONS {
        let rules = robots.rules_for(agent);
        table.row([
            agent.to_owned(),
            path.to_owned(),
            rules.verdict(path).to_string(),
        ]);
    }
    stage.table(&table);
    let slow = robots.rules_for("slowbot");
    if let Some(delay) = slow.crawl_delay() {
        stage.line(format!(
            "slowbot is asked to wait {} s between two requests, by line {}",
            delay.pause.as_secs_f64(),
            delay.line.number
        ));
    }
    stage.line(format!("sitemaps: {}", robots.sitemaps().count()));
    stage.means("the order of the lines decides nothing: line 14 opens what line 13 closes, because it is longer");
    stage.means("slowbot has two groups, far apart, and both hold; the one for * is not for it");
    Ok(())
}
