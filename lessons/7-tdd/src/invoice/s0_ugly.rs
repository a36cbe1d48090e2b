//! The program as it was found. It works, people pay by it, and nobody dares to touch it.

/// Prints an invoice.
#[allow(clippy::all, reason = "this is the program as it was found")]
pub fn print(s: &str) -> String {
    let mut o = String::new();
    let mut nr = "";
    let mut nm = "";
    let mut c = "";
    let mut dt = "";
    let mut d: i64 = 0;
    let mut t: i64 = 0; // total
    let mut t2: i64 = 0; // tax
    let mut g: i64 = 0; // gift cards, no discount on those!!
    let mut n = 0;
    let mut bad = 0;
    let mut first = true;
    for l in s.lines() {
        let l = l.trim();
        if l == "" || l.starts_with("#") {
            continue;
        }
        let p: Vec<&str> = l.split(';').collect();
        if p[0] == "H" {
            nr = if p.len() > 1 { p[1].trim() } else { "" };
            nm = if p.len() > 2 { p[2].trim() } else { "" };
            c = if p.len() > 3 { p[3].trim() } else { "" };
            dt = if p.len() > 4 { p[4].trim() } else { "" };
        } else if p[0] == "D" {
            d = if p.len() > 1 {
                p[1].trim().parse().unwrap_or(0)
            } else {
                0
            };
            if d > 50 {
                d = 50;
            }
            if d < 0 {
                d = 0;
            }
        } else if p[0] == "I" {
            let ds = if p.len() > 1 { p[1].trim() } else { "" };
            let q: i64 = if p.len() > 2 {
                p[2].trim().parse::<i16>().unwrap_or(1) as i64
            } else {
                1
            };
            let pr = if p.len() > 3 { p[3].trim() } else { "" };
            let k = if p.len() > 4 { p[4].trim() } else { "" };
            // price to cents
            let mut pc: i64 = 0;
            let mut e = false;
            let x: Vec<&str> = pr.split('.').collect();
            if x.len() > 2 || x[0].len() > 7 || x[0] == "" {
                e = true;
            } else {
                for ch in x[0].chars() {
                    if ch >= '0' && ch <= '9' {
                        pc = pc * 10 + (ch as i64 - '0' as i64);
                    } else {
                        e = true;
                    }
                }
                pc = pc * 100;
                if x.len() == 2 {
                    let mut m = 10;
                    for ch in x[1].chars() {
                        if ch >= '0' && ch <= '9' {
                            pc = pc + m * (ch as i64 - '0' as i64);
                        } else {
                            e = true;
                        }
                        m = m / 10;
                    }
                }
            }
            if e {
                pc = 0;
            }
            if first || n % 10 == 0 {
                if !first {
                    // next page
                    let cf = t;
                    let mut w = format!("{}.{:02}", cf.abs() / 100, cf.abs() % 100);
                    if cf < 0 {
                        w = format!("({})", w);
                    }
                    o.push_str(&format!("{:<36}{:>24}\n", "carried forward", w));
                    o.push_str("\x0c");
                }
                o.push_str(&format!("INVOICE {:<40}{:>12}\n", nr, dt));
                o.push_str(&format!("{}\n", nm));
                o.push_str("------------------------------------------------------------\n");
                first = false;
            }
            let a = q * pc;
            let mut ds2 = String::new();
            if ds.chars().count() > 24 {
                for (i, ch) in ds.chars().enumerate() {
                    if i < 22 {
                        ds2.push(ch);
                    }
                }
                ds2.push_str("..");
            } else {
                ds2.push_str(ds);
            }
            // ANCHOR: tax
            // tax
            let mut tx: i64 = 0;
            if c == "GB" {
                if k == "B" {
                    tx = 0;
                } else if k == "F" {
                    tx = 0;
                } else if k == "G" {
                    tx = 0;
                } else {
                    tx = (a * 200 + 500) / 1000;
                }
            } else if c == "DE" {
                if k == "B" || k == "F" {
                    tx = (a * 70 + 500) / 1000;
                } else if k == "G" {
                    tx = 0;
                } else {
                    tx = (a * 190 + 500) / 1000;
                }
            // ANCHOR_END: tax
            } else if c == "FR" {
                if k == "B" {
                    tx = (a * 55 + 500) / 1000;
                } else if k == "F" {
                    tx = (a * 55 + 500) / 1000;
                } else if k != "G" {
                    tx = (a * 200 + 500) / 1000;
                }
            }
            t = t + a;
            t2 = t2 + tx;
            if k == "G" {
                g = g + a;
            }
            n = n + 1;
            let qs = if q == 1 {
                String::new()
            } else {
                format!("{}", q)
            };
            let mut w = format!("{}.{:02}", a.abs() / 100, a.abs() % 100);
            if a < 0 {
                w = format!("({})", w);
            }
            let mut w2 = format!("{}.{:02}", pc / 100, pc % 100);
            if e {
                w2 = "!".to_string();
            }
            o.push_str(&format!(
                "{:<24}{:>8}{:>12}{:>12}{:>4}\n",
                ds2, qs, w2, w, k
            ));
        } else {
            bad = bad + 1;
        }
    }
    if first {
        o.push_str(&format!("INVOICE {:<40}{:>12}\n", nr, dt));
        o.push_str(&format!("{}\n", nm));
        o.push_str("------------------------------------------------------------\n");
    }
    o.push_str("------------------------------------------------------------\n");
    let mut w = format!("{}.{:02}", t.abs() / 100, t.abs() % 100);
    if t < 0 {
        w = format!("({})", w);
    }
    o.push_str(&format!("{:<36}{:>24}\n", "goods", w));
    let mut dd = 0;
    if d > 0 {
        dd = (t - g) * d / 100;
        let mut w = format!("{}.{:02}", dd.abs() / 100, dd.abs() % 100);
        if dd > 0 {
            w = format!("({})", w);
        }
        o.push_str(&format!("{:<36}{:>24}\n", format!("discount {}%", d), w));
    }
    if t2 != 0 {
        let mut w = format!("{}.{:02}", t2.abs() / 100, t2.abs() % 100);
        if t2 < 0 {
            w = format!("({})", w);
        }
        o.push_str(&format!("{:<36}{:>24}\n", "tax", w));
    }
    let e = t - dd + t2;
    let mut w = format!("{}.{:02}", e.abs() / 100, e.abs() % 100);
    if e.abs() >= 100000 {
        // thousands, only here
        let z = format!("{}", e.abs() / 100);
        let mut y = String::new();
        let len = z.len();
        for (i, ch) in z.chars().enumerate() {
            if i > 0 && (len - i) % 3 == 0 {
                y.push(',');
            }
            y.push(ch);
        }
        w = format!("{}.{:02}", y, e.abs() % 100);
    }
    if e < 0 {
        o.push_str(&format!("{:<36}{:>24}\n", "we owe you", w));
    } else if e == 0 {
        o.push_str("nothing to pay\n");
    } else {
        o.push_str(&format!("{:<36}{:>24}\n", "to pay", w));
        if e > 10000 {
            o.push_str("Thank you!\n");
        }
    }
    if bad == 1 {
        o.push_str("(1 line ignored)\n");
    } else if bad > 1 {
        o.push_str(&format!("({} lines ignored)\n", bad));
    }
    o
}
