"""How one amount is shared among several: in whole minor units, to the last of them."""

from collections.abc import Sequence
from decimal import Decimal

from config.money import from_minor, to_minor


def allocate(
    *, amount: Decimal, weights: Sequence[Decimal], keys: Sequence[object], currency: str
) -> list[Decimal]:
    """Shares of an amount in proportion to weights, which add up to it exactly.

    Each share is cut to the minor unit, and the units that are left go to the largest remainders,
    of equal ones to the smaller key (largest remainder method). Equal shares if no weight is above
    0. What an amount has below the minor unit is rounded first.
    """
    units = to_minor(amount, currency)
    if not any(weights):
        weights = [Decimal(1)] * len(keys)
    total = sum(weights)
    exact = [units * weight / total for weight in weights]
    shares = [int(each) for each in exact]
    order = sorted(range(len(keys)), key=lambda n: (shares[n] - exact[n], keys[n]))
    for place in order[: units - sum(shares)]:
        shares[place] += 1
    return [from_minor(share, currency) for share in shares]
