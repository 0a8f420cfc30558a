"""In a layered portfolio the simple leads to the sophisticated."""

from collections.abc import Iterator

from config.access.scoping import visible
from config.findings import Asked, Found, Severity, finding
from pricing.layers import dead_ends
from pricing.models import MigrationPath, Plan
from pricing.offered import about

SEES = ("pricing.view_plan", "pricing.view_migrationpath", "portfolio.view_product")


@finding(Severity.WARNING, needs=SEES)
def core_leads_nowhere(asked: Asked) -> Iterator[Found]:
    """A core plan of a layered portfolio is a dead end. It needs a path that is allowed to a
    higher tier, to another layer, or to a bundle or platform."""
    plans = visible(Plan.objects.select_related("product__portfolio"), asked.actor)
    paths = visible(MigrationPath.objects.all(), asked.actor)
    for plan in dead_ends(plans=plans, paths=paths, on=asked.on):
        yield Found(plan, f"{plan} leads to no higher layer: add a path.", about(plan))
