//! The plot: bars on a scale of powers of ten, since the ways differ a thousandfold.

use std::fmt::Write as _;

const LEFT: f64 = 130.0;
const WIDTH: f64 = 560.0;
const ROW: f64 = 18.0;

/// Draws bars, each of who, in which way, and rows a second. Bars of one way stand together.
pub fn svg(bars: &[(&str, &str, f64)]) -> String {
    let least = 3.0_f64;
    let most = bars
        .iter()
        .map(|(_, _, rate)| rate.log10().ceil())
        .fold(least + 1.0, f64::max);
    let x = |rate: f64| LEFT + (rate.log10() - least).max(0.0) / (most - least) * WIDTH;
    let mut rows = String::new();
    let mut y = 34.0;
    let mut way_before = "";
    for (who, way, rate) in bars {
        if *way != way_before {
            y += if way_before.is_empty() { 0.0 } else { 12.0 };
            let _ = writeln!(
                rows,
                "<text x=\"8\" y=\"{:.0}\" class=\"way\">{way}</text>",
                y + 13.0
            );
            way_before = way;
        }
        let class = who.to_lowercase().replace(' ', "-");
        let _ = writeln!(
            rows,
            "<rect x=\"{LEFT}\" y=\"{y:.0}\" width=\"{:.1}\" height=\"{:.0}\" class=\"{class}\"/>\n\
             <text x=\"{:.1}\" y=\"{:.0}\">{who}</text>",
            (x(*rate) - LEFT).max(1.0),
            ROW - 3.0,
            x(*rate) + 5.0,
            y + 12.0
        );
        y += ROW;
    }
    let mut scale = String::new();
    let mut power = least;
    while power <= most {
        let at = x(10_f64.powf(power));
        let label = match power as i32 {
            3 => "1,000 rows/s".to_owned(),
            4 => "10,000".to_owned(),
            5 => "100,000".to_owned(),
            6 => "1 million".to_owned(),
            power => format!("10^{power}"),
        };
        let _ = writeln!(
            scale,
            "<line x1=\"{at:.1}\" y1=\"24\" x2=\"{at:.1}\" y2=\"{y:.0}\"/>\n\
             <text x=\"{at:.1}\" y=\"16\" text-anchor=\"middle\">{label}</text>"
        );
        power += 1.0;
    }
    let (width, height) = (LEFT + WIDTH + 130.0, y + 10.0);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" \
         aria-labelledby=\"title\">\n\
         <title id=\"title\">Rows inserted a second, on a logarithmic scale</title>\n\
         <style>text{{font:12px sans-serif;fill:#222}}.way{{font-weight:bold}}line{{stroke:#ccc}}\
         .sqlite{{fill:#0b6e99}}.python-sqlite3{{fill:#7fb8d1}}.postgresql{{fill:#b4530a}}\
         .python-psycopg2{{fill:#e0a876}}</style>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{scale}{rows}</svg>\n"
    )
}
