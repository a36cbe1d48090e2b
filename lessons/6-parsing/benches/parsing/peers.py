"""Reads the same pages with what Python has. Argument: the folder of the pages."""

import importlib
import pathlib
import sys
import time

pages = [path.read_text() for path in sorted(pathlib.Path(sys.argv[1]).iterdir())]


def measure(name, module, work, limit=2.0):
    """Prints how many pages a second, or what is missing."""
    try:
        library = importlib.import_module(module)
    except ImportError:
        print(f"{name:<44} not installed: pip install {module}")
        return
    started, cpu = time.perf_counter(), time.process_time()
    done = 0
    while time.perf_counter() - started < limit:
        work(library, pages[done % len(pages)])
        done += 1
    rate = done / (time.process_time() - cpu)
    print(f"{name:<44} {rate:>12.0f} {1e6 / rate:>8.0f}", flush=True)


def soup(bs4, page):
    tree = bs4.BeautifulSoup(page, "lxml")
    return tree.title, tree.find("h1"), tree.find_all("time"), [a["href"] for a in tree.find_all("a", href=True)]


def lexbor(selectolax, page):
    tree = selectolax.LexborHTMLParser(page)
    return tree.css_first("h1"), tree.css("time"), [a.attributes["href"] for a in tree.css("a[href]")]


measure("Python: Beautiful Soup with lxml", "bs4", soup)
measure("Python: selectolax", "selectolax.lexbor", lexbor)
measure("Python: htmldate, the date alone", "htmldate", lambda htmldate, page: htmldate.find_date(page))
measure("Python: trafilatura, what it calls metadata", "trafilatura", lambda trafilatura, page: trafilatura.extract_metadata(page))
