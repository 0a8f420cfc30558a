"""What books say of some charges on any day: loaded once, asked without the database."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pricing.models import Price, PriceBook
from pricing.resolution import Buyer, Sheet, books_of

Key = tuple  # (book, charge, currency, interval), by id and code


@dataclass(frozen=True)
class History:
    """Books by their scope, and every decision about a price that was published in them."""

    books: dict[tuple, PriceBook]
    decisions: dict[Key, list[Price]]
    _sheets: dict[date, Sheet] = field(default_factory=dict, repr=False)

    def on(self, day: date) -> Sheet:
        """What the books say on the day."""
        if day not in self._sheets:
            self._sheets[day] = Sheet(self.books, _Day(self, day), day)
        return self._sheets[day]

    def after(self, price: Price, *, until: date) -> list[Price]:
        """The decisions that followed a price in its own book, up to and including a day."""
        key = (price.book_id, price.charge_id, price.currency, price.interval)
        rows, days = self.decisions.get(key, []), self._days.get(key, [])
        return rows[bisect_right(days, price.starts_on) : bisect_right(days, until)]

    def known(self, key: Key, *, on: date) -> Price | None:
        """What a book says on the day of a charge, in a currency, for an interval."""
        place = bisect_right(self._days.get(key, []), on) - 1
        found = self.decisions[key][place] if place >= 0 else None
        return found if found and (found.ends_on is None or found.ends_on > on) else None

    @cached_property
    def _days(self) -> dict[Key, list[date]]:
        return {key: [row.starts_on for row in rows] for key, rows in self.decisions.items()}


@dataclass(frozen=True)
class _Day:
    history: History
    on: date

    def get(self, key: Key) -> Price | None:
        return self.history.known(key, on=self.on)


def read_history(
    *,
    buyers: Iterable[Buyer],
    charges: Iterable[int],
    currencies: Iterable[str],
    more: Iterable[int] = (),
) -> History:
    """The history of charges in the books of these buyers, by three queries.

    `more` are ids of further books, such as those that somebody bought from before.
    """
    books = books_of(set(buyers))
    prices = Price.objects.live().filter(
        book__in={book.pk for book in books.values()} | set(more),
        charge__in=set(charges),
        currency__in=set(currencies),
    )
    decisions = defaultdict(list)
    rows = prices.select_related("release", "book", "charge__plan").prefetch_related("tiers")
    for row in rows.order_by("starts_on", "id"):
        decisions[row.book_id, row.charge_id, row.currency, row.interval].append(row)
    return History(books, dict(decisions))
