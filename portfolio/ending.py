"""The plans by which products end, as one reader sees them."""

from config.access.scoping import visible
from config.findings import Asked
from portfolio.catalog import catalog
from portfolio.models import SunsetPlan

ENDING = ("portfolio.view_sunsetplan",)


def plans(asked: Asked) -> dict[int, SunsetPlan]:
    """Sunset plans by product, with both products; one query beside the catalog's."""
    products = {each.pk: each for each in asked.once(catalog).products}
    found = {}
    for plan in visible(SunsetPlan.objects.select_related("successor"), asked.actor):
        if plan.product_id in products:
            plan.product = products[plan.product_id]
            found[plan.product_id] = plan
    return found
