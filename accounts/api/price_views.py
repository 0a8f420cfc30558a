"""Which price applies, over REST."""

from datetime import date
from decimal import Decimal
from operator import attrgetter

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

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
from pricing.grants import Grant, granted
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


def answer(found: Resolved, quantity: Decimal, on: date) -> dict:
    """A resolved price with its money spelled out."""
    currency = found.price.currency
    return {
        "on": on,
        "quantity": canonical(quantity),
        "amount": written(found.amount.total, currency),
        "components": [told_part(part, currency) for part in components(found.amount)],
        "price": PriceSerializer(found.price).data,
        "includes": [_included(grant) for grant in _grants(found.price.charge.plan, on)],
        "trace": found.trace,
    }


def _grants(plan: Plan, on: date) -> list[Grant]:
    (found,) = granted(plans=[plan], on=on)
    order = attrgetter("feature.product_id", "feature.rank", "feature.code")
    return sorted(found.grants.values(), key=order)


def _included(grant: Grant) -> dict:
    return IncludedAnswer({"feature": grant.feature, "value": grant}).data
