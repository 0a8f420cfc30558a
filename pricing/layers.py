"""Whether a layered portfolio leads from the simple to the sophisticated."""

from datetime import date

from django.db.models import QuerySet

from portfolio.models import PortfolioModel, ProductStatus
from pricing.models import MigrationPath, PathKind, Plan, PlanKind, kind_by_rank


def dead_ends(*, plans: QuerySet[Plan], paths: QuerySet[MigrationPath], on: date) -> list[Plan]:
    """Core plans of layered portfolios that lead nowhere higher, of the plans and paths given.

    A core plan is a tier on sale of a core product on sale. It leads higher by a path that is
    allowed, to a plan on sale: a higher tier of the product, a plan of a product that is no core,
    or a bundle or platform. Two queries, however much there is.
    """
    core = plans.filter(
        kind=PlanKind.TIER,
        product__is_core=True,
        product__portfolio__model=PortfolioModel.LAYERED,
    )
    sold = [
        plan
        for plan in core.select_related("product__portfolio").order_by("product__code", "rank")
        if _is_sold(plan, on)
    ]
    ways = paths.filter(allowed=True, from_plan__in=[plan.pk for plan in sold])
    leading = {
        path.from_plan_id
        for path in ways.select_related("from_plan", "to_plan__product")
        if _is_sold(path.to_plan, on) and _leads_higher(path)
    }
    return [plan for plan in sold if plan.pk not in leading]


def _is_sold(plan: Plan, on: date) -> bool:
    sellables = [plan, plan.product] if plan.product_id else [plan]
    return all(each.status(on=on) == ProductStatus.ON_SALE for each in sellables)


def _leads_higher(path: MigrationPath) -> bool:
    target = path.to_plan
    if path.kind in (PathKind.DOWNGRADE, PathKind.SUNSET):
        return False
    if target.product_id == path.from_plan.product_id:
        return kind_by_rank(path.from_plan, target) == PathKind.UPGRADE
    return target.product_id is None or not target.product.is_core
