//! The site as a whole: which corner answers which path.

use crate::account::Sessions;
use crate::api::Api;
use crate::blog::Blog;
use crate::config::Config;
use crate::faults::{self, Strikes};
use crate::files::Files;
use crate::forms::Messages;
use crate::html::{self, Frame};
use crate::journal::Journal;
use crate::server::{Answer, Handler, Request, Response};
use crate::truth::{Page, Reach, Truth};
use crate::{
    account, feeds, forms, front, images, journal_view, js, links, negotiate, robots, rules,
    sitemap,
};
use std::net::SocketAddr;
use std::sync::Arc;

/// A response, or the refusal that came first; both are sent in the same way.
pub(crate) type Outcome = Result<Response, Response>;

/// The methods of pages that can only be read.
const READ: &str = "GET, HEAD, OPTIONS";

/// All corners, and what they remember.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) address: SocketAddr,
    pub(crate) truth: Arc<Truth>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) blog: Blog,
    pub(crate) files: Files,
    api: Api,
    sessions: Sessions,
    messages: Messages,
    strikes: Strikes,
}

impl App {
    pub(crate) fn new(config: Config, address: SocketAddr, journal: Arc<Journal>) -> Self {
        let blog = Blog::new(config.seed, config.articles);
        let files = Files::new(config.seed);
        let api = Api::new(config.seed);
        let truth = Arc::new(truth(&blog, &files, &api));
        Self {
            strikes: Strikes::new(config.seed, config.fault_share),
            config,
            address,
            truth,
            journal,
            blog,
            files,
            api,
            sessions: Sessions::default(),
            messages: Messages::default(),
        }
    }

    /// Returns scheme and host for absolute links: the host by which the client knows the site.
    pub(crate) fn base(&self, request: &Request) -> String {
        let is_plain = |host: &&str| {
            !host.is_empty()
                && host.len() <= 255
                && host
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
        };
        match request.header("host").filter(is_plain) {
            Some(host) => format!("http://{host}"),
            None => format!("http://{}", self.address),
        }
    }

    fn route(&self, request: &Request) -> Answer {
        let segments = request.segments();
        let outcome = match segments.as_slice() {
            ["faults", rest @ ..] => return faults::answer(self, request, rest),
            ["api", rest @ ..] => self.api.answer(request, rest, &self.base(request)),
            ["forms", rest @ ..] => forms::answer(&self.messages, request, rest),
            ["login" | "logout" | "account"] => {
                account::answer(&self.sessions, request, segments[0])
            }
            _ => self.read(request, &segments),
        };
        outcome.unwrap_or_else(|refusal| refusal).into()
    }

    /// Answers for the corners that can only be read.
    fn read(&self, request: &Request, segments: &[&str]) -> Outcome {
        let answer = match segments {
            [] => front::answer(self),
            ["style.css"] => Ok(cached("text/css; charset=utf-8", html::STYLE)),
            ["icon.svg" | "favicon.ico"] => Ok(cached("image/svg+xml", html::ICON)),
            ["robots.txt"] => Ok(robots::answer(self, &self.base(request))),
            ["sitemap.xml"] => Ok(sitemap::index(self, &self.base(request))),
            [name] if name.starts_with("sitemap-") => {
                sitemap::part(self, name, &self.base(request))
            }
            ["feed.rss"] => Ok(feeds::rss(self, &self.base(request))),
            ["feed.atom"] => Ok(feeds::atom(self, &self.base(request))),
            ["feed.json"] => Ok(feeds::json(self, &self.base(request))),
            ["blog", rest @ ..] => self.blog.answer(request, rest, &self.base(request)),
            ["links", rest @ ..] => links::answer(request, rest, &self.base(request)),
            ["rules", rest @ ..] => rules::answer(request, rest),
            ["files", rest @ ..] => self.files.answer(request, rest),
            ["bytes", rest @ ..] => self.files.bytes(request, rest),
            ["images", rest @ ..] => images::answer(self.config.seed, request, rest),
            ["js", rest @ ..] => js::answer(request, rest),
            ["journal"] => Ok(journal_view::page(&self.journal)),
            ["journal.json"] => Ok(journal_view::json(&self.journal)),
            _ => Err(Response::empty(404)),
        };
        // Asked last, so that what does not exist is 404 for every method.
        if !matches!(&answer, Err(refusal) if refusal.status == 404) {
            methods(request, READ)?;
        }
        answer
    }
}

impl Handler for App {
    fn answer(&self, request: &Request) -> Answer {
        let answer = match self.route(request) {
            Answer::Response(response) => {
                let response = if response.status == 404 && response.body.len() == 0 {
                    not_found(request)
                } else {
                    response
                };
                let mut response = negotiate::finish(request, response);
                response.delay += self.config.latency;
                Answer::Response(response)
            }
            raw => raw,
        };
        self.strikes.strike(request, answer)
    }

    fn is_recorded(&self, request: &Request) -> bool {
        !matches!(request.path.as_str(), "/journal" | "/journal.json")
    }
}

/// Refuses a request whose method is not among those; answers OPTIONS.
pub(crate) fn methods(request: &Request, allowed: &'static str) -> Result<(), Response> {
    if request.method == "OPTIONS" {
        return Err(Response::empty(204).with("Allow", allowed));
    }
    if allowed.split(", ").any(|method| method == request.method) {
        return Ok(());
    }
    let text = format!("{} is not possible here, only {allowed}.\n", request.method);
    Err(Response::text(405, text).with("Allow", allowed))
}

/// Sends a client to the path with a slash at its end, where it lacks one.
pub(crate) fn add_slash(request: &Request) -> Result<(), Response> {
    if request.path.ends_with('/') || !request.is_read() {
        return Ok(());
    }
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    // `//elsewhere` would lead to another host.
    let path = path.trim_start_matches('/');
    let mark = if query.is_empty() { "" } else { "?" };
    Err(Response::redirect(301, format!("/{path}/{mark}{query}")))
}

fn cached(content_type: &str, text: &str) -> Response {
    Response::new(200, content_type, text).with("Cache-Control", "max-age=3600")
}

fn not_found(request: &Request) -> Response {
    let path = html::escape(&request.target);
    let main = format!(
        "<p class=\"lead\">There is no page at <code>{path}</code>.</p>\n\
         <p>The <a href=\"/\">front page</a> leads to all that there is.</p>"
    );
    Response::html(
        404,
        Frame {
            title: "Not found",
            corner: "",
            head: "",
            main: &main,
        }
        .to_html(),
    )
}

/// Gathers what is true about all corners.
fn truth(blog: &Blog, files: &Files, api: &Api) -> Truth {
    let mut pages = vec![Page {
        path: "/".to_string(),
        title: front::TITLE.to_string(),
        reach: Reach::Links,
        noindex: false,
    }];
    pages.extend(blog.list_pages());
    pages.extend(blog.articles.iter().map(|article| Page {
        path: article.path.clone(),
        title: article.title.clone(),
        reach: Reach::Links,
        noindex: false,
    }));
    for corner in [
        links::PAGES,
        rules::PAGES,
        js::PAGES,
        forms::PAGES,
        account::PAGES,
        &[
            ("/files/", crate::files::TITLE, Reach::Links),
            ("/images/", images::TITLE, Reach::Links),
            ("/api/", crate::api::TITLE, Reach::Links),
            ("/faults/", faults::TITLE, Reach::Links),
        ],
    ] {
        pages.extend(corner.iter().map(|(path, title, reach)| Page {
            path: (*path).to_string(),
            title: (*title).to_string(),
            reach: *reach,
            noindex: rules::is_noindex(path),
        }));
    }
    let mut redirects = blog.linked_redirects();
    redirects.extend(links::redirects());
    let mut duplicates = blog.linked_duplicates();
    duplicates.extend(links::duplicates());
    Truth {
        articles: Arc::clone(&blog.articles),
        pages,
        redirects,
        duplicates,
        forbidden: robots::forbidden(),
        files: files.list().to_vec(),
        books: api.seeded(),
    }
}
