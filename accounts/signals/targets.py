"""What to offer to an account of which something was noticed."""

from collections.abc import Iterable
from datetime import date

from accounts.models import Signal
from accounts.opportunities.next_products import next_products
from accounts.opportunities.standing import Standing
from config.errors import DomainError
from portfolio.models import Motion, Product
from pricing.models import Entitlement, Feature, Plan, PlanKind, PlanVersion


class NothingToOffer(DomainError):
    code = "nothing_to_offer"


def target(*, signal: Signal, holds: Standing) -> Plan:
    """The plan to offer: the rule's, else what follows from its motion and what they hold.

    A feature that is lacking is offered as an add-on if there is one, else with the lowest tier
    that has it; more capacity as a pack, else as more of the tier; a tier upsell is the next tier
    on sale; across, the product that the event names, else the rule's, else what suits best.
    Raises NothingToOffer when there is nothing of that kind.
    """
    rule = signal.rule
    if rule.target_plan:
        return rule.target_plan
    found = CHOICES[Motion(rule.motion)](signal, holds)
    if found is None:
        raise NothingToOffer(f"There is no {rule.get_motion_display().lower()} for them.")
    return found


def _tier(signal: Signal, holds: Standing) -> Plan | None:
    for product in _watched(signal, holds):
        found = next(iter(_higher(product, holds)), None)
        if found:
            return found
    return None


def _feature(signal: Signal, holds: Standing) -> Plan | None:
    feature = signal.feature or signal.rule.feature
    if feature is None:
        return None
    held = {line.plan_id for line in holds.lines}
    add_ons = _granting(feature, _on_sale(holds.on, feature.product_id, PlanKind.ADD_ON), holds.on)
    own = next((plan for plan in add_ons if plan.pk not in held), None)
    return own or next(iter(_granting(feature, _higher(feature.product_id, holds), holds.on)), None)


def _capacity(signal: Signal, holds: Standing) -> Plan | None:
    for product in _watched(signal, holds):
        packs = _on_sale(holds.on, product, PlanKind.CAPACITY)
        if signal.feature:
            packs = _granting(signal.feature, packs, holds.on)
        found = next(iter([*packs, *holds.tiers(product)]), None)
        if found:
            return found
    return None


def _across(signal: Signal, holds: Standing) -> Plan | None:
    wanted = signal.product if signal.product_id not in holds.products else None
    product = wanted or signal.rule.product
    found = next_products(account=holds.account, on=holds.on).suggestions
    for each in found:
        offered = each.candidate
        if offered.product is None:
            continue
        if product == offered.product or (
            product is None and offered.motion == signal.rule.motion and not each.needs_reason
        ):
            return offered.plan
    return _first(product, holds.on) if product else None


def _platform(signal: Signal, holds: Standing) -> Plan | None:
    found = next_products(account=holds.account, on=holds.on).suggestions
    plans = (each.candidate.plan for each in found if each.candidate.product is None)
    return next(plans, None)


CHOICES = {
    Motion.TIER_UPSELL: _tier,
    Motion.FEATURE_UPSELL: _feature,
    Motion.CAPACITY_UPSELL: _capacity,
    Motion.ADJACENT_CROSS_SELL: _across,
    Motion.COMPLEMENTARY_CROSS_SELL: _across,
    Motion.PLATFORM_CROSS_SELL: _platform,
}


def _watched(signal: Signal, holds: Standing) -> list[int]:
    """The product that the signal is about, else all that is held, what pays most first."""
    about = signal.rule.product_id or signal.product_id
    if about:
        return [about] if about in holds.products else []
    paid = {
        product: sum(line.mrr for line in holds.lines if line.product_id == product)
        for product in holds.products
    }
    return sorted(paid, key=lambda product: (-paid[product], product))


def _higher(product: int, holds: Standing) -> list[Plan]:
    """Tiers on sale above the one that is held, the lowest first."""
    held = holds.tiers(product)
    if not held:
        return []
    return list(_on_sale(holds.on, product, PlanKind.TIER).filter(rank__gt=held[0].rank))


def _first(product: Product, on: date) -> Plan | None:
    return _on_sale(on, product.pk, PlanKind.TIER).first()


def _on_sale(on: date, product: int, kind: str):
    plans = Plan.objects.on_sale(on=on).filter(product=product, kind=kind, is_public=True)
    return plans.select_related("product").order_by("rank", "code")


def _granting(feature: Feature, plans: Iterable[Plan], on: date) -> list[Plan]:
    """Those of the plans whose version in force grants the feature."""
    plans = list(plans)
    versions = PlanVersion.objects.published(on=on).filter(plan__in=plans)
    rows = Entitlement.objects.filter(feature=feature, plan_version__in=versions)
    rows = rows.exclude(flag=False).exclude(quantity=0)
    grant = set(rows.values_list("plan_version__plan", flat=True))
    return [plan for plan in plans if plan.pk in grant]
