"""Which price applies, over REST."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api.price_serializers import ResolveAnswer, ResolveQuery
from accounts.buyers import buyer_of
from accounts.models import Account
from config.access.scopes import Scope
from config.api.fields import canonical
from config.api.money import written
from config.api.views import Endpoint
from portfolio.models import Region, Segment
from pricing.amounts import Amount, Part
from pricing.api.price_serializers import PriceSerializer
from pricing.resolution import Buyer, Resolved, resolve_price


class ResolveView(Endpoint):
    """The price in force for a buyer on a day, what a quantity comes to, and the steps to it."""

    read_scope = Scope.PRICES_READ
    needs = ("pricing.view_price", "pricing.view_plan")
    query_serializer_class = ResolveQuery

    @extend_schema(responses={200: ResolveAnswer, 409: None})
    def get(self, request) -> Response:
        asked = self.get_query()
        on = asked.pop("on", None) or timezone.localdate()
        buyer = _buyer(
            asked.pop("account", None), asked.pop("segment", None), asked.pop("region", None), on
        )
        return Response(answer(resolve_price(buyer=buyer, on=on, **asked), asked["quantity"], on))


def _buyer(
    account: Account | None, segment: Segment | None, region: Region | None, on: date
) -> Buyer:
    if account:
        return buyer_of(account=account, on=on)
    return Buyer(segment=segment and segment.code, region=region and region.code)


def answer(found: Resolved, quantity: Decimal, on: date) -> dict:
    """A resolved price with its money spelled out."""
    currency = found.price.currency
    return {
        "on": on,
        "quantity": canonical(quantity),
        "amount": written(found.amount.total, currency),
        "components": [_component(part, currency) for part in components(found.amount)],
        "price": PriceSerializer(found.price).data,
        "trace": found.trace,
    }


def components(amount: Amount) -> list[Part]:
    """All that adds up to the total: the rounding too, where there is one."""
    parts = [part for part in amount.parts if part.amount]
    rounding = amount.total - amount.exact
    return [*parts, Part("rounding", Decimal(1), rounding)] if rounding else parts


def _component(part: Part, currency: str) -> dict:
    return {
        "component": part.name,
        "units": canonical(part.units),
        "unit_amount": written(part.each, currency),
        "amount": written(part.amount, currency),
    }
