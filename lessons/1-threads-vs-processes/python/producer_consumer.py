"""Producers and consumers, with threads or with processes.

    python3 producer_consumer.py threads|processes PRODUCERS CONSUMERS ITEMS_EACH CAPACITY

The twin of src/handover.rs: the same items, the same work, the same check, the same lines of output.
"""

import multiprocessing
import queue
import sys
import threading
import time


def work(producer, number):
    x = (producer << 32) ^ number
    x = ((x ^ (x >> 16)) * 0x45D9F3B3) & 0xFFFFFFFF
    return x ^ (x >> 16)


def produce(items, producer, items_each):
    for number in range(items_each):
        items.put((producer, number))


def consume(items, results):
    received, total = [], 0
    # A queue of Python's does not end by itself: somebody has to say so, once to each consumer.
    while (item := items.get()) is not None:
        received.append(item)
        total += work(*item)
    results.put((received, total))


def in_order(received):
    latest = {}
    for producer, number in received:
        if latest.get(producer, -1) > number:
            return False
        latest[producer] = number
    return True


def main():
    mode, producers, consumers, items_each, capacity = sys.argv[1], *map(int, sys.argv[2:6])
    if mode == "threads":
        Worker, items, results = threading.Thread, queue.Queue(capacity), queue.Queue()
    else:
        Worker = multiprocessing.Process
        items, results = multiprocessing.Queue(capacity), multiprocessing.Queue()

    started = time.perf_counter()
    producing = [
        Worker(target=produce, args=(items, producer, items_each)) for producer in range(producers)
    ]
    consuming = [Worker(target=consume, args=(items, results)) for _ in range(consumers)]
    for worker in producing + consuming:
        worker.start()
    for worker in producing:
        worker.join()
    for _ in consuming:
        items.put(None)
    # Before the join: a process does not end while its results are still in its pipe.
    outcomes = [results.get() for _ in consuming]
    for worker in consuming:
        worker.join()
    took = time.perf_counter() - started

    arrived = [item for received, _ in outcomes for item in received]
    made = [(producer, number) for producer in range(producers) for number in range(items_each)]
    print("items", len(arrived))
    print("exactly once:", "yes" if sorted(arrived) == made else "NO")
    print("order kept:", "yes" if all(in_order(received) for received, _ in outcomes) else "NO")
    print("sum", sum(total for _, total in outcomes))
    print(f"seconds {took:.9f}")


if __name__ == "__main__":
    main()
