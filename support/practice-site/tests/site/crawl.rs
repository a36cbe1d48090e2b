//! A polite crawler, written apart from the site, finds what the truth says: no page more, none less.

use crate::client::{Client, start};
use crate::html::{tags, text_of};
use practice_site::{Config, Reach, Site};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What a crawl found.
#[derive(Debug, Default)]
struct Found {
    /// Canonical path and heading of each page.
    pages: BTreeMap<String, String>,
    redirects: BTreeSet<(String, String, u16)>,
    duplicates: BTreeSet<(String, String)>,
    forbidden: BTreeSet<String>,
    broken: Vec<(u16, String)>,
    noindex: BTreeSet<String>,
    requests: usize,
}

fn crawl(site: &Site) -> Found {
    let mut client = Client::connect(site);
    let rules = rules_for_all(&client.get("/robots.txt").text());
    let mut found = Found::default();
    let mut queue = VecDeque::from(["/".to_string()]);
    let mut seen: BTreeSet<String> = queue.iter().cloned().collect();
    while let Some(path) = queue.pop_front() {
        let (mut at, mut first_status) = (path.clone(), None);
        let answer = loop {
            found.requests += 1;
            let answer = client.get(&at);
            if !(300..400).contains(&answer.status) {
                break answer;
            }
            let location = answer.header("location").expect("a redirect says where to");
            first_status.get_or_insert(answer.status);
            at = resolve(location, &at).expect("a redirect stays on the site");
        };
        if answer.status != 200 {
            found.broken.push((answer.status, path));
            continue;
        }
        if let Some(status) = first_status {
            found.redirects.insert((path, at.clone(), status));
            if !seen.insert(at.clone()) {
                continue;
            }
        }
        if !answer
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
        {
            continue;
        }
        let page = answer.text();
        let tags = tags(&page);
        let canonical = tags
            .iter()
            .find(|tag| tag.name == "link" && tag.get("rel") == Some("canonical"))
            .and_then(|tag| resolve(tag.get("href")?, &at));
        if canonical.as_ref().is_some_and(|canonical| *canonical != at) {
            found.duplicates.insert((at.clone(), canonical.unwrap()));
        } else {
            let heading = text_of(&page, |tag| tag.name == "h1").unwrap_or_default();
            found.pages.insert(at.clone(), heading);
        }
        let meta = tags
            .iter()
            .find(|tag| tag.name == "meta" && tag.get("name") == Some("robots"));
        let wishes = [
            meta.and_then(|tag| tag.get("content")),
            answer.header("x-robots-tag"),
        ];
        let wishes: String = wishes.into_iter().flatten().collect();
        if wishes.contains("noindex") {
            found.noindex.insert(at.clone());
        }
        let base = tags
            .iter()
            .find(|tag| tag.name == "base")
            .and_then(|tag| tag.get("href"));
        let base = base
            .and_then(|base| resolve(base, &at))
            .unwrap_or_else(|| at.clone());
        for tag in tags
            .iter()
            .filter(|tag| tag.name == "a" || tag.name == "area")
        {
            let target = tag.get("href").and_then(|href| resolve(href, &base));
            let Some(target) = target else { continue };
            let nofollow = tag.get("rel").is_some_and(|rel| rel.contains("nofollow"));
            if !rules.allow(&target) {
                found.forbidden.insert(target);
            } else if !nofollow && !wishes.contains("nofollow") && seen.insert(target.clone()) {
                queue.push_back(target);
            }
        }
    }
    found
}

/// Resolves a link as browsers do, as far as this site needs it; `None` for what leads elsewhere.
fn resolve(link: &str, base: &str) -> Option<String> {
    let link = link.trim();
    let link = link.split('#').next().unwrap_or_default();
    let base_path = base.split('?').next().unwrap_or_default();
    let path = if link.is_empty() {
        base.to_string()
    } else if let Some(rest) = link
        .strip_prefix("http://")
        .or_else(|| link.strip_prefix("//"))
    {
        let path = rest.strip_prefix("bay.example")?;
        assert!(path.starts_with('/'), "{link}");
        path.to_string()
    } else if link.starts_with('/') {
        link.to_string()
    } else if link.starts_with('?') {
        format!("{base_path}{link}")
    } else if link
        .split(['/', '?'])
        .next()
        .is_some_and(|first| first.contains(':'))
    {
        return None;
    } else {
        format!("{}{link}", &base_path[..=base_path.rfind('/')?])
    };
    let (path, query) = path
        .split_once('?')
        .map_or((path.as_str(), None), |(p, q)| (p, Some(q)));
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').skip(1) {
        match part {
            "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    let mut resolved = String::new();
    for byte in format!("/{}", parts.join("/")).bytes() {
        if byte.is_ascii_graphic() {
            resolved.push(char::from(byte));
        } else {
            resolved.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(query.map_or(resolved.clone(), |query| format!("{resolved}?{query}")))
}

/// The rules of the group for all robots: true allows. The longest rule that fits wins.
struct Rules(Vec<(bool, String)>);

fn rules_for_all(robots: &str) -> Rules {
    let mut rules = Vec::new();
    let mut ours = false;
    for line in robots
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
    {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        match (name.trim().to_ascii_lowercase().as_str(), value.trim()) {
            ("user-agent", agent) => ours = agent == "*",
            ("disallow", path) if ours && !path.is_empty() => rules.push((false, path.to_string())),
            ("allow", path) if ours => rules.push((true, path.to_string())),
            _ => {}
        }
    }
    Rules(rules)
}

impl Rules {
    fn allow(&self, path: &str) -> bool {
        let fitting = self.0.iter().filter(|(_, pattern)| fits(pattern, path));
        fitting
            .max_by_key(|(allow, pattern)| (pattern.len(), *allow))
            .is_none_or(|(allow, _)| *allow)
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = pattern
        .strip_suffix('$')
        .map_or((pattern, false), |short| (short, true));
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    for piece in pieces {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    !to_end || rest.is_empty()
}

/// Crawls, and compares with the truth in both directions.
fn check(site: &Site) {
    let truth = site.truth();
    let found = crawl(site);

    assert_eq!(found.broken, [], "no link is broken");
    let pages: BTreeSet<&str> = found.pages.keys().map(String::as_str).collect();
    let expected: BTreeSet<&str> = truth.crawlable().map(|page| page.path.as_str()).collect();
    let difference: Vec<_> = pages.symmetric_difference(&expected).collect();
    assert!(
        difference.is_empty(),
        "found or true, not both: {difference:?}"
    );
    for page in truth
        .crawlable()
        .filter(|page| truth.article(&page.path).is_none())
    {
        assert_eq!(found.pages[&page.path], page.title, "{}", page.path);
    }
    let noindex: BTreeSet<String> = truth
        .pages()
        .iter()
        .filter(|page| page.noindex)
        .map(|page| page.path.clone())
        .collect();
    assert_eq!(found.noindex, noindex);
    let redirects: BTreeSet<(String, String, u16)> = truth
        .redirects()
        .iter()
        .map(|redirect| (redirect.from.clone(), redirect.to.clone(), redirect.status))
        .collect();
    assert_eq!(found.redirects, redirects);
    let duplicates: BTreeSet<(String, String)> = truth
        .duplicates()
        .iter()
        .map(|duplicate| (duplicate.path.clone(), duplicate.canonical.clone()))
        .collect();
    assert_eq!(found.duplicates, duplicates);
    let forbidden: BTreeSet<String> = truth.forbidden().iter().cloned().collect();
    assert_eq!(found.forbidden, forbidden);
}

#[test]
fn a_polite_crawler_finds_what_the_truth_says_and_nothing_else() {
    check(&start());
}

#[test]
fn the_truth_holds_for_other_seeds_and_sizes() {
    for (seed, articles) in [(1, 0), (2, 1), (3, 9), (4, 11), (5, 90)] {
        println!("seed {seed}, {articles} articles");
        check(&Site::start(Config::default().with_seed(seed).with_articles(articles)).unwrap());
    }
}

#[test]
fn pages_beyond_a_crawlers_reach_are_there_for_those_who_ask() {
    let site = start();
    let mut client = Client::connect(&site);
    let hidden: Vec<_> = site
        .truth()
        .pages()
        .iter()
        .filter(|page| page.reach != Reach::Links)
        .collect();

    for page in &hidden {
        let answer = client.get(&page.path);
        // The account sends whoever is not logged in to the form.
        let expected = if page.path == "/account" { 303 } else { 200 };
        assert_eq!(answer.status, expected, "{}", page.path);
    }

    for reach in [
        Reach::Sitemap,
        Reach::JavaScript,
        Reach::Nofollow,
        Reach::Forbidden,
    ] {
        assert!(hidden.iter().any(|page| page.reach == reach), "{reach:?}");
    }
}

#[test]
fn no_page_is_true_twice() {
    let site = start();

    let mut paths: Vec<&str> = site
        .truth()
        .pages()
        .iter()
        .map(|page| page.path.as_str())
        .collect();
    let count = paths.len();
    paths.sort_unstable();
    paths.dedup();

    assert_eq!(paths.len(), count);
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let page = |seed: u64| {
        let site = Site::start(Config::default().with_seed(seed)).unwrap();
        let path = site.truth().articles()[7].path.clone();
        (path.clone(), crate::client::get(&site, &path).body)
    };

    let (first, again, other) = (page(11), page(11), page(12));

    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[test]
fn a_hundred_thousand_articles_are_there_at_once_and_close_to_the_first_page() {
    let site = Site::start(Config::default().with_articles(100_000)).unwrap();
    let mut client = Client::connect(&site);

    let last = site.truth().articles().last().unwrap().path.clone();
    assert_eq!(client.get(&last).status, 200);
    // From the first page of the list, 5,000 pages away at most, by the longest steps.
    let (mut at, mut steps) = (1_usize, 0);
    while at != 5_432 {
        let path = if at == 1 {
            "/blog/".to_string()
        } else {
            format!("/blog/page/{at}/")
        };
        let page = client.get(&path).text();
        let numbers = tags(&page).into_iter().filter_map(|tag| {
            let number = tag
                .get("href")?
                .strip_prefix("/blog/page/")?
                .trim_end_matches('/');
            number.parse::<usize>().ok()
        });
        at = numbers.min_by_key(|number| number.abs_diff(5_432)).unwrap();
        steps += 1;
        assert!(steps < 30, "page {at} is too far from the first");
    }
}
