"""What the catalog says on pages: how a product stands, and what waits to be curated."""

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse

from config.access.scoping import visible
from config.admin import asof
from config.admin.panels import HOME, panel
from portfolio.models import Product, ReviewState

NOTICE = timedelta(days=90)


@panel(
    "portfolio.product",
    title="At a glance",
    template="portfolio/glance.html",
    permission="portfolio.view_product",
    rank=10,
    above=True,
)
def glance(request, product: Product) -> dict:
    """Role, portfolio, status and dates."""
    on = asof.day(request)[0]
    dates = [
        ("On sale from", product.available_from),
        ("End of sale", product.end_of_sale_on),
        ("End of support", product.end_of_support_on),
        ("End of life", product.end_of_life_on),
    ]
    return {
        "product": product,
        "status": product.status(on=on),
        "on": on,
        "dates": [(label, day) for label, day in dates if day],
    }


@panel(
    HOME,
    title="Waiting in the catalog",
    template="admin/waiting.html",
    permission="portfolio.change_product",
    rank=8,
)
def waiting(request, obj=None) -> dict | None:
    """What somebody who keeps the catalog should look at next."""
    on = asof.day(request)[0]
    soon = Q(end_of_sale_on__gt=on, end_of_sale_on__lte=on + NOTICE)
    counts = visible(Product.objects.all(), request.user).aggregate(
        drafts=Count("pk", filter=Q(available_from=None)),
        reviews=Count("pk", filter=Q(review_state=ReviewState.PENDING)),
        ending=Count("pk", filter=soon),
    )
    products = reverse("admin:portfolio_product_changelist")
    tasks = [
        (counts["drafts"], "drafts to curate: give each a role and its first day", "?status=draft"),
        (
            counts["reviews"],
            "third-party products waiting for review",
            "?origin__exact=third_party",
        ),
        (counts["ending"], "products whose sale ends within 90 days", "?status=on_sale"),
    ]
    found = [(count, text, products + query) for count, text, query in tasks if count]
    return {"tasks": found} if found else None
