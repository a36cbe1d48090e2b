"""The same crawl in Scrapy. URL, requests at once; a JSON line a page."""

import json
import sys
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.crawler import CrawlerProcess

start, at_once = sys.argv[1], int(sys.argv[2])


class Articles(Spider):
    name = "articles"
    start_urls = [start]

    def parse(self, response):
        date = None
        for script in response.css('script[type="application/ld+json"]::text').getall():
            date = date or json.loads(script).get("datePublished")
        date = date or response.css('meta[property="article:published_time"]::attr(content)').get()
        date = date or response.css("article time::attr(datetime)").get()
        title = response.css("h1::text").get()
        print(json.dumps({"url": response.url, "title": title, "date": date and date[:10]}))
        for link in response.css("a::attr(href)").getall():
            link = response.urljoin(link)
            if urlsplit(link).netloc == urlsplit(start).netloc:
                yield response.follow(link, self.parse)


process = CrawlerProcess(
    settings={
        "CONCURRENT_REQUESTS": at_once,
        "CONCURRENT_REQUESTS_PER_DOMAIN": at_once,
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": True,
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
    }
)
process.crawl(Articles)
process.start()
