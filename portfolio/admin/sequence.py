"""What comes before a product and what after it, drawn and listed on its page."""

from config.admin.panels import panel
from portfolio.admin.layers import drawing
from portfolio.models import Product
from portfolio.sequencing import steps_around

MOST = 40  # steps that a picture can show and still be read


@panel(
    "portfolio.product",
    title="Sequence",
    template="portfolio/sequence.html",
    permission="portfolio.view_sequence",
    rank=24,
)
def sequence(request, product: Product) -> dict:
    """The steps that lead to the product and on from it."""
    steps = steps_around(product)
    own = [step for step in steps if product.pk in (step.before_id, step.after_id)]
    drawn = steps if len(steps) <= MOST else own
    return {
        "product": product,
        "before": [(step, step.before) for step in own if step.after_id == product.pk],
        "after": [(step, step.after) for step in own if step.before_id == product.pk],
        "drawing": drawing(product, drawn) if 0 < len(drawn) <= MOST else None,
        "left_out": len(steps) - len(drawn),
        "may_add": request.user.has_perm("portfolio.add_sequence"),
    }
