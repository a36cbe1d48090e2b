//! Stage 1: names. Nothing moves; what was `t2` is `tax`.
//!
//! Renaming is the safest refactoring there is, and half of the understanding comes with it.

/// Prints an invoice.
#[allow(
    clippy::all,
    reason = "one thing at a time: so far only names have changed"
)]
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
            // `first` said the same as this, so it has gone.
            if n_items % 10 == 0 {
                if n_items > 0 {
                    let mut goods_text = format!("{}.{:02}", goods.abs() / 100, goods.abs() % 100);
                    if goods < 0 {
                        goods_text = format!("({})", goods_text);
                    }
                    out.push_str(&format!("{:<36}{:>24}\n", "carried forward", goods_text));
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
            let mut amount_text = format!("{}.{:02}", amount.abs() / 100, amount.abs() % 100);
            if amount < 0 {
                amount_text = format!("({})", amount_text);
            }
            let mut price_shown = format!("{}.{:02}", price / 100, price % 100);
            if is_bad_price {
                price_shown = "!".to_string();
            }
            out.push_str(&format!(
                "{:<24}{:>8}{:>12}{:>12}{:>4}\n",
                cut_description, quantity_text, price_shown, amount_text, kind
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
    let mut goods_text = format!("{}.{:02}", goods.abs() / 100, goods.abs() % 100);
    if goods < 0 {
        goods_text = format!("({})", goods_text);
    }
    out.push_str(&format!("{:<36}{:>24}\n", "goods", goods_text));
    let mut discount = 0;
    if discount_percent > 0 {
        discount = (goods - gift_cards) * discount_percent / 100;
        let mut discount_text = format!("{}.{:02}", discount.abs() / 100, discount.abs() % 100);
        if discount > 0 {
            discount_text = format!("({})", discount_text);
        }
        out.push_str(&format!(
            "{:<36}{:>24}\n",
            format!("discount {}%", discount_percent),
            discount_text
        ));
    }
    if tax != 0 {
        let mut tax_text = format!("{}.{:02}", tax.abs() / 100, tax.abs() % 100);
        if tax < 0 {
            tax_text = format!("({})", tax_text);
        }
        out.push_str(&format!("{:<36}{:>24}\n", "tax", tax_text));
    }
    let due = goods - discount + tax;
    let mut due_text = format!("{}.{:02}", due.abs() / 100, due.abs() % 100);
    if due.abs() >= 100000 {
        // thousands, only here
        let whole = format!("{}", due.abs() / 100);
        let mut grouped = String::new();
        let len = whole.len();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (len - i) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        due_text = format!("{}.{:02}", grouped, due.abs() % 100);
    }
    if due < 0 {
        out.push_str(&format!("{:<36}{:>24}\n", "we owe you", due_text));
    } else if due == 0 {
        out.push_str("nothing to pay\n");
    } else {
        out.push_str(&format!("{:<36}{:>24}\n", "to pay", due_text));
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
