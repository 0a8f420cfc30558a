"""The coherence of a portfolio: a figure on its page, and the map of all its pairs."""

from django.core.paginator import Paginator
from django.template.response import TemplateResponse

from config.admin import asof
from config.admin.formatting import number
from config.admin.panels import panel
from portfolio.admin.heat import SHORT, Cells, drawn
from portfolio.coherence import PLATFORM, POINT_SOLUTIONS, Coherence, coherence_of
from portfolio.coherence import pairs_without_statement as unsaid
from portfolio.models import Portfolio, Product, ProductRole

ROWS = 25  # of the map on one page
SHOWN = 12  # pairs listed by name
ROLES = {role: place for place, role in enumerate(ProductRole.values)}


@panel(
    "portfolio.portfolio",
    title="Coherence",
    template="portfolio/coherence_glance.html",
    permission="portfolio.view_product",
    rank=10,
    above=True,
)
def glance(request, portfolio: Portfolio) -> dict:
    """Platform or point solutions, and the way to the map."""
    on = asof.day(request)[0]
    found = coherence_of(portfolio=portfolio, on=on)
    return {"found": found, "cards": cards(found), "on": on}


def cards(found: Coherence) -> list[dict]:
    """The figures of a portfolio; what a label means is said with it."""
    judged = sum(pair.is_judged for pair in found.pairs)
    return [
        {
            "title": "Coherence",
            "value": number(found.value, 2),
            "detail": found.label or "no label: fewer than two products, or a threshold is missing",
        },
        {
            "title": "Integration index",
            "value": number(found.integration_index, 2),
            "detail": "0: none is integrated, 1: all deeply",
        },
        {
            "title": "Products",
            "value": number(len(found.products)),
            "detail": f"{number(len(found.pairs))} pairs",
        },
        {
            "title": "Judged by people",
            "value": number(judged),
            "detail": "pairs, in one question or more",
        },
    ]


def coherence_page(model_admin, request, portfolio: Portfolio) -> TemplateResponse:
    """The map: a row and a column for each product, a page of rows at a time."""
    on, problem = asof.day(request)
    found = coherence_of(portfolio=portfolio, on=on)
    missing = _closest_first(unsaid(portfolio=portfolio, on=on), found)
    order = sorted(found.products, key=lambda p: (ROLES.get(p.role, len(ROLES)), p.name))
    page = Paginator(order, ROWS).get_page(request.GET.get("page"))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "original": portfolio,
        "title": f"Coherence of {portfolio}",
        "portfolio": portfolio,
        "on": on,
        "on_problem": problem,
        "found": found,
        "cards": cards(found),
        "platform": found.thresholds.get(PLATFORM),
        "point_solutions": found.thresholds.get(POINT_SOLUTIONS),
        "columns": order,
        "rows": _rows(found, order, list(page)) if found.pairs else [],
        "page": page,
        "nothing_known": bool(found.pairs) and not any(pair.value for pair in found.pairs),
        "judged": _judged(found)[:SHOWN],
        "missing": missing[:SHOWN],
        "more_missing": len(missing) - SHOWN,
        "missing_count": len(missing),
    }
    return TemplateResponse(request, "portfolio/coherence.html", context)


def _closest_first(pairs: list[tuple[Product, Product]], found: Coherence) -> list[tuple]:
    """Pairs with much in common are sold together, and miss their statement first."""
    values = {frozenset((pair.a.pk, pair.b.pk)): pair.value for pair in found.pairs}
    return sorted(pairs, key=lambda two: -values[frozenset((two[0].pk, two[1].pk))])


def _rows(found: Coherence, order: list[Product], shown: list[Product]) -> list[dict]:
    """A row for each product that is shown: a cell for every product, none for itself."""
    beside = {product.pk: {} for product in shown}
    for pair in found.pairs:
        for one, other in ((pair.a, pair.b), (pair.b, pair.a)):
            if one.pk in beside:
                beside[one.pk][other.pk] = pair
    cells = Cells()
    return [
        {
            "product": product,
            "mean": cells.figure(sum(pair.value for pair in pairs.values()) / len(pairs)),
            "cells": drawn(
                cells.cell(pairs[other.pk]) if other.pk in pairs else None for other in order
            ),
        }
        for product in shown
        for pairs in [beside[product.pk]]
    ]


def _judged(found: Coherence) -> list[dict]:
    """Every judgement beside what it stands in place of."""
    cells = Cells()
    return [
        {
            "cell": cells.cell(pair),
            "pair": pair,
            "question": SHORT[question],
            "computed": cells.figure(score.computed),
            "value": cells.figure(score.value),
            "override": score.override,
        }
        for pair in found.pairs
        if pair.is_judged
        for question, score in pair.scores.items()
        if score.override
    ]
