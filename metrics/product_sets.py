"""Which products a product set has."""

import numpy as np

from accounts.models import ProductSet

# Sets are never changed and never reused: what a process has read once stays right.
_known: dict[int, tuple[int, ...]] = {}


def members_of(sets: np.ndarray, products: list[int]) -> np.ndarray:
    """Which set has which product: an integer matrix of 0 and 1, n sets x m products."""
    wanted = sets.tolist()
    unknown = [key for key in wanted if key not in _known]
    if unknown:
        rows = ProductSet.objects.filter(pk__in=unknown).values_list("pk", "products")
        _known.update((key, tuple(members)) for key, members in rows)
    places = {product: place for place, product in enumerate(products)}
    matrix = np.zeros((len(wanted), len(products)), dtype=np.int64)
    for row, key in enumerate(wanted):
        matrix[row, [places[product] for product in _known[key]]] = 1
    return matrix
