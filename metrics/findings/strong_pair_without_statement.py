"""Who offers a second product says why to have both."""

from collections.abc import Iterator

from config.access.scopes import Scope
from config.access.scoping import visible
from config.findings import Asked, Found, Severity, finding
from metrics.role_evidence import SEES, evidence, percent
from portfolio.catalog import CATALOG, about, catalog, sold
from portfolio.models import Integration, ProductRole


@finding(
    Severity.WARNING,
    needs=(*CATALOG, "portfolio.view_integration", *SEES),
    scope=Scope.METRICS_READ,
)
def strong_pair_without_statement(asked: Asked) -> Iterator[Found]:
    """Customers take two products together, and nobody says why. A strong pair is where a second
    product is offered first, and the offer needs the value of having both: write the
    better-together statement of the pair. Strong is the threshold attach-strong, with a lift
    above 1; products on their way out are offered to nobody."""
    products = {
        each.pk: each
        for each in asked.once(catalog).products
        if sold(each, asked) and each.role != ProductRole.SUNSET
    }
    rows = visible(Integration.objects.all(), asked.actor)
    written = {(row.product_a_id, row.product_b_id): row for row in rows}
    for tie in asked.once(evidence).ties.strong_pairs():
        holding, other = products.get(tie.holding), products.get(tie.other)
        integration = written.get(tuple(sorted((tie.holding, tie.other))))
        if not (holding and other) or (integration and integration.better_together):
            continue
        if integration:  # its name has both of theirs
            integration.product_a = products[integration.product_a_id]
            integration.product_b = products[integration.product_b_id]
        yield Found(
            integration or other,
            f"Of the customers of {holding}, {percent(tie.rate, 0)} hold {other} too, and nobody "
            "has written why to have both.",
            about(other),
            {"other": holding.code, "rate": tie.rate, "lift": tie.lift},
        )
