"""Count primes the slow way, with one thread, several threads or several processes.

    python3 cpu_bound.py one|threads|processes LIMIT CHUNKS WORKERS

The twin of src/primes.rs: the same chunks, the same divisions, the same lines of output.
"""

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def count(start, end):
    primes = 0
    for n in range(max(start, 2), end):
        divisor = 2
        while divisor <= n // divisor and n % divisor != 0:
            divisor += 1
        primes += divisor > n // divisor
    return primes


def main():
    mode, limit, chunks, workers = sys.argv[1], *map(int, sys.argv[2:5])
    cuts = [limit * index // chunks for index in range(chunks + 1)]
    starts, ends = cuts[:-1], cuts[1:]

    started = time.perf_counter()
    if mode == "one":
        primes = sum(map(count, starts, ends))
    else:
        # The two classes have the same methods, which is what makes this comparison so short.
        pool = {"threads": ThreadPoolExecutor, "processes": ProcessPoolExecutor}[mode]
        with pool(workers) as executor:
            primes = sum(executor.map(count, starts, ends))
    took = time.perf_counter() - started

    print("primes", primes)
    print(f"seconds {took:.9f}")


# A child that is started by "spawn" imports this file again; without this line it would do all of
# it again, start children, and so on.
if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
