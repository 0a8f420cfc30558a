"""The customers of the demo: accounts and what they held, in the format of an import."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from metrics.demo import habits
from metrics.demo.catalog import REGIONS, SEGMENTS, Market
from metrics.demo.customer import Customer, Item
from metrics.demo.dice import Dice
from metrics.demo.names import company_name

YEARS = 3
LAST_DAY = 28  # of every month something may happen on


class AccountRow(NamedTuple):
    """A row of the accounts file."""

    account_id: str
    segment: str
    region: str
    created: date


class Book(NamedTuple):
    """A whole customer book; `names` are by account id."""

    accounts: list[AccountRow]
    items: list[Item]
    names: dict[str, str]


def make_book(*, on: date, accounts: int = 5000, seed: int = 1) -> Book:
    """The book of so many customers over the three years up to and including the day.

    The same day, number and seed give the same rows on any machine.
    """
    dice = Dice(seed)
    book = Book([], [], {})
    for number, first in enumerate(_first_days(accounts, on, dice), start=1):
        account_id = f"C-{number:05}"
        segment, region = _market(SEGMENTS, dice), _market(REGIONS, dice)
        customer = Customer(account_id, segment, on, dice)
        customer.land(first)
        customer.live(_later_days(first, on, dice))
        created = date.fromordinal(first.toordinal() - dice.small_between(0, 60))
        book.accounts.append(AccountRow(account_id, segment, region, created))
        book.items.extend(sorted(customer.items, key=lambda item: item.start_date))
        book.names[account_id] = company_name(number)
    return book


def write_book(book: Book, *, folder: Path) -> tuple[Path, Path]:
    """Write accounts.csv and items.csv into the folder and return where they are."""
    accounts, items = folder / "accounts.csv", folder / "items.csv"
    _write(accounts, AccountRow._fields, book.accounts)
    _write(items, Item._fields, book.items)
    return accounts, items


def _first_days(accounts: int, on: date, dice: Dice) -> list[date]:
    """When each customer begins: more every year, and more at the end of a quarter."""
    months = [_shift(on, months) for months in range(-12 * YEARS + 1, 1)]
    weights = [
        habits.SEASON[month.month - 1] * (1 + (habits.GROWTH - 1) * index / 12)
        for index, month in enumerate(months)
    ]
    days = []
    while len(days) < accounts:
        day = _day(dice.pick(months, weights), dice)
        if day <= on:
            days.append(day)
    return sorted(days)


def _later_days(first: date, on: date, dice: Dice) -> Iterator[date]:
    """A day of each month after the first one's, up to and including `on`."""
    month = _shift(first, 1)
    while (day := _day(month, dice)) <= on:
        yield day
        month = _shift(month, 1)


def _day(month: date, dice: Dice) -> date:
    return month.replace(day=dice.between(1, LAST_DAY))


def _shift(day: date, months: int) -> date:
    year, index = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, index + 1, 1)


def _market(markets: tuple[Market, ...], dice: Dice) -> str:
    return dice.pick(markets, [market.share for market in markets]).code


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
