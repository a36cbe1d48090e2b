//! The names of the months, in the languages of the web.

use std::collections::HashMap;
use std::sync::LazyLock;

// ANCHOR: months
/// The names of the months, from January: whole, in the case they take in a date, and shortened.
pub(super) const MONTHS: [&str; 12] = [
    "january jan januar jänner jaenner jän januari janvier janv jänv enero ene gennaio gen janeiro tammikuu tammikuuta \
     tammi ledna leden led stycznia styczeń sty január januára jan januarie ianuarie ian ocak oca января январь янв января \
     січня січень січ студзеня ιανουαρίου ιανουάριος ιαν يناير جانفي ژانویه ינואר בינואר ינו जनवरी มกราคม ม.ค januarja \
     siječnja јануар јануара януари sausio jaanuar janvāris janāris urtarrila gener xaneiro janúar януар",
    "february feb februar feber feb februari février fevrier févr fevr fév fev febrero febbraio febb fevereiro helmikuu \
     helmikuuta helmi února únor úno lutego luty lut február februára februarie şubat şub subat февраля февраль фев февр \
     лютого лютий лют ліст φεβρουαρίου φεβρουάριος φεβ فبراير فيفري شباط فوریه פברואר בפברואר פבר फ़रवरी फरवरी \
     กุมภาพันธ์ ก.พ februarja veljače фебруар фебруара февруари vasario veebruar februāris febrer febrero febreiro febrúar",
    "march mar märz maerz mrz mär maart mrt mars marts marzo março marco maaliskuu maaliskuuta maalis března březen bře \
     marca marzec márc március március márca marec martie mart марта март мар березня березень бер сакавіка μαρτίου \
     μάρτιος μαρ μάρ مارس آذار מרץ במרץ מרס मार्च มีนาคม มี.ค ožujka марта kovo märts marts març",
    "april apr avril avr abril abr aprile huhtikuu huhtikuuta huhti dubna duben dub kwietnia kwiecień kwi április ápr \
     apríl apríla aprilie nisan nis апреля апрель апр квітня квітень кві красавіка απριλίου απρίλιος απρ أبريل ابريل \
     إبريل أفريل نيسان آوریل אפריל באפריל अप्रैल เมษายน เม.ย travnja април априла balandžio aprill aprīlis apríla",
    "may mai mei maj mayo maggio mag maio toukokuu toukokuuta touko května květen kvě maja május máj mája mayıs мая май \
     травня травень тра траўня μαΐου μάιος μαϊ μάι مايو ماي أيار ايار مه מאי במאי मई พฤษภาคม พ.ค svibnja мај маја \
     gegužės maijs maig maí",
    "june jun juni juin junio giugno giu junho kesäkuu kesäkuuta kesä června červen čvn czerwca czerwiec cze június jún \
     júna iunie iun haziran haz июня июнь июн червня червень чер чэрвеня ιουνίου ιούνιος ιουν يونيو يونيه جوان حزيران \
     ژوئن יוני ביוני जून มิถุนายน มิ.ย lipnja јун јуна юни birželio juuni jūnijs juny xuño júní junija",
    "july jul juli juillet juil julio luglio lug julho heinäkuu heinäkuuta heinä července červenec čvc lipca lipiec lip \
     július júl júla iulie iul temmuz tem июля июль июл липня липень лип ліпеня ιουλίου ιούλιος ιουλ يوليو يوليه جويلية \
     تموز ژوئیه ژوییه יולי ביולי जुलाई กรกฎาคม ก.ค srpnja јул јула юли liepos juuli jūlijs juliol xullo júlí julija",
    "august aug augustus augusti août aout agosto ago ağustos ağu agustos elokuu elokuuta elo srpna srpen srp sierpnia \
     sierpień sie augusztus aug augusta августа август авг серпня серпень сер жніўня αυγούστου αύγουστος αυγ أغسطس \
     اغسطس أوت آب اوت אוגוסט באוגוסט אוג अगस्त สิงหาคม ส.ค kolovoza август августа rugpjūčio augusts agost ágúst agustus \
     avgusta avgust",
    "september sep sept sept septembre septiembre setiembre settembre set sett setembro syyskuu syyskuuta syys září zář \
     września wrzesień wrz szeptember szept septembra septembrie eylül eyl eylul сентября сентябрь сен сент вересня \
     вересень вер верасня σεπτεμβρίου σεπτέμβριος σεπ سبتمبر أيلول سپتامبر ספטמבר בספטמבר ספט सितंबर सितम्बर กันยายน \
     ก.ย rujna септембар септембра септември rugsėjo septembris setembre",
    "october oct oktober okt octobre octubre ottobre ott outubro out lokakuu lokakuuta loka října říjen říj październik \
     października paź október októbra octombrie ekim eki октября октябрь окт жовтня жовтень жов кастрычніка οκτωβρίου \
     οκτώβριος οκτ أكتوبر اكتوبر أوكتوبر اکتبر אוקטובר באוקטובר אוק अक्टूबर अक्तूबर ตุลาคม ต.ค октобар октобра октомври \
     spalio oktoober oktobris octubre outubro oktobra",
    "november nov novembre noviembre novembro marraskuu marraskuuta marras listopadu listopadu lis listopada november \
     novembra noiembrie noi kasım kas kasim ноября ноябрь ноя нояб листопада листопад лис лістапада νοεμβρίου νοέμβριος \
     νοε نوفمبر نونبر نوامبر נובמבר בנובמבר נוב नवंबर नवम्बर พฤศจิกายน พ.ย studenoga новембар новембра ноември lapkričio \
     novembris",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro des desember joulukuu joulukuuta \
     joulu prosince prosinec pro grudnia grudzień gru decembra decembrie aralık ara aralik декабря декабрь дек грудня \
     грудень гру снежня δεκεμβρίου δεκέμβριος δεκ ديسمبر دجنبر دسامبر דצמבר בדצמבר דצמ दिसंबर दिसम्बर ธันวาคม ธ.ค \
     prosinca децембар децембра декември gruodžio detsember decembris desembre decembro",
];
// ANCHOR_END: months

/// The months of the Persian year, from Farvardin, which begins in March.
const PERSIAN: [&str; 12] = [
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
];

/// Names of two words, as the countries around Syria and Iraq write them: the second word tells.
const LEVANT: [(&str, &str, u32); 4] = [
    ("كانون", "الثاني", 1),
    ("تشرين", "الأول", 10),
    ("تشرين", "الثاني", 11),
    ("كانون", "الأول", 12),
];

/// Returns the number of the month of that name, in small letters.
pub(super) fn month(word: &str) -> Option<u32> {
    static BY_NAME: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
        (1..)
            .zip(MONTHS)
            .flat_map(|(number, names)| names.split_whitespace().map(move |name| (name, number)))
            .collect()
    });
    BY_NAME.get(word).copied()
}

/// Returns the number of the Persian month of that name.
pub(super) fn persian_month(word: &str) -> Option<u32> {
    let at = PERSIAN.iter().position(|name| *name == word)?;
    u32::try_from(at + 1).ok()
}

/// Returns the number of the month that two words name together.
pub(super) fn month_of_two(first: &str, second: &str) -> Option<u32> {
    let plain = second.replace('أ', "ا");
    let found = LEVANT
        .iter()
        .find(|(one, two, _)| *one == first && two.replace('أ', "ا") == plain);
    found.map(|(_, _, number)| *number)
}
