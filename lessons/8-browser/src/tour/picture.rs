//! Part 7: a screenshot and the source, saved.

use tour::Stage;

use super::{PATIENCE, fetch, session, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let session = session()?;
    session.open(&site.url("/js/books"))?;
    session.wait(PATIENCE).for_count(".book", 10)?;

    let png = session.screenshot()?;
    stage.line(format!("a PNG, {} pixels wide:", width(&png)?));
    stage.picture("png", &png)?;
    let plain = fetch(&site, "/js/books")?;
    let source = session.source()?;
    stage.line(format!(
        "an <li> of the class book stands {} times in what the server sent, and {} times in the page as it is now",
        plain.matches("<li class=\"book\"").count(),
        source.matches("<li class=\"book\"").count()
    ));
    stage
        .means("a browser without a window paints as one with a window does, only not on a screen");
    stage.means(
        "save both when something fails: the picture for you, the source for your selectors",
    );
    Ok(())
}

/// Returns the width of a PNG, which stands at its byte 16.
fn width(png: &[u8]) -> tour::Result<u32> {
    let bytes: [u8; 4] = png.get(16..20).ok_or("this is no PNG")?.try_into()?;
    Ok(u32::from_be_bytes(bytes))
}
