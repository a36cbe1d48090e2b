//! A small aligned table.

/// A table: a head and rows; columns of numbers are aligned to the right.
#[derive(Clone, Debug, Default)]
pub struct Table {}
impl Table {
    /// Makes a table with these column heads.
    pub fn new<T: ToString>(_head: impl IntoIterator<Item = T>) -> Self {
        Self {}
    }
    /// Adds a row.
    pub fn row<T: ToString>(&mut self, _cells: impl IntoIterator<Item = T>) -> &mut Self {
        self
    }
    /// Draws it, no line wider than `width` columns.
    pub fn to_text(&self, _width: usize) -> String {
        String::new()
    }
}
