"""Where a discount became the price: lines that have been below their list price for long."""

from datetime import date

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import SubscriptionLine
from config.periods import add_months

MONTHS = "discount-months"  # the threshold: longer than that is a finding
OF_THE_LINEAGE = Q(root=OuterRef("lineage")) | Q(pk=OuterRef("lineage"))


def discounts(lines: QuerySet[SubscriptionLine]) -> QuerySet[SubscriptionLine]:
    """Those of the lines that stand and cost less than their list price.

    `since` is the first day of the discount: of all lines that followed one another without a
    day at the list price. Whatever lowers the price counts: incentives and agreed terms.
    """
    lineage = SubscriptionLine.objects.standing().filter(OF_THE_LINEAGE).order_by()
    at_list = Q(list_amount=None) | Q(amount__gte=F("list_amount"))
    before = lineage.filter(at_list, ends_on__lte=OuterRef("starts_on")).order_by("-ends_on")
    first = lineage.values("account").annotate(first=Min("starts_on")).values("first")
    found = lines.standing().filter(amount__lt=F("list_amount"))
    found = found.annotate(lineage=Coalesce("root", "pk"))
    return found.annotate(
        since=Coalesce(Subquery(before.values("ends_on")[:1]), Subquery(first[:1]))
    )


def long_discounts(
    lines: QuerySet[SubscriptionLine], *, months: int, on: date
) -> QuerySet[SubscriptionLine]:
    """Of the discounted lines held on the day, those so for more than so many months."""
    try:
        latest = add_months(on, -months)
    except ValueError:  # so long ago that there are no calendars
        return lines.none()
    return discounts(lines.live(on=on)).filter(since__lt=latest)
