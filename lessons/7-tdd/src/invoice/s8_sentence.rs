//! Stage 8: the whole program reads as a sentence: read, reckon, then pages, totals, closing, note.

// ANCHOR: print
/// Prints an invoice.
pub fn print(text: &str) -> String {
    let order = read(text);
    let sums = Sums::of(&order);
    pages(&order) + &totals(&order, &sums) + &closing(sums.due()) + &note(order.n_ignored)
}
// ANCHOR_END: print

// New: what was left of the long function.
fn totals(order: &Order<'_>, sums: &Sums) -> String {
    let mut out = RULE.to_owned() + &row("goods", &money(sums.goods));
    if order.discount_percent > 0 {
        // A discount is shown as what it takes away: 5.00 off is (5.00).
        out += &row(
            &format!("discount {}%", order.discount_percent),
            &money(-sums.discount),
        );
    }
    if sums.tax != 0 {
        out += &row("tax", &money(sums.tax));
    }
    out
}

fn pages(order: &Order<'_>) -> String {
    if order.items.is_empty() {
        return page_head(order.header);
    }
    // New: the first page has nothing before it, every other one has a break.
    let mut carried = 0;
    let mut out = String::new();
    for items in order.items.chunks(ITEMS_ON_A_PAGE) {
        if !out.is_empty() {
            out += &(row("carried forward", &money(carried)) + PAGE_BREAK);
        }
        out += &page_head(items[0].header);
        out.extend(items.iter().map(Item::line));
        carried += items.iter().map(Item::amount).sum::<i64>();
    }
    out
}

fn closing(due: i64) -> String {
    match due {
        0 => "nothing to pay\n".to_owned(),
        ..0 => row("we owe you", &money_in_thousands(-due)),
        1..=10_000 => row("to pay", &money_in_thousands(due)),
        10_001.. => row("to pay", &money_in_thousands(due)) + "Thank you!\n",
    }
}

fn note(n_ignored: usize) -> String {
    match n_ignored {
        0 => String::new(),
        1 => "(1 line ignored)\n".to_owned(),
        n => format!("({n} lines ignored)\n"),
    }
}

const ITEMS_ON_A_PAGE: usize = 10;
const PAGE_BREAK: &str = "\x0c";
const RULE: &str = "------------------------------------------------------------\n";

#[derive(Default)]
struct Order<'a> {
    header: Header<'a>,
    items: Vec<Item<'a>>,
    discount_percent: i64,
    n_ignored: usize,
}

#[derive(Clone, Copy, Default)]
struct Header<'a> {
    number: &'a str,
    customer: &'a str,
    country: &'a str,
    date: &'a str,
}

struct Item<'a> {
    header: Header<'a>,
    description: &'a str,
    quantity: i64,
    /// In cents; `None` if it could not be read.
    price: Option<i64>,
    kind: Kind<'a>,
}

// New: a letter becomes a type, and the compiler asks about each kind.
#[derive(Clone, Copy, PartialEq)]
enum Kind<'a> {
    Book,
    Food,
    GiftCard,
    Other(&'a str),
}

impl<'a> Kind<'a> {
    fn read(letter: &'a str) -> Self {
        match letter {
            "B" => Self::Book,
            "F" => Self::Food,
            "G" => Self::GiftCard,
            other => Self::Other(other),
        }
    }

    fn letter(self) -> &'a str {
        match self {
            Self::Book => "B",
            Self::Food => "F",
            Self::GiftCard => "G",
            Self::Other(letter) => letter,
        }
    }
}

// What is reckoned, all in cents.
struct Sums {
    goods: i64,
    tax: i64,
    discount: i64,
}

impl Sums {
    fn of(order: &Order<'_>) -> Self {
        let goods = order.items.iter().map(Item::amount).sum();
        let tax = order.items.iter().map(Item::tax).sum();
        let is_gift_card = |item: &&Item<'_>| item.kind == Kind::GiftCard;
        let gift_cards: i64 = order
            .items
            .iter()
            .filter(is_gift_card)
            .map(Item::amount)
            .sum();
        let discount = (goods - gift_cards) * order.discount_percent / 100;
        Self {
            goods,
            tax,
            discount,
        }
    }

    fn due(&self) -> i64 {
        self.goods - self.discount + self.tax
    }
}

impl Item<'_> {
    fn amount(&self) -> i64 {
        self.quantity * self.price.unwrap_or(0)
    }

    fn line(&self) -> String {
        let quantity = if self.quantity == 1 {
            String::new()
        } else {
            self.quantity.to_string()
        };
        format!(
            "{:<24}{:>8}{:>12}{:>12}{:>4}\n",
            cut(self.description),
            quantity,
            self.price.map_or("!".to_owned(), money),
            money(self.amount()),
            self.kind.letter()
        )
    }

    fn tax(&self) -> i64 {
        (self.amount() * tax_per_mille(self.header.country, self.kind) + 500) / 1000
    }
}

fn read(text: &str) -> Order<'_> {
    let mut order = Order::default();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = line.split(';').collect();
        match fields[0] {
            "H" => {
                order.header = Header {
                    number: field(&fields, 1),
                    customer: field(&fields, 2),
                    country: field(&fields, 3),
                    date: field(&fields, 4),
                }
            }
            "D" => order.discount_percent = field(&fields, 1).parse().unwrap_or(0).clamp(0, 50),
            "I" => order.items.push(Item {
                header: order.header,
                description: field(&fields, 1),
                quantity: i64::from(field(&fields, 2).parse::<i16>().unwrap_or(1)),
                price: price_in_cents(field(&fields, 3)),
                kind: Kind::read(field(&fields, 4)),
            }),
            _ => order.n_ignored += 1,
        }
    }
    order
}

fn page_head(header: Header<'_>) -> String {
    format!(
        "INVOICE {:<40}{:>12}\n{}\n{RULE}",
        header.number, header.date, header.customer
    )
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

/// Returns the tax on a kind of goods in a country, in thousandths.
fn tax_per_mille(country: &str, kind: Kind<'_>) -> i64 {
    match (country, kind) {
        (_, Kind::GiftCard) => 0,
        ("GB", Kind::Book | Kind::Food) => 0,
        ("GB", Kind::Other(_)) => 200,
        ("DE", Kind::Book | Kind::Food) => 70,
        ("DE", Kind::Other(_)) => 190,
        ("FR", Kind::Book | Kind::Food) => 55,
        ("FR", Kind::Other(_)) => 200,
        _ => 0,
    }
}
