//! The table that [`url_key`](crate::url_key) was grown by: two URLs, whether they are one page, and why.
//!
//! A row is a claim that can be argued with, so each says its reason. New rows come first, code second.

/// Two spellings, and whether a crawler should fetch both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// The first spelling.
    pub left: &'static str,
    /// The second spelling.
    pub right: &'static str,
    /// Whether the two name one page.
    pub one_page: bool,
    /// Why they do, or why they do not.
    pub why: &'static str,
}

const fn same(left: &'static str, right: &'static str, why: &'static str) -> Case {
    Case {
        left,
        right,
        one_page: true,
        why,
    }
}

const fn different(left: &'static str, right: &'static str, why: &'static str) -> Case {
    Case {
        left,
        right,
        one_page: false,
        why,
    }
}

/// Scheme, host and port. Source: RFC 3986, sections 6.2.2.1 and 6.2.3; URL Standard, "host parsing".
pub const ORIGIN: &[Case] = &[
    same(
        "HTTP://example.com/",
        "http://example.com/",
        "a scheme has no upper case",
    ),
    same(
        "http://EXAMPLE.com/",
        "http://example.com/",
        "a host name has no upper case",
    ),
    same(
        "http://example.com",
        "http://example.com/",
        "an empty path asks for the root",
    ),
    same(
        "http://example.com?q=1",
        "http://example.com/?q=1",
        "the same, with a query behind it",
    ),
    same(
        "http://example.com:80/",
        "http://example.com/",
        "80 is the port of http",
    ),
    same(
        "https://example.com:443/",
        "https://example.com/",
        "443 is the port of https",
    ),
    same(
        "http://example.com:/",
        "http://example.com/",
        "an empty port is the default one",
    ),
    same(
        "http://example.com:0080/",
        "http://example.com/",
        "a port is a number, and 0080 is 80",
    ),
    same(
        "http://@example.com/",
        "http://example.com/",
        "an empty user name is none",
    ),
    same(
        "http://bücher.example/",
        "http://xn--bcher-kva.example/",
        "one name, in two alphabets",
    ),
    same(
        "http://BÜCHER.example/",
        "http://bücher.example/",
        "ü has an upper case too",
    ),
    same(
        "http://ex%61mple.com/",
        "http://example.com/",
        "a host is decoded before it is looked up",
    ),
    same(
        "http://0x7f.1/",
        "http://127.0.0.1/",
        "one IPv4 address, oddly written",
    ),
    same(
        "http://[0:0::1]/",
        "http://[::1]/",
        "one IPv6 address, in long and in short",
    ),
    same(
        "  http://example.com/\t",
        "http://example.com/",
        "blanks round a URL are not part of it",
    ),
    same(
        "http://exam\nple.com/",
        "http://example.com/",
        "a line break inside is dropped",
    ),
    same(
        "http:\\\\example.com\\a",
        "http://example.com/a",
        "browsers read \\ as / here",
    ),
    different(
        "http://example.com/",
        "https://example.com/",
        "two servers may listen there",
    ),
    different(
        "http://example.com/",
        "http://example.com:8080/",
        "two ports, two servers",
    ),
    different(
        "https://example.com:80/",
        "https://example.com/",
        "80 is not the port of https",
    ),
    different(
        "http://www.example.com/",
        "http://example.com/",
        "www is a host like any other",
    ),
    different(
        "http://a.example.com/",
        "http://example.com/",
        "a sub-domain is another host",
    ),
    different(
        "http://example.com./",
        "http://example.com/",
        "the URL Standard keeps these two apart",
    ),
    different(
        "http://ann@example.com/",
        "http://example.com/",
        "the server sees who asks",
    ),
    different(
        "http://Ann@example.com/",
        "http://ann@example.com/",
        "user names have a case",
    ),
];

/// Dots, slashes and letter case in the path. Source: RFC 3986, sections 5.2.4, 6.2.2.1 and 6.2.2.3.
pub const PATH: &[Case] = &[
    same(
        "http://e.com/a/./b",
        "http://e.com/a/b",
        "one dot means: here",
    ),
    same(
        "http://e.com/a/../b",
        "http://e.com/b",
        "two dots mean: one up",
    ),
    same(
        "http://e.com/a/b/..",
        "http://e.com/a/",
        "two dots at the end name a folder",
    ),
    same("http://e.com/a/.", "http://e.com/a/", "so does one"),
    same(
        "http://e.com/../../a",
        "http://e.com/a",
        "nothing is above the root",
    ),
    same(
        "http://e.com/a/%2e%2E/b",
        "http://e.com/b",
        "%2e is a dot, in disguise",
    ),
    different(
        "http://e.com/a/...",
        "http://e.com/a/",
        "three dots are a name",
    ),
    different(
        "http://e.com/a/.b",
        "http://e.com/a/b",
        "so is a dot with letters behind it",
    ),
    different(
        "http://e.com/a",
        "http://e.com/A",
        "a path has a case: only host and scheme do not",
    ),
    different(
        "http://e.com/a//b",
        "http://e.com/a/b",
        "an empty segment is a segment",
    ),
    different("http://e.com//", "http://e.com/", "here too"),
    different(
        "http://e.com/a/..//b",
        "http://e.com/b",
        "and it survives the dots",
    ),
    different(
        "http://e.com/",
        "http://e.com/index.html",
        "a guess about the server, often wrong",
    ),
    different(
        "http://e.com/a;v=1",
        "http://e.com/a;v=2",
        "parameters of a segment belong to it",
    ),
    different("http://e.com/a;v=1", "http://e.com/a", "the same"),
];

/// The fragment. Source: RFC 3986, section 3.5.
pub const FRAGMENT: &[Case] = &[
    same(
        "http://e.com/a#top",
        "http://e.com/a",
        "a fragment is never sent to the server",
    ),
    same("http://e.com/a#", "http://e.com/a", "nor is an empty one"),
    same(
        "http://e.com/#!/a",
        "http://e.com/#!/b",
        "without JavaScript both bring the same bytes",
    ),
    same(
        "http://e.com/a?q=1#x?y",
        "http://e.com/a?q=1",
        "a ? in a fragment starts no query",
    ),
    different(
        "http://e.com/a%23top",
        "http://e.com/a",
        "%23 is a # in the name of the page",
    ),
];

/// Percent-encoding. Source: RFC 3986, sections 2.1 to 2.4, 6.2.2.1 and 6.2.2.2.
pub const ENCODING: &[Case] = &[
    same(
        "http://e.com/%7Ebob",
        "http://e.com/~bob",
        "~ is unreserved: encoded or not, it is ~",
    ),
    same(
        "http://e.com/%61%5F%2D%39",
        "http://e.com/a_-9",
        "so are letters, digits, - . _ and ~",
    ),
    same(
        "http://e.com/a%2Ehtml",
        "http://e.com/a.html",
        "a dot inside a name is a dot",
    ),
    same(
        "http://e.com/%c3%a9",
        "http://e.com/%C3%A9",
        "hexadecimal digits have no case",
    ),
    same(
        "http://e.com/é",
        "http://e.com/%C3%A9",
        "é is sent as the bytes of its UTF-8",
    ),
    same(
        "http://e.com/a b",
        "http://e.com/a%20b",
        "a space cannot be sent as it is",
    ),
    same(
        "http://e.com/a|b",
        "http://e.com/a%7Cb",
        "| is no character of a URI, %7C is its one spelling",
    ),
    same(
        "http://e.com/{a}^`b`",
        "http://e.com/%7Ba%7D%5E%60b%60",
        "the same for { } ^ and `",
    ),
    same(
        "http://e.com/?a[]=1",
        "http://e.com/?a%5B%5D=1",
        "[ ] have a place in a host alone; elsewhere they are encoded",
    ),
    same(
        "http://e.com/?q=a b\"<>",
        "http://e.com/?q=a%20b%22%3C%3E",
        "none of these may stand in a query",
    ),
    same(
        "http://e.com/?q=%7e%61",
        "http://e.com/?q=~a",
        "a query is encoded by the same rules",
    ),
    same(
        "http://e.com/?q=é",
        "http://e.com/?q=%c3%A9",
        "and in UTF-8 too",
    ),
    same(
        "http://e.com/100%",
        "http://e.com/100%25",
        "a % that starts no code stands for itself, and that is %25",
    ),
    same("http://e.com/%zz", "http://e.com/%25zz", "zz is no number"),
    same(
        "http://e.com/%%41",
        "http://e.com/%25A",
        "the first % starts no code, the second does",
    ),
    same(
        "http://%61nn@e.com/",
        "http://ann@e.com/",
        "a user name is encoded by the same rules",
    ),
    different(
        "http://e.com/%%34%31",
        "http://e.com/A",
        "what is decoded once must not be decoded again",
    ),
    different(
        "http://e.com/%2541",
        "http://e.com/A",
        "here too: %25 is a %, so the name is %41",
    ),
    different(
        "http://e.com/a%2Fb",
        "http://e.com/a/b",
        "%2F is a / inside a name, and / is between two",
    ),
    different(
        "http://e.com/a%3Fb",
        "http://e.com/a?b",
        "%3F belongs to the name, ? ends it",
    ),
    different(
        "http://e.com/a%3Bb",
        "http://e.com/a;b",
        "; is reserved: encoded, it may mean another thing",
    ),
    different(
        "http://e.com/?a=1%262",
        "http://e.com/?a=1&2",
        "%26 is part of the value, & ends it",
    ),
    different(
        "http://e.com/?q=a+b",
        "http://e.com/?q=a%2Bb",
        "+ is often a space in a query, %2B is a plus",
    ),
    different(
        "http://e.com/?q=a+b",
        "http://e.com/?q=a%20b",
        "+ is a space in forms, a plus elsewhere",
    ),
    different(
        "http://e.com/a+b",
        "http://e.com/a%20b",
        "in a path + is a plus",
    ),
    different(
        "http://e.com/%E9",
        "http://e.com/%C3%A9",
        "é in Latin-1 is another byte, and the server sees bytes",
    ),
    different(
        "http://e.com/e%CC%81",
        "http://e.com/%C3%A9",
        "two ways to write é, and the server sees bytes",
    ),
];

// ANCHOR: query
/// Queries, and the parameters that only follow readers about.
pub const QUERY: &[Case] = &[
    same(
        "http://e.com/a?",
        "http://e.com/a",
        "an empty query asks nothing",
    ),
    same("http://e.com/?", "http://e.com", "the same at the root"),
    same(
        "http://e.com/a?utm_source=x",
        "http://e.com/a",
        "utm_… tells a statistics program where the reader came from",
    ),
    same(
        "http://e.com/a?utm_source=x&id=1&fbclid=y",
        "http://e.com/a?id=1",
        "and the other parameters stay",
    ),
    same(
        "http://e.com/a?id=1&gclid",
        "http://e.com/a?id=1",
        "also without a value",
    ),
    same(
        "http://e.com/a?UTM_Source=x",
        "http://e.com/a",
        "typed by hand, it comes in any case",
    ),
    same(
        "http://e.com/a?utm%5Fsource=x",
        "http://e.com/a",
        "_ may be written %5F",
    ),
    different(
        "http://e.com/a?id=1",
        "http://e.com/a?id=2",
        "a query names the page as much as its path",
    ),
    different("http://e.com/a?id=1", "http://e.com/a", "the same"),
    different(
        "http://e.com/a?q=Rust",
        "http://e.com/a?q=rust",
        "a value has a case",
    ),
    different(
        "http://e.com/a?x=1&y=2",
        "http://e.com/a?y=2&x=1",
        "a server may read the order, and some do",
    ),
    different(
        "http://e.com/a?x=1&x=2",
        "http://e.com/a?x=2",
        "a name may stand twice",
    ),
    different(
        "http://e.com/a?x=",
        "http://e.com/a?x",
        "an empty value and none are two things to some servers",
    ),
    different(
        "http://e.com/a?ref=x",
        "http://e.com/a",
        "ref is a version or a branch on many sites",
    ),
    different(
        "http://e.com/a?futm_source=x",
        "http://e.com/a",
        "only a whole name counts",
    ),
    different("http://e.com/a?gclidx=1", "http://e.com/a", "the same"),
    different(
        "http://e.com/a?q=utm_source=x",
        "http://e.com/a?q=",
        "a value may look like a name",
    ),
    different(
        "http://e.com/a;utm_source=x",
        "http://e.com/a",
        "there is no query here",
    ),
    different(
        "mailto:a@e.com?gclid=1",
        "mailto:a@e.com",
        "nobody is followed through a mail address",
    ),
];
// ANCHOR_END: query

/// Slashes at the end, when nothing is said about them ([`TrailingSlash::Keep`](super::TrailingSlash)).
pub const SLASH_KEPT: &[Case] = &[
    different(
        "http://e.com/a/",
        "http://e.com/a",
        "links on the page start from another folder",
    ),
    different(
        "http://e.com/a/?q=1",
        "http://e.com/a?q=1",
        "the same before a query",
    ),
];

/// The same on a site that is known not to care ([`TrailingSlash::Ignore`](super::TrailingSlash)).
pub const SLASH_IGNORED: &[Case] = &[
    same(
        "http://e.com/a/",
        "http://e.com/a",
        "that is what this policy is for",
    ),
    same(
        "http://e.com/a/?q=1",
        "http://e.com/a?q=1",
        "also before a query",
    ),
    same(
        "http://e.com/a/b/..",
        "http://e.com/a",
        "also where dots leave a slash",
    ),
    same(
        "http://e.com/",
        "http://e.com",
        "the root has no other spelling",
    ),
    different(
        "http://e.com//",
        "http://e.com/",
        "one slash is ignored, not all",
    ),
    different(
        "http://e.com/a%2F",
        "http://e.com/a",
        "this slash is a part of the name",
    ),
    different(
        "mailto:a/",
        "mailto:a",
        "a path without a host has no folders",
    ),
];
