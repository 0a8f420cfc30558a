"""Clients of the server under test, in a process of their own; needs nothing but Python.

Reads one JSON object from standard input: port, headers, paths, clients, seconds, keep_alive,
expected (the status every answer must have). Writes the latencies in milliseconds.
"""

import json
import sys
from http.client import HTTPConnection
from itertools import count
from threading import Thread
from time import perf_counter


class Load:
    """So many clients that ask one question after the other until the time is over."""

    def __init__(self, job: dict) -> None:
        self.job = job
        self.numbers = count()
        self.until = perf_counter() + job["seconds"]
        self.latencies: list[float] = []
        self.wrong: list[str] = []

    def run(self) -> list[float]:
        """All latencies. Raises ValueError if an answer had another status."""
        threads = [Thread(target=self.ask_on) for _ in range(self.job["clients"])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.wrong:
            raise ValueError("; ".join(self.wrong))
        return self.latencies

    def ask_on(self) -> None:
        line = None
        while perf_counter() < self.until and not self.wrong:
            number = next(self.numbers)  # each path once, whoever asks
            if number >= len(self.job["paths"]):
                return
            start = perf_counter()
            line = line or HTTPConnection("127.0.0.1", self.job["port"], timeout=30)
            line.request("GET", self.job["paths"][number], headers=self.job["headers"])
            answer = line.getresponse()
            text = answer.read()
            self.latencies.append((perf_counter() - start) * 1000)
            if answer.status != self.job["expected"]:
                self.wrong.append(f"{answer.status} {self.job['paths'][number]} {text[:200]!r}")
            if not self.job["keep_alive"]:
                line.close()
                line = None


if __name__ == "__main__":
    json.dump(Load(json.load(sys.stdin)).run(), sys.stdout)
