//! Where a part speaks.
use crate::{Table, Timeline};

/// Where a part speaks: everything printed goes through it.
#[derive(Debug)]
pub struct Stage {}
impl Stage {
    /// Says one line of evidence.
    pub fn line(&mut self, _text: impl AsRef<str>) {}
    /// Says one line of evidence by somebody; the names stand in a column.
    pub fn who(&mut self, _name: impl AsRef<str>, _text: impl AsRef<str>) {}
    /// Leaves a blank line.
    pub fn blank(&mut self) {}
    /// Shows a table.
    pub fn table(&mut self, _table: &Table) {}
    /// Compares numbers by bars: label, value (the bar's length), and the value as it is shown.
    pub fn bars<L: AsRef<str>, V: AsRef<str>>(
        &mut self,
        _bars: impl IntoIterator<Item = (L, f64, V)>,
    ) {
    }
    /// Quotes bytes or a transcript; what is not printable is shown escaped.
    pub fn quote(&mut self, _text: impl AsRef<[u8]>) {}
    /// Draws a timeline, writes it as SVG beside, and prints the file's path.
    ///
    /// # Errors
    ///
    /// When the SVG file can be written neither to the target nor to the temporary folder.
    pub fn timeline(&mut self, _timeline: &Timeline, _title: &str) -> std::io::Result<()> {
        Ok(())
    }
    /// Says what the evidence means.
    pub fn means(&mut self, _text: impl AsRef<str>) {}
    /// Returns how many columns there are.
    pub fn width(&self) -> usize {
        80
    }
}
