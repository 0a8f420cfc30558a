"""How quickly a book of customers comes in from CSV, and with how much memory.

`python -m benchmarks.importing ACCOUNTS ITEMS` imports two files in a process of its own and
writes what that took as JSON.
"""

import csv
import json
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from benchmarks.book import DAYS, FIRST_DAY, SEGMENTS, Book, make_book

REGIONS = ("amer", "emea", "apac", "latam")
ITEMS_PER_ACCOUNT = 4  # fewer than the book has, so that also a small one has enough


def measure(items: int, say: Callable[[str], None]) -> dict:
    """Imports so many items into the database, which must be new."""
    book = make_book(int(items / ITEMS_PER_ACCOUNT) + 1)
    with TemporaryDirectory() as folder:
        files = write_files(book, items, Path(folder))
        say(f"  {items:,} items written, importing them")
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.importing", *map(str, files)],
            capture_output=True,
            text=True,
            check=True,
        )
    found = json.loads(done.stdout)
    return {"items": items, "items_per_second": round(items / found["seconds"]), **found}


def write_files(book: Book, items: int, folder: Path) -> tuple[Path, Path]:
    """accounts.csv and items.csv with the first so many items of the book."""
    days = [str(FIRST_DAY + day) for day in range(DAYS + 1)]
    accounts, lines = folder / "accounts.csv", folder / "items.csv"
    known = int(book.account[items - 1]) + 1
    with accounts.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["account_id", "segment", "region", "created"])
        columns = (book.segment[:known], book.region[:known], book.created[:known])
        for number, row in enumerate(zip(*map(np.ndarray.tolist, columns), strict=True)):
            segment, region, created = row
            writer.writerow([f"A{number}", SEGMENTS[segment], REGIONS[region], days[created]])
    with lines.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["account_id", "product", "tier", "start_date", "end_date", "mrr_cents"])
        columns = (book.account, book.product, book.tier, book.start, book.end, book.mrr)
        for account, product, tier, start, end, mrr in zip(
            *(column[:items].tolist() for column in columns), strict=True
        ):
            last = days[end] if end < DAYS else ""
            writer.writerow([f"A{account}", f"p{product:02}", f"t{tier}", days[start], last, mrr])
    return accounts, lines


def peak_megabytes() -> float:
    """The most memory that this process has had at once."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count the process that started this one
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        return round(int(found[1]) / 2**10, 1)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (2**20 if sys.platform == "darwin" else 2**10), 1)


def main(accounts: str, items: str) -> None:
    import django  # noqa: PLC0415  (only this process needs it from the start)

    django.setup()
    from accounts.importing import import_book  # noqa: PLC0415

    before = peak_megabytes()
    start = perf_counter()
    report = import_book(accounts=Path(accounts), items=Path(items))
    found = {
        "seconds": round(perf_counter() - start, 1),
        "megabytes_before": before,
        "megabytes_peak": peak_megabytes(),
        "counts": dict(report.counts),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
