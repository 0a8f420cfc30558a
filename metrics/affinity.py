"""Who holds what together, counted from the sums: what offers of other products stand on."""

from datetime import date

import numpy as np
from django.core.cache import caches

from accounts.affinity import Together
from metrics.engine import holdings
from metrics.holdings import Grain
from metrics.product_sets import members_of
from metrics.versions import Version, data_version
from portfolio.models import Product


def together(*, on: date) -> Together:
    """The counts of the attach matrix on the day: from the cache if nothing has changed since."""
    version = data_version()
    mark = f"together:{on}:{version.position}:{version.database}"
    known = caches["metrics"].get(mark)
    if known is None:
        known = _counted(version, on)
        caches["metrics"].set(mark, known)
    return known


def _counted(version: Version, on: date) -> Together:
    states = holdings(grain=Grain.SETS, days=[on], ids={}, version=version)
    if None not in states:
        return Together()
    (held,) = states[None]
    products = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    members = members_of(held.keys, products, database=version.database)
    both = ((members.T * held.accounts) @ members).round().astype(np.int64)
    first, second = (places.tolist() for places in np.nonzero(both))
    pairs = {
        (products[a], products[b]): count
        for a, b, count in zip(first, second, both[first, second].tolist(), strict=True)
    }
    return Together(
        {a: count for (a, b), count in pairs.items() if a == b},
        {pair: count for pair, count in pairs.items() if pair[0] != pair[1]},
    )
