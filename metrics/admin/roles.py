"""A product's page: whether customers treat it as the role it was given."""

from config.access.scoping import visible
from config.admin import asof
from config.admin.panels import panel
from metrics.admin.sources import sources
from metrics.role_evidence import SEES, gather
from portfolio.models import Product, ProductRole


@panel(
    "portfolio.product",
    title="Does it play its part?",
    template="metrics/roles.html",
    permission=SEES[1],
    rank=28,
)
def evidence(request, product: Product) -> dict | None:
    """Entry share, the best attach rate from an anchor, and what speaks for its end."""
    if not request.user.has_perms(SEES):
        return None
    on = asof.day(request)[0]
    seen = gather(on=on)
    siblings = visible(Product.objects.filter(portfolio=product.portfolio_id), request.user)
    anchors = list(siblings.filter(role=ProductRole.ANCHOR))
    return {
        "on": on,
        "source": sources("attach-rate", on=on),
        "product": product,
        "accounts": seen.book.entries.accounts,
        "entered": seen.book.entries.by_product.get(product.pk, 0),
        "share": seen.book.entries.share(product),
        "attach": seen.best_attach(product, anchors),
        "conditions": seen.ending(product),
    }
