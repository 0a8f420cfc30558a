"""Tiers of a product side by side, what bundles contain, and where one can go from a plan."""

from django.db.models import Prefetch
from django.urls import reverse

from config.access.scoping import visible
from config.admin import asof
from config.admin.panels import panel
from pricing.admin.links import comparison_of, page_of
from pricing.bundles import composition
from pricing.comparison import Comparison, compare
from pricing.grants import Grant, measure
from pricing.models import (
    BY_KIND,
    COMPOSITE,
    Charge,
    MigrationPath,
    Plan,
    PlanKind,
    PlanVersion,
    VersionState,
)
from pricing.offers import list_prices
from pricing.plan_prices import Prices
from pricing.tier_gaps import Review, review


@panel(
    "portfolio.product",
    title="Tiers",
    template="pricing/tiers.html",
    permission="pricing.view_plan",
    rank=20,
)
def tiers(request, product) -> dict:
    """What can be bought of the product, from the smallest upwards."""
    on = asof.day(request)[0]
    current = visible(PlanVersion.objects.in_force(on=on), request.user)
    charges = visible(Charge.objects.all(), request.user)
    plans = (
        visible(Plan.objects.filter(product=product, kind=PlanKind.TIER), request.user)
        .order_by("rank")
        .prefetch_related(
            Prefetch("charges", charges),
            Prefetch("versions", current.filter(state=VersionState.PUBLISHED), to_attr="in_force"),
        )
    )
    return {
        "on": on,
        "product": product,
        "plans": list(plans),
        "may_add": request.user.has_perm("pricing.add_plan"),
    }


@panel(
    "portfolio.product",
    title="Tiers compared",
    template="pricing/comparison.html",
    permission="pricing.view_entitlement",
    rank=21,
)
def compared(request, product) -> dict | None:
    """Feature by feature what each tier on sale grants, and where two are too near."""
    on = asof.day(request)[0]
    found = compare(product=product, on=on)
    sees = request.user.has_perm("pricing.view_price")
    plans = [tier.plan for tier in found.tiers]
    return matrix(found, list_prices(plans=plans, on=on) if sees and plans else {})


def matrix(found: Comparison, prices: Prices) -> dict | None:
    """A comparison as the templates draw it; None when there is nothing to compare."""
    if not found.tiers or not found.rows:
        return None
    judged = review(comparison=found, on=found.on, prices=prices)
    address = reverse("pricing:product-compare", args=[found.product.code])
    return {
        "on": found.on,
        "source": [{"title": "as JSON", "url": f"{address}?on={found.on}"}],
        "tiers": [
            {
                "plan": tier.plan,
                "page": page_of(tier.plan),
                "version": tier.version,
                "price": prices.get(tier.plan.code),
            }
            for tier in found.tiers
        ],
        "rows": [{"feature": row.feature, "cells": _cells(row.cells)} for row in found.rows],
        "steps": _steps(judged),
        "remarks": judged.all_remarks,
    }


def _cells(cells: list[Grant | None]) -> list[dict]:
    """Each cell with whether it is more than the one before it."""
    return [
        {"grant": cell, "is_none": not measure(cell), "is_more": place > 0 and _more(cells, place)}
        for place, cell in enumerate(cells)
    ]


def _more(cells: list[Grant | None], place: int) -> bool:
    return measure(cells[place]) > measure(cells[place - 1])


def _steps(judged: Review) -> list[dict]:
    return [
        {
            "step": step,
            "improved": len(step.improved),
            "page": comparison_of(step.lower, step.upper),
        }
        for step in judged.steps
    ]


def contents(request, plan: Plan) -> dict:
    """What a bundle or a platform contains on the day, and why."""
    found = composition(plan=plan, on=asof.day(request)[0])
    version = found.version
    return {
        "on": found.on,
        "found": found,
        "members": [{"member": each, "page": page_of(each.plan)} for each in found.members],
        "left_out": [step for step in found.trace if not step["matched"]],
        "version_page": reverse("admin:pricing_planversion_change", args=[version.pk])
        if version
        else "",
        "is_platform": plan.kind == PlanKind.PLATFORM,
    }


def ways(request, plan: Plan) -> dict:
    """The paths from a plan, each with what changes on it."""
    paths = visible(MigrationPath.objects.filter(from_plan=plan.pk), request.user)
    return {
        "ways": [
            {
                "path": path,
                "page": page_of(path.to_plan),
                "comparison": comparison_of(plan, path.to_plan),
            }
            for path in paths.select_related("to_plan", "from_plan").order_by("to_plan__name")
        ],
        "other": reverse("admin:pricing_plan_compare", args=[plan.pk]),
    }


for kind, model in BY_KIND.items():
    label = model._meta.label_lower
    panel(
        label,
        title="Where customers can go from here",
        template="pricing/ways.html",
        permission="pricing.view_migrationpath",
        rank=30,
    )(ways)
    if kind in COMPOSITE:
        panel(
            label,
            title="What is in it",
            template="pricing/contents.html",
            permission="pricing.view_bundleitem",
            rank=10,
            above=True,
        )(contents)
