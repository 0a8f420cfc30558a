"""What selling a plan to an account would be: an upsell of what it owns, or a cross-sell."""

from collections.abc import Collection, Iterable

from accounts.models import UPSELLS
from accounts.opportunities.standing import Standing
from config.errors import DomainError
from portfolio.models import Integration, IntegrationStatus, Motion, Product, WorkflowEdge
from pricing.models import COMPOSITE, Plan, PlanKind


class Misclassified(DomainError):
    code = "misclassified"


class NoMotion(DomainError):
    """Nothing that the six motions are about."""

    code = "no_motion"


class NotACustomer(DomainError):
    code = "not_a_customer"


def classify(*, plan: Plan, holds: Standing, motion: str | None = None) -> Motion:
    """The motion by which the plan is sold to an account that holds this.

    The same product at a higher tier is a tier upsell, an add-on of it a feature upsell, more of
    the same a capacity upsell; another product is adjacent where work flows between it and one
    that is owned, else complementary; several at once are a platform cross-sell. Raises
    NotACustomer for an account that holds nothing, NoMotion for what is none of these, and
    Misclassified when somebody says another `motion`.
    """
    if not holds.lines:
        raise NotACustomer(
            f"{holds.account} holds nothing on {holds.on}: selling to it is new business."
        )
    found = _motion(plan, holds)
    if motion and motion != found:
        raise Misclassified(
            f"{plan} is {_one(found)} for {holds.account}, not {_one(Motion(motion))}: "
            f"{_why(found, plan, holds)}"
        )
    return found


def from_plan(*, plan: Plan, holds: Standing, motion: str) -> Plan | None:
    """What the account has of the product now; None for a cross-sell."""
    if motion not in UPSELLS:
        return None
    return next(iter(holds.tiers(plan.product_id)), None)


def _motion(plan: Plan, holds: Standing) -> Motion:
    if plan.kind in COMPOSITE:
        return Motion.PLATFORM_CROSS_SELL
    if plan.product_id is None:
        raise NoMotion(f"{plan} is no product of its own: credits are bought, not sold across.")
    if plan.product_id in holds.products:
        return _upsell(plan, holds)
    if plan.kind != PlanKind.TIER:
        raise NoMotion(f"{holds.account} does not have {plan.product} yet: offer a tier of it.")
    if works_with(plan.product, list(holds.products)):
        return Motion.ADJACENT_CROSS_SELL
    return Motion.COMPLEMENTARY_CROSS_SELL


def _upsell(plan: Plan, holds: Standing) -> Motion:
    if plan.kind == PlanKind.ADD_ON:
        return Motion.FEATURE_UPSELL
    tiers = holds.tiers(plan.product_id)
    if plan.kind == PlanKind.CAPACITY or plan in tiers or not tiers:
        return Motion.CAPACITY_UPSELL
    if plan.rank < tiers[0].rank:
        raise NoMotion(f"{holds.account} has {tiers[0]}, which is above {plan}: that is no upsell.")
    return Motion.TIER_UPSELL


def works_with(product: Product, held: Collection[int]) -> bool:
    """Whether work flows between a product and one of those that are held."""
    found = flows(held)
    return any(frozenset((product.pk, other)) in found for other in held)


def flows(
    held: Collection[int], *, live: Iterable[Integration] | None = None
) -> set[frozenset[int]]:
    """Pairs with a product that is held between which work flows, either way, by id.

    A workflow edge says so, and so does a live integration that syncs workflow; `live` are those,
    where somebody has read them already.
    """
    edges = WorkflowEdge.objects.values_list("from_product", "to_product")
    known = Integration.objects.filter(status=IntegrationStatus.LIVE) if live is None else live
    synced = {(each.product_a_id, each.product_b_id) for each in known if each.syncs_workflow}
    pairs = {*edges, *synced}
    return {frozenset(pair) for pair in pairs if {*pair} & {*held}}


def _one(motion: Motion) -> str:
    name = motion.label.lower()
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _why(motion: Motion, plan: Plan, holds: Standing) -> str:
    if motion in UPSELLS:
        return f"it has {plan.product} already."
    if motion == Motion.PLATFORM_CROSS_SELL:
        return "it brings several products at once."
    flows = "work flows" if motion == Motion.ADJACENT_CROSS_SELL else "no work flows"
    return f"it does not have {plan.product} yet, and {flows} between that and what it has."
