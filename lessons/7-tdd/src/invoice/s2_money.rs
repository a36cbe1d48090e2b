//! Stage 2: money is shown in one place.
//!
//! Five copies of three lines become a function. The grouping of thousands was guarded by an `if`; below
//! a thousand there is nothing to group, so the `if` can go.

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
            number = if fields.len() > 1 {
                fields[1].trim()
            } else {
                ""
            };
            customer = if fields.len() > 2 {
                fields[2].trim()
            } else {
                ""
            };
            country = if fields.len() > 3 {
                fields[3].trim()
            } else {
                ""
            };
            date = if fields.len() > 4 {
                fields[4].trim()
            } else {
                ""
            };
        } else if fields[0] == "D" {
            discount_percent = if fields.len() > 1 {
                fields[1].trim().parse().unwrap_or(0)
            } else {
                0
            };
            if discount_percent > 50 {
                discount_percent = 50;
            }
            if discount_percent < 0 {
                discount_percent = 0;
            }
        } else if fields[0] == "I" {
            let description = if fields.len() > 1 {
                fields[1].trim()
            } else {
                ""
            };
            let quantity: i64 = if fields.len() > 2 {
                fields[2].trim().parse::<i16>().unwrap_or(1) as i64
            } else {
                1
            };
            let price_text = if fields.len() > 3 {
                fields[3].trim()
            } else {
                ""
            };
            let kind = if fields.len() > 4 {
                fields[4].trim()
            } else {
                ""
            };
            let mut price: i64 = 0;
            let mut is_bad_price = false;
            let parts: Vec<&str> = price_text.split('.').collect();
            if parts.len() > 2 || parts[0].len() > 7 || parts[0] == "" {
                is_bad_price = true;
            } else {
                for digit in parts[0].chars() {
                    if digit >= '0' && digit <= '9' {
                        price = price * 10 + (digit as i64 - '0' as i64);
                    } else {
                        is_bad_price = true;
                    }
                }
                price = price * 100;
                if parts.len() == 2 {
                    let mut weight = 10;
                    for digit in parts[1].chars() {
                        if digit >= '0' && digit <= '9' {
                            price = price + weight * (digit as i64 - '0' as i64);
                        } else {
                            is_bad_price = true;
                        }
                        weight = weight / 10;
                    }
                }
            }
            if is_bad_price {
                price = 0;
            }
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
            let mut cut_description = String::new();
            if description.chars().count() > 24 {
                for (i, letter) in description.chars().enumerate() {
                    if i < 22 {
                        cut_description.push(letter);
                    }
                }
                cut_description.push_str("..");
            } else {
                cut_description.push_str(description);
            }
            let mut item_tax: i64 = 0;
            if country == "GB" {
                if kind == "B" {
                    item_tax = 0;
                } else if kind == "F" {
                    item_tax = 0;
                } else if kind == "G" {
                    item_tax = 0;
                } else {
                    item_tax = (amount * 200 + 500) / 1000;
                }
            } else if country == "DE" {
                if kind == "B" || kind == "F" {
                    item_tax = (amount * 70 + 500) / 1000;
                } else if kind == "G" {
                    item_tax = 0;
                } else {
                    item_tax = (amount * 190 + 500) / 1000;
                }
            } else if country == "FR" {
                if kind == "B" {
                    item_tax = (amount * 55 + 500) / 1000;
                } else if kind == "F" {
                    item_tax = (amount * 55 + 500) / 1000;
                } else if kind != "G" {
                    item_tax = (amount * 200 + 500) / 1000;
                }
            }
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
            let mut price_shown = money(price);
            if is_bad_price {
                price_shown = "!".to_string();
            }
            out.push_str(&format!(
                "{:<24}{:>8}{:>12}{:>12}{:>4}\n",
                cut_description,
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

// New: five copies of this were in the text.
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
