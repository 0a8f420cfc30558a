"""Money of several currencies in one, by the rates of a table; rounded once, at the very end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from config.errors import DomainError
from config.money import minor_digits
from metrics.registry import Asked, Part, Read
from pricing.models import ExchangeRate, RateTable

ONE = Decimal(1)


class NoRate(DomainError):
    """The table has no rate of a currency for a day on which there is money in it."""

    code = "no_rate"


class Rates:
    """The rates of a table as they stand, and which of them were used."""

    def __init__(self, table: RateTable) -> None:
        self.table, self.currency = table.code, table.currency
        self.digits = minor_digits(table.currency)
        self.rows: dict[str, list[ExchangeRate]] = {}
        for row in table.rates.order_by("currency", "starts_on"):
            self.rows.setdefault(row.currency, []).append(row)
        self.used: dict[int, ExchangeRate] = {}

    def factor(self, currency: str, on: date) -> Decimal:
        """What a minor unit of the currency is worth in minor units of the table's, on the day.

        Raises NoRate; a currency needs no rate into itself.
        """
        if currency == self.currency:
            return ONE
        for row in self.rows.get(currency, ()):
            if row.starts_on <= on and (row.ends_on is None or on < row.ends_on):
                self.used[row.pk] = row
                return row.worth.scaleb(self.digits - minor_digits(currency))
        raise NoRate(f"The rate table {self.table} has no rate of {currency} for {on}.")

    def pieces(self, currency: str, start: date, end: date) -> list[tuple[date, date]]:
        """The days [start, end) cut wherever the rate of the currency changes, begins or ends."""
        rows = () if currency == self.currency else self.rows.get(currency, ())
        days = {day for row in rows for day in (row.starts_on, row.ends_on) if day}
        edges = [start, *sorted(day for day in days if start < day < end), end]
        return list(pairwise(edges))

    def told(self, of: str) -> dict:
        """The rates that an answer stands on, as it states them, and of which day they are."""
        rows = sorted(self.used.values(), key=lambda row: (row.currency, row.starts_on))
        return {
            "table": self.table,
            "currency": self.currency,
            "of": of,
            "used": [
                {
                    "currency": row.currency,
                    "rate": f"{row.rate.normalize():f}",
                    "per": row.per,
                    "starts_on": row.starts_on,
                    "ends_on": row.ends_on,
                    "source": row.source,
                }
                for row in rows
            ],
        }


# Of each currency its part of one stretch, to one part in the currency of the rates.
Join = Callable[[dict[str, Any], Rates, date | None, date], Any]


def converted(asked: Asked, currencies: list[str]) -> Read:
    """What is asked, in the currency of the rates: each currency is read by itself, then joined.

    Raises NoRate.
    """
    metric = asked.metric
    reads = {
        currency: metric.reads.read(replace(asked, ids={**asked.ids, "currency": currency}))
        for currency in currencies or [asked.rates.currency]
    }

    def joined(rows: dict[str, list[Part]]) -> list[Part]:
        return [
            metric.reads.join(
                {currency: parts[place] for currency, parts in rows.items()}, asked.rates, *stretch
            )
            for place, stretch in enumerate(asked.stretches)
        ]

    keys = dict.fromkeys(key for read in reads.values() for key in read.groups)
    return Read(
        joined({currency: read.total for currency, read in reads.items()}),
        {
            key: joined({c: read.groups[key] for c, read in reads.items() if key in read.groups})
            for key in keys
        },
    )


def whole(amount: Decimal | int) -> int:
    """An amount in whole minor units, rounded half up; the one rounding of converted money."""
    return int(Decimal(amount).quantize(ONE, ROUND_HALF_UP))


def shared(amounts: dict[str, Decimal | int], total: int) -> dict[str, int]:
    """The amounts in whole minor units that add up to the total, which is their sum but for its
    rounding: what is left goes to the largest remainders, so that a nought stays one."""
    cut = {name: int(Decimal(each).quantize(ONE, ROUND_FLOOR)) for name, each in amounts.items()}
    order = sorted(cut, key=lambda name: cut[name] - amounts[name])
    left = total - sum(cut.values())
    for place in range(abs(left)):
        cut[order[place % len(order)] if left > 0 else order[-1 - place % len(order)]] += (
            1 if left > 0 else -1
        )
    return cut
