//! Part 5: a feature switched on.

use tour::{Result, Stage};

use super::Workshop;

const LIBRARY: &str = "\
pub fn hello() -> &'static str {
    if cfg!(feature = \"loud\") { \"HELLO!\" } else { \"hello\" }
}
";

pub fn play(stage: &mut Stage) -> Result {
    let workshop = Workshop::open()?;
    workshop.package("greeting", "greeting", "1.0.0", "\n[features]\nloud = []\n")?;
    workshop.show_file(stage, "greeting/src/lib.rs", LIBRARY)?;
    workshop.package(
        "app",
        "app",
        "0.1.0",
        "\n[features]\nparty = [\"greeting/loud\"]\n\n[dependencies]\ngreeting = { path = \"../greeting\" }\n",
    )?;
    workshop.folder.write(
        "app/src/main.rs",
        "fn main() {\n    println!(\"{}\", greeting::hello());\n}\n",
    )?;
    workshop.cargo_works(stage, "app", "run")?;
    workshop.cargo_works(stage, "app", "run --features party")?;
    stage.blank();

    workshop.package(
        "helper",
        "helper",
        "0.1.0",
        "\n[dependencies]\ngreeting = { path = \"../greeting\", features = [\"loud\"] }\n",
    )?;
    workshop.folder.write("helper/src/lib.rs", "")?;
    workshop.package(
        "app",
        "app",
        "0.1.0",
        "\n[dependencies]\ngreeting = { path = \"../greeting\" }\nhelper = { path = \"../helper\" }\n",
    )?;
    stage.line("now app asks for no feature, but it uses a helper that wants its greeting loud:");
    workshop.cargo_works(stage, "app", "run")?;
    stage.means(
        "each version of a library is built once, with every feature that anybody in the build asked \
         for. So a feature may only add: one that takes something away breaks a stranger's build",
    );
    Ok(())
}
