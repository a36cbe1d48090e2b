//! The same crawl with the crate `spider`: URL, requests at once; a JSON line a page.

use scraper::{Html, Selector};
use spider::website::Website;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("the URL");
    let at_once: usize = arguments
        .next()
        .and_then(|n| n.parse().ok())
        .expect("how many at once");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut website = Website::new(&url);
        website
            .with_respect_robots_txt(true)
            .with_delay(0)
            .with_concurrency_limit(Some(at_once));
        let mut pages = website.subscribe(4096);
        let reader = tokio::task::spawn_blocking(move || {
            let of = |text| Selector::parse(text).expect("a selector");
            let (heading, data, meta, time) = (
                of("h1"),
                of("script[type='application/ld+json']"),
                of("meta[property='article:published_time']"),
                of("article time[datetime]"),
            );
            while let Ok(page) = pages.blocking_recv() {
                let tree = Html::parse_document(&page.get_html());
                let title = tree
                    .select(&heading)
                    .next()
                    .map(|e| e.text().collect::<String>());
                let from_data = || {
                    let text: String = tree.select(&data).next()?.text().collect();
                    let data: serde_json::Value = serde_json::from_str(&text).ok()?;
                    Some(data["datePublished"].as_str()?.to_owned())
                };
                let attribute = |of: &Selector, name| {
                    Some(tree.select(of).next()?.value().attr(name)?.to_owned())
                };
                let date = from_data()
                    .or_else(|| attribute(&meta, "content"))
                    .or_else(|| attribute(&time, "datetime"))
                    .map(|date| date.chars().take(10).collect::<String>());
                let line = serde_json::json!({"url": page.get_url(), "title": title, "date": date});
                println!("{line}");
            }
        });
        website.crawl().await;
        website.unsubscribe();
        drop(website);
        let _ = reader.await;
    });
}
