use proptest::prelude::*;

use super::*;

fn entries(text: &str) -> Vec<Entry> {
    read(text.as_bytes(), None, None).expect(text).entries
}

/// Reads one item whose inside is given.
fn item(inside: &str) -> Entry {
    let text = format!(
        "<rss version=\"2.0\"><channel><title>Site</title><item>{inside}</item></channel></rss>"
    );
    entries(&text).into_iter().next().expect(inside)
}

fn title(inside: &str) -> String {
    item(inside).title.unwrap_or_default()
}

#[track_caller]
fn check_date(written: &str, read: &str) {
    let found = Stamp::parse(written).map(|stamp| stamp.to_string());
    assert_eq!(found.unwrap_or_default(), read, "{written:?}");
}

#[test]
fn rss_is_read() {
    let text = "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
        <channel><atom:link href=\"http://a.b/feed\" rel=\"self\"/><title>Site</title><link>http://a.b/</link><language>en-gb</language>\
        <image><title>Logo</title><link>http://a.b/logo</link></image>\
        <item><title>One</title><link>http://a.b/1</link><guid isPermaLink=\"false\">tag:1</guid><dc:creator>Ann Lee</dc:creator>\
        <pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate><description>&lt;p&gt;Hello&lt;/p&gt;</description></item>\
        <item><guid>http://a.b/2</guid><author>bob@a.b (Bob)</author><source url=\"http://c.d\">Else</source></item></channel></rss>";

    let feed = read(text.as_bytes(), None, None).expect("it is a feed");

    assert_eq!(feed.format, Format::Rss);
    assert_eq!(feed.title.as_deref(), Some("Site"));
    assert_eq!(feed.link.as_deref(), Some("http://a.b/"));
    assert_eq!(feed.language.as_deref(), Some("en-gb"));
    let [one, two] = &feed.entries[..] else {
        panic!("two entries, not {:?}", feed.entries);
    };
    assert_eq!(one.id.as_deref(), Some("tag:1"));
    assert_eq!(one.authors, ["Ann Lee"]);
    assert_eq!(one.summary.as_deref(), Some("Hello"));
    assert_eq!(
        one.published.map(|it| it.to_string()).as_deref(),
        Some("2024-03-05T10:00:00Z")
    );
    assert_eq!(two.link.as_deref(), Some("http://a.b/2"));
    assert_eq!(two.authors, ["Bob"]);
}

#[test]
fn atom_is_read() {
    let text = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Site</title><link rel=\"self\" href=\"/feed\"/><link href=\"http://a.b/\"/>\
        <entry><title type=\"html\">&lt;b&gt;One&lt;/b&gt; &amp;amp; two</title><link rel=\"edit\" href=\"/edit\"/><link rel=\"alternate\" href=\"/1\"/><id>tag:1</id>\
        <published>2024-03-05T10:00:00+01:00</published><updated>2024-03-06T10:00:00Z</updated><author><name>Ann</name><email>a@b</email></author>\
        <source><title>Other</title><id>x</id></source><content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">x <i>y</i></div></content></entry>\
        <entry><title>x &lt;b&gt; y</title></entry></feed>";

    let feed = read(text.as_bytes(), None, None).expect("it is a feed");

    let one = &feed.entries[0];
    assert_eq!(feed.format, Format::Atom);
    assert_eq!(one.title.as_deref(), Some("One & two"));
    assert_eq!(one.link.as_deref(), Some("http://a.b/1"));
    assert_eq!(one.id.as_deref(), Some("tag:1"));
    assert_eq!(one.authors, ["Ann"]);
    assert_eq!(
        one.updated.map(|it| it.to_string()).as_deref(),
        Some("2024-03-06T10:00:00Z")
    );
    // Of type text: the angle brackets are text.
    assert_eq!(feed.entries[1].title.as_deref(), Some("x <b> y"));
}

#[test]
fn rdf_prefixed_atom_and_old_atom_are_read() {
    let rdf = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
        <channel rdf:about=\"http://a.b/\"><title>Site</title><items><rdf:Seq><rdf:li resource=\"http://a.b/1\"/></rdf:Seq></items></channel>\
        <item rdf:about=\"http://a.b/1\"><title>One</title><dc:date>2024-03-05</dc:date></item></rdf:RDF>";
    let feed = read(rdf.as_bytes(), None, None).expect("it is a feed");
    assert_eq!((feed.format, feed.entries.len()), (Format::Rdf, 1));
    assert_eq!(feed.entries[0].link.as_deref(), Some("http://a.b/1"));
    assert_eq!(
        feed.entries[0]
            .published
            .map(|it| it.to_string())
            .as_deref(),
        Some("2024-03-05")
    );

    let atom = "<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\"><a:entry><a:title>One</a:title><a:link href=\"http://a.b/1\"/></a:entry></a:feed>";
    assert_eq!(entries(atom)[0].link.as_deref(), Some("http://a.b/1"));
    let old = "<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><entry><title mode=\"escaped\">a &lt;i&gt;b&lt;/i&gt;</title><issued>2004-03-05T10:00:00Z</issued></entry></feed>";
    assert_eq!(entries(old)[0].title.as_deref(), Some("a b"));
    assert!(entries(old)[0].published.is_some());
}

#[test]
fn json_feed_is_read() {
    let text = "\u{feff}{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Site\",\"home_page_url\":\"http://a.b/\",\
        \"items\":[{\"id\":7,\"url\":\"/1\",\"title\":\" One \",\"date_published\":\"2024-03-05T10:00:00Z\",\"authors\":[{\"name\":\"Ann\"}],\"content_html\":\"<p>x</p>\"},{}, 5]}";

    let feed = read(text.as_bytes(), None, None).expect("it is a feed");

    assert_eq!(feed.entries.len(), 1);
    assert_eq!(feed.entries[0].id.as_deref(), Some("7"));
    assert_eq!(feed.entries[0].link.as_deref(), Some("http://a.b/1"));
    assert_eq!(feed.entries[0].summary.as_deref(), Some("x"));
    assert_eq!(feed.entries[0].authors, ["Ann"]);
}

#[test]
fn titles_are_plain_text_however_they_were_written() {
    for (written, meant) in [
        ("Salt & Light", "Salt & Light"),
        ("Salt &amp; Light", "Salt & Light"),
        ("Salt &amp;amp; Light", "Salt & Light"),
        ("<![CDATA[Salt & Light]]>", "Salt & Light"),
        ("<![CDATA[Salt &amp; <b>Light</b>]]>", "Salt & Light"),
        ("Salt <b>&</b> Light<br/>", "Salt & Light"),
        ("&lt;i&gt;Salt&lt;/i&gt; &amp;mdash; Light", "Salt — Light"),
        (
            "Caf&eacute; &nbsp;&ndash; l&#8217;&#x00e9;t&#233;",
            "Café – l’été",
        ),
        ("x &lt; y", "x < y"),
        ("AT&T; and R&D", "AT&T; and R&D"),
        ("\n  two\n  lines  ", "two lines"),
        ("<!-- no -->yes", "yes"),
        ("a < b", "a < b"),
    ] {
        assert_eq!(
            title(&format!("<title>{written}</title>")),
            meant,
            "{written}"
        );
    }
}

#[test]
fn tags_that_were_left_open_lose_nothing() {
    let text = "<rss><channel><title>Site<link>http://a.b/\
        <item><title>One<link>http://a.b/1<pubDate>5 Mar 2024</item>\
        <item><title>Two</title><link>http://a.b/2</link><description>a <b>c<p>d\
        <item><title>Three</title><br><hr></p></b><link>http://a.b/3";

    let found = entries(text);

    let read: Vec<_> = found
        .iter()
        .map(|it| (it.title.as_deref(), it.link.as_deref()))
        .collect();
    assert_eq!(
        read,
        [
            (Some("One"), Some("http://a.b/1")),
            (Some("Two"), Some("http://a.b/2")),
            (Some("Three"), Some("http://a.b/3"))
        ]
    );
    assert!(found[0].published.is_some());
}

#[test]
fn junk_before_the_feed_is_passed_over() {
    let feed = "<rss><channel><item><title>One</title></item></channel></rss>";

    for junk in [
        "\n\n  ",
        "\u{feff}\u{feff}",
        "<br />\n<b>Warning</b>: something in <b>/x.php</b> on line <b>3</b><br />\n<?xml version=\"1.0\"?>",
        "<!-- cached -->",
        "<!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\" \"http://my.netscape.com/publish/formats/rss-0.91.dtd\">",
    ] {
        assert_eq!(entries(&format!("{junk}{feed}")).len(), 1, "{junk:?}");
    }
}

#[test]
fn the_encoding_is_what_the_bytes_say_when_the_declaration_is_wrong() {
    let feed = |declared: &str| {
        format!(
            "<?xml version=\"1.0\"{declared}?><rss><channel><item><title>Café — été</title></item></channel></rss>"
        )
    };
    let check = |bytes: &[u8], label: Option<&str>| {
        let read = read(bytes, label, None).expect("it is a feed");
        assert_eq!(
            read.entries[0].title.as_deref(),
            Some("Café — été"),
            "{label:?}"
        );
    };
    let latin = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let wide = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };

    check(feed("").as_bytes(), None);
    check(feed(" encoding=\"iso-8859-1\"").as_bytes(), None);
    check(feed(" encoding='utf-16'").as_bytes(), None);
    check(feed("").as_bytes(), Some("iso-8859-1"));
    check(&latin(&feed(" encoding=\"utf-8\"")), None);
    check(&latin(&feed(" encoding=\"ISO-8859-1\"")), Some("utf-8"));
    check(&latin(&feed("")), None);
    check(
        &wide(&format!("\u{feff}{}", feed(" encoding=\"utf-16\""))),
        None,
    );
    check(&wide(&feed("")), Some("utf-8"));
    let japanese = "<?xml version=\"1.0\" encoding=\"iso-2022-jp\"?><rss><item><title>東京の美術館</title></item></rss>";
    let bytes = encoding_rs::ISO_2022_JP.encode(japanese).0;
    let read = read(&bytes, None, None).expect("it is a feed");
    assert_eq!(read.entries[0].title.as_deref(), Some("東京の美術館"));
}

#[test]
fn links_are_made_absolute() {
    let text = "<rss><channel><link>https://a.b/news/</link><item><link>/1</link></item><item><link>2?a=1&copy=3</link></item><item><link>\n https://c.d/\n3 </link></item></channel></rss>";
    let feed = read(text.as_bytes(), None, Some("https://x.y/z/feed")).expect("it is a feed");
    let links: Vec<_> = feed
        .entries
        .iter()
        .filter_map(|it| it.link.as_deref())
        .collect();
    assert_eq!(
        links,
        [
            "https://x.y/1",
            "https://x.y/z/2?a=1&copy=3",
            "https://c.d/3"
        ]
    );

    assert_eq!(entries(text)[0].link.as_deref(), Some("https://a.b/1"));
}

#[test]
fn dates_are_read_in_the_forms_in_which_they_are_sent() {
    for (written, read) in [
        ("Tue, 05 Mar 2024 10:00:00 GMT", "2024-03-05T10:00:00Z"),
        (
            "Tue, 5 Mar 2024 10:00:00 +0100",
            "2024-03-05T10:00:00+01:00",
        ),
        ("5 Mar 24 10:00 EST", "2024-03-05T10:00:00-05:00"),
        ("05 Mar 99 10:00:00 PST", "1999-03-05T10:00:00-08:00"),
        ("Mon, 05 Mar 2024 10:00:00", "2024-03-05T10:00:00"),
        ("Tue, 05 March 2024", "2024-03-05"),
        ("Tuesday, 05-Mar-24 10:00:00 GMT", "2024-03-05T10:00:00Z"),
        ("Tue Mar  5 10:00:00 2024", "2024-03-05T10:00:00"),
        ("Tue Mar 5 10:00:00 EST 2024", "2024-03-05T10:00:00-05:00"),
        ("March 5, 2024 10:05 PM", "2024-03-05T22:05:00"),
        ("Mar 5th, 2024 12:05am", "2024-03-05T00:05:00"),
        (
            "Tue, 05 Mar 2024 10:00:00 GMT+0200",
            "2024-03-05T10:00:00+02:00",
        ),
        (
            "Tue, 05 Mar 2024 10:00:00 +0000 (UTC)",
            "2024-03-05T10:00:00Z",
        ),
        ("Tue, 05 Mar 2024 24:00:00 GMT", "2024-03-05T23:59:59Z"),
        ("Tue, 05 Mar 2024 25:61:00 GMT", "2024-03-05"),
        ("Tue,05 Mar 2024 10:00:60Z", "2024-03-05T10:00:59Z"),
        ("05 Mar 2024 10:00:00 CEST", "2024-03-05T10:00:00+02:00"),
        ("05 Sept 2024", "2024-09-05"),
        ("2024-03-05T10:00:00Z", "2024-03-05T10:00:00Z"),
        ("2024-03-05T10:00:00.123+01:00", "2024-03-05T10:00:00+01:00"),
        ("2024-03-05t10:00z", "2024-03-05T10:00:00Z"),
        ("2024-03-05 10:00:00 -0500", "2024-03-05T10:00:00-05:00"),
        ("2024-03-05 10:00:00", "2024-03-05T10:00:00"),
        ("2024-3-5", "2024-03-05"),
        ("2024/03/05", "2024-03-05"),
        ("2024-03", "2024-03-01"),
        ("2024", "2024-01-01"),
        ("20240305", "2024-03-05"),
        ("20240305T100000Z", "2024-03-05T10:00:00Z"),
        ("1709632800", "2024-03-05T10:00:00Z"),
        (
            " \n Tue, 05 Mar 2024 \n 10:00:00 GMT ",
            "2024-03-05T10:00:00Z",
        ),
        ("", ""),
        ("yesterday", ""),
        ("0000-00-00 00:00:00", ""),
        ("0001-01-01T00:00:00Z", ""),
        ("Tue, 31 Feb 2024 10:00:00 GMT", ""),
        ("05/03/2024", ""),
    ] {
        check_date(written, read);
    }
}

#[test]
fn a_zone_makes_a_moment() {
    let moment = |text: &str| {
        Stamp::parse(text)
            .and_then(|stamp| stamp.timestamp())
            .map(|it| it.to_string())
    };

    assert_eq!(
        moment("5 Mar 24 10:00 EST").as_deref(),
        Some("2024-03-05T15:00:00Z")
    );
    assert_eq!(
        moment("5 Mar 24 10:00").as_deref(),
        Some("2024-03-05T10:00:00Z")
    );
    assert_eq!(moment("5 Mar 24"), None);
}

#[test]
fn attacks_are_refused() {
    let refused = |text: &str| {
        read(text.as_bytes(), None, None)
            .expect_err("it must be refused")
            .to_string()
    };
    let laughs: String = (1..10)
        .map(|n| {
            format!(
                "<!ENTITY lol{n} \"{}\">",
                format!("&lol{};", n - 1).repeat(10)
            )
        })
        .collect();

    assert!(refused(&format!("<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY lol0 \"lol\">{laughs}]><rss><item><title>&lol9;</title></item></rss>")).contains("entities"));
    assert!(refused("<!DOCTYPE rss [<!ENTITY file SYSTEM \"file:///etc/passwd\">]><rss><item><title>&file;</title></item></rss>").contains("entities"));
    assert!(
        refused("<!doctype rss [ <!-- ] --> <!ENTITY % x SYSTEM 'http://a.b/'> %x; ]><rss/>")
            .contains("entities")
    );
    assert!(refused(&format!("<rss>{}", "<a>".repeat(5_000))).contains("deep"));
    assert!(refused(&format!("{{\"items\":{}", "[".repeat(5_000))).contains("JSON"));
    assert!(refused("<!DOCTYPE html><html><body>404</body></html>").contains("HTML"));
    assert!(refused("").contains("not a feed"));
    let long = " ".repeat(MAX_FEED_BYTES + 1);
    assert!(refused(&long).contains("longer"));
}

#[test]
fn a_hostile_feed_costs_no_more_than_its_length() {
    // Each of these would cost its length squared, if every beginning looked for its own end.
    for part in [
        "<title>",
        "<title",
        "<description>",
        "<![CDATA[",
        "<!--",
        "<?",
        "<item><title><![CDATA[",
        "&",
        "&#",
        "<a b=\"",
        "<link href='",
        "<author><name>",
        "<image>",
        "\" ",
        "<title type=\"html\">&lt;",
        "</",
        "<!DOCTYPE ",
    ] {
        let text = format!("<rss><channel><item>{}", part.repeat(30_000));
        let _ = read(text.as_bytes(), None, None);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, None, None);
    }

    #[test]
    fn no_soup_of_tags_makes_it_fail(parts in prop::collection::vec("(</?(rss|item|entry|title|link|author|description|dc:date|b|é|!--|!\\[CDATA\\[|!DOCTYPE \\[)?[ a=\"'<>&;é\\]-]{0,6}[/>]{0,2}){1,3}", 0..20), kind in "(rss|feed|rdf:RDF)") {
        let _ = read(format!("<{kind}>{}", parts.concat()).as_bytes(), Some("utf-8"), Some("http://a.b/"));
    }

    #[test]
    fn no_text_makes_a_date_fail(text in "\\PC{0,40}", dateish in "[0-9 :,TZ+/.-]{0,30}|(Mon, )?[0-9]{1,3}[ -](Mar|Sept|é)[ -][0-9]{1,5} [0-9:]{0,9} ?(EST|[+-][0-9]{0,6})?") {
        let _ = (Stamp::parse(&text), Stamp::parse(&dateish));
    }

    #[test]
    fn a_date_that_was_read_is_written_so_that_it_is_read_again(text in "(Mon, )?[0-3]?[0-9] (Mar|Jul|Dec) (19|20)?[0-9]{2}( [0-2][0-9]:[0-5][0-9](:[0-5][0-9])?( (GMT|EST|[+-]0[0-9][0-5]0))?)?") {
        if let Some(stamp) = Stamp::parse(&text) {
            prop_assert_eq!(Stamp::parse(&stamp.to_string()), Some(stamp), "{} {}", text, stamp);
        }
    }

    #[test]
    fn a_sound_feed_is_read_as_a_strict_reader_reads_it(titles in prop::collection::vec("[a-zé&<>\" ]{0,20}", 1..10)) {
        let escape = |text: &String| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let items: String = titles.iter().map(|title| format!("<entry><id>x</id><title>{}</title></entry>", escape(title))).collect();
        let text = format!("<feed>{items}</feed>");
        let strict = roxmltree::Document::parse(&text).expect("it is well-formed");
        let strict: Vec<String> = strict.descendants().filter(|node| node.has_tag_name("title")).map(|node| text::collapsed(node.text().unwrap_or_default())).collect();

        let ours: Vec<String> = entries(&text).into_iter().map(|entry| entry.title.unwrap_or_default()).collect();

        prop_assert_eq!(ours, strict);
    }
}
