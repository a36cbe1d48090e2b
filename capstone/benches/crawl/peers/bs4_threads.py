"""A crawler as a course would write it: requests, Beautiful Soup, threads. URL, threads; a JSON line a page."""

import json
import sys
import threading
from queue import Queue
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from bs4 import BeautifulSoup

start, threads = sys.argv[1], int(sys.argv[2])
seen, lock, queue = {start}, threading.Lock(), Queue()
queue.put(start)


def date_of(soup):
    for script in soup.find_all("script", type="application/ld+json"):
        date = json.loads(script.string).get("datePublished")
        if date:
            return date[:10]
    meta = soup.find("meta", property="article:published_time")
    if meta:
        return meta["content"][:10]
    time = soup.select_one("article time[datetime]")
    return time["datetime"][:10] if time else None


def work():
    session = requests.Session()
    while True:
        url = queue.get()
        try:
            answer = session.get(url, timeout=30)
            if "html" in answer.headers.get("content-type", ""):
                soup = BeautifulSoup(answer.content, "lxml")
                heading = soup.h1
                title = heading.get_text(strip=True) if heading else None
                line = json.dumps({"url": url, "title": title, "date": date_of(soup)})
                with lock:
                    print(line)
                    for link in soup.find_all("a", href=True):
                        target = urldefrag(urljoin(url, link["href"]))[0]
                        if urlsplit(target).netloc == urlsplit(start).netloc and target not in seen:
                            seen.add(target)
                            queue.put(target)
        finally:
            queue.task_done()


for _ in range(threads):
    threading.Thread(target=work, daemon=True).start()
queue.join()
