"""What committing to a year saves, against twelve monthly payments."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef

from pricing.amounts import amount_of
from pricing.models import Charge, Price, PriceBook, PriceInterval

ONE = Decimal(1)
BOTH = (PriceInterval.MONTH, PriceInterval.YEAR)
ORDER = ("charge__plan__product", "charge__plan__rank", "charge", "currency")


@dataclass(frozen=True)
class Annual:
    """A charge that a book prices by the month and by the year, for a quantity."""

    charge: Charge
    currency: str
    month: Decimal
    year: Decimal

    @property
    def saved(self) -> Decimal | None:
        """1 - year / (12 x month), as a fraction; below 0 the year is dearer. None from nothing."""
        return 1 - self.year / (12 * self.month) if self.month else None


def annual_discounts(
    *, book: PriceBook, on: date, quantity: Decimal = ONE, most: int | None = None
) -> list[Annual]:
    """Every charge that the book prices both ways on the day, or the first so many of them.

    By two queries, and a third one that tells which charges these are.
    """
    prices = book.prices.known(on=on).priced()
    rows = prices.filter(interval__in=BOTH)
    if most is not None:
        monthly = prices.filter(
            interval=PriceInterval.MONTH, charge=OuterRef("charge"), currency=OuterRef("currency")
        )
        yearly = prices.filter(Exists(monthly), interval=PriceInterval.YEAR).order_by(*ORDER)
        rows = rows.filter(charge__in=list(yearly.values_list("charge", flat=True)[:most]))
    rows = rows.select_related("charge__plan__product").prefetch_related("tiers")
    return annuals_of(rows.order_by(*ORDER), quantity)[:most]


def annuals_of(prices: Iterable[Price], quantity: Decimal = ONE) -> list[Annual]:
    """What each charge saves by the year that these prices of one book price both ways."""
    by_charge: dict[tuple, dict[str, Price]] = defaultdict(dict)
    for price in prices:
        if not price.is_end:
            by_charge[price.charge_id, price.currency][price.interval] = price
    both = (pair for pair in by_charge.values() if {*BOTH} <= pair.keys())
    return [_annual(pair, quantity) for pair in both]


def _annual(pair: dict[str, Price], quantity: Decimal) -> Annual:
    month, year = pair[PriceInterval.MONTH], pair[PriceInterval.YEAR]
    amounts = (
        amount_of(price.terms(), quantity, currency=price.currency).total for price in (month, year)
    )
    return Annual(month.charge, month.currency, *amounts)


def inconsistent(discounts: Iterable[Annual]) -> list[tuple[Annual, Annual]]:
    """Products whose tiers save different shares: the least and the most saving of each.

    Shares that are one when rounded to a tenth of a percent are no difference.
    """
    by_product = defaultdict(list)
    for each in discounts:
        product = each.charge.plan.product_id  # none: a bundle, which is compared to no tier
        if each.saved is not None and product:
            by_product[product, each.charge.code, each.currency].append(each)
    pairs = (
        (min(group, key=lambda each: each.saved), max(group, key=lambda each: each.saved))
        for group in by_product.values()
    )
    return [(least, most) for least, most in pairs if round(least.saved, 3) != round(most.saved, 3)]
