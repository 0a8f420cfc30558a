"""How a product ends: its steps in order, and what its customers move on to."""

from dataclasses import dataclass
from datetime import date

from portfolio.models import Product, SunsetPlan


@dataclass(frozen=True)
class Step:
    """One day of a product's end; without a day, one that nobody has set yet."""

    code: str
    name: str
    day: date | None
    meaning: str
    is_past: bool


def timeline(*, product: Product, plan: SunsetPlan | None, on: date) -> list[Step]:
    """The steps of a product's end, those with a day in their order and then those without.

    A step is past when its day has come by `on`.
    """
    steps = [
        ("announced", "Announced", plan and plan.announced_on, "Customers are told."),
        ("told_by", "Told at the latest", plan and plan.told_by(), _notice(plan)),
        ("end_of_sale", "End of sale", product.end_of_sale_on, "No new customer can buy it."),
        ("end_of_support", "End of support", product.end_of_support_on, "Nobody mends it."),
        ("end_of_life", "End of life", product.end_of_life_on, "Nobody has it any more."),
    ]
    if plan is None:
        steps = steps[2:]
    made = [Step(code, name, day, text, bool(day and day <= on)) for code, name, day, text in steps]
    dated = sorted((step for step in made if step.day), key=lambda step: step.day)
    return [*dated, *(step for step in made if not step.day)]


def _notice(plan: SunsetPlan | None) -> str:
    return f"{plan.notice_days:,} days before its end of life." if plan else ""


def told_late(plan: SunsetPlan, *, on: date) -> str:
    """How customers are told too late, "" while they are not."""
    limit = plan.told_by()
    if limit is None:
        return ""
    if plan.announced_on and plan.announced_on > limit:
        return (
            f"Customers are told on {plan.announced_on}, after {limit}: that is "
            f"{(plan.product.end_of_life_on - plan.announced_on).days} days before it ends, "
            f"not {plan.notice_days}."
        )
    if plan.announced_on is None and limit <= on:
        return f"Customers had to be told by {limit}, and no day is set for it."
    return ""


def successors(*, product: Product) -> list[Product]:
    """What customers of the product move to, and from there on, to the last of the chain.

    One query however long the chain is.
    """
    plans = SunsetPlan.objects.exclude(successor=None).select_related("successor")
    following = {plan.product_id: plan.successor for plan in plans}
    chain, last = [], product
    while (last := following.get(last.pk)) and last not in [product, *chain]:
        chain.append(last)
    return chain
