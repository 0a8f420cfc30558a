"""Every metric has a page: what it means, a form to ask it, its picture, its table."""

import json
from urllib.parse import urlencode

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from accounts.ownership import sees_every_account
from config.access.scoping import visible
from config.admin.navigation import Section
from config.admin.standalone import page
from config.api.problems import Refusal
from config.errors import DomainError
from metrics.admin.asking import fields
from metrics.admin.people import with_names
from metrics.admin.worded import amounts_of, benchmark_words, figure_words, interval_words, worded
from metrics.answering import NEEDS, answer_bytes
from metrics.api.asking import scope_of
from metrics.api.exports import SEES
from metrics.charts import picture
from metrics.exporting import EXPORTED
from metrics.registry import Metric, metrics
from metrics.tables import table
from portfolio.models import Benchmark

LONGEST_TABLE = 400
TOLD_ABOVE = ("metric", "definition_version", "as_of_position", "unit", "currency", "note")
BESIDE = {"waterfall": "parts", "cohorts": "curve"}  # a second picture on the page
DOWNLOADS = ("csv", "svg", "png", "json")


@page(
    "figures/",
    name="metrics_figures",
    permission=NEEDS,
    title="All figures",
    icon="monitoring",
    section=Section.FIGURES,
)
def every_figure(request: HttpRequest) -> HttpResponse:
    """The catalog of metrics, each with what it means."""
    entries = [
        {"metric": metric, "link": reverse("admin:metrics_figure", args=[metric.code])}
        for metric in metrics.values()
    ]
    exports = [(name, f"/api/v1/exports/{name}/") for name in EXPORTED]
    context = {
        **admin.site.each_context(request),
        "title": "All figures",
        "entries": entries,
        "exports": exports if request.user.has_perms(SEES) else [],
    }
    return render(request, "metrics/figures.html", context)


@page("figures/<slug:code>/", name="metrics_figure", permission=NEEDS)
def one_figure(request: HttpRequest, code: str) -> HttpResponse:
    """A metric as of a day or over a period, as the form asks."""
    metric = metrics.get(code)
    if metric is None:
        raise Http404
    given = {
        name: value.strip()
        for name, value in request.GET.items()
        if name in metric.parameters and value.strip()
    }
    if "on" in given and metric.reads.of_a_period:
        given = {name: value for name, value in given.items() if name not in ("start", "end")}
    elif "interval" in given:
        given.pop("on", None)
    context = {
        **admin.site.each_context(request),
        "title": metric.title,
        "metric": metric,
        "whose": "" if sees_every_account(request.user) else "of your accounts",
        "benchmark": _benchmark(metric, request.user),
        **_answered(metric, given, request.user),
    }
    context["fields"] = fields(metric, {**context.get("echo", {}), **given}, request.user)
    return render(request, "metrics/figure.html", context)


def _answered(metric: Metric, given: dict[str, str], actor) -> dict:
    """The answer as the page shows it, or what was wrong with the question."""
    today = timezone.localdate()
    try:
        scope = scope_of(metric, given, today=today)
        answer = json.loads(answer_bytes(metric, scope, actor=actor)[1])
    except (Refusal, DomainError) as problem:
        return {"problem": str(problem)}
    asked = {name: str(value) for name, value in answer["parameters"].items()}
    columns, lines = table(answer)
    columns = [name for name in columns if name not in TOLD_ABOVE]
    unit, currency = answer["unit"], answer.get("currency", "")
    kinds = dict.fromkeys(amounts_of(metric), "mrr")
    pictures = [picture(answer, metric.chart)]
    if metric.chart in BESIDE:
        pictures.append(picture({**answer, "series": []}, BESIDE[metric.chart]))
    return {
        "answer": answer,
        "echo": {name: asked[name] for name in ("on", "start", "end") if name in asked},
        "figure": figure_words(answer),
        "interval": interval_words(answer),
        "pictures": [mark_safe(svg) for svg in pictures if svg],  # noqa: S308  (drawn by us)
        "columns": [name.replace("_", " ") for name in columns],
        "lines": [
            [
                worded(
                    kinds.get(name, name),
                    line.get(name),
                    line.get("unit", unit),
                    line.get("currency", currency),
                )
                for name in columns
            ]
            for line in with_names(lines[:LONGEST_TABLE])
        ],
        "left_out": max(len(lines) - LONGEST_TABLE, 0),
        "downloads": [
            (kind.upper(), f"/api/v1/metrics/{metric.code}/?{urlencode({**asked, 'format': kind})}")
            for kind in DOWNLOADS
        ],
    }


def _benchmark(metric: Metric, actor) -> dict | None:
    """The newest published figure that goes with the metric."""
    known = visible(Benchmark.objects.known(on=timezone.localdate()), actor)
    row = known.filter(key=metric.code).first()
    return {"row": row, "words": benchmark_words(row)} if row else None
