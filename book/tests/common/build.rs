//! Builds the book into a folder of its own, and reads what came out.

use std::{
    env,
    ffi::OsString,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::{pages::files_below, repository};

/// A freshly built book. The folder goes when the value is dropped.
#[derive(Debug)]
pub struct Book {
    folder: TempDir,
}

impl Book {
    /// Builds the book as it lies in the work tree, without writing into the tree.
    ///
    /// The quiz preprocessor copies its scripts beside the pages and writes missing ids into the
    /// quiz files, and several tests build at once. So each builds from a copy of `book/`, in a
    /// folder where the other rooms are links: the pages' includes start with `../../` and find them.
    ///
    /// # Panics
    ///
    /// When mdBook or its quiz preprocessor is missing or fails, and when mdBook logs a warning or
    /// an error: it ends with exit code 0 after an include that it could not read.
    pub fn build() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = repository();
        for entry in fs::read_dir(&root).expect("the repository can be listed") {
            let entry = entry.expect("the repository can be listed");
            let name = entry.file_name();
            if name == "book" {
                copy_sources(&entry.path(), &folder.path().join("book"));
            } else if name != "target" && !name.to_string_lossy().starts_with('.') {
                symlink(entry.path(), folder.path().join(name))
                    .expect("a temporary folder can be filled");
            }
        }
        let book = Self { folder };

        let output = Command::new(program("mdbook"))
            .args(["build", "--dest-dir"])
            .arg(book.pages_folder())
            .current_dir(book.folder.path().join("book"))
            .env("PATH", search_path())
            .env("MDBOOK_LOG", "info")
            .env("RUST_LOG", "info")
            .output()
            .unwrap_or_else(|error| panic!("mdbook does not start: {error}; {MEND}"));

        let log = String::from_utf8_lossy(&output.stderr);
        let cure = if log.contains("wasn't found") {
            MEND
        } else {
            "mend what it names"
        };
        assert!(output.status.success(), "mdbook failed; {cure}\n{log}");
        let trouble = ["WARN", "ERROR"].iter().any(|level| log.contains(level));
        assert!(!trouble, "mdbook complained:\n{log}");
        book
    }

    /// Returns the folder that holds the built pages.
    pub fn pages_folder(&self) -> PathBuf {
        self.folder.path().join("built")
    }

    /// Returns the names of the built HTML files, sorted.
    pub fn html_files(&self) -> Vec<String> {
        let folder = self.pages_folder();
        files_below(&folder)
            .iter()
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "html")
            })
            .map(|path| {
                let path = path.strip_prefix(&folder).expect("it lies below");
                path.to_string_lossy().into_owned()
            })
            .collect()
    }

    /// Returns the names of the files that are pages to read. `toc.html` is the table of contents
    /// that mdBook shows where scripts are off.
    pub fn page_files(&self) -> Vec<String> {
        let mut files = self.html_files();
        files.retain(|name| name != "toc.html");
        files
    }
}

const MEND: &str = "run `cargo course setup`, which installs mdbook and mdbook-quiz in .tools/bin, \
    or set COURSE_SKIP=book to leave the built book untested";

/// Returns the course's own copy of a tool when there is one, else its bare name for the search path.
fn program(name: &str) -> OsString {
    let own = repository().join(".tools/bin").join(name);
    if own.exists() {
        own.into()
    } else {
        name.into()
    }
}

/// Returns `PATH` with the course's own tools first: mdBook looks for `mdbook-quiz` there.
fn search_path() -> OsString {
    let own = repository().join(".tools/bin");
    let inherited = env::var_os("PATH").unwrap_or_default();
    env::join_paths([own].into_iter().chain(env::split_paths(&inherited)))
        .expect("no folder of PATH has a separator in its name")
}

/// Copies what mdBook reads: all of `book/` but the tests, an earlier build and the scripts that the
/// quiz preprocessor left.
fn copy_sources(from: &Path, to: &Path) {
    for path in files_below(from) {
        let below = path.strip_prefix(from).expect("it lies below");
        if ["book", "tests", "src/quiz"]
            .iter()
            .any(|left_out| below.starts_with(left_out))
        {
            continue;
        }
        let target = to.join(below);
        fs::create_dir_all(target.parent().expect("a file lies in a folder"))
            .expect("a temporary folder can be filled");
        fs::copy(&path, &target).expect("a temporary folder can be filled");
    }
}
