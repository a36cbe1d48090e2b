//! Step 6: change everything, and nothing changes.
//!
//! `receipt` works. People pay by what it prints, oddities included, and nobody knows them all. The tests
//! have pinned them down. Now somebody wants the same receipt as a web page, and there is no place to put
//! it: reading, reckoning and printing are one loop.
//!
//! Take it apart in small steps: fill in [`read`], [`Bill::total`] and [`Bill::to_text`], and let `receipt`
//! be three words long. Run the tests after each step: `goal_1` is green now and must never be red.
//! Then [`Bill::to_html`] is easy.

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
    // TODO: the first half of what `receipt` does.
    todo!("read {text:?}")
}

impl Bill {
    /// Returns what is to be paid, in cents.
    pub fn total(&self) -> u64 {
        // TODO: with the odd rule about many things of a kind.
        todo!("add up the bill")
    }

    /// Shows the bill as [`receipt`] prints it.
    pub fn to_text(&self) -> String {
        // TODO: the second half of what `receipt` does.
        todo!("print the bill as text")
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
        // TODO: easy, once the rest is in place.
        todo!("print the bill as HTML")
    }
}

/// Prints a receipt. It works; please make it readable.
#[allow(clippy::all)]
pub fn receipt(t: &str) -> String {
    let mut o = String::new();
    let mut s = 0;
    for l in t.lines() {
        let w: Vec<&str> = l.split(' ').filter(|x| *x != "").collect();
        if w.len() >= 3 {
            if let Ok(n) = w[0].parse::<u32>() {
                if let Ok(p) = w[w.len() - 1].parse::<u32>() {
                    if n > 0 {
                        let mut nm = String::new();
                        for i in 1..w.len() - 1 {
                            if i > 1 {
                                nm.push(' ');
                            }
                            nm.push_str(w[i]);
                        }
                        let mut a = n as u64 * p as u64;
                        if n >= 10 {
                            // every tenth is free
                            a = a - (n / 10) as u64 * p as u64;
                        }
                        s = s + a;
                        let mut nn = String::new();
                        for c in nm.chars().take(12) {
                            nn.push(c);
                        }
                        o.push_str(&format!(
                            "{:>4} {:<12}{:>9}.{:02}\n",
                            n,
                            nn,
                            a / 100,
                            a % 100
                        ));
                    }
                }
            }
        }
    }
    if s > 0 {
        o.push_str(&format!("{:<17}{:>9}.{:02}\n", "TOTAL", s / 100, s % 100));
    } else {
        o.push_str("NOTHING BOUGHT\n");
    }
    o
}
