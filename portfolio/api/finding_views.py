"""What breaks the rules of the catalog, over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from config.access.models import ApiKey
from config.api.computed import page
from config.api.views import Endpoint
from config.findings import Asked, asked_kinds, check, counts
from portfolio.api.finding_serializers import (
    CheckSerializer,
    FindingsPageSerializer,
    FindingsQuery,
    told,
)
from portfolio.catalog import CATALOG
from portfolio.models import Portfolio


def asked_by(request, on) -> Asked:
    """The question of a request; today's unless it names a day."""
    key = request.auth
    scopes = frozenset(key.scopes) if isinstance(key, ApiKey) else None
    return Asked(request.user, on or timezone.localdate(), scopes)


class FindingsView(Endpoint):
    """Everything in the catalog that breaks a rule and that the caller may know, worst first."""

    read_scope = "catalog:read"
    needs = CATALOG
    query_serializer_class = FindingsQuery

    @extend_schema(responses=FindingsPageSerializer)
    def get(self, request) -> Response:
        query = self.get_query()
        kinds = [query["kind"]] if "kind" in query else None
        found = check(asked_by(request, query.get("on")), codes=kinds)
        wanted = {name: query[name].code for name in ("portfolio", "product") if name in query}
        severity = query.get("severity")
        rows = [
            each
            for each in found
            if severity in (None, each.kind.severity)
            and all(each.found.about.get(name) == code for name, code in wanted.items())
        ]
        return Response(page(request, rows, key=lambda each: each.order, shown=told))


def checked(portfolio: Portfolio, asked: Asked) -> dict:
    """What the kinds find of one portfolio, with the kinds that were asked."""
    found = [each for each in check(asked) if each.found.about["portfolio"] == portfolio.code]
    kinds = [
        {
            "code": kind.code,
            "severity": kind.severity,
            "title": kind.title,
            "explanation": kind.explanation,
        }
        for kind in asked_kinds(asked)
    ]
    body = {
        "portfolio": portfolio.code,
        "model": portfolio.model,
        "on": asked.on,
        "counts": counts(found),
        "kinds": kinds,
        "findings": [told(each) for each in found],
    }
    return CheckSerializer(body).data
