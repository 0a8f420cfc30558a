"""What accounts hold on a day, summed up."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np

from metrics.registry import Catalog


class Grain(StrEnum):
    """How finely a metric needs the product sets told apart."""

    SIZES = "sizes"  # how many products a set has
    SETS = "sets"  # which products


def nobody() -> np.ndarray:
    return np.empty((0, 2))


def no_largest() -> tuple[int, int]:
    return 0, 0


def no_pairs() -> dict[tuple[int, int], int]:
    return {}


@dataclass(frozen=True)
class Holdings:
    """What a group of accounts holds on one day, summed by product set or by its size.

    `keys` are ids of product sets or sizes, in ascending order; beside each the number of
    accounts, their monthly recurring revenue in minor units (decimals, of money that was
    converted), and the sum of its squares.
    `currencies` are those the money is in: more than one cannot be added up. `each_account`
    reads the accounts one by one, for groups that are small: n x 2, revenue and products.
    `largest` reads revenue and products of the one that pays most; of equals, of the one with
    most products.
    `bundled` reads how many accounts have each ordered pair of products from one bundle.
    Without `sets` the keys of product sets are those of the ledger; with it, places in it.
    """

    keys: np.ndarray
    accounts: np.ndarray
    mrr: np.ndarray
    mrr_squared: np.ndarray
    currencies: tuple[str, ...] = ()
    each_account: Callable[[], np.ndarray] = nobody
    sets: tuple[tuple[int, ...], ...] | None = None
    bundled: Callable[[], dict[tuple[int, int], int]] = no_pairs
    largest: Callable[[], tuple[Decimal | int, int]] = no_largest

    @property
    def customers(self) -> int:
        return int(self.accounts.sum())

    def members(self, catalog: Catalog) -> np.ndarray:
        """Keys x products of the catalog: which set has which product, as 0 and 1."""
        if self.sets is None:
            return catalog.set_members(self.keys)
        products = list(catalog.products)
        found = [[float(product in held) for product in products] for held in self.sets]
        return np.array(found).reshape(-1, len(products))


def distinct(keys: np.ndarray) -> np.ndarray:
    """The keys in order, each once; quicker than np.unique for some ten thousand."""
    ordered = np.sort(keys)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])]


def merged(parts: list[Holdings]) -> Holdings:
    """Several groups as one."""
    if len(parts) == 1:
        return parts[0]
    keys, places = np.unique(
        np.concatenate([part.keys for part in parts]) if parts else np.array([], dtype=np.int64),
        return_inverse=True,
    )
    columns = []
    for name in ("accounts", "mrr", "mrr_squared"):
        values = [getattr(part, name) for part in parts]
        summed = np.bincount(
            places, weights=np.concatenate(values) if values else None, minlength=len(keys)
        )
        columns.append(summed if name == "mrr_squared" else summed.round().astype(np.int64))
    currencies = sorted({name for part in parts for name in part.currencies})
    return Holdings(keys, *columns, tuple(currencies))


def joined(parts: Sequence[tuple[Holdings, Decimal]], currency: str) -> Holdings:
    """Holdings by size of several currencies in one: each with the factor that converts it."""
    sums: dict[int, list] = defaultdict(lambda: [0, Decimal(0), 0.0])
    for part, factor in parts:
        columns = (part.keys, part.accounts, part.mrr, part.mrr_squared)
        for key, accounts, mrr, squared in zip(*(each.tolist() for each in columns), strict=True):
            of_size = sums[key]
            of_size[0] += accounts
            of_size[1] += mrr * factor
            of_size[2] += squared * float(factor) ** 2
    keys = sorted(sums)
    accounts, mrr, squared = (
        np.array([sums[key][place] for key in keys], dtype=kind)
        for place, kind in enumerate((np.int64, object, float))
    )

    def each_account() -> np.ndarray:
        return np.concatenate(
            [nobody(), *(part.each_account() * [float(factor), 1] for part, factor in parts)]
        )

    def largest() -> tuple[Decimal | int, int]:
        found = ((*part.largest(), factor) for part, factor in parts)
        return max(((mrr * factor, products) for mrr, products, factor in found), default=(0, 0))

    sums_by_size = np.array(keys, dtype=np.int64), accounts, mrr, squared
    return Holdings(*sums_by_size, (currency,), each_account, largest=largest)
