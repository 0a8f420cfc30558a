"""Which price applies, over REST."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from operator import attrgetter

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from accounts.api.buying import take_buyer
from accounts.api.price_serializers import (
    IncludedAnswer,
    ResolveAnswer,
    ResolveQuery,
    components,
    told_part,
)
from config.access.scopes import Scope
from config.api.fields import canonical
from config.api.money import written
from config.api.views import Endpoint
from pricing.api.price_serializers import PriceSerializer
from pricing.grants import Grant, Grants, granted
from pricing.models import Plan
from pricing.resolution import Resolved, resolve_price


class ResolveView(Endpoint):
    """The price in force for a buyer on a day, what a quantity comes to, and the steps to it."""

    read_scope = Scope.PRICES_READ
    needs = ("pricing.view_price", "pricing.view_plan", "pricing.view_entitlement")
    query_serializer_class = ResolveQuery

    @extend_schema(responses={200: ResolveAnswer, 409: None})
    def get(self, request) -> Response:
        asked = self.get_query()
        on = asked.pop("on", None) or timezone.localdate()
        buyer = take_buyer(asked, on=on)
        return Response(answer(resolve_price(buyer=buyer, on=on, **asked), asked["quantity"], on))


def answer(
    found: Resolved, quantity: Decimal, on: date, granted_by: Mapping[int, Grants] | None = None
) -> dict:
    """A resolved price with its money spelled out.

    `granted_by` says what plans grant, by their id, where somebody has read that already.
    """
    plan = found.price.charge.plan
    if granted_by is None:
        granted_by = grants_of([plan], on)
    currency = found.price.currency
    return {
        "on": on,
        "quantity": canonical(quantity),
        "amount": written(found.amount.total, currency),
        "components": [told_part(part, currency) for part in components(found.amount)],
        "price": _shape(PriceSerializer).to_representation(found.price),
        "includes": [_included(grant) for grant in _in_order(granted_by[plan.pk])],
        "trace": found.trace,
    }


def grants_of(plans: Iterable[Plan], on: date) -> dict[int, Grants]:
    """What plans grant on the day, by their id."""
    return {each.plan.pk: each.grants for each in granted(plans=plans, on=on)}


def _in_order(grants: Grants) -> list[Grant]:
    order = attrgetter("feature.product_id", "feature.rank", "feature.code")
    return sorted(grants.values(), key=order)


def _included(grant: Grant) -> dict:
    return _shape(IncludedAnswer).to_representation({"feature": grant.feature, "value": grant})


@cache
def _shape(kind: type[Serializer]) -> Serializer:
    """One serializer for all: making its fields anew costs more than what it says."""
    return kind()
