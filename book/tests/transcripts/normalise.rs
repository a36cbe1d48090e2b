//! Sets aside what differs from run to run, and only that.
//!
//! A transcript is compared word by word. A word that a run measures (a time, a rate, a free port)
//! is replaced by what it is, `<time>`; how the words are laid out in lines and columns is left out,
//! since a longer number moves what stands beside it. All other words, each count among them, must
//! be the same. So a changed sentence, a changed order or a missing line is a difference.
//!
//! | replaced | by | known by |
//! |---|---|---|
//! | `12 ms`, `3.58 µs`, `200ms` | `<time>` | a number and a unit of time |
//! | `3,411 messages/s`, `12 MB/s` | `<rate>` | a number and a unit with `/s` |
//! | `42 lines in 100 ms` | `<n> lines in <time>` | a count within a time, which is a rate too |
//! | `1.93 x` | `<ratio>` | a number and `x`: how many times faster or slower |
//! | `1 core`, `8 cores` | `<cores>` | each machine has its own |
//! | `284 KiB`, `1.5 MiB` | `<memory>` | a number and a binary unit |
//! | `65,482 bytes` | `<bytes>` | 10,000 or more, and no round number of thousands |
//! | `127.0.0.1:40113`, `[::1]:40113`, `port 40113` | `127.0.0.1:<port>` … | a port of 10,000 or more |
//! | `ThreadId(7)`, `process 4711` | `ThreadId(<id>)` … | the word before |
//! | `Python 3.11.7` | `Python <version>` | the word before |
//! | `(os error 104)` | `(os error <id>)` | each system numbers its errors |
//! | `/tmp/x1/target/tour/3-chat.svg` | `target/tour/3-chat.svg` | the folder `tour` |
//! | `/tmp/.tmpAbC/echo.sock` | `<path>/echo.sock` | a temporary folder |
//! | `######`, `------` | `#`, `-` | bars and rules are as long as there is room |
//!
//! A timeline is drawn to scale, so nothing in it stays in its place. Of a drawing remain the names
//! of its rows, in order, and its legend.

use std::env;

/// One word of a transcript, and the line that it stands in, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word, or what stands for it.
    pub text: String,
    /// Line number in the text that it was read from.
    pub line: usize,
}

/// Returns the words of a transcript with everything that a run measures replaced.
pub fn normalise(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for (line, number) in without_drawings(text) {
        words.extend(line.split_whitespace().map(|word| Word {
            text: word.to_owned(),
            line: number,
        }));
    }
    replace(words)
}

/// Replaces measured words. Some are known by the word that follows, so that goes with them.
fn replace(words: Vec<Word>) -> Vec<Word> {
    let mut replaced: Vec<Word> = Vec::new();
    let mut rest = words.into_iter().peekable();
    while let Some(mut word) = rest.next() {
        let (opening, core, closing) = split_punctuation(&word.text);
        let following = rest.peek().map(|next| split_punctuation(&next.text));

        if let (true, "", Some(("", unit, end))) = (is_number(core), closing, following)
            && let Some(what) = measured(core, unit)
        {
            word.text = format!("{opening}{what}{end}");
            rest.next();
        } else if let Some(what) = alone(core) {
            word.text = format!("{opening}{what}{closing}");
        } else if is_number(core)
            && let Some(before) = replaced.last()
            && let Some(what) = named_by_the_word_before(&before.text, core)
        {
            word.text = format!("{opening}{what}{closing}");
        }
        replaced.push(word);
        count_within_a_time(&mut replaced);
    }
    replaced
}

/// Returns what a number and the unit behind it are, when they are measured.
fn measured(number: &str, unit: &str) -> Option<&'static str> {
    if is_time_unit(unit) {
        Some("<time>")
    } else if unit.ends_with("/s") {
        Some("<rate>")
    } else if ["KiB", "MiB", "GiB"].contains(&unit) {
        Some("<memory>")
    } else if unit == "x" {
        Some("<ratio>")
    } else if ["core", "cores"].contains(&unit) {
        Some("<cores>")
    } else if unit == "bytes" && is_large_and_odd(number) {
        Some("<bytes>")
    } else {
        None
    }
}

/// Returns what stands for a word that is known by itself.
fn alone(word: &str) -> Option<String> {
    let digits = word.find(|letter: char| !is_part_of_number(letter));
    if let Some(end) = digits.filter(|end| *end > 0)
        && is_time_unit(&word[end..])
    {
        return Some("<time>".to_owned());
    }
    if let Some((address, port)) = word.rsplit_once(':')
        && is_free_port(port)
        && (address.ends_with(']') || address.split('.').count() == 4)
    {
        return Some(format!("{address}:<port>"));
    }
    if let Some(id) = word.strip_prefix("ThreadId(")
        && is_number(id)
    {
        return Some("ThreadId(<id>".to_owned());
    }
    if let Some((_, picture)) = word.rsplit_once("/tour/")
        && (word.ends_with(".svg") || word.ends_with(".png"))
    {
        return Some(format!("target/tour/{picture}"));
    }
    let temporary = env::temp_dir();
    if let Some(below) = word.strip_prefix(&*temporary.to_string_lossy())
        && let Some((_, name)) = below.rsplit_once('/')
    {
        return Some(format!("<path>/{name}"));
    }
    let mark = ['#', '-', '=']
        .into_iter()
        .find(|mark| word.starts_with(*mark) && word.trim_matches(*mark).is_empty());
    mark.map(String::from)
}

/// Returns what stands for a number that the word before it gives its meaning.
fn named_by_the_word_before(before: &str, number: &str) -> Option<&'static str> {
    match before.trim_start_matches('(') {
        "port" if is_free_port(number) => Some("<port>"),
        "pid" | "process" | "thread" | "error" => Some("<id>"),
        "Python" => Some("<version>"),
        _ => None,
    }
}

/// Turns `42 lines in <time>` into `<n> lines in <time>`.
fn count_within_a_time(words: &mut [Word]) {
    if let [.., count, _, preposition, time] = words
        && preposition.text == "in"
        && time.text.starts_with("<time>")
        && is_number(&count.text)
    {
        "<n>".clone_into(&mut count.text);
    }
}

/// Returns the lines of a transcript, numbered from 1, with each drawing reduced to its names.
fn without_drawings(text: &str) -> Vec<(String, usize)> {
    let mut kept = Vec::new();
    let mut drawing = false;
    for (line, number) in text.lines().zip(1..) {
        let trimmed = line.trim_start();
        if trimmed.starts_with("timeline: ") {
            drawing = true;
            kept.push((line.to_owned(), number));
        } else if !drawing {
            kept.push((line.to_owned(), number));
        } else if trimmed.starts_with("picture: ") {
            drawing = false;
            kept.push((line.to_owned(), number));
        } else if let Some((name, _)) = line.split_once('|') {
            // A second lane of a row has no name of its own.
            if !name.trim().is_empty() {
                kept.push((format!("{name} |"), number));
            }
        } else if is_legend(trimmed) {
            kept.push((line.to_owned(), number));
        }
    }
    kept
}

/// Returns true for a line of a drawing like `# working   > sending   ^ moment`.
fn is_legend(line: &str) -> bool {
    let mut pairs = line.split("   ").map(str::trim);
    pairs.all(|pair| match pair.split_once(' ') {
        Some((mark, name)) => mark.chars().count() == 1 && name.starts_with(char::is_alphabetic),
        None => false,
    })
}

/// Splits `(ms),` into `(`, `ms` and `),`.
fn split_punctuation(word: &str) -> (&str, &str, &str) {
    let after_opening = word.trim_start_matches('(');
    let core = after_opening.trim_end_matches([',', '.', ';', ':', ')', '!', '?']);
    let (opening, _) = word.split_at(word.len() - after_opening.len());
    let (_, closing) = after_opening.split_at(core.len());
    (opening, core, closing)
}

fn is_part_of_number(letter: char) -> bool {
    letter.is_ascii_digit() || letter == ',' || letter == '.'
}

fn is_number(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit()) && word.chars().all(is_part_of_number)
}

fn is_time_unit(word: &str) -> bool {
    ["ns", "µs", "us", "ms", "s", "min"].contains(&word)
}

/// The system gives out ports far above the ones that a person chooses.
fn is_free_port(word: &str) -> bool {
    word.parse::<u16>().is_ok_and(|port| port >= 10_000)
}

/// A byte count that nobody would write into a program: it was measured.
fn is_large_and_odd(number: &str) -> bool {
    let digits = number.replace(',', "");
    digits
        .parse::<u64>()
        .is_ok_and(|count| count >= 10_000 && count % 1_000 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let words: Vec<String> = normalise(text).into_iter().map(|word| word.text).collect();
        words.join(" ")
    }

    #[test]
    fn what_a_run_measures_is_set_aside() {
        let check = |text: &str, expected: &str| assert_eq!(words(text), expected);

        check(
            "gave up after 101 ms, with 6",
            "gave up after <time>, with 6",
        );
        check("after 75.7 µs", "after <time>");
        check("(timeouts of 5s)", "(timeouts of <time>)");
        check("3,411 messages/s at 1.5 MB/s.", "<rate> at <rate>.");
        check("reads 42 lines in 100 ms", "reads <n> lines in <time>");
        check("so 1.93 x, not 48 x.", "so <ratio>, not <ratio>.");
        check("on 1 core; with 8 cores", "on <cores>; with <cores>");
        check("1,001  15,544 KiB", "1,001 <memory>");
        check("the smallest of 65,482 bytes,", "the smallest of <bytes>,");
        check("(12413 bytes were waiting)", "(<bytes> were waiting)");
        check("bind(3, 127.0.0.1:34835)", "bind(3, 127.0.0.1:<port>)");
        check("[::1]:39219 came back", "[::1]:<port> came back");
        check("port 40113.", "port <port>.");
        check(
            "ThreadId(12) in process 4711",
            "ThreadId(<id>) in process <id>",
        );
        check("(os error 104))", "(os error <id>))");
        check("in Python 3.11.7.", "in Python <version>.");
        check("/x/y/tour/3-chat.svg", "target/tour/3-chat.svg");
        check("/x/y/tour/8-look.png", "target/tour/8-look.png");
        check("one send  17 µs  #####", "one send <time> #");
        check("-------  ---", "- -");
    }

    #[test]
    fn what_a_run_does_not_measure_stays() {
        let check = |text: &str| assert_eq!(words(text), text);

        check("5 messages sent, 6th waited");
        check("17 bytes, 1,000 times");
        check("a line of 100,000 bytes");
        check("1024 bytes");
        check("port 80, 127.0.0.1:8080");
        check("send(5, \"hello \") = 6");
        check("lost: 4 11");
        check("-> the code is the same");
        check("a - b");
        check("step 1: 10:30, 2.5 times, 300 in a row");
    }

    #[test]
    fn a_changed_sentence_count_or_order_is_a_difference() {
        let recorded = " 5 clients, answered after 12 ms\n -> nobody waits\n";
        let check = |printed: &str, same: bool| {
            assert_eq!(words(printed) == words(recorded), same, "{printed}");
        };

        check(
            " 5 clients, answered after 843.1 µs\n -> nobody waits\n",
            true,
        );
        check(
            " 5 clients, answered\n    after 9 s\n -> nobody waits\n",
            true,
        );
        check(
            " 6 clients, answered after 12 ms\n -> nobody waits\n",
            false,
        );
        check(
            " 5 clients, answered after 12 ms\n -> nobody waited\n",
            false,
        );
        check(
            " -> nobody waits\n 5 clients, answered after 12 ms\n",
            false,
        );
        check(
            " 5 clients, answered after 12 messages\n -> nobody waits\n",
            false,
        );
        check(" 5 clients, answered after 12 ms\n", false);
    }

    #[test]
    fn of_a_drawing_remain_its_rows_and_its_legend() {
        let drawing = " timeline: Who waits
          0          10 ms
          +----------+----
 server   |...accept...>>>
          |  ###
                        ^bye
 client 2 |   ####
          # working   > sending   . waiting   ^ moment
 picture: target/tour/3-steps.svg
 -> it waits
";

        assert_eq!(
            words(drawing),
            "timeline: Who waits server | client 2 | # working > sending . waiting ^ moment \
             picture: target/tour/3-steps.svg -> it waits"
        );
    }
}
