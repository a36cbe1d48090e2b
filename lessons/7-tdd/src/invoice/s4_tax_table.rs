//! Stage 4: the tax rates become the table that they always were.

/// Prints an invoice.
#[allow(clippy::all, reason = "one thing at a time")]
pub fn print(text: &str) -> String {
    let mut out = String::new();
    let mut number = "";
    let mut customer = "";
    let mut country = "";
    let mut date = "";
    let mut discount_percent: i64 = 0;
    let mut goods: i64 = 0;
    let mut tax: i64 = 0;
    let mut gift_cards: i64 = 0; // no discount on those!!
    let mut n_items = 0;
    let mut n_ignored = 0;
    for line in text.lines() {
        let line = line.trim();
        if line == "" || line.starts_with("#") {
            continue;
        }
        let fields: Vec<&str> = line.split(';').collect();
        if fields[0] == "H" {
            number = field(&fields, 1);
            customer = field(&fields, 2);
            country = field(&fields, 3);
            date = field(&fields, 4);
        } else if fields[0] == "D" {
            discount_percent = field(&fields, 1).parse::<i64>().unwrap_or(0).clamp(0, 50);
        } else if fields[0] == "I" {
            let description = field(&fields, 1);
            let quantity = i64::from(field(&fields, 2).parse::<i16>().unwrap_or(1));
            let price_text = field(&fields, 3);
            let kind = field(&fields, 4);
            let known_price = price_in_cents(price_text);
            let price = known_price.unwrap_or(0);
            if n_items % 10 == 0 {
                if n_items > 0 {
                    out.push_str(&row("carried forward", &money(goods)));
                    out.push_str("\x0c");
                }
                out.push_str(&format!("INVOICE {:<40}{:>12}\n", number, date));
                out.push_str(&format!("{}\n", customer));
                out.push_str("------------------------------------------------------------\n");
            }
            let amount = quantity * price;
            let item_tax = (amount * tax_per_mille(country, kind) + 500) / 1000;
            goods = goods + amount;
            tax = tax + item_tax;
            if kind == "G" {
                gift_cards = gift_cards + amount;
            }
            n_items = n_items + 1;
            let quantity_text = if quantity == 1 {
                String::new()
            } else {
                format!("{}", quantity)
            };
            let price_shown = known_price.map_or("!".to_string(), money);
            out.push_str(&format!(
                "{:<24}{:>8}{:>12}{:>12}{:>4}\n",
                cut(description),
                quantity_text,
                price_shown,
                money(amount),
                kind
            ));
        } else {
            n_ignored = n_ignored + 1;
        }
    }
    if n_items == 0 {
        out.push_str(&format!("INVOICE {:<40}{:>12}\n", number, date));
        out.push_str(&format!("{}\n", customer));
        out.push_str("------------------------------------------------------------\n");
    }
    out.push_str("------------------------------------------------------------\n");
    out.push_str(&row("goods", &money(goods)));
    let mut discount = 0;
    if discount_percent > 0 {
        discount = (goods - gift_cards) * discount_percent / 100;
        // A discount is shown as what it takes away: 5.00 off is (5.00).
        out.push_str(&row(
            &format!("discount {}%", discount_percent),
            &money(-discount),
        ));
    }
    if tax != 0 {
        out.push_str(&row("tax", &money(tax)));
    }
    let due = goods - discount + tax;
    if due < 0 {
        out.push_str(&row("we owe you", &money_in_thousands(due.abs())));
    } else if due == 0 {
        out.push_str("nothing to pay\n");
    } else {
        out.push_str(&row("to pay", &money_in_thousands(due)));
        if due > 10000 {
            out.push_str("Thank you!\n");
        }
    }
    if n_ignored == 1 {
        out.push_str("(1 line ignored)\n");
    } else if n_ignored > 1 {
        out.push_str(&format!("({} lines ignored)\n", n_ignored));
    }
    out
}

/// Shows cents as `12.50`, and less than nothing in parentheses, as bookkeepers do.
fn money(cents: i64) -> String {
    let text = format!("{}.{:02}", cents.abs() / 100, cents.abs() % 100);
    if cents < 0 { format!("({text})") } else { text }
}

/// Shows cents that are not below zero as `1,234.50`.
fn money_in_thousands(cents: i64) -> String {
    let whole = (cents / 100).to_string();
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}.{:02}", cents % 100)
}

/// A label on the left, a sum of money on the right.
fn row(label: &str, value: &str) -> String {
    format!("{label:<36}{value:>24}\n")
}

/// Returns a field without blanks round it, or nothing where there is none.
fn field<'a>(fields: &[&'a str], at: usize) -> &'a str {
    fields.get(at).map_or("", |field| field.trim())
}

/// Reads `12`, `12.5` or `12.50`; decimals from the third on are dropped. `None` for anything else.
fn price_in_cents(text: &str) -> Option<i64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
    if whole.is_empty() || whole.len() > 7 || !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    let cents = format!("{decimals:0<2}");
    format!("{whole}{}", &cents[..2]).parse().ok()
}

/// Cuts a description to the width of its column.
fn cut(description: &str) -> String {
    if description.chars().count() <= 24 {
        return description.to_owned();
    }
    description.chars().take(22).chain("..".chars()).collect()
}

// New: nineteen branches were a table.
// ANCHOR: tax
/// Returns the tax on a kind of goods in a country, in thousandths.
fn tax_per_mille(country: &str, kind: &str) -> i64 {
    match (country, kind) {
        (_, "G") => 0,
        ("GB", "B" | "F") => 0,
        ("GB", _) => 200,
        ("DE", "B" | "F") => 70,
        ("DE", _) => 190,
        ("FR", "B" | "F") => 55,
        ("FR", _) => 200,
        _ => 0,
    }
}
// ANCHOR_END: tax
