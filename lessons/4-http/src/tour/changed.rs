//! Part 6: conditional requests.

use tour::{Stage, Table};

use super::{client, site};

pub fn play(stage: &mut Stage) -> tour::Result {
    let site = site()?;
    let client = client()?;
    let url = site.url("/files/chapter-01.txt");
    // ANCHOR: use
    let first = client.get(&url).send()?.success()?;
    let (status, version) = (first.status().as_u16(), first.validators());
    let body = first.bytes()?;
    let mut second = client.get(&url).if_changed(&version).send()?;
    // ANCHOR_END: use
    stage.line("the first answer names its version:");
    let name = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    stage.quote(format!(
        "ETag: {}\nLast-Modified: {}",
        name(&version.etag),
        name(&version.last_modified)
    ));
    let again = second.copy_to(&mut std::io::sink())?;
    let other = http_client::Validators {
        etag: Some("\"of another day\"".into()),
        last_modified: None,
    };
    let third = client.get(&url).if_changed(&other).send()?;
    let third_status = third.status().as_u16();
    let mut table = Table::new(["asked with", "status", "body"]);
    table
        .row([
            "nothing".to_owned(),
            status.to_string(),
            format!("{} bytes", body.len()),
        ])
        .row([
            "this version".to_owned(),
            second.status().as_u16().to_string(),
            format!("{again} bytes"),
        ])
        .row([
            "another version".to_owned(),
            third_status.to_string(),
            format!("{} bytes", third.bytes()?.len()),
        ]);
    stage.table(&table);
    stage.means("a crawler that comes back every day, and a browser, live by this: most pages have not changed");
    Ok(())
}
