"""What books say of some charges on any day, loaded once and asked without the database."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pricing.models import Price, PriceBook
from pricing.resolution import Ask, Buyer, NoPrice, Resolved, answer, books_of

Key = tuple  # (book, charge, currency, interval), by id and code


@dataclass(frozen=True)
class Shelf:
    """Books by their scope, and every decision about a price that was published for them."""

    books: dict[tuple, PriceBook]
    decisions: dict[Key, list[Price]]

    def resolve(self, ask: Ask, *, on: date) -> Resolved | NoPrice:
        """What `resolve_price` answers on the day."""
        return answer(ask, self.books, _OnDay(self, on), on=on)

    def after(self, price: Price, *, until: date) -> list[Price]:
        """The decisions that followed a price in its own book, up to and including a day."""
        key = (price.book_id, price.charge_id, price.currency, price.interval)
        rows = self.decisions.get(key, [])
        days = self._days.get(key, [])
        return rows[bisect_right(days, price.starts_on) : bisect_right(days, until)]

    def known(self, key: Key, *, on: date) -> Price | None:
        rows = self.decisions.get(key)
        place = bisect_right(self._days[key], on) - 1 if rows else -1
        found = rows[place] if place >= 0 else None
        return found if found and (found.ends_on is None or found.ends_on > on) else None

    @cached_property
    def _days(self) -> dict[Key, list[date]]:
        return {key: [row.starts_on for row in rows] for key, rows in self.decisions.items()}


@dataclass(frozen=True)
class _OnDay:
    shelf: Shelf
    on: date

    def get(self, key: Key) -> Price | None:
        return self.shelf.known(key, on=self.on)


def shelf_for(
    *,
    buyers: Iterable[Buyer],
    charges: Iterable[int],
    currencies: Iterable[str],
    more: Iterable[int] = (),
) -> Shelf:
    """The shelf of these buyers and charges: three queries, however many there are.

    `more` are ids of further books, such as those that somebody bought from before.
    """
    books = books_of(set(buyers))
    prices = Price.objects.live().filter(
        book__in={book.pk for book in books.values()} | set(more),
        charge__in=set(charges),
        currency__in=set(currencies),
    )
    decisions = defaultdict(list)
    rows = prices.select_related("release").prefetch_related("tiers")
    for row in rows.order_by("starts_on", "id"):
        decisions[row.book_id, row.charge_id, row.currency, row.interval].append(row)
    return Shelf(books, dict(decisions))
