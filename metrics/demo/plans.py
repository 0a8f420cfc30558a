"""Putting what the demo's plans grant into the database: features, versions, bundles, paths."""

from datetime import date
from itertools import pairwise

from metrics.demo.catalog import month
from metrics.demo.offers import EXTRAS, FEATURES, NEIGHBOURS, WAYS, Extra, Offer
from metrics.demo.rows import ensure
from portfolio.models import Portfolio, Product
from pricing.models import (
    COMPOSITE,
    OF_A_PRODUCT,
    BundleItem,
    Charge,
    Entitlement,
    Feature,
    MigrationPath,
    PathKind,
    Plan,
    PlanKind,
    PlanVersion,
    Treatment,
    ValueType,
    VersionState,
)
from pricing.versioning import draft_next, publish

EXTRAS_SINCE = 12  # months ago


def load_features(product: Product) -> tuple[dict[Feature, Offer], int]:
    """The features of a product of the demo with what its tiers grant, and how many are new."""
    offers = {f"{product.code}-{offer.code}": offer for offer in FEATURES.get(product.code, ())}
    known = Feature.objects.in_bulk(offers, field_name="code")
    missing = [
        Feature(code=code, **offer.facts(product, rank=rank))
        for rank, (code, offer) in enumerate(offers.items(), start=1)
        if code not in known
    ]
    features = [*known.values(), *Feature.objects.bulk_create(missing)]
    return {feature: offers[feature.code] for feature in features}, len(missing)


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
        _publish(version)
    _, charge = ensure(Charge, {"plan": plan, "code": "base"}, {})
    return is_new + charge


def _publish(version: PlanVersion) -> None:
    if version.plan.kind in COMPOSITE:
        publish(version=version, existing_treatment=Treatment.KEEP)
        return
    # The first version of a plan ends no other one; a statement is enough, and the start is quick.
    first = PlanVersion.objects.filter(pk=version.pk)
    first.update(state=VersionState.PUBLISHED, existing_treatment=Treatment.KEEP)


def _granted(feature: Feature, value: object) -> dict:
    if feature.value_type == ValueType.QUANTITY:
        return {"quantity": value, "unlimited": value is None}
    return {feature.value_type: value}


def load_extras(portfolio: Portfolio, *, on: date) -> int:
    """Plans beside and above the tiers, and the ways between plans; returns how many are new."""
    added = sum(_load_extra(extra, portfolio=portfolio, on=on) for extra in EXTRAS)
    tiers = Plan.objects.filter(kind=PlanKind.TIER, product__portfolio=portfolio)
    ways = [
        MigrationPath(from_plan=start, to_plan=end, kind=kind, **NEIGHBOURS[kind])
        for lower, upper in pairwise(tiers.order_by("product", "rank"))
        if lower.product_id == upper.product_id
        for kind, start, end in (
            (PathKind.UPGRADE, lower, upper),
            (PathKind.DOWNGRADE, upper, lower),
        )
    ]
    plans = {plan.code: plan for plan in Plan.objects.all()}
    ways += [
        MigrationPath(
            from_plan=plans[way.start], to_plan=plans[way.end], kind=way.kind, note=way.note
        )
        for way in WAYS
    ]
    known = set(MigrationPath.objects.values_list("from_plan", "to_plan"))
    missing = [way for way in ways if (way.from_plan_id, way.to_plan_id) not in known]
    return added + len(MigrationPath.objects.bulk_create(missing))


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
    added = is_new + load_parts(plan, starts_on=since, grants=grants, parts=extra.parts)
    return added + _load_next(plan, extra.joining, starts_on=month(on, -1))


def _load_next(plan: Plan, joining: tuple[str, ...], *, starts_on: date) -> int:
    """A second version with more in it, for new customers and at the end of others' terms."""
    if not joining or plan.versions.filter(number=2).exists():
        return 0
    draft = draft_next(version=plan.versions.get(number=1), starts_on=starts_on)
    for component in Plan.objects.filter(code__in=joining):
        ensure(BundleItem, {"plan_version": draft, "plan": component}, {})
    publish(version=draft, existing_treatment=Treatment.NEXT_BOUNDARY)
    return 1
