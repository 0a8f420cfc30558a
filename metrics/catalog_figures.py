"""What customers did with each product: figures of the whole book, kept while it stays the same."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.core.cache import caches
from django.db import connection
from django.db.models import Sum

from accounts.models import SubscriptionLine
from metrics.answering import snapshot
from metrics.engine import holdings
from metrics.holdings import Grain
from metrics.product_sets import members_of
from metrics.registry import Scope
from metrics.slots import take_slot
from metrics.stretches import asked_days, months_before
from metrics.versions import Version, data_version
from portfolio.models import Product

# An entry that is taken back counts -1: what remains is one for each account that ever paid.
ENTERED = """
SELECT set_after_id, sum(sign)::bigint FROM accounts_ledgerentry
WHERE is_first AND effective_on <= %s GROUP BY set_after_id HAVING sum(sign) <> 0"""


@dataclass(frozen=True)
class Entries:
    """How many accounts there ever were by the day, and with which products they began."""

    accounts: int
    by_product: dict[int, int]

    def share(self, product: Product) -> float | None:
        """Of all accounts, those that began with the product; None before the first account."""
        return self.by_product.get(product.pk, 0) / self.accounts if self.accounts else None


@dataclass(frozen=True)
class Course:
    """How many paying accounts hold each product, on month ends and last on the day itself."""

    days: list[date]
    by_product: dict[int, list[int]]

    def of(self, product: Product) -> list[int]:
        return self.by_product.get(product.pk, [0] * len(self.days))


Revenue = dict[str, dict[int, int]]


@dataclass(frozen=True)
class Together:
    """How many paying accounts hold each pair of products on a day; a product with itself: it.

    `products` are ids, in the order of the matrix.
    """

    products: list[int]
    accounts: int
    both: np.ndarray


@dataclass(frozen=True)
class Book:
    """With what accounts began, who holds which products, and what each brings.

    `entries` are by the ledger's first entries up to the day; who began with several products
    on one day counts for each, so shares may add up to more than 1. `course` goes back some
    months from the day, from the sums. `revenue` is monthly recurring, on the day, in minor
    units, by currency and product.
    """

    entries: Entries
    course: Course
    together: Together
    revenue: Revenue


def book(*, on: date, months: int) -> Book:
    """The figures of all customers: from the cache if nothing has changed since."""
    known = caches["metrics"].get(_mark(on, months, data_version()))
    if known is None:
        with snapshot():
            take_slot()
            version = data_version()
            products = list(Product.objects.order_by("pk").values_list("pk", flat=True))
            course, together = _held(on, months, products, version)
            known = Book(_entries(on, products, version), course, together, _revenue(on))
        caches["metrics"].set(_mark(on, months, version), known)
    return known


def _mark(on: date, months: int, version: Version) -> str:
    numbers = (version.position, version.inputs, version.database)
    return f"book:{on}:{months}:{':'.join(map(str, numbers))}"


def _entries(on: date, products: list[int], version: Version) -> Entries:
    with connection.cursor() as cursor:
        cursor.execute(ENTERED, [on])
        counts = dict(cursor.fetchall())
    sets, accounts = np.array(sorted(counts.items()), dtype=int).reshape(-1, 2).T
    members = members_of(sets, products, database=version.database)
    begun = (accounts @ members).round().astype(int).tolist()
    return Entries(int(accounts.sum()), dict(zip(products, begun, strict=True)))


def _held(on: date, months: int, products: list[int], version: Version) -> tuple[Course, Together]:
    start, end = months_before(on, months), on + timedelta(days=1)
    days = asked_days(Scope(on, start=start, end=end, interval="month"))
    by_day = holdings(grain=Grain.SETS, days=days, ids={}, version=version)
    counts = np.zeros((len(days), len(products)), dtype=int)
    accounts, both = 0, np.zeros((len(products), len(products)), dtype=int)
    for place, held in enumerate(by_day.get(None, [])):
        members = members_of(held.keys, products, database=version.database)
        counts[place] = (held.accounts @ members).round()
        if place == len(days) - 1:
            accounts = int(held.accounts.sum())
            both = ((members.T * held.accounts) @ members).round().astype(int)
    by_product = {key: counts[:, place].tolist() for place, key in enumerate(products)}
    return Course(days, by_product), Together(products, accounts, both)


def _revenue(on: date) -> Revenue:
    lines = SubscriptionLine.objects.live(on=on).filter(mrr__gt=0)
    rows = lines.values_list("subscription__currency", "product").annotate(total=Sum("mrr"))
    found: Revenue = defaultdict(dict)
    for currency, product, total in rows.order_by():
        found[currency][product] = total
    return dict(found)
