//! The corner of pages that need JavaScript: nothing outside them is loaded but the site's own API.

use crate::app::{Outcome, add_slash};
use crate::html::{Frame, SITE_NAME};
use crate::server::{Request, Response};
use crate::truth::Reach;

/// The stories that only a browser finds: title, author, date, text. Their pages are `/js/story/1` and on.
pub(crate) const STORIES: [(&str, &str, &str, &str); 6] = [
    (
        "The ferry that waited",
        "Ruth Abernathy",
        "2025-11-03",
        "It was full, and still it waited for the one who ran.",
    ),
    (
        "A clock for the bakery",
        "Tom O’Leary",
        "2025-09-18",
        "Bread has its own time, but the bus has another.",
    ),
    (
        "Rope enough",
        "Priya Raman",
        "2025-07-30",
        "The ropewalk is three hundred steps long, and every step is counted.",
    ),
    (
        "Umbrellas, lost and found",
        "Edward Finch",
        "2025-05-12",
        "Three hundred in a cellar, and it has not rained since.",
    ),
    (
        "The tram turns round",
        "Samuel Okafor",
        "2025-03-27",
        "Where the rails end, the driver walks to the other end.",
    ),
    (
        "Night shift at the mill",
        "Margaret Ashdown",
        "2025-01-09",
        "The wheel turns, the cat sleeps, the flour falls.",
    ),
];

/// The pages of this corner: path, title, and the way that leads there.
pub(crate) const PAGES: &[(&str, &str, Reach)] = &[
    ("/js/", "Pages that need JavaScript", Reach::Links),
    ("/js/books", "Books, fetched by the page", Reach::Links),
    ("/js/scroll", "A shelf without an end", Reach::Links),
    ("/js/form", "A form that checks itself", Reach::Links),
    ("/js/windows", "Questions and windows", Reach::Links),
    ("/js/stories", "Stories, linked by the page", Reach::Links),
    ("/js/late", "Something that comes late", Reach::Links),
    ("/js/window", "The second window", Reach::JavaScript),
    ("/js/story/1", STORIES[0].0, Reach::JavaScript),
    ("/js/story/2", STORIES[1].0, Reach::JavaScript),
    ("/js/story/3", STORIES[2].0, Reach::JavaScript),
    ("/js/story/4", STORIES[3].0, Reach::JavaScript),
    ("/js/story/5", STORIES[4].0, Reach::JavaScript),
    ("/js/story/6", STORIES[5].0, Reach::JavaScript),
];

/// Answers requests below `/js`.
pub(crate) fn answer(request: &Request, rest: &[&str]) -> Outcome {
    if rest.is_empty() {
        add_slash(request)?;
    }
    if let ["story", number] = rest {
        let found = number
            .parse::<usize>()
            .ok()
            .filter(|number| (1..=STORIES.len()).contains(number));
        return found.map(story).ok_or_else(|| Response::empty(404));
    }
    let page = PAGES.iter().find(|(path, _, _)| *path == request.path);
    let (path, title, _) = *page.ok_or_else(|| Response::empty(404))?;
    let main = match path {
        "/js/" => INDEX,
        "/js/books" => BOOKS,
        "/js/scroll" => SCROLL,
        "/js/form" => FORM,
        "/js/windows" => WINDOWS,
        "/js/stories" => STORY_LIST,
        "/js/late" => LATE,
        _ => {
            "<p id=\"second\">This window was opened by another. Close it when you have read this.</p>"
        }
    };
    Ok(Response::html(
        200,
        Frame {
            title,
            corner: "/js/",
            head: "",
            main,
        }
        .to_html(),
    ))
}

/// Answers with an empty shell that the script fills: even title and heading come from the API.
fn story(number: usize) -> Response {
    Response::html(
        200,
        format!(
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Loading …</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="/icon.svg">
</head>
<body>
<div id="app"></div>
<noscript>You need to enable JavaScript to run this app.</noscript>
<script>
const app = document.getElementById("app");
fetch("/api/stories/{number}").then((answer) => answer.json()).then((story) => {{
  document.title = story.title + " | {SITE_NAME}";
  const add = (parent, name, text) => {{
    const element = document.createElement(name);
    element.textContent = text;
    parent.append(element);
    return element;
  }};
  const article = add(add(app, "main", ""), "article", "");
  add(article, "h1", story.title);
  const by = add(article, "p", "By " + story.author + ", ");
  add(by, "time", story.published).dateTime = story.published;
  add(article, "p", story.text);
  add(article, "a", "All stories").href = "/js/stories";
}});
</script>
</body>
</html>
"#
        ),
    )
}

const INDEX: &str = r#"<p class="lead">A program that only fetches finds these pages empty. A browser fills them.</p>
<ul>
<li><a href="/js/books">Books</a>: a list that the page fetches from the API.</li>
<li><a href="/js/scroll">Endless scrolling</a>: forty-eight things, eight at a time.</li>
<li><a href="/js/form">A form</a>: checks before it sends, and its result takes a moment.</li>
<li><a href="/js/windows">Windows</a>: an alert, a question, a prompt, a second window.</li>
<li><a href="/js/stories">Stories</a>: even the links are made by a script, and lead to pages that are empty shells.</li>
<li><a href="/js/late">Late</a>: a button that works only after a while.</li>
</ul>"#;

const BOOKS: &str = r#"<noscript><p class="notice">Without JavaScript this page stays empty.</p></noscript>
<p id="state" role="status"></p>
<ul id="books"></ul>
<p><button id="more" type="button" hidden>More books</button></p>
<script>
const state = document.getElementById("state");
const more = document.getElementById("more");
let page = 0;
async function load() {
  page += 1;
  state.textContent = "Loading …";
  const answer = await fetch("/api/books?per_page=10&page=" + page);
  const data = await answer.json();
  for (const book of data.books) {
    const item = document.createElement("li");
    item.className = "book";
    item.dataset.id = book.id;
    item.textContent = book.title + ", by " + book.author + " (" + book.year + ")";
    document.getElementById("books").append(item);
  }
  const shown = document.querySelectorAll(".book").length;
  state.textContent = shown + " of " + data.total + " books";
  more.hidden = shown >= data.total;
}
more.addEventListener("click", load);
load();
</script>"#;

const SCROLL: &str = r#"<noscript><p class="notice">Without JavaScript this page stays empty.</p></noscript>
<style>.thing { min-height: 6rem; border-top: 1px solid var(--line); padding-top: 0.6rem; }</style>
<div id="things"></div>
<p id="end" role="status">Loading …</p>
<script>
const total = 48, step = 8;
const things = document.getElementById("things");
const end = document.getElementById("end");
let busy = false;
function more() {
  if (busy || things.children.length >= total) return;
  busy = true;
  setTimeout(() => {
    for (let count = 0; count < step; count++) {
      const number = things.children.length + 1;
      const thing = document.createElement("section");
      thing.className = "thing";
      thing.id = "thing-" + number;
      thing.textContent = "Thing number " + number;
      things.append(thing);
    }
    busy = false;
    if (things.children.length >= total) end.textContent = "That is all: " + total + " things.";
    else look();
  }, 150);
}
function look() {
  if (end.getBoundingClientRect().top < window.innerHeight + 100) more();
}
addEventListener("scroll", look);
addEventListener("resize", look);
look();
</script>"#;

const FORM: &str = r#"<noscript><p class="notice">Without JavaScript this form does nothing.</p></noscript>
<form id="order" novalidate>
<label for="email">E-mail</label><input id="email" name="email" type="email" autocomplete="off" aria-describedby="email-error">
<p class="error" id="email-error" hidden></p>
<label for="loaves">Loaves</label><input id="loaves" name="loaves" type="number" value="1" aria-describedby="loaves-error">
<p class="error" id="loaves-error" hidden></p>
<button id="send">Order</button>
</form>
<p id="result" role="status"></p>
<script>
const show = (name, problem) => {
  const place = document.getElementById(name + "-error");
  place.textContent = problem;
  place.hidden = problem === "";
};
document.getElementById("order").addEventListener("submit", (event) => {
  event.preventDefault();
  const email = document.getElementById("email").value;
  const loaves = Number(document.getElementById("loaves").value);
  const emailProblem = /^[^@\s]+@[^@\s]+$/.test(email) ? "" : "This is no e-mail address.";
  const loavesProblem = loaves >= 1 && loaves <= 20 ? "" : "Between 1 and 20, please.";
  show("email", emailProblem);
  show("loaves", loavesProblem);
  const result = document.getElementById("result");
  if (emailProblem || loavesProblem) { result.textContent = ""; return; }
  document.getElementById("send").disabled = true;
  result.textContent = "Sending …";
  setTimeout(() => {
    result.textContent = "Thank you, " + email + ": " + loaves + (loaves === 1 ? " loaf" : " loaves") + " of bread.";
    result.className = "notice";
    document.getElementById("send").disabled = false;
  }, 900);
});
</script>"#;

const WINDOWS: &str = r#"<noscript><p class="notice">Without JavaScript these buttons do nothing.</p></noscript>
<p><button type="button" id="alert">Say something</button></p>
<p><button type="button" id="confirm">Ask me</button></p>
<p><button type="button" id="prompt">Ask for my name</button></p>
<p><button type="button" id="open">Open a second window</button></p>
<p id="answer" role="status"></p>
<script>
const answer = document.getElementById("answer");
const on = (id, action) => document.getElementById(id).addEventListener("click", action);
on("alert", () => { alert("The tide is coming in."); answer.textContent = "It has been said."; });
on("confirm", () => { answer.textContent = confirm("Shall the ferry wait?") ? "It waits." : "It leaves."; });
on("prompt", () => { answer.textContent = "Hello, " + (prompt("What is your name?") || "stranger") + "."; });
on("open", () => { window.open("/js/window", "_blank"); answer.textContent = "It is open."; });
</script>"#;

const STORY_LIST: &str = r#"<noscript><p class="notice">You need to enable JavaScript to see the stories.</p></noscript>
<ul id="stories"></ul>
<script>
fetch("/api/stories").then((answer) => answer.json()).then((data) => {
  for (const story of data.stories) {
    const link = document.createElement("a");
    link.href = "/js/story/" + story.id;
    link.textContent = story.title;
    const item = document.createElement("li");
    item.append(link);
    document.getElementById("stories").append(item);
  }
});
</script>"#;

const LATE: &str = r#"<noscript><p class="notice">Without JavaScript nothing comes.</p></noscript>
<p>A button appears after a second, and can be pressed after another one.</p>
<p id="place"></p>
<p id="answer" role="status"></p>
<script>
setTimeout(() => {
  const button = document.createElement("button");
  button.id = "late";
  button.type = "button";
  button.disabled = true;
  button.textContent = "Wait …";
  button.addEventListener("click", () => {
    document.getElementById("answer").textContent = "Well waited.";
  });
  document.getElementById("place").append(button);
  setTimeout(() => { button.disabled = false; button.textContent = "Press me"; }, 1000);
}, 1000);
</script>"#;
