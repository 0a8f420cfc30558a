"""Who holds what together: the map on the home page, and both ways on a product's page."""

from accounts.ownership import sees_every_account
from config.access.scoping import visible
from config.admin import asof
from config.admin.panels import HOME, panel
from metrics.admin.matrix import MARKS, cells, largest, matrix
from metrics.admin.sources import sources
from metrics.answering import NEEDS, ask
from portfolio.models import Product

CODE = "attach-rate"


@panel(HOME, title="Attach rates", template="metrics/heatmap.html", permission=NEEDS, rank=20)
def heatmap(request, obj=None) -> dict | None:
    """Every product against every other; of many, those that most customers hold."""
    on = asof.day(request)[0]
    products = _products(request)
    known = ask(CODE, actor=request.user, on=on)["rows"]
    rows, left_out = largest([row for row in known if {row["from"], row["to"]} <= products.keys()])
    if not rows:
        return None
    return {
        "on": on,
        "whose": whose(request.user),
        "source": sources(CODE, on=on),
        "rows": matrix(cells(rows, products)),
        "left_out": left_out,
        "marks": MARKS,
    }


@panel(
    "portfolio.product",
    title="Attach rates",
    template="metrics/attach.html",
    permission=NEEDS,
    rank=30,
)
def both_ways(request, product: Product) -> dict:
    """From this product to the others, and from the others to this one."""
    on = asof.day(request)[0]
    rows = ask(CODE, actor=request.user, on=on, product=product.code)["rows"]
    found = sorted(cells(rows, _products(request)), key=lambda cell: -cell.row["rate"])
    return {
        "on": on,
        "whose": whose(request.user),
        "source": sources(CODE, on=on),
        "product": product,
        "ways": [
            (
                f"What customers of {product} hold beside it",
                [cell for cell in found if cell.holding == product],
                "other",
            ),
            (
                f"How often customers of other products hold {product}",
                [cell for cell in found if cell.other == product],
                "holding",
            ),
        ],
    }


def whose(actor) -> str:
    """Whom the figures of an actor are about, where that is not everybody."""
    return "" if sees_every_account(actor) else "of your accounts"


def _products(request) -> dict[str, Product]:
    rows = visible(Product.objects.all(), request.user)
    return {product.code: product for product in rows}
