"""A discount ends before it is the price."""

from collections.abc import Iterator

from django.db.models import Count, Sum

from accounts.long_discounts import MONTHS, long_discounts
from accounts.models import SubscriptionLine
from config.access.scopes import Scope
from config.access.scoping import visible
from config.findings import Asked, Found, Severity, finding
from portfolio.catalog import CATALOG, about, catalog
from portfolio.models import Threshold


@finding(
    Severity.WARNING,
    needs=(*CATALOG, "accounts.view_subscriptionline"),
    scope=Scope.PRICES_READ,
)
def discount_became_the_price(asked: Asked) -> Iterator[Found]:
    """Customers have paid less than the list price for too long. They take the discount for the
    price, and its end for a rise: let discounts end, or lower the price for everybody."""
    months = Threshold.objects.values_on(asked.on).get(MONTHS)
    if months is None:
        return
    lines = visible(SubscriptionLine.objects.all(), asked.actor)
    found = long_discounts(lines, months=int(months), on=asked.on)
    counted = (
        found.order_by()
        .values("product")
        .annotate(customers=Count("account", distinct=True), lines=Count("id"), minor=Sum("mrr"))
    )
    by_product = {row["product"]: row for row in counted}
    for product in asked.once(catalog).products:
        if row := by_product.get(product.pk):
            one = row["customers"] == 1
            yield Found(
                product,
                f"{row['customers']} customer{'' if one else 's'} of {product} "
                f"ha{'s' if one else 've'} paid less than its list price for more than "
                f"{months.normalize():f} months.",
                about(product),
                {"customers": row["customers"], "lines": row["lines"], "months": int(months)},
            )
