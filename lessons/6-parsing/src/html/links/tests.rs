use super::*;

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

#[test]
fn links_are_whole_and_single() {
    let parts = Parts::read(
        "<base href=/docs/><a href=one#x>1</a><a href=one>again</a><a href='/two?q=1&amp;r'>2</a><a href=//other.test/>3</a>\
         <a href=mailto:a@b.test>mail</a><a href=javascript:void(0)>js</a><a>none</a><img src=i.png srcset='i2.png 2x'>\
         <area href=map><meta http-equiv=refresh content='0; URL=\"next\"'><a href='http://['>bad</a>",
    );

    let links = parts.links(&url("http://site.test/blog/a"));

    let urls: Vec<_> = links.iter().map(|link| link.url.as_str()).collect();
    assert_eq!(
        urls,
        [
            "http://site.test/docs/one",
            "http://site.test/two?q=1&r",
            "http://other.test/",
            "http://site.test/docs/map",
            "http://site.test/docs/next",
        ]
    );
}

#[test]
fn a_link_comes_with_its_words() {
    let parts = Parts::read(
        "<a href=/a rel='Nofollow ugc' hreflang=de>Ein <b>Brot</b></a><a href=/b><img alt='A picture'></a>",
    );

    let links = parts.links(&url("http://site.test/"));

    assert_eq!(
        (links[0].text.as_str(), links[0].nofollow),
        ("Ein Brot", true)
    );
    assert_eq!(links[0].language.as_deref(), Some("de"));
    assert_eq!(
        (links[1].text.as_str(), links[1].nofollow),
        ("A picture", false)
    );
    assert_eq!(parts.targets(&url("http://site.test/")).len(), 1);
}

#[test]
fn what_a_script_or_a_comment_holds_is_no_link() {
    let parts = Parts::read(
        "<script>'<a href=/a>'</script><!-- <a href=/b> --><style><a href=/c></style><textarea><a href=/d></textarea>\
         <template><a href=/e></template><title><a href=/f></title><noscript><a href=/g></noscript><svg><a href=/h></a></svg>",
    );

    let links = parts.targets(&url("http://site.test/"));

    assert_eq!(links.iter().map(Url::path).collect::<Vec<_>>(), ["/h"]);
}

#[test]
fn the_head_names_the_canonical_address_and_the_other_languages() {
    let parts = Parts::read(
        "<link rel='alternate Canonical' href='/b'><link rel=alternate hreflang=de href=/de/b><link rel=stylesheet href=x.css>",
    );
    let page = url("http://site.test/a");

    assert_eq!(parts.canonical(&page), Some(url("http://site.test/b")));
    assert_eq!(
        parts.alternates(&page),
        [("de".to_owned(), url("http://site.test/de/b"))]
    );
}

#[test]
fn directives_are_read_for_us_and_for_all() {
    let of = |html: &str| Parts::read(html).directives("Spindle");
    let parse = |value: &str| Directives::parse(value, "Spindle");

    assert!(of("<meta name=ROBOTS content='NOINDEX, nofollow'>").nofollow);
    assert!(of("<meta name=spindle content=none>").noindex);
    assert_eq!(
        of("<meta name=otherbot content=none>"),
        Directives::default()
    );
    assert_eq!(parse("otherbot: noindex, nofollow"), Directives::default());
    assert!(parse("unavailable_after: 1 Jan 2030, noindex").noindex);
    assert_eq!(parse("all"), Directives::default());
}
