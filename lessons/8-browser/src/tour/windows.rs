//! Part 6: dialogs and a second window.

use tour::{Stage, Table};

use super::{PATIENCE, session, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let session = session()?;
    session.open(&site.url("/js/windows"))?;
    let wait = session.wait(PATIENCE);
    let mut table = Table::new(["pressed", "it says", "our answer", "the page then"]);

    session.find("#alert")?.click()?;
    let says = wait.for_dialog()?;
    let refused = session
        .title()
        .err()
        .ok_or("the dialog is in nobody's way")?;
    session.accept_dialog()?;
    table.row([
        "Say something",
        &says,
        "OK",
        &session.find("#answer")?.text()?,
    ]);

    session.find("#confirm")?.click()?;
    let says = wait.for_dialog()?;
    session.dismiss_dialog()?;
    table.row(["Ask me", &says, "Cancel", &session.find("#answer")?.text()?]);

    session.find("#prompt")?.click()?;
    let says = wait.for_dialog()?;
    session.answer_dialog("Ann")?;
    table.row([
        "Ask for my name",
        &says,
        "Ann",
        &session.find("#answer")?.text()?,
    ]);

    let (first, known) = (session.window()?, session.windows()?);
    session.find("#open")?.click()?;
    let second = wait.for_new_window(&known)?;
    session.switch_to(&second)?;
    let says = wait.for_element("#second")?.text()?;
    session.close_window()?;
    session.switch_to(&first)?;
    table.row([
        "Open a second window",
        says.split('.').next().unwrap_or_default(),
        "closed it",
        &session.find("#answer")?.text()?,
    ]);
    stage.table(&table);
    let kind = match refused.refusal() {
        Some(browser::Refusal::UnexpectedAlert) => "unexpected alert open",
        _ => "something else",
    };
    stage.line(format!(
        "the title, asked for while a dialog was open: refused, {kind}"
    ));
    stage.means("a dialog belongs to the browser and not to the page: no selector finds it, and nothing else works until it is answered");
    stage.means("a new window does not come to the front by itself: say which one you mean");
    Ok(())
}
