//! Part 8: the toolchain file, and the oldest compiler that will do.

use tour::{Result, Stage};

use super::{Workshop, manifest};

/// A version from 2018, which hardly any machine still has.
const OLD: &str = "1.23.0";

pub fn play(stage: &mut Stage) -> Result {
    let workshop = Workshop::open()?;
    let package = manifest("app", "0.1.0", "");
    workshop.folder.write("app/src/main.rs", "fn main() {}\n")?;
    let needs = package.replace("edition", "rust-version = \"1.999\"\nedition");
    workshop.folder.write("app/Cargo.toml", &needs)?;
    stage.line("rust-version in Cargo.toml is the oldest compiler that will do:");
    stage.quote("rust-version = \"1.999\"\n");
    workshop.cargo_complains(stage, "app", "check", "1.999")?;
    stage.blank();

    workshop.folder.write("app/Cargo.toml", &package)?;
    workshop.show_file(
        stage,
        "app/rust-toolchain.toml",
        &format!("[toolchain]\nchannel = \"{OLD}\"\n"),
    )?;
    // rustup must not download anything now: it may not install, and it has nobody to ask.
    let cargo = workshop
        .cargo
        .clone()
        // The tour itself runs in a toolchain that was chosen by this variable, which wins over the file.
        .without_variable("RUSTUP_TOOLCHAIN")
        .with_variable("RUSTUP_AUTO_INSTALL", "0")
        .with_variable("RUSTUP_DIST_SERVER", "http://127.0.0.1:9")
        .with_variable("RUSTUP_UPDATE_ROOT", "http://127.0.0.1:9");
    stage.line("app$ cargo check");
    let ran = cargo.run(&workshop.folder, "app", &["check", "--quiet", "--offline"])?;
    if !ran.success && ran.stderr.contains(OLD) {
        stage.line(format!(
            "refused: compiler {OLD} is not on this machine, and was not to be fetched"
        ));
    } else if ran.success {
        stage.line(format!(
            "built: either compiler {OLD} is on this machine, or its cargo does not come from rustup, \
             which alone reads that file"
        ));
    } else {
        return Err(format!("rustup was to speak of {OLD}, and said: {}", ran.stderr).into());
    }
    stage.means(
        "the course has such a file itself: rust-toolchain.toml at its root. With a network, rustup \
         fetches what it names, so everybody compiles with the same compiler. A virtual environment \
         cannot do this for the interpreter: it is made from one that is there",
    );
    Ok(())
}
