//! A small writer of SVG: groups of horizontal bars on a logarithmic scale.

use std::fmt::Write;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 110.0;
const RIGHT: f64 = 90.0;
const TOP: f64 = 70.0;
const BAR: f64 = 11.0;
const GAP: f64 = 10.0;
/// Told apart by lightness too, for readers who do not tell the hues.
const COLOURS: [&str; 4] = ["#1b3a57", "#c2571a", "#3f8f8b", "#d9b44a"];

/// Groups of bars; each group has a value for every series.
pub struct Bars {
    title: String,
    series: Vec<String>,
    groups: Vec<Group>,
}

/// One group: its label, and the values of the series in order.
pub struct Group {
    /// What stands beside it.
    pub label: String,
    /// One value for each series, above 0.
    pub values: Vec<f64>,
}

impl Bars {
    pub fn new<'a>(title: &str, series: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            title: title.to_owned(),
            series: series.into_iter().map(str::to_owned).collect(),
            groups: Vec::new(),
        }
    }

    pub fn group(&mut self, group: Group) {
        self.groups.push(group);
    }

    /// Draws it. A logarithmic scale, since the values differ by a factor of a thousand; the grid has
    /// a line for each power of ten.
    pub fn to_svg(&self) -> String {
        let values = || self.groups.iter().flat_map(|group| &group.values);
        let low = values()
            .copied()
            .fold(f64::INFINITY, f64::min)
            .log10()
            .floor();
        let high = values()
            .copied()
            .fold(1.0, f64::max)
            .log10()
            .ceil()
            .max(low + 1.0);
        let x = |value: f64| LEFT + (value.log10() - low) / (high - low) * (WIDTH - LEFT - RIGHT);
        let group_height = BAR * self.series.len() as f64 + GAP;
        let bottom = TOP + group_height * self.groups.len() as f64;
        let height = bottom + 30.0;

        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n\
             <title>{title}</title>\n\
             <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
             <text x=\"10\" y=\"22\" font-size=\"15\" fill=\"#222222\">{title}</text>\n",
            title = escape(&self.title),
        );
        let mut legend_x = 10.0;
        for (name, colour) in self.series.iter().zip(COLOURS) {
            let _ = writeln!(
                svg,
                "<rect x=\"{legend_x}\" y=\"36\" width=\"12\" height=\"12\" fill=\"{colour}\"/>\
                 <text x=\"{}\" y=\"46\" fill=\"#222222\">{}</text>",
                legend_x + 17.0,
                escape(name),
            );
            legend_x += 40.0 + 7.5 * name.len() as f64;
        }
        for power in low as i32..=high as i32 {
            let at = x(10_f64.powi(power));
            let _ = writeln!(
                svg,
                "<line x1=\"{at:.1}\" y1=\"{:.1}\" x2=\"{at:.1}\" y2=\"{bottom:.1}\" stroke=\"#cccccc\"/>\
                 <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#555555\">{}/s</text>",
                TOP - 6.0,
                bottom + 18.0,
                short(10_f64.powi(power)),
            );
        }
        let mut y = TOP;
        for group in &self.groups {
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#222222\">{}</text>",
                LEFT - 8.0,
                y + BAR * self.series.len() as f64 / 2.0 + 4.0,
                escape(&group.label),
            );
            for (value, colour) in group.values.iter().zip(COLOURS) {
                let end = x(*value);
                let _ = writeln!(
                    svg,
                    "<rect x=\"{LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{colour}\"/>\
                     <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"10\" fill=\"#222222\">{}/s</text>",
                    (end - LEFT).max(1.0),
                    BAR - 1.0,
                    end + 4.0,
                    y + BAR - 2.0,
                    short(*value),
                );
                y += BAR;
            }
            y += GAP;
        }
        svg + "</svg>\n"
    }
}

/// Writes 12,345,678 as `12.3 M`.
fn short(value: f64) -> String {
    match value {
        v if v >= 1e6 => format!("{} M", digits(v / 1e6)),
        v if v >= 1e3 => format!("{} k", digits(v / 1e3)),
        v => digits(v),
    }
}

fn digits(value: f64) -> String {
    if value >= 100.0 || value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
