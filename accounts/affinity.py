"""Who holds what together, and how strong that is: one definition for offers and for figures."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import permutations

import numpy as np
from django.db import connection

from portfolio.models import Threshold

STRONG, WEAK, SUPPORT = "attach-strong", "attach-weak", "minimum-support"
# For days before the first row of a threshold, and for one that somebody has deleted.
DEFAULTS = {STRONG: Decimal("0.40"), WEAK: Decimal("0.05"), SUPPORT: Decimal(30)}


class Affinity(StrEnum):
    """How much one product leads to another; ordered from the most."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    INSUFFICIENT = "insufficient"


def classes(
    hits: np.ndarray, holders: np.ndarray, thresholds: dict[str, Decimal], *, least: int
) -> np.ndarray:
    """The affinity of pairs: of so many holders so many also hold the other product.

    The cuts belong to strong and to weak; fewer holders than the least are insufficient.
    """
    strong = thresholds[STRONG].as_integer_ratio()
    weak = thresholds[WEAK].as_integer_ratio()
    return np.select(
        [
            holders < least,
            hits * strong[1] >= strong[0] * holders,
            hits * weak[1] <= weak[0] * holders,
        ],
        [Affinity.INSUFFICIENT.value, Affinity.STRONG.value, Affinity.WEAK.value],
        Affinity.MODERATE.value,
    )


ORDER = list(Affinity)


@dataclass(frozen=True)
class Together:
    """How many paying accounts hold each product, and each ordered pair, on a day; by id."""

    holders: Mapping[int, int] = field(default_factory=dict)
    both: Mapping[tuple[int, int], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Lead:
    """What a held product says of another: the rate with its counts, and the class of it."""

    held: int
    product: int
    holders: int
    both: int
    affinity: Affinity

    @property
    def rate(self) -> float | None:
        return self.both / self.holders if self.holders else None


Counter = Callable[..., Together]
_counters: list[Counter] = []


def count_with(counter: Counter) -> None:
    """Let somebody count who is quicker at it; an app calls it when it gets ready.

    The counter takes the day as `on=` and answers a Together.
    """
    _counters.append(counter)


def together(*, on: date) -> Together:
    """Who holds what together on the day, by the quickest counter there is."""
    return _counters[-1](on=on) if _counters else together_by_the_ledger(on=on)


SETS = """
SELECT s.products, sum(n)::bigint FROM (
    SELECT set_after_id AS set_id, sum(sign) AS n FROM accounts_ledgerentry
    WHERE effective_on <= %(on)s AND mrr_after > 0 GROUP BY 1
    UNION ALL
    SELECT set_before_id, -sum(sign) FROM accounts_ledgerentry
    WHERE effective_on <= %(on)s AND mrr_before > 0 GROUP BY 1
) AS changes JOIN accounts_productset s ON s.id = set_id
GROUP BY s.products HAVING sum(n) <> 0"""


def together_by_the_ledger(*, on: date) -> Together:
    """The same, straight from every entry of the ledger: right, and slow for many accounts."""
    holders: dict[int, int] = {}
    both: dict[tuple[int, int], int] = {}
    with connection.cursor() as cursor:
        cursor.execute(SETS, {"on": on})
        for products, accounts in cursor.fetchall():
            for product in products:
                holders[product] = holders.get(product, 0) + accounts
            for pair in permutations(products, 2):
                both[pair] = both.get(pair, 0) + accounts
    return Together(holders, both)


def leads(
    *,
    held: Collection[int],
    to: Collection[int],
    on: date,
    thresholds: Mapping[str, Decimal] | None = None,
) -> dict[int, list[Lead]]:
    """What each held product says of each of the others, the best first; by id of the others.

    Strong comes before moderate, weak and insufficient, and a higher rate before a lower one.
    `thresholds` are those of the day, where somebody has read them already.
    """
    counts = together(on=on)
    known = Threshold.objects.values_on(on) if thresholds is None else thresholds
    thresholds = {**DEFAULTS, **known}
    pairs = [(start, product) for product in to for start in held if start != product]
    both = [counts.both.get(pair, 0) for pair in pairs]
    holders = [counts.holders.get(start, 0) for start, _ in pairs]
    found = classes(
        np.array(both, dtype=np.int64),
        np.array(holders, dtype=np.int64),
        thresholds,
        least=int(thresholds[SUPPORT]),
    )
    rows: dict[int, list[Lead]] = {product: [] for product in to}
    for (start, product), n_both, n, affinity in zip(pairs, both, holders, found, strict=True):
        rows[product].append(Lead(start, product, n, n_both, Affinity(str(affinity))))
    return {product: sorted(each, key=_best_first) for product, each in rows.items()}


def _best_first(lead: Lead) -> tuple:
    return ORDER.index(lead.affinity), -(lead.rate or 0), lead.held
