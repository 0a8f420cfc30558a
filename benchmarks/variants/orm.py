"""The ORM way: a query for each day; what it cannot group twice is counted in Python."""

from collections import Counter, defaultdict
from datetime import date

from django.db.models import Count, F, Q, Sum

from accounts.models import SubscriptionLine
from benchmarks.questions import Answer, Question
from benchmarks.variants import Variant


def variants(question: Question) -> list[Variant]:
    days = question.days
    if question.figure == "pairs":
        return [Variant("ORM", lambda: {day: _pairs(day) for day in days}, _read)]
    of_day = _customers if question.figure == "customers" else _mrr
    name = f"{len(days)} ORM queries" if question.is_trend else "ORM"
    return [Variant(name, lambda: {day: of_day(day) for day in days}, _read)]


def _held(on: date):
    return SubscriptionLine.objects.live(on=on).filter(mrr__gt=0)


def _pairs(day: date) -> dict:
    other = "account__lines"
    rows = (
        _held(day)
        .filter(
            Q(**{f"{other}__ends_on": None}) | Q(**{f"{other}__ends_on__gt": day}),
            **{
                f"{other}__starts_on__lte": day,
                f"{other}__mrr__gt": 0,
                f"{other}__voided_at": None,
                f"{other}__product__gte": F("product"),
            },
        )
        .values_list("product__code", f"{other}__product__code")
        .annotate(Count("account", distinct=True))
        .order_by()
    )
    return {tuple(sorted((int(a[1:]), int(b[1:])))): count for a, b, count in rows}


def _customers(day: date) -> Counter:
    sizes = _held(day).values("account").annotate(products=Count("product", distinct=True))
    return Counter(sizes.order_by().values_list("products", flat=True))


def _mrr(day: date) -> dict:
    rows = (
        _held(day)
        .values("account")
        .annotate(products=Count("product", distinct=True), revenue=Sum("mrr"))
    )
    found: dict = defaultdict(int)
    for products, revenue in rows.order_by().values_list("products", "revenue"):
        found[products] += int(revenue)
    return found


def _read(found: Answer) -> Answer:
    return {day: dict(figures) for day, figures in found.items()}
