"""Whether the bands of a price fit together, and where more costs less."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from pricing.amounts import ZERO, Band, Terms, amount_of


@dataclass(frozen=True)
class Dip:
    """A larger quantity that costs less than a smaller one."""

    quantity: Decimal
    amount: Decimal
    more: Decimal
    less: Decimal

    def __str__(self) -> str:
        quantity, more = self.quantity.normalize(), self.more.normalize()
        return f"{more:f} cost {self.less:f}, less than {quantity:f}: {self.amount:f}"


def misfits(bands: Sequence[Band]) -> Iterator[str]:
    """What keeps bands from holding every quantity exactly once, in sentences."""
    ordered = sorted(bands, key=lambda band: band.above)
    if not ordered:
        yield "It has no bands."
        return
    if ordered[0].above != ZERO:
        yield f"The first band begins above {ordered[0].above.normalize():f}; it must begin at 0."
    for band, after in pairwise(ordered):
        if band.up_to is None or band.up_to > after.above:
            yield f"The bands overlap above {after.above.normalize():f}."
        elif band.up_to < after.above:
            yield (
                f"No band holds the quantities above {band.up_to.normalize():f} up to "
                f"{after.above.normalize():f}: a band begins where the one before ends."
            )
    if ordered[-1].up_to is not None:
        yield f"The last band ends at {ordered[-1].up_to.normalize():f}; it must be without end."


def dips(terms: Terms, *, currency: str, step: Decimal = Decimal(1)) -> list[Dip]:
    """Where a volume price falls: at the end of a band, the next `step` makes the whole cheaper.

    Between the ends a band's amount only rises, so these are all places there are.
    """
    found = []
    for band in terms.bands if terms.model == "volume" else ():
        if band.up_to is None:
            continue
        amount, more = (
            amount_of(terms, quantity, currency=currency).total
            for quantity in (band.up_to, band.up_to + step)
        )
        if more < amount:
            found.append(Dip(band.up_to, amount, band.up_to + step, more))
    return found
