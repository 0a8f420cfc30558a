"""What accounts hold on a day, summed up."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from metrics.registry import Catalog


class Grain(StrEnum):
    """How finely a metric needs the product sets told apart."""

    SIZES = "sizes"  # how many products a set has
    SETS = "sets"  # which products


def nobody() -> np.ndarray:
    return np.empty((0, 2))


def no_pairs() -> dict[tuple[int, int], int]:
    return {}


@dataclass(frozen=True)
class Holdings:
    """What a group of accounts holds on one day, summed by product set or by its size.

    `keys` are ids of product sets or sizes, in ascending order; beside each the number of
    accounts, their monthly recurring revenue in minor units, and the sum of its squares.
    `currencies` are those the money is in: more than one cannot be added up. `each_account`
    reads the accounts one by one, for groups that are small: n x 2, revenue and products.
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
