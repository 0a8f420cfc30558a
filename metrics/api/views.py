"""Figures over REST: the catalog of metrics, and the answer of each."""

import json

from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.response import Response

from config.access.scoping import visible
from config.api import problems
from config.api.problems import Refusal, input_error
from config.api.views import Endpoint
from metrics.answering import NEEDS, answer_bytes, fingerprint
from metrics.api.asking import scope_of
from metrics.api.schema import documents_answers, documents_catalog
from metrics.catalog import UnknownCode
from metrics.charts import as_svg
from metrics.charts.png import as_png
from metrics.exchange import NoRate
from metrics.registry import Metric, metrics
from metrics.tables import as_csv
from portfolio.api.positioning_serializers import BenchmarkSerializer
from portfolio.models import Benchmark


class CSVRenderer(BaseRenderer):
    media_type = "text/csv"
    format = "csv"


class SVGRenderer(BaseRenderer):
    media_type = "image/svg+xml"
    format = "svg"


class PNGRenderer(BaseRenderer):
    media_type = "image/png"
    format = "png"


class CatalogView(Endpoint):
    """Every metric with its meaning, formula, unit and parameters."""

    read_scope = "metrics:read"
    needs = (NEEDS,)

    @documents_catalog
    def get(self, request) -> Response:
        published = visible(Benchmark.objects.known(on=timezone.localdate()), request.user)
        known = {each.key: each for each in published.filter(key__in=list(metrics))}
        entries = [entry(metric, known.get(metric.code)) for metric in metrics.values()]
        return Response({"next": None, "previous": None, "results": entries})


def entry(metric: Metric, benchmark: Benchmark | None) -> dict:
    return {
        "code": metric.code,
        "title": metric.title,
        "meaning": metric.meaning,
        "formula": metric.formula,
        "unit": metric.unit,
        "parameters": list(metric.parameters),
        "benchmark": BenchmarkSerializer(benchmark).data if benchmark else None,
    }


@documents_answers
class MetricView(Endpoint):
    """The answer of a metric, as JSON, CSV or a picture; unchanged, it is 304 by its ETag."""

    read_scope = "metrics:read"
    needs = (NEEDS,)
    renderer_classes = [JSONRenderer, CSVRenderer, SVGRenderer, PNGRenderer]

    def initial(self, request, *args, **kwargs) -> None:
        self.metric = metrics.get(kwargs["code"])
        self.parameters = self.metric.parameters if self.metric else ()
        super().initial(request, *args, **kwargs)

    def get(self, request, code: str) -> HttpResponse:
        if self.metric is None:
            raise Refusal(problems.NOT_FOUND)
        given = request.query_params.dict()
        scope = scope_of(self.metric, given, today=timezone.localdate())
        asked_as = request.accepted_renderer.format
        suffix = "" if asked_as == "json" else f"-{asked_as}"
        asked_for = request.META.get("HTTP_IF_NONE_MATCH", "")
        mark = fingerprint(self.metric, scope, actor=request.user) if asked_for else ""
        if mark and f'"{mark}{suffix}"' in asked_for:
            response = HttpResponseNotModified()
        else:
            try:
                mark, body = answer_bytes(self.metric, scope, actor=request.user)
            except UnknownCode as unknown:
                raise input_error(unknown.parameter, unknown.code, str(unknown)) from unknown
            except NoRate as lacking:
                raise input_error("rates", lacking.code, str(lacking)) from lacking
            response = _rendered(self.metric, body, asked_as)
        response["ETag"] = f'"{mark}{suffix}"'
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return response


def _rendered(metric: Metric, body: bytes, asked_as: str) -> HttpResponse:
    if asked_as == "json":
        return HttpResponse(body, content_type="application/json")
    answer = json.loads(body)
    if asked_as == "csv":
        return HttpResponse(as_csv(answer), content_type="text/csv; charset=utf-8")
    svg = as_svg(answer, metric.chart, metric.title)
    if asked_as == "svg":
        return HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")
    return HttpResponse(as_png(svg), content_type="image/png")
