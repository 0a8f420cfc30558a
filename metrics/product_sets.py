"""Which products a product set has."""

from dataclasses import dataclass, field

import numpy as np

from accounts.models import ProductSet


@dataclass(frozen=True)
class Known:
    """Sets that this process has read: ids in ascending order, and a row of 0 and 1 for each."""

    sets: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    products: tuple[int, ...] = ()
    members: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))

    def has(self, sets: np.ndarray) -> np.ndarray:
        """Which of the sets are known."""
        places = np.searchsorted(self.sets, sets)
        if not len(self.sets):
            return np.zeros(len(sets), dtype=bool)
        return self.sets.take(places, mode="clip") == sets

    def with_sets(self, rows: list[tuple[int, list[int]]]) -> "Known":
        """These and more; threads that still use the old ones are not disturbed."""
        products = (*self.products, *sorted({p for _, held in rows for p in held}))
        products = tuple(dict.fromkeys(products))
        places = {product: place for place, product in enumerate(products)}
        sets = np.concatenate([self.sets, [key for key, _ in rows]]).astype(np.int64)
        members = np.zeros((len(sets), len(products)))
        members[: len(self.sets), : len(self.products)] = self.members
        for row, (_, held) in enumerate(rows, start=len(self.sets)):
            members[row, [places[product] for product in held]] = 1
        order = np.argsort(sets)
        return Known(sets[order], products, members[order])


# Sets of a database are never changed and never reused: what was read once stays right.
_known: dict[int, Known] = {}


def members_of(sets: np.ndarray, products: list[int], *, database: int) -> np.ndarray:
    """Which set has which product: n sets x m products of 0 and 1, as floats for quick products.

    `database` is the number of the database that the sets are of (`metrics.versions`).
    """
    known = _known.get(database, Known())
    missing = sets[~known.has(sets)]
    if missing.size:
        rows = ProductSet.objects.filter(pk__in=missing.tolist()).values_list("pk", "products")
        _known[database] = known = known.with_sets(list(rows))
    held = known.members[np.searchsorted(known.sets, sets)]
    members = np.zeros((len(sets), len(products)))
    for place, product in enumerate(products):
        if product in known.products:
            members[:, place] = held[:, known.products.index(product)]
    return members
