//! What a `Cargo.lock` says: which version of which package, from where, with which contents.

use toml::de::{DeTable, DeValue};

/// A `Cargo.lock`, read.
///
/// # Format
///
/// ```toml
/// version = 4                    # of the format, not of anything in it
///
/// [[package]]
/// name = "greeting"
/// version = "1.0.0"
/// source = "registry+https://github.com/rust-lang/crates.io-index"
/// checksum = "…"                 # SHA-256 of the package as it was published
/// dependencies = ["other"]       # with a version where the name alone would not do
/// ```
///
/// Source: <https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockFile {
    /// Every package of the build, the project's own among them.
    pub packages: Vec<Package>,
}

/// One package that a lock file pins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version, exactly.
    pub version: String,
    /// Where it comes from; `None` for a package on this disk.
    pub source: Option<String>,
    /// What its contents must add up to.
    pub checksum: Option<String>,
    /// The packages that it needs: `name`, or `name version` where there are several versions.
    pub dependencies: Vec<String>,
}

/// A text that is no lock file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a Cargo.lock: {0}")]
pub struct NotALockFile(String);

impl LockFile {
    // ANCHOR: parse
    /// Reads the text of a `Cargo.lock`.
    ///
    /// # Errors
    ///
    /// [`NotALockFile`] when it is not TOML, or a package lacks its name or version.
    pub fn parse(text: &str) -> Result<Self, NotALockFile> {
        let table = DeTable::parse(text)
            .map_err(|error| NotALockFile(error.message().lines().collect()))?;
        let packages = match table.get_ref().get("package").map(|value| value.get_ref()) {
            Some(DeValue::Array(packages)) => packages
                .iter()
                .map(|package| Package::read(package.get_ref()))
                .collect::<Result<_, _>>()?,
            Some(_) => return Err(NotALockFile("`package` is no list".to_owned())),
            None => Vec::new(),
        };
        Ok(Self { packages })
    }
    // ANCHOR_END: parse

    /// Returns the versions of a package: more than one when two of them are in one build.
    pub fn versions(&self, name: &str) -> Vec<&str> {
        let named = self.packages.iter().filter(|package| package.name == name);
        named.map(|package| package.version.as_str()).collect()
    }
}

impl Package {
    fn read(value: &DeValue<'_>) -> Result<Self, NotALockFile> {
        let text = |key: &str| match value.get(key).map(|value| value.get_ref()) {
            Some(DeValue::String(text)) => Some(text.clone().into_owned()),
            _ => None,
        };
        let must =
            |key: &str| text(key).ok_or_else(|| NotALockFile(format!("a package without a {key}")));
        let dependencies = match value.get("dependencies").map(|value| value.get_ref()) {
            Some(DeValue::Array(names)) => names
                .iter()
                .filter_map(|name| name.get_ref().as_str().map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        };
        Ok(Self {
            name: must("name")?,
            version: must("version")?,
            source: text("source"),
            checksum: text("checksum"),
            dependencies,
        })
    }
}
