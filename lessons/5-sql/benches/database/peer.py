"""The same inserts by Python's sqlite3 and psycopg2: peer.py sqlite FILE N | peer.py postgres URL N.

Prints lines of `way rows seconds`.
"""

import io
import sqlite3
import sys
import time

TEXT = "a line of text that is neither short nor long"
CREATE = "CREATE TABLE peer (id BIGINT PRIMARY KEY, text TEXT NOT NULL)"


def measure(way, rows, body):
    started = time.perf_counter()
    body(range(rows))
    print(way, rows, time.perf_counter() - started, flush=True)


def sqlite(path, n):
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    insert = "INSERT INTO peer VALUES (?, ?)"

    def fresh():
        db.execute("DROP TABLE IF EXISTS peer")
        db.execute(CREATE)

    def each(numbers):
        for i in numbers:
            db.execute(insert, (i, TEXT))

    def together(numbers):
        db.execute("BEGIN")
        each(numbers)
        db.execute("COMMIT")

    def bulk(numbers):
        db.execute("BEGIN")
        db.executemany(insert, ((i, TEXT) for i in numbers))
        db.execute("COMMIT")

    for way, rows, body in (("each", n // 10, each), ("together", n, together), ("bulk", n, bulk)):
        fresh()
        measure(way, rows, body)


def postgres(url, n):
    import psycopg2

    db = psycopg2.connect(url)
    db.autocommit = True
    cursor = db.cursor()
    insert = "INSERT INTO peer VALUES (%s, %s)"

    def fresh():
        cursor.execute("DROP TABLE IF EXISTS peer")
        cursor.execute(CREATE)

    def each(numbers):
        for i in numbers:
            cursor.execute(insert, (i, TEXT))

    def together(numbers):
        cursor.execute("BEGIN")
        each(numbers)
        cursor.execute("COMMIT")

    def bulk(numbers):
        lines = io.StringIO("".join(f"{i}\t{TEXT}\n" for i in numbers))
        cursor.copy_expert("COPY peer FROM STDIN", lines)

    for way, rows, body in (("each", n // 10, each), ("together", n // 2, together), ("bulk", n, bulk)):
        fresh()
        measure(way, rows, body)


{"sqlite": sqlite, "postgres": postgres}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
