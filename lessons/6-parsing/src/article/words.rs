//! What words say of a date: published, changed, or another thing altogether.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a date is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// The day of publication.
    Published,
    /// The day of a change.
    Modified,
    /// The day up to which all is told: of a change, or of publication where no other day is.
    AsOf,
    /// The day of something else: an event, a deadline, a birth.
    Other,
}

/// Words for publishing, in small letters: beginnings of words in the languages of the web.
const PUBLISHED: &[&str] = &[
    "publi",
    "posted",
    "written",
    "created",
    "released",
    "dated ",
    "veröffentlicht",
    "erschienen",
    "geschrieben",
    "erstellt",
    "paru",
    "posté",
    "mis en ligne",
    "écrit",
    "escrito",
    "creado",
    "postado",
    "criado",
    "pubblicat",
    "scritto",
    "gepubliceerd",
    "geplaatst",
    "publicer",
    "udgivet",
    "skrevet",
    "publisert",
    "julkaist",
    "opublikowan",
    "dodan",
    "utworzon",
    "publikov",
    "zveřejn",
    "vydáno",
    "vložen",
    "közzét",
    "megjelent",
    "опубликован",
    "опубліковано",
    "размещен",
    "yayın",
    "eklenme",
    "oluşturma",
    "δημοσι",
    "公開",
    "投稿",
    "掲載",
    "作成",
    "配信",
    "发布",
    "發佈",
    "發布",
    "发表",
    "刊登",
    "게시",
    "등록",
    "입력",
    "작성",
    "نشر",
    "كتب",
    "منتشر",
    "פורסם",
    "đăng",
    "diterbitkan",
    "diposting",
    "dipublikasi",
    "เผยแพร่",
    "objavljen",
    "публікація",
    "publikuota",
    "avaldatud",
];

/// Words that name a date without saying of what: they say something where no other word does.
const DATE: &[&str] = &[
    "date:",
    "datum",
    "fecha",
    "дата",
    "tarih",
    "时间",
    "日期",
    "تاريخ",
    "תאריך",
];

/// Words for the day up to which all is told.
const AS_OF: &[&str] = &["stand:", "stand vom", "as of "];

/// Words for changing.
const MODIFIED: &[&str] = &[
    "updat",
    "modif",
    "edited",
    "revis",
    "changed",
    "reviewed",
    "aktualis",
    "geändert",
    "überarbeitet",
    "bearbeitet",
    "mis à jour",
    "mise à jour",
    "actualizad",
    "última actual",
    "atualizad",
    "aggiornat",
    "ultima modif",
    "bijgewerkt",
    "gewijzigd",
    "uppdater",
    "ändrad",
    "opdateret",
    "oppdatert",
    "päivitet",
    "muokattu",
    "zaktualizowan",
    "aktualiz",
    "upraveno",
    "frissít",
    "módosít",
    "обновлен",
    "обновлён",
    "изменен",
    "оновлено",
    "güncel",
    "更新",
    "修改",
    "수정",
    "تحديث",
    "حدث",
    "آخر",
    "تعديل",
    "עודכן",
    "cập nhật",
    "diperbarui",
    "ενημ",
    "actualizat",
    "ажурирано",
];

/// Words after which a date is of something else.
const OTHER: &[&str] = &[
    "copyright",
    "©",
    "(c) ",
    "all rights",
    "since ",
    "founded",
    "established",
    "born",
    "died",
    "expires",
    "expir",
    "deadline",
    "valid until",
    "joined",
    "member since",
    "registered",
    "seit ",
    "geboren",
    "depuis",
    "desde",
    "dal ",
    "event date",
    "starts",
    "due ",
    "last login",
    "last visit",
    "closing date",
    "apply by",
    "until",
    "版权",
    "accessed",
    "retrieved",
    "abgerufen",
];

/// What the words before a date say of it; of several the last counts.
pub fn says(before: &str) -> Option<Says> {
    if before.is_empty() {
        return None;
    }
    // Arabic is written with and without its vowel signs.
    let before = before.to_lowercase();
    let before = if before.contains(is_vowel_sign) {
        before.replace(is_vowel_sign, "")
    } else {
        before
    };
    let words = by_first_letter();
    let mut last = None;
    let mut inside = false;
    for (at, first) in before.char_indices() {
        // `date:` is part of `update:`, so a word begins where no letter stands before it. Other
        // scripts write their articles together with the word.
        if !(inside && first.is_ascii())
            && let Some(words) = words.get(&first)
        {
            match words
                .iter()
                .find(|(word, _)| before[at..].starts_with(word))
            {
                Some((word, says)) if last.is_none() || !DATE.contains(word) => last = Some(*says),
                _ => {}
            }
        }
        inside = first.is_alphabetic();
    }
    last
}

/// All words by their first letters; of two that begin alike the longer first.
fn by_first_letter() -> &'static HashMap<char, Vec<(&'static str, Says)>> {
    static WORDS: LazyLock<HashMap<char, Vec<(&str, Says)>>> = LazyLock::new(|| {
        let lists = [
            (PUBLISHED, Says::Published),
            (DATE, Says::Published),
            (AS_OF, Says::AsOf),
            (MODIFIED, Says::Modified),
            (OTHER, Says::Other),
        ];
        let mut words: HashMap<char, Vec<(&str, Says)>> = HashMap::new();
        for (list, says) in lists {
            for word in list {
                words
                    .entry(word.chars().next().unwrap_or_default())
                    .or_default()
                    .push((word, says));
            }
        }
        for words in words.values_mut() {
            words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        }
        words
    });
    &WORDS
}

fn is_vowel_sign(c: char) -> bool {
    ('\u{64b}'..='\u{652}').contains(&c)
}

/// Returns whether a line is about rights: its years are of nothing on the page.
pub fn is_about_rights(line: &str) -> bool {
    if line.contains(['©', '℗']) {
        return true;
    }
    let line = line.to_lowercase();
    [
        "copyright",
        "all rights reserved",
        "alle rechte",
        "tous droits",
        "todos los derechos",
        "版权所有",
    ]
    .iter()
    .any(|words| line.contains(words))
}
