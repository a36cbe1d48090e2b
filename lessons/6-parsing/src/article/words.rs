//! What words say of a date: published, changed, or another thing altogether.

/// What a date is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// The day of publication.
    Published,
    /// The day of a change.
    Modified,
    /// The day of something else: an event, a deadline, a birth.
    Other,
}

/// Words for publishing, in small letters: beginnings of words in the languages of the web.
const PUBLISHED: &[&str] = &[
    "publi", "posted", "written", "created", "released", "date:", "dated", "veröffentlicht", "erschienen",
    "geschrieben", "erstellt", "stand:", "datum", "paru", "posté", "mis en ligne", "écrit", "escrito", "creado",
    "fecha", "postado", "criado", "pubblicat", "scritto", "gepubliceerd", "geplaatst", "publicer", "udgivet", "skrevet",
    "publisert", "julkaist", "opublikowan", "dodan", "utworzon", "publikov", "zveřejn", "vydáno", "vložen", "közzét",
    "megjelent", "опубликован", "опубліковано", "размещен", "дата", "yayın", "eklenme", "oluşturma", "tarih", "δημοσι",
    "公開", "投稿", "掲載", "作成", "配信", "发布", "發佈", "發布", "发表", "刊登", "时间", "日期", "게시", "등록", "입력", "작성",
    "نشر", "تاريخ", "كتب", "منتشر", "פורסם", "תאריך", "đăng", "diterbitkan", "diposting", "dipublikasi", "เผยแพร่",
    "objavljen", "публікація", "publikuota", "avaldatud",
];

/// Words for changing.
const MODIFIED: &[&str] = &[
    "updat", "modif", "edited", "revis", "changed", "reviewed", "aktualis", "geändert", "überarbeitet", "bearbeitet",
    "mis à jour", "mise à jour", "actualizad", "última actual", "atualizad", "aggiornat", "ultima modif", "bijgewerkt",
    "gewijzigd", "uppdater", "ändrad", "opdateret", "oppdatert", "päivitet", "muokattu", "zaktualizowan", "aktualiz",
    "upraveno", "frissít", "módosít", "обновлен", "обновлён", "изменен", "оновлено", "güncel", "更新", "修改", "수정",
    "تحديث", "آخر", "تعديل", "עודכן", "cập nhật", "diperbarui", "ενημ", "actualizat", "ажурирано",
];

/// Words after which a date is of something else.
const OTHER: &[&str] = &[
    "copyright", "©", "(c) ", "all rights", "since ", "founded", "established", "born", "died", "expires", "expir",
    "deadline", "valid until", "joined", "member since", "registered", "seit ", "geboren", "depuis", "desde", "dal ",
    "event date", "starts", "due ", "last login", "last visit", "closing date", "apply by", "until", "版权",
    "accessed", "retrieved", "abgerufen",
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
    // `date:` is part of `update:`, so a word begins where no letter stands before it. Other scripts
    // write their articles together with the word.
    let begins = |at: usize, word: &str| {
        !word.starts_with(|c: char| c.is_ascii()) || !before[..at].ends_with(char::is_alphabetic)
    };
    let place = |word: &&str| {
        let mut places = before.rmatch_indices(*word).map(|(at, _)| at);
        places.find(|at| begins(*at, word))
    };
    let last = |words: &[&str]| words.iter().filter_map(place).max();
    let found = [
        (last(PUBLISHED), Says::Published),
        (last(MODIFIED), Says::Modified),
        (last(OTHER), Says::Other),
    ];
    let found = found.into_iter().filter_map(|(at, says)| Some((at?, says)));
    found.max_by_key(|(at, _)| *at).map(|(_, says)| says)
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
    ["copyright", "all rights reserved", "alle rechte", "tous droits", "todos los derechos", "版权所有"]
        .iter()
        .any(|words| line.contains(words))
}
