"""Putting what the demo's plans grant into the database: features, versions, bundles, paths."""

from datetime import date
from itertools import pairwise

from metrics.demo.catalog import month
from metrics.demo.offers import EXTRAS, FEATURES, NEIGHBOURS, WAYS, Extra, Offer
from metrics.demo.rows import ensure
from portfolio.models import Portfolio, Product
from pricing.models import (
    OF_A_PRODUCT,
    BundleItem,
    Charge,
    Entitlement,
    Feature,
    MigrationPath,
    Plan,
    PlanKind,
    PlanVersion,
    Treatment,
    ValueType,
)
from pricing.versioning import publish

EXTRAS_SINCE = 12  # months ago


def load_features(product: Product) -> tuple[dict[Feature, Offer], int]:
    """The features of a product of the demo with what its tiers grant, and how many are new."""
    features, added = {}, 0
    for rank, offer in enumerate(FEATURES.get(product.code, ()), start=1):
        key = {"code": f"{product.code}-{offer.code}"}
        feature, is_new = ensure(Feature, key, offer.facts(product, rank=rank))
        features[feature] = offer
        added += is_new
    return features, added


def load_parts(
    plan: Plan, *, starts_on: date, grants: dict[Feature, object], parts: tuple[str, ...] = ()
) -> int:
    """A published version of the plan with what it grants and contains, and its base charge."""
    version, is_new = ensure(PlanVersion, {"plan": plan, "number": 1}, {"starts_on": starts_on})
    if is_new:
        Entitlement.objects.bulk_create(
            Entitlement(plan_version=version, feature=feature, **_granted(feature, value))
            for feature, value in grants.items()
        )
        for component in Plan.objects.filter(code__in=parts):
            ensure(BundleItem, {"plan_version": version, "plan": component}, {})
        publish(version=version, existing_treatment=Treatment.KEEP)
    _, charge = ensure(Charge, {"plan": plan, "code": "base"}, {})
    return is_new + charge


def _granted(feature: Feature, value: object) -> dict:
    if feature.value_type == ValueType.QUANTITY:
        return {"quantity": value, "unlimited": value is None}
    return {feature.value_type: value}


def load_extras(portfolio: Portfolio, *, on: date) -> int:
    """Plans beside and above the tiers, and the ways between plans; returns how many are new."""
    added = sum(_load_extra(extra, portfolio=portfolio, on=on) for extra in EXTRAS)
    tiers = Plan.objects.filter(kind=PlanKind.TIER, product__portfolio=portfolio)
    ranked = list(tiers.order_by("product", "rank"))
    for lower, upper in pairwise(ranked):
        if lower.product_id == upper.product_id:
            for kind, ends in zip(NEIGHBOURS, ((lower, upper), (upper, lower)), strict=True):
                added += _load_way(*ends, kind, NEIGHBOURS[kind])
    plans = {plan.code: plan for plan in Plan.objects.all()}
    for way in WAYS:
        added += _load_way(plans[way.start], plans[way.end], way.kind, {"note": way.note})
    return added


def _load_extra(extra: Extra, *, portfolio: Portfolio, on: date) -> int:
    of_product = extra.kind in OF_A_PRODUCT
    home = {"product": Product.objects.get(code=extra.product)} if of_product else {}
    since = month(on, EXTRAS_SINCE)
    plan, is_new = ensure(
        Plan,
        {"code": extra.code},
        {
            "kind": extra.kind,
            "name": extra.name,
            "available_from": since,
            **(home or {"portfolio": portfolio}),
        },
    )
    grants = {Feature.objects.get(code=code): value for code, value in extra.grants}
    return is_new + load_parts(plan, starts_on=since, grants=grants, parts=extra.parts)


def _load_way(start: Plan, end: Plan, kind: str, facts: dict) -> int:
    _, is_new = ensure(MigrationPath, {"from_plan": start, "to_plan": end}, {"kind": kind, **facts})
    return is_new
