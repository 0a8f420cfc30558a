"""An owner's book: what somebody looks after on a day, and what it pays."""

from collections.abc import Iterable
from datetime import date

from django.db.models import BigIntegerField, Case, F, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from accounts.models import Assignment, Member, SubscriptionLine


def book_of(*, member: Member, on: date) -> QuerySet[Assignment]:
    """Assignments of the member on the day, each with `mrr`: what the account, or the product of
    it, pays a month in minor units of its currency; the largest first.
    """
    lines = SubscriptionLine.objects.live(on=on).filter(account=OuterRef("account"))
    whole = _paid(lines)
    part = _paid(lines.filter(product=OuterRef("product")))
    rows = Assignment.objects.in_force(on=on).filter(member=member)
    paid = Coalesce(Subquery(whole), 0, output_field=BigIntegerField())
    rows = rows.annotate(
        whole=paid, part=Coalesce(Subquery(part), 0, output_field=BigIntegerField())
    )
    mrr = Case(When(product=None, then=F("whole")), default=F("part"))
    return rows.annotate(mrr=mrr).order_by("-mrr", "account__code", "pk")


def owners_on(*, on: date, role: str | None = None) -> QuerySet[Assignment]:
    """Who owns which whole account on the day: what figures by owner group by."""
    rows = Assignment.objects.in_force(on=on).filter(product=None)
    return rows.filter(role=role) if role else rows


def _paid(lines: QuerySet) -> QuerySet:
    return lines.order_by().values("account").annotate(paid=Sum("mrr")).values("paid")


def _or_nothing(paid: QuerySet) -> Coalesce:
    return Coalesce(Subquery(paid), 0, output_field=BigIntegerField())


def people_of(ids: Iterable[int]) -> dict[int, Member]:
    """Members by id, to be named on the page of a row that one may see."""
    return Member.objects.select_related("user", "team").in_bulk(set(ids))
