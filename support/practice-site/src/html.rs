//! Writing HTML: escapes, and the frame that all pages but the blog's share.

/// Escapes text for use between tags and in attributes with double quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// What the site itself is called; it stands behind the titles of pages that are not the blog's.
pub(crate) const SITE_NAME: &str = "The Practice Site";

/// The corners of the site, for the menu: path and name.
pub(crate) const MENU: [(&str, &str); 10] = [
    ("/blog/", "Blog"),
    ("/links/", "Links"),
    ("/rules/", "Rules"),
    ("/files/", "Files"),
    ("/images/", "Images"),
    ("/api/", "API"),
    ("/forms/", "Forms"),
    ("/js/", "JavaScript"),
    ("/faults/", "Faults"),
    ("/journal", "Journal"),
];

/// A page of the site, in the frame that they share.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    /// The page's title and heading, as plain text.
    pub(crate) title: &'a str,
    /// The path of the menu's entry that is marked as the present one.
    pub(crate) corner: &'a str,
    /// More elements for the head, as HTML.
    pub(crate) head: &'a str,
    /// What stands below the heading, as HTML.
    pub(crate) main: &'a str,
}

impl Frame<'_> {
    /// Writes the page.
    pub(crate) fn to_html(&self) -> String {
        let title = escape(self.title);
        let menu: String = MENU
            .iter()
            .map(|(path, name)| {
                let current = if *path == self.corner {
                    " aria-current=\"page\""
                } else {
                    ""
                };
                format!("<a href=\"{path}\"{current}>{name}</a>\n")
            })
            .collect();
        format!(
            r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} | {SITE_NAME}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="/icon.svg">
{head}</head>
<body>
<header class="site">
<a class="name" href="/">{SITE_NAME}</a>
<nav aria-label="Corners">
{menu}</nav>
</header>
<main>
<h1>{title}</h1>
{main}
</main>
<footer class="site"><p>Everything here is made up, generated from a seed, and runs on your own machine. Practise on it as hard as you like.</p></footer>
</body>
</html>
"##,
            head = self.head,
            main = self.main,
        )
    }
}

/// The style of every page.
pub(crate) const STYLE: &str = include_str!("style.css");

/// The site's icon.
pub(crate) const ICON: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b6e6e"/><path d="M6 20c4-6 7-6 10 0s6 6 10 0" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/><circle cx="16" cy="10" r="3" fill="#fff"/></svg>"##;
