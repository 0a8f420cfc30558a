"""What a credit is worth in money when it is spent on one feature or another."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pricing.amounts import Terms
from pricing.models import BurnRate, Cadence, CreditUnit, Price, PriceInterval

SPREAD = "credit-value-spread"  # the threshold: more than that is a finding


@dataclass(frozen=True)
class Implied:
    """A feature's price by the unit, alone, and the credits that a unit costs."""

    rate: BurnRate
    price: Price
    unit: Decimal

    @property
    def value(self) -> Decimal:
        """What one credit is worth: price of a unit / credits of a unit."""
        return self.unit / self.rate.credits


@dataclass
class Fairness:
    """The worth of a credit by feature, in one currency."""

    unit: CreditUnit
    currency: str
    values: list[Implied] = field(default_factory=list)

    @property
    def least(self) -> Implied:
        return min(self.values, key=lambda each: each.value)

    @property
    def most(self) -> Implied:
        return max(self.values, key=lambda each: each.value)

    @property
    def spread(self) -> Decimal | None:
        """The highest worth over the lowest; None from a feature that costs nothing alone."""
        return self.most.value / self.least.value if self.least.value else None


def unit_price(terms: Terms) -> Decimal | None:
    """What a unit costs by itself, without what comes with it; None where units have no price."""
    if terms.model == "package":
        return terms.unit / terms.size
    if terms.model == "per_unit":
        return terms.unit
    bands = sorted(terms.bands, key=lambda band: band.above)
    return bands[0].unit if bands and bands[0].unit else None


def fairness(*, units: Iterable[CreditUnit], prices, on: date) -> list[Fairness]:
    """For each unit and currency, what a credit is worth by feature; two queries.

    `prices` are those to go by, as far as the asker sees them. A feature counts at its dearest
    monthly price by usage in a book for everybody: the price that credits save.
    """
    rates = BurnRate.objects.in_force(on=on).filter(unit__in=units)
    by_feature = defaultdict(list)
    for rate in rates.select_related("unit__portfolio", "feature").order_by("unit", "feature"):
        by_feature[rate.feature_id].append(rate)
    alone = _alone(prices, by_feature, on)
    found: dict[tuple, Fairness] = {}
    for (feature, currency), (price, unit) in sorted(alone.items()):
        for rate in by_feature[feature]:
            group = found.setdefault((rate.unit_id, currency), Fairness(rate.unit, currency))
            group.values.append(Implied(rate, price, unit))
    return [found[key] for key in sorted(found)]


def _alone(prices, features: Iterable[int], on: date) -> dict[tuple, tuple[Price, Decimal]]:
    """The dearest price of a unit by feature and currency."""
    rows = prices.known(on=on).priced()
    rows = rows.filter(
        book__account_code=None,
        book__segment=None,
        book__region=None,
        charge__cadence=Cadence.USAGE,
        charge__feature__in=list(features),
        interval=PriceInterval.MONTH,
    )
    found: dict[tuple, tuple[Price, Decimal]] = {}
    for price in rows.select_related("charge__plan").prefetch_related("tiers").order_by("id"):
        unit = unit_price(price.terms())
        key = (price.charge.feature_id, price.currency)
        if unit is not None and (key not in found or unit > found[key][1]):
            found[key] = (price, unit)
    return found
