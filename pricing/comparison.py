"""Plans compared: the tiers of a product side by side, and what changes from one to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from portfolio.models import Product, ProductStatus
from pricing.grants import Grant, Granted, granted, measure
from pricing.models import Feature, MigrationPath, Plan, PlanKind, ValueType
from pricing.plan_prices import PlanPrice, Prices, price_ratio

# Why a comparison has no price: nobody named a buyer or a currency, or the books have none.
NOT_ASKED, NO_PRICE, CURRENCIES = "not_asked", "no_price", "different_currencies"


@dataclass(frozen=True)
class Row:
    """A feature across the tiers; a cell is None where the tier says nothing of it."""

    feature: Feature
    cells: list[Grant | None]


@dataclass(frozen=True)
class Comparison:
    """The tiers of a product that are on sale on a day, from the smallest upwards."""

    product: Product
    on: date
    tiers: list[Granted]
    rows: list[Row]


def compare(*, product: Product, on: date) -> Comparison:
    """Every feature of the product, and every one that a tier grants, against every tier on sale.

    Four queries, however many features and tiers there are.
    """
    plans = [
        plan
        for plan in Plan.objects.filter(product=product, kind=PlanKind.TIER).order_by("rank")
        if plan.status(on=on) == ProductStatus.ON_SALE
    ]
    (found,) = compare_tiers({product: plans}, on=on)
    return found


def compare_tiers(plans: Mapping[Product, Sequence[Plan]], *, on: date) -> list[Comparison]:
    """The same for tiers of many products that are known already, by three queries."""
    tiers = iter(granted(plans=[plan for each in plans.values() for plan in each], on=on))
    features: dict[int, list[Feature]] = {product.pk: [] for product in plans}
    for feature in Feature.objects.filter(product__in=features):
        features[feature.product_id].append(feature)
    return [
        _compared(product, on, list(islice(tiers, len(each))), features[product.pk])
        for product, each in plans.items()
    ]


def _compared(
    product: Product, on: date, tiers: list[Granted], features: list[Feature]
) -> Comparison:
    by_id = {feature.pk: feature for feature in features}
    for tier in tiers:
        by_id |= {key: grant.feature for key, grant in tier.grants.items()}
    rows = [
        Row(feature, [tier.grants.get(feature.pk) for tier in tiers])
        for feature in sorted(by_id.values(), key=_place)
    ]
    return Comparison(product, on, tiers, rows)


def _place(feature: Feature) -> tuple:
    return (feature.is_support, feature.product_id, feature.rank, feature.code)


@dataclass(frozen=True)
class Change:
    """What a feature was and becomes."""

    feature: Feature
    old: Grant | None
    new: Grant | None

    @property
    def is_gain(self) -> bool:
        return measure(self.new) > measure(self.old)

    @property
    def ratio(self) -> Decimal | None:
        """New over old of what is counted; None from nothing, and to or from no limit."""
        if self.feature.value_type != ValueType.QUANTITY:
            return None
        old, new = measure(self.old), measure(self.new)
        return new / old if old and old.is_finite() and new.is_finite() else None


@dataclass(frozen=True)
class PriceChange:
    """What one pays and will pay for an interval."""

    old: PlanPrice
    new: PlanPrice

    @property
    def delta(self) -> PlanPrice:
        return PlanPrice(self.new.amount - self.old.amount, self.new.currency)

    @property
    def share(self) -> Decimal | None:
        """The change as a share of the old price, unrounded; None from nothing."""
        ratio = price_ratio(self.old, self.new)
        return None if ratio is None else ratio - 1

    @property
    def is_indicative(self) -> bool:
        return self.old.is_minimum or self.new.is_minimum


@dataclass(frozen=True)
class Difference:
    """Exactly what changes for a customer who moves from one plan to another on a day."""

    old: Granted
    new: Granted
    on: date
    path: MigrationPath | None
    price: PriceChange | None
    price_missing: str
    added: list[Change] = field(default_factory=list)
    removed: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    limits: list[Change] = field(default_factory=list)
    support: list[Change] = field(default_factory=list)
    products_added: list[Product] = field(default_factory=list)
    products_removed: list[Product] = field(default_factory=list)

    @property
    def spans_products(self) -> bool:
        """Whether features of more than one product change hands."""
        return len(self.old.products | self.new.products) > 1

    @property
    def is_empty(self) -> bool:
        """Whether both plans grant the same."""
        return not (self.added or self.removed or self.changed or self.limits or self.support)


def diff(*, old: Plan, new: Plan, on: date, prices: Prices | None = None) -> Difference:
    """What a move from one plan to another changes: features, limits, support, products, price.

    Limits are features that are counted, support those that say they are; of all others, what
    one gets, loses, or has at another level. The price is what `prices` tells of both plans.
    """
    first, second = granted(plans=[old, new], on=on)
    path = MigrationPath.objects.filter(from_plan=old, to_plan=new).first()
    price, missing = _price_change(old, new, prices)
    found = Difference(first, second, on, path, price, missing)
    for change in _changes(first, second):
        _group(found, change).append(change)
    _compare_products(found)
    return found


def _changes(old: Granted, new: Granted) -> list[Change]:
    keys = old.grants.keys() | new.grants.keys()
    every = [
        Change((new.grants.get(key) or old.grants[key]).feature, old.grants.get(key), after)
        for key in keys
        for after in [new.grants.get(key)]
    ]
    real = [change for change in every if measure(change.old) != measure(change.new)]
    return sorted(real, key=lambda change: _place(change.feature))


def _group(found: Difference, change: Change) -> list[Change]:
    if change.feature.is_support:
        return found.support
    if change.feature.value_type == ValueType.QUANTITY:
        return found.limits
    if not measure(change.old):
        return found.added
    return found.changed if measure(change.new) else found.removed


def _compare_products(found: Difference) -> None:
    old, new = found.old.products, found.new.products
    by_id = Product.objects.in_bulk(old ^ new) if old ^ new else {}
    found.products_added.extend(sorted((by_id[key] for key in new - old), key=lambda p: p.code))
    found.products_removed.extend(sorted((by_id[key] for key in old - new), key=lambda p: p.code))


def _price_change(old: Plan, new: Plan, prices: Prices | None) -> tuple[PriceChange | None, str]:
    if prices is None:
        return None, NOT_ASKED
    before, after = prices.get(old.code), prices.get(new.code)
    if before is None or after is None:
        return None, NO_PRICE
    if before.currency != after.currency:
        return None, CURRENCIES
    return PriceChange(before, after), ""
