//! Part 4: a form, its complaint, and its result.

use tour::{Stage, Table};

use super::{PATIENCE, session, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let session = session()?;
    session.open(&site.url("/js/form"))?;
    let mut table = Table::new(["what is done", "what the page says"]);

    let loaves = session.find("#loaves")?;
    loaves.type_text("3")?;
    table.row(["type 3 into the loaves", field(&loaves)?.as_str()]);
    loaves.fill("3")?;
    table.row(["empty it, then type 3", field(&loaves)?.as_str()]);

    session.find("#email")?.fill("ann")?;
    session.find("#send")?.click()?;
    let problem = session
        .wait(PATIENCE)
        .for_text("#email-error", |text| !text.is_empty())?;
    table.row(["send it with the address \"ann\"", &problem]);

    session.find("#email")?.fill("ann@example.org")?;
    session.find("#send")?.click()?;
    let at_once = session.find("#result")?.text()?;
    table.row(["correct it, send it, look at once", &at_once]);
    let result = session
        .wait(PATIENCE)
        .for_text("#result", |text| text.starts_with("Thank you"))?;
    table.row(["wait for the answer", &result]);
    stage.table(&table);
    stage.means("what is typed comes beside what is there, so a field is emptied first");
    stage.means("the first text in the place of the answer was not the answer: wait for the text that you mean");
    Ok(())
}

fn field(element: &browser::Element<'_>) -> tour::Result<String> {
    let value = element.property("value")?;
    Ok(format!(
        "the field says {}",
        value.as_str().unwrap_or_default()
    ))
}
