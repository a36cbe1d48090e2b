//! Images: invented landscapes, as PNG and SVG, with latency.

use crate::app::{Outcome, add_slash};
use crate::files::paced;
use crate::html::Frame;
use crate::negotiate::{deflate, ranged};
use crate::random::Random;
use crate::server::{Body, Request, Response};
use flate2::Crc;

pub(crate) const TITLE: &str = "Images with latency";

/// How many images the gallery shows.
const GALLERY: u64 = 24;
/// The size of a PNG image in pixels.
const WIDTH: usize = 240;
const HEIGHT: usize = 160;

/// Answers requests below `/images`.
pub(crate) fn answer(seed: u64, request: &Request, rest: &[&str]) -> Outcome {
    if rest.is_empty() {
        add_slash(request)?;
        return Ok(Response::html(200, gallery(request)));
    }
    let [name] = rest else {
        return Err(Response::empty(404));
    };
    let (number, kind) = name.rsplit_once('.').ok_or_else(|| Response::empty(404))?;
    let number: u64 = number.parse().map_err(|_| Response::empty(404))?;
    let landscape = Landscape::new(seed, number);
    let (content_type, image) = match kind {
        "png" => ("image/png", landscape.to_png()),
        "svg" => ("image/svg+xml", landscape.to_svg().into_bytes()),
        _ => return Err(Response::empty(404)),
    };
    let etag = format!("\"{kind}-{seed}-{number}\"");
    let response = ranged(
        request,
        content_type,
        image.len() as u64,
        &etag,
        |start, length| {
            let range = start as usize..(start + length) as usize;
            Body::Bytes(image.get(range).unwrap_or_default().to_vec())
        },
    );
    Ok(paced(request, response))
}

fn gallery(request: &Request) -> String {
    let wait = request.number("ms", 0, 30_000);
    let items: String = (1..=GALLERY)
        .map(|number| {
            // Each waits a little longer than the one before, so that a browser shows them come in.
            let query = if wait == 0 { String::new() } else { format!("?ms={}", wait * number / 4) };
            format!(
                "<li><img src=\"/images/{number}.png{query}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" alt=\"Invented landscape number {number}\"></li>\n"
            )
        })
        .collect();
    let main = format!(
        "<p class=\"lead\">Twenty-four small pictures to fetch at the same time.</p>\n\
         <p>Each is there as <a href=\"/images/7.png\">PNG</a> and as <a href=\"/images/7.svg\">SVG</a>. \
         <code>?ms=800</code> makes one wait; <a rel=\"nofollow\" href=\"/images/?ms=400\">this gallery with waits</a> fills up slowly.</p>\n\
         <ul class=\"gallery\">\n{items}</ul>"
    );
    Frame {
        title: TITLE,
        corner: "/images/",
        head: "",
        main: &main,
    }
    .to_html()
}

/// A sky, a sun, and three rows of hills.
#[derive(Debug)]
struct Landscape {
    number: u64,
    /// The colours of the sky's top and foot, the sun, and the hills from far to near.
    colours: [[u8; 3]; 6],
    /// Where the sun stands, as a share of width and height.
    sun: (f64, f64),
    /// For each row of hills: height, waves, and where the first wave begins.
    hills: [(f64, f64, f64); 3],
}

/// How many colours the sky has between its top and its foot.
const SKY: usize = 12;

impl Landscape {
    fn new(seed: u64, number: u64) -> Self {
        let random = &mut Random::new(seed, "image", number);
        let hue = random.fraction();
        let shade = |shift: f64, light: f64, strength: f64| colour(hue + shift, light, strength);
        Self {
            number,
            colours: [
                shade(0.0, 0.72, 0.45),
                shade(0.1, 0.9, 0.6),
                shade(0.55, 0.8, 0.9),
                shade(0.02, 0.55, 0.3),
                shade(0.04, 0.4, 0.35),
                shade(0.06, 0.25, 0.4),
            ],
            sun: (
                0.15 + 0.7 * random.fraction(),
                0.15 + 0.25 * random.fraction(),
            ),
            hills: [0.55, 0.68, 0.82].map(|height| {
                (
                    height,
                    1.0 + 2.0 * random.fraction(),
                    7.0 * random.fraction(),
                )
            }),
        }
    }

    /// Returns how far from the top the row's edge is, both as shares.
    fn edge(&self, row: usize, across: f64) -> f64 {
        let (height, waves, start) = self.hills[row];
        height + 0.05 * (across * waves * 6.3 + start).sin() + 0.02 * (across * 31.0 + start).sin()
    }

    fn to_svg(&self) -> String {
        let hex = |place: usize| {
            let [red, green, blue] = self.colours[place];
            format!("#{red:02x}{green:02x}{blue:02x}")
        };
        let hills: String = (0..3)
            .map(|row| {
                let line: String = (0..=32)
                    .map(|step| {
                        let across = f64::from(step) / 32.0;
                        format!(
                            "L{:.0} {:.1}",
                            across * 640.0,
                            self.edge(row, across) * 360.0
                        )
                    })
                    .collect();
                format!(
                    "<path d=\"M0 360{line}L640 360Z\" fill=\"{}\"/>\n",
                    hex(3 + row)
                )
            })
            .collect();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 360\" width=\"640\" height=\"360\" role=\"img\">\n\
             <title>Invented landscape number {}</title>\n\
             <linearGradient id=\"sky\" x2=\"0\" y2=\"1\"><stop stop-color=\"{}\"/><stop offset=\"1\" stop-color=\"{}\"/></linearGradient>\n\
             <path d=\"M0 0H640V360H0Z\" fill=\"url(#sky)\"/>\n\
             <circle cx=\"{:.0}\" cy=\"{:.0}\" r=\"34\" fill=\"{}\"/>\n{hills}</svg>\n",
            self.number,
            hex(0),
            hex(1),
            self.sun.0 * 640.0,
            self.sun.1 * 360.0,
            hex(2),
        )
    }

    /// Writes a PNG with a palette.
    ///
    /// Source: Portable Network Graphics, third edition, sections 5 and 11.
    fn to_png(&self) -> Vec<u8> {
        let mut palette = Vec::new();
        for step in 0..SKY {
            let share = step as f64 / (SKY - 1) as f64;
            for part in 0..3 {
                let (top, foot) = (self.colours[0][part], self.colours[1][part]);
                palette.push((f64::from(top) * (1.0 - share) + f64::from(foot) * share) as u8);
            }
        }
        palette.extend(self.colours[2..].concat());
        let mut pixels = Vec::with_capacity((WIDTH + 1) * HEIGHT);
        let edges: Vec<[f64; 3]> = (0..WIDTH)
            .map(|x| [0, 1, 2].map(|row| self.edge(row, x as f64 / WIDTH as f64) * HEIGHT as f64))
            .collect();
        let sun = (self.sun.0 * WIDTH as f64, self.sun.1 * HEIGHT as f64);
        for y in 0..HEIGHT {
            // Each line begins with the number of its filter: none.
            pixels.push(0);
            for (x, edges) in edges.iter().enumerate() {
                let row = edges.iter().rposition(|edge| y as f64 > *edge);
                let (to_x, to_y) = (x as f64 - sun.0, y as f64 - sun.1);
                let place = match row {
                    Some(row) => SKY + 1 + row,
                    None if to_x * to_x + to_y * to_y < 196.0 => SKY,
                    None => (y * SKY / (HEIGHT * 6 / 10)).min(SKY - 1),
                };
                pixels.push(place as u8);
            }
        }
        let mut header = Vec::new();
        header.extend((WIDTH as u32).to_be_bytes());
        header.extend((HEIGHT as u32).to_be_bytes());
        // Eight bits a pixel, a palette, and the only kinds of compression, filter and interlace.
        header.extend([8, 3, 0, 0, 0]);
        let mut png = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n'];
        chunk(&mut png, b"IHDR", &header);
        chunk(&mut png, b"PLTE", &palette);
        chunk(&mut png, b"IDAT", &deflate(&pixels));
        chunk(&mut png, b"IEND", &[]);
        png
    }
}

fn chunk(png: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    png.extend(name);
    png.extend(data);
    let mut crc = Crc::new();
    crc.update(name);
    crc.update(data);
    png.extend(crc.sum().to_be_bytes());
}

/// Returns a colour from hue (a turn of the circle is 1), lightness and saturation (both 0 to 1).
fn colour(hue: f64, light: f64, strength: f64) -> [u8; 3] {
    let reach = strength * light.min(1.0 - light);
    [0.0, 8.0, 4.0].map(|offset: f64| {
        let place = (offset + hue * 12.0).rem_euclid(12.0);
        let value = light - reach * (place - 3.0).min(9.0 - place).clamp(-1.0, 1.0);
        (value * 255.0) as u8
    })
}
