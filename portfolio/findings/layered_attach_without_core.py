"""In a layered portfolio attach products build on the core."""

from collections.abc import Iterator

from config.access.scoping import visible
from config.findings import Asked, Found, Severity, finding
from portfolio.catalog import CATALOG, about, catalog, lives
from portfolio.models import PortfolioModel, ProductRole, Sequence, SequenceKind


@finding(Severity.ERROR, needs=(*CATALOG, "portfolio.view_sequence"))
def layered_attach_without_core(asked: Asked) -> Iterator[Found]:
    """An attach product does not build on the core. In a layered portfolio each attach product
    requires a core product of it: without that sequence nobody can tell what comes first."""
    found = asked.once(catalog)
    required = visible(Sequence.objects.filter(kind=SequenceKind.REQUIRES), asked.actor)
    edges = set(required.values_list("before", "after"))
    for portfolio in found.of_model(PortfolioModel.LAYERED):
        products = found.of(portfolio)
        core = [each for each in products if each.is_core]
        for product in products:
            judged = product.role == ProductRole.ATTACH and lives(product, asked)
            if judged and not any((each.pk, product.pk) in edges for each in core):
                names = ", ".join(each.name for each in core[:3]) or "there is none"
                yield Found(
                    product,
                    f"{product} is attached in a layered portfolio and requires no core product "
                    f"of it ({names}).",
                    about(product),
                    {"core": [each.code for each in core]},
                )
