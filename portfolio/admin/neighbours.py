"""A product beside each of the others, on its page."""

from config.admin import asof
from config.admin.panels import panel
from portfolio.admin.heat import Cells
from portfolio.coherence import Neighbourhood, Pair, key, neighbourhood_of
from portfolio.models import Product


@panel(
    "portfolio.product",
    title="Neighbours",
    template="portfolio/neighbours.html",
    permission="portfolio.view_product",
    rank=22,
)
def neighbours(request, product: Product) -> dict:
    """What it shares, exchanges and is integrated with, the closest first."""
    on = asof.day(request)[0]
    found = neighbourhood_of(product=product, on=on)
    shared = {
        "needs": dict(product.needs.values_list("pk", "name")),
        "personas": dict(product.personas.values_list("pk", "name")),
    }
    cells = Cells()
    rows = [_row(pair, found, shared, cells) for pair in found.pairs]
    rows.sort(key=lambda row: (-row["cell"].pair.value, row["other"].name))
    return {
        "on": on,
        "product": product,
        "related": [row for row in rows if row["is_related"]],
        "others": [row for row in rows if not row["is_related"]],
    }


def _row(pair: Pair, found: Neighbourhood, shared: dict, cells: Cells) -> dict:
    product, other = found.product, pair.other(found.product)
    relations = found.relations
    integration = relations.integrations.get(key(product, other))
    ways = [
        ("into", "←", (other.pk, product.pk) in relations.flows),
        ("out of", "→", (product.pk, other.pk) in relations.flows),
    ]
    return {
        "cell": cells.cell(pair),
        "other": other,
        "integration": integration,
        "flows": [(way, arrow) for way, arrow, is_there in ways if is_there],
        "needs": _names(shared["needs"], relations.needs[other.pk]),
        "personas": _names(shared["personas"], relations.personas[other.pk]),
        "is_related": bool(pair.value or integration or pair.is_judged),
    }


def _names(ours: dict[int, str], theirs: frozenset[int]) -> list[str]:
    return sorted(name for at, name in ours.items() if at in theirs)
