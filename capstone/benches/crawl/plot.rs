//! The table as a picture: a bar for each crawler.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Result, Row};

const WIDTH: f64 = 720.0;
const LABEL: f64 = 190.0;
const ROW: f64 = 30.0;

/// Writes the plot below the target folder, and returns where it is.
pub fn write(rows: &[Row]) -> Result<PathBuf> {
    let most = rows.iter().map(Row::pages_per_second).fold(1.0, f64::max);
    let height = 40.0 + ROW * rows.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"14\" role=\"img\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <text x=\"10\" y=\"22\" font-weight=\"bold\">Pages a second, whole crawl</text>\n"
    );
    for (number, row) in rows.iter().enumerate() {
        let y = 36.0 + ROW * number as f64;
        let length = (row.pages_per_second() / most * (WIDTH - LABEL - 90.0)).max(1.0);
        let fill = if number == 0 { "#1b6e8c" } else { "#9db4bd" };
        writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text><rect x=\"{LABEL}\" y=\"{y}\" width=\"{length:.1}\" height=\"20\" fill=\"{fill}\"/><text x=\"{:.1}\" y=\"{}\">{:.0}</text>",
            LABEL - 10.0,
            y + 15.0,
            row.name,
            LABEL + length + 8.0,
            y + 15.0,
            row.pages_per_second()
        )?;
    }
    svg.push_str("</svg>\n");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder)?;
    let file = folder.join("crawl.svg");
    fs::write(&file, svg)?;
    Ok(file)
}
