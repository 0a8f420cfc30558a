"""What to put before a customer of a segment, in which order, and what never."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from portfolio.models import Posture, Product, Segment, Targeting

ORDER = {Posture.LEAD: 0, Posture.RECOMMEND: 1, Posture.NEUTRAL: 2}
PLATFORM = None  # bundles and the platform, among products


@dataclass(frozen=True)
class Positioning:
    """How products stand in a segment; those that nobody has positioned are sold when asked for.

    Postures are by id of product, None for bundles and the platform.
    """

    postures: dict[int | None, Posture] = field(default_factory=dict)
    max_products: int | None = None

    def posture(self, product: Product | None) -> Posture:
        return self.postures.get(product and product.pk, Posture.NEUTRAL)

    def arrange(self, candidates: Sequence[Product | None]) -> list[Product | None]:
        """The candidates that may be offered, best first; equals stay as they came.

        What is excluded goes. Of single products there are at most `max_products`; None, for
        bundles and the platform, is not counted among them.
        """
        offered = [each for each in candidates if self.posture(each) != Posture.EXCLUDE]
        offered.sort(key=lambda each: ORDER[self.posture(each)])
        if self.max_products is None:
            return offered
        kept = [each for each in offered if each is not PLATFORM][: self.max_products]
        return [each for each in offered if each is PLATFORM or each in kept]


def position(*, segment: Segment) -> Positioning:
    """How products stand in the segment; of several limits the smallest holds."""
    rows = list(Targeting.objects.filter(segment=segment))
    limits = [row.max_products for row in rows if row.max_products is not None]
    postures = {row.product_id: Posture(row.posture) for row in rows}
    return Positioning(postures, min(limits, default=None))
