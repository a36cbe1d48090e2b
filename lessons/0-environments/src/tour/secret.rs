//! Part 11: a secret in a report, in an error, and in a debug print.

use environments::{SettingsFile, Sources};
use tour::{Result, Stage};

use super::demo;

pub fn play(stage: &mut Stage) -> Result {
    let token = "q7Zt0PaX3mKd8LwE";
    stage.line("the token is in the file this time:");
    let sources = |token: &str| -> Result<Sources> {
        let file = SettingsFile::parse("demo.toml", &format!("api-token = \"{token}\"\n"))?;
        Ok(Sources::new().with_file(file))
    };
    let resolved = sources(token)?.resolve(&demo::ALL)?;
    let secret = resolved.get(&demo::API_TOKEN).ok_or("the file gives one")?;
    let Err(problems) = sources("q7Zt0PaX-oops")?.resolve(&demo::ALL) else {
        return Err("a short token was to be refused".into());
    };
    let broken = format!("api-token = \"{token}\n");
    let Err(syntax) = SettingsFile::parse("demo.toml", &broken) else {
        return Err("a text without an end was to be refused".into());
    };
    let report = resolved.rows().iter().find(|row| row.name() == "api-token");
    let shown = [
        (
            "report",
            report.map(|row| format!("{row:?}")).unwrap_or_default(),
        ),
        ("debug", format!("{secret:?}")),
        ("too short", problems.to_string()),
        ("no end", syntax.to_string()),
    ];
    stage.names(shown.iter().map(|(name, _)| name));
    for (place, text) in &shown {
        if text.contains("q7Zt0PaX") {
            return Err(format!("the secret was shown: {place}").into());
        }
        stage.who(place, text);
    }
    stage.line(format!(
        "the program has it all the same: {} bytes",
        secret.expose().len()
    ));
    stage.means(
        "logs are copied, mailed and kept for years, and whoever reads them reads what was printed. \
         A type that cannot show itself does not depend on anybody's care",
    );
    Ok(())
}
