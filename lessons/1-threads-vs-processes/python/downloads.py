"""Download files, one after another, with a thread each, or with a pool of threads.

    python3 downloads.py one|each|POOL_SIZE URL...

The twin of src/download.rs: the same lines of output.
"""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit
from urllib.request import urlopen


def fetch(url):
    with urlopen(url, timeout=30) as answer:
        return answer.read()


def a_thread_each(urls):
    bodies = [None] * len(urls)

    def fetch_into(index):
        bodies[index] = fetch(urls[index])

    threads = [threading.Thread(target=fetch_into, args=(index,)) for index in range(len(urls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return bodies


def main():
    mode, urls = sys.argv[1], sys.argv[2:]

    started = time.perf_counter()
    if mode == "one":
        bodies = [fetch(url) for url in urls]
    elif mode == "each":
        bodies = a_thread_each(urls)
    else:
        with ThreadPoolExecutor(int(mode)) as executor:
            bodies = list(executor.map(fetch, urls))
    took = time.perf_counter() - started

    for url, body in zip(urls, bodies):
        parts = urlsplit(url)
        path = parts.path + ("?" + parts.query if parts.query else "")
        print(path, len(body), sum(body))
    print(f"seconds {took:.9f}")


if __name__ == "__main__":
    main()
