//! Where a part speaks.

use crate::{
    Table, Timeline,
    text::{Look, Style, columns, fit, pad, printable},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::mpsc::Sender,
};

/// Columns of the names' column, as long as nobody has a longer name.
const NAME_COLUMNS: usize = 8;
/// A longer name is cut.
const MAX_NAME_COLUMNS: usize = 24;

/// Where a part speaks: whatever it has to say goes through here, so that it is indented, wrapped
/// to the terminal's width, and harmless: a control character in a peer's text is shown, not
/// obeyed. Speaking never blocks on the terminal, so it does not disturb what a part measures.
#[derive(Debug)]
pub struct Stage {
    speech: Sender<String>,
    look: Look,
    /// Folders for pictures, of which the first that can be written is used.
    pictures: Vec<PathBuf>,
    /// The pictures' file name without its ending, `3-steps`.
    picture_name: String,
    n_pictures: usize,
    name_columns: usize,
    /// Whether the line before is blank, as the one after the claim is.
    after_blank: bool,
}

impl Stage {
    pub(crate) fn new(
        speech: Sender<String>,
        look: Look,
        pictures: Vec<PathBuf>,
        picture_name: String,
    ) -> Self {
        let name_columns = NAME_COLUMNS;
        Self {
            speech,
            look,
            pictures,
            picture_name,
            n_pictures: 0,
            name_columns,
            after_blank: true,
        }
    }

    /// Says one line of evidence; it is wrapped when it is long.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.say(self.look.paragraph(" ", &printable(text.as_ref())));
    }

    /// Says one line of evidence by somebody: a thread, a peer, a process. The names stand in a
    /// column, which grows with the longest name so far; see [`Stage::names`].
    pub fn who(&mut self, name: impl AsRef<str>, text: impl AsRef<str>) {
        self.names([name.as_ref()]);
        let name = fit(&printable(name.as_ref()), self.name_columns);
        let lead = format!(" {}  ", pad(&name, self.name_columns));
        let plain = self.look.paragraph(&lead, &printable(text.as_ref()));
        self.say(plain.replacen(&name, &self.look.paint(Style::Name, &name), 1));
    }

    /// Makes the column of names wide enough for these from the start.
    pub fn names<N: AsRef<str>>(&mut self, names: impl IntoIterator<Item = N>) {
        for name in names {
            let wanted = columns(&printable(name.as_ref())).min(MAX_NAME_COLUMNS);
            self.name_columns = self.name_columns.max(wanted);
        }
    }

    /// Leaves a blank line, unless there is one already.
    pub fn blank(&mut self) {
        if !self.after_blank {
            self.say("\n".to_owned());
            self.after_blank = true;
        }
    }

    /// Shows a table.
    pub fn table(&mut self, table: &Table) {
        self.indented(&table.to_text(self.look.width - 1));
    }

    /// Compares numbers by bars: for each a label, the value that the bar's length stands for, and
    /// the value as it is written, `12 ms`. The longest bar fills the width; negative and
    /// unordered values count as 0.
    pub fn bars<L: AsRef<str>, V: AsRef<str>>(
        &mut self,
        bars: impl IntoIterator<Item = (L, f64, V)>,
    ) {
        let bars: Vec<(String, f64, String)> = bars
            .into_iter()
            .map(|(label, value, shown)| {
                let label = fit(&printable(label.as_ref()), MAX_NAME_COLUMNS);
                (
                    label,
                    value.max(0.0),
                    printable(shown.as_ref()).into_owned(),
                )
            })
            .collect();
        let label_columns = bars.iter().map(|bar| columns(&bar.0)).max().unwrap_or(0);
        let shown_columns = bars.iter().map(|bar| columns(&bar.2)).max().unwrap_or(0);
        let longest = bars
            .iter()
            .map(|bar| bar.1)
            .fold(f64::MIN_POSITIVE, f64::max);
        let room = self
            .look
            .width
            .saturating_sub(label_columns + shown_columns + 5)
            .max(8);
        for (label, value, shown) in bars {
            // A bar of a value above 0 has at least one cell.
            let cells =
                ((value / longest * room as f64).round() as usize).max((value > 0.0).into());
            let shown = " ".repeat(shown_columns - columns(&shown)) + &shown;
            let bar = self.look.paint(Style::Name, &"#".repeat(cells));
            let line = format!(" {}  {shown}  {bar}", pad(&label, label_columns));
            self.say(line.trim_end().to_owned() + "\n");
        }
    }

    /// Quotes bytes or a transcript, each line behind a bar. What is not printable is escaped,
    /// `\r` and `\0` and bytes that are no UTF-8 too, so that one sees what went over the wire.
    pub fn quote(&mut self, text: impl AsRef<[u8]>) {
        for line in text.as_ref().split_inclusive(|byte| *byte == b'\n') {
            let mut shown = String::new();
            for chunk in line.strip_suffix(b"\n").unwrap_or(line).utf8_chunks() {
                shown += &printable(chunk.valid());
                chunk
                    .invalid()
                    .iter()
                    .for_each(|byte| shown += &format!("\\x{byte:02x}"));
            }
            if line.ends_with(b"\r\n") {
                shown += "\\n";
            }
            self.say(self.look.paragraph(" | ", &shown));
        }
    }

    /// Draws a timeline, writes it as an SVG file beside, and says where that file is.
    ///
    /// # Errors
    ///
    /// Returns the last error when none of the folders for pictures can be written.
    pub fn timeline(&mut self, timeline: &Timeline, title: &str) -> io::Result<()> {
        let heading = self.look.paint(Style::Name, &printable(title));
        self.blank();
        self.say(format!(" timeline: {heading}\n"));
        let width = self.look.width - 1;
        self.indented(&match self.look.colour {
            true => timeline.to_text_in_colour(width),
            false => timeline.to_text(width),
        });
        let written = self.picture("svg", timeline.to_svg(title).as_bytes());
        self.blank();
        written
    }

    /// Writes a picture as a file with this ending, `png`, and says where that file is.
    ///
    /// # Errors
    ///
    /// Returns the last error when none of the folders for pictures can be written.
    pub fn picture(&mut self, ending: &str, bytes: &[u8]) -> io::Result<()> {
        self.n_pictures += 1;
        let name = match self.n_pictures {
            1 => format!("{}.{ending}", self.picture_name),
            n => format!("{}-{n}.{ending}", self.picture_name),
        };
        let mut result = Ok(());
        for folder in &self.pictures {
            result = write_whole(folder, &name, bytes);
            if result.is_ok() {
                // Not wrapped: a path is to be copied.
                self.say(format!(" picture: {}\n", folder.join(&name).display()));
                break;
            }
        }
        result
    }

    /// Says what the evidence means.
    pub fn means(&mut self, text: impl AsRef<str>) {
        let paragraph = self.look.paragraph(" -> ", &printable(text.as_ref()));
        self.say(self.look.paint_lines(Style::Meaning, &paragraph));
    }

    /// Returns how many columns there are, for a part that lays out something of its own.
    pub fn width(&self) -> usize {
        self.look.width
    }

    fn indented(&mut self, text: &str) {
        self.say(
            text.lines()
                .map(|line| format!(" {line}").trim_end().to_owned() + "\n")
                .collect(),
        );
    }

    fn say(&mut self, text: String) {
        self.after_blank = false;
        // The tour stops listening only when it gave this part up; nobody is left to be told.
        let _ = self.speech.send(text);
    }
}

/// Writes a file so that a reader sees it whole or not at all, whenever the process ends.
fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{name}.{}", std::process::id()));
    fs::write(&unfinished, bytes)?;
    fs::rename(&unfinished, folder.join(name))
}
