//! The paths of articles: words from the title, and a number at the end.

use crate::date::Date;
use crate::language::Language;
use crate::random::Random;
use crate::server::percent_encode;
use crate::truth::DateForm;

/// Makes an article's path: sometimes with the date, in other scripts percent-encoded or without words.
pub(super) fn path(
    language: &Language,
    title: &str,
    form: DateForm,
    date: Date,
    number: usize,
    random: &mut Random,
) -> String {
    let words = slug(title);
    let words = if words.len() >= 4 {
        words
    } else if random.chance(0.5) {
        // Another script: percent-encoded as it is, or no words at all.
        let short: String = title
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .take(6)
            .collect();
        percent_encode(&short)
    } else {
        language.tag.to_string()
    };
    // Where the date stands elsewhere too, some paths repeat it, and none contradicts it.
    let only_there = [DateForm::Text, DateForm::TextDigits, DateForm::None].contains(&form);
    let repeats = random.chance(0.15) && !only_there;
    if form == DateForm::UrlPath || repeats {
        let Date { year, month, day } = date;
        return format!("/blog/{year}/{month:02}/{day:02}/{words}-{number}/");
    }
    format!("/blog/{words}-{number}/")
}

/// Turns a title into lower-case ASCII words with hyphens, at most sixty letters.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for letter in title.chars().flat_map(char::to_lowercase) {
        match plain(letter) {
            Some(letter) => slug.push(letter),
            None if slug.ends_with('-') || slug.is_empty() || letter == '’' => {}
            None => slug.push('-'),
        }
        if slug.len() >= 60 {
            break;
        }
    }
    slug.trim_end_matches('-').to_string()
}

/// Takes the accent off a letter; `None` for what is no Latin letter or digit.
fn plain(letter: char) -> Option<char> {
    Some(match letter {
        'a'..='z' | '0'..='9' => letter,
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ř' => 'r',
        'ß' | 'ś' | 'š' | 'ş' => 's',
        'ť' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ů' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain_words() {
        assert_eq!(
            slug("Ein stiller Hafen: was wir gelernt haben"),
            "ein-stiller-hafen-was-wir-gelernt-haben"
        );
        assert_eq!(slug("L’ultimo faro: com’è"), "lultimo-faro-come");
        assert_eq!(slug("静かな港"), "");
    }
}
