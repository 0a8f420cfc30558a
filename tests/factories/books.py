"""Books of customers, written by hand in a few lines, as files or straight into the database."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.db import connection

from accounts.importing import Report, import_book
from accounts.models import LedgerEntry, SubscriptionLine

ACCOUNTS = ["account_id", "segment", "region", "created"]
ITEMS = ["account_id", "product", "tier", "start_date", "end_date", "mrr_cents"]


def write(path: Path, header: list[str], rows: Iterable[Iterable[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def words(text: str) -> list[list[str]]:
    """One row a line, split at spaces; a dash is an empty value."""
    lines = [line.split() for line in text.strip().splitlines()]
    return [["" if word == "-" else word for word in line] for line in lines]


def bring(folder: Path, accounts: str = "", items: str = "", **options) -> Report:
    """Import a book written as words: account segment region created; account product tier start
    end cents."""
    files = {
        "accounts": write(folder / "accounts.csv", ACCOUNTS, words(accounts)) if accounts else None,
        "items": write(folder / "items.csv", ITEMS, words(items)) if items else None,
    }
    return import_files(**files, **options)


def import_files(**options) -> Report:
    """As if the import were a transaction of its own: its working tables go."""
    try:
        return import_book(**{"accounts": None, "items": None, **options})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DISCARD TEMP")


def held() -> list[tuple[str, str, str, date, date | None, int]]:
    """Every standing line: account, plan, subscription, days and monthly revenue."""
    columns = ("account__code", "plan__code", "subscription__code", "starts_on", "ends_on", "mrr")
    return sorted(SubscriptionLine.objects.standing().values_list(*columns), key=str)


def sums() -> dict[tuple[str, date], int]:
    """Of every account and day with an entry in force, the revenue after it."""
    entries = LedgerEntry.objects.order_by("position").values_list(
        "account__code", "effective_on", "sign", "mrr_after"
    )
    last = {(code, day): (sign, mrr) for code, day, sign, mrr in entries}
    return {key: mrr for key, (sign, mrr) in last.items() if sign == 1}
