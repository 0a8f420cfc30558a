"""A product's page: how it ends, how it is positioned, what it enables, how its role changed."""

from django.urls import reverse

from config.access.scoping import visible
from config.admin import asof
from config.admin.panels import panel
from config.audit.actors import names
from config.audit.history import history_of
from config.audit.models import Event
from portfolio.models import (
    Product,
    ProductRole,
    SegmentEnablement,
    SunsetPlan,
    Targeting,
)
from portfolio.sunsetting import successors, timeline

MOST = 5


@panel(
    "portfolio.product",
    title="How it ends",
    template="portfolio/ending.html",
    permission="portfolio.view_sunsetplan",
    rank=12,
    above=True,
)
def ending(request, product: Product) -> dict | None:
    """The steps of its end; nothing for a product that nobody thinks of ending."""
    plans = visible(SunsetPlan.objects.select_related("product", "successor"), request.user)
    plan = plans.filter(product=product).first()
    dates = (product.end_of_sale_on, product.end_of_support_on, product.end_of_life_on)
    if plan is None and product.role != ProductRole.SUNSET and not any(dates):
        return None
    on = asof.day(request)[0]
    return {
        "on": on,
        "product": product,
        "plan": plan,
        "steps": timeline(product=product, plan=plan, on=on),
        "successors": successors(product=product) if plan else [],
        "may_add": request.user.has_perm("portfolio.add_sunsetplan"),
    }


@panel(
    "portfolio.product",
    title="Where it is offered",
    template="portfolio/offered.html",
    permission="portfolio.view_targeting",
    rank=60,
)
def offered(request, product: Product) -> dict:
    """Its posture in each segment."""
    rows = visible(Targeting.objects.filter(product=product), request.user)
    return {
        "product": product,
        "rows": rows.select_related("segment").order_by("segment__rank"),
        "may_add": request.user.has_perm("portfolio.add_targeting"),
    }


@panel(
    "portfolio.product",
    title="Segments it enables",
    template="portfolio/enabled.html",
    permission="portfolio.view_segmentenablement",
    rank=65,
)
def enabled(request, product: Product) -> dict | None:
    """What could not be sold without it; only of strategic products, and those that say so."""
    rows = visible(SegmentEnablement.objects.filter(product=product), request.user)
    rows = list(rows.select_related("segment").order_by("segment__rank"))
    if not rows and product.role != ProductRole.STRATEGIC:
        return None
    add = reverse("admin:portfolio_segmentenablement_add")
    return {
        "what": "segment",
        "rows": [(each.segment, each.note, _page(each)) for each in rows],
        "add": f"{add}?product={product.pk}"
        if request.user.has_perm("portfolio.add_segmentenablement")
        else "",
    }


def _page(row: SegmentEnablement) -> str:
    return reverse("admin:portfolio_segmentenablement_change", args=[row.pk])


@panel(
    "portfolio.product",
    title="Its role, and why",
    template="portfolio/role_history.html",
    permission="portfolio.view_product",
    rank=70,
)
def roles(request, product: Product) -> dict | None:
    """The last decisions about its role: who, when and why, from its history."""
    # As its history page: whoever may see the row may see what happened to it.
    events = history_of(product).filter(after__has_key="role").order_by("-id")
    events = [each for each in events[: MOST + 1] if each.after["role"]][:MOST]
    if not events:
        return None
    people = names(event.actor for event in events)
    return {"rows": [_decided(event, people) for event in events]}


def _decided(event: Event, people: dict[str, str]) -> dict:
    before = (event.before or {}).get("role")
    return {
        "at": event.at,
        "who": people.get(event.actor) or f"{event.database_user}, in the database",
        "before": _role(before) if before else "",
        "after": _role(event.after["role"]),
        "reason": event.reason,
    }


def _role(value: str) -> str:
    label = dict(ProductRole.choices).get(value, value)
    return label.split(":")[0]
