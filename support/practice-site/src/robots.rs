//! `/robots.txt`: several groups, wildcards, and paths that are linked and closed all the same.

use crate::app::App;
use crate::server::Response;

/// The rules for everybody without a group of their own, and for some robots by name.
const TEXT: &str = "\
# Rules for robots (RFC 9309). Each group is for the robots that it names.

User-agent: *
Disallow: /account
Disallow: /api/flaky
Disallow: /api/limited
Disallow: /journal
Disallow: /*?sort=
Disallow: /*?ms=
Disallow: /*rate=
Disallow: /forms/search?
Disallow: /forms/thanks
Disallow: /rules/private/
Allow: /rules/private/open.html
Disallow: /rules/*.pdf$
Disallow: /faults/
Allow: /faults/$

# Two robots that share a group, and must be patient.
User-agent: slowbot
User-agent: patientbot
Crawl-delay: 2
Disallow: /faults/
Disallow: /blog/tag/

# A robot that is not welcome at all.
User-agent: badbot
Disallow: /

# A robot that may see everything: an empty Disallow closes nothing.
User-agent: trustedbot
Disallow:

# The second part of a group that is told in two places.
User-agent: slowbot
Disallow: /images/

";

/// Answers with the rules, or with those that the site was started with.
pub(crate) fn answer(app: &App, base: &str) -> Response {
    let text = app
        .config
        .robots
        .clone()
        .unwrap_or_else(|| format!("{TEXT}Sitemap: {base}/sitemap.xml\n"));
    Response::text(200, text)
}

/// Returns paths that are linked somewhere and closed to every robot.
pub(crate) fn forbidden() -> Vec<String> {
    let mut paths: Vec<String> = [
        "/account",
        "/api/flaky?fail=2&key=yours",
        "/api/limited",
        "/journal",
        "/journal.json",
        "/blog/?sort=oldest",
        "/forms/search?q=bread",
        "/images/?ms=400",
        "/files/chapter-01.txt?ms=500",
        "/files/chapter-02.txt?rate=5000",
        "/bytes/100000?chunked=1&rate=20000",
        "/rules/private/secret.html",
        "/rules/private/deep/secret.html",
        "/rules/map.pdf",
    ]
    .map(str::to_string)
    .to_vec();
    paths.extend(
        crate::faults::FAULTS
            .iter()
            .map(|fault| fault.path.to_string()),
    );
    paths
}
