"""What to offer to an account next, over REST."""

from collections.abc import Mapping

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.price_views import answer, grants_of
from accounts.models import Account
from accounts.opportunities.next_products import Blocked, NextProducts, Suggestion, next_products
from accounts.opportunities.offers import ONE
from config.access.scoping import visible
from config.api.problems import NOT_FOUND, Refusal
from config.api.serializers import DayQuery
from config.api.views import Endpoint
from portfolio.api.positioning_serializers import StepSerializer
from pricing.grants import Grants


class AffinityAnswer(serializers.Serializer):
    """What they have that leads there most: of its holders so many have the other too."""

    held = serializers.CharField()
    affinity = serializers.CharField()
    rate = serializers.FloatField(allow_null=True)
    holders = serializers.IntegerField()
    both = serializers.IntegerField()


class SuggestionAnswer(serializers.Serializer):
    """Something to offer; without a product it is the platform. Money is in minor units."""

    rank = serializers.IntegerField()
    product = serializers.CharField(allow_null=True)
    plan = serializers.CharField()
    motion = serializers.CharField()
    primary = serializers.BooleanField()
    needs_reason = serializers.BooleanField()
    posture = serializers.CharField()
    affinity = AffinityAnswer(allow_null=True)
    better_after = serializers.ListField(child=serializers.CharField())
    last_shown_on = serializers.DateField(allow_null=True)
    better_together = serializers.CharField(allow_blank=True)
    mrr = serializers.IntegerField()
    currency = serializers.CharField()
    prices = serializers.ListField(child=serializers.DictField())
    trace = StepSerializer(many=True)


class BlockedAnswer(serializers.Serializer):
    """Something that is not offered, why, and what is missing for it."""

    product = serializers.CharField(allow_null=True)
    plan = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    reason = serializers.CharField()
    missing = serializers.ListField(child=serializers.CharField())


class NextAnswer(serializers.Serializer):
    """What to offer to an account, best first, and what is blocked."""

    account = serializers.CharField()
    on = serializers.DateField()
    segment = serializers.CharField(allow_null=True)
    held = serializers.ListField(child=serializers.CharField())
    results = SuggestionAnswer(many=True)
    blocked = BlockedAnswer(many=True)


class NextProductsView(Endpoint):
    """What to offer to the account next: ranked, priced in its own books, and why."""

    read_scope = "catalog:read"
    queryset = Account.objects.all()
    needs = (
        "accounts.view_account",
        "accounts.view_subscriptionline",
        "portfolio.view_product",
        "pricing.view_price",
    )
    query_serializer_class = DayQuery

    @extend_schema(responses=NextAnswer)
    def get(self, request, code: str) -> Response:
        account = visible(self.queryset.all(), request.user).filter(code=code).first()
        if account is None:
            raise Refusal(NOT_FOUND)
        on = self.get_query().get("on") or timezone.localdate()
        return Response(told(next_products(account=account, on=on)))


def told(found: NextProducts) -> dict:
    """The answer with its money and its traces spelled out."""
    holds = found.holds
    granted_by = grants_of({each.candidate.plan for each in found.suggestions}, holds.on)
    return {
        "account": holds.account.code,
        "on": holds.on,
        "segment": holds.segment and holds.segment.code,
        "held": sorted(product.code for product in holds.products.values()),
        "results": [
            _suggestion(each, rank, found, granted_by)
            for rank, each in enumerate(found.suggestions, start=1)
        ],
        "blocked": [_blocked(each) for each in found.blocked],
    }


def _suggestion(
    each: Suggestion, rank: int, found: NextProducts, granted_by: Mapping[int, Grants]
) -> dict:
    candidate, holds = each.candidate, found.holds
    prices = candidate.price.prices
    return {
        "rank": rank,
        "product": candidate.product and candidate.product.code,
        "plan": candidate.plan.code,
        "motion": candidate.motion,
        "primary": each.primary,
        "needs_reason": each.needs_reason,
        "posture": candidate.posture,
        "affinity": _affinity(each, found),
        "better_after": [product.code for product in candidate.better_after],
        "last_shown_on": candidate.shown_on,
        "better_together": candidate.better_together,
        "mrr": candidate.price.mrr,
        "currency": holds.account.currency,
        "prices": [answer(price, ONE, holds.on, granted_by) for price in prices],
        "trace": each.trace,
    }


def _affinity(each: Suggestion, found: NextProducts) -> dict | None:
    lead = each.candidate.lead
    return lead and {
        "held": found.holds.products[lead.held].code,
        "affinity": lead.affinity,
        "rate": lead.rate,
        "holders": lead.holders,
        "both": lead.both,
    }


def _blocked(each: Blocked) -> dict:
    candidate = each.candidate
    return {
        "product": candidate.product and candidate.product.code,
        "plan": candidate.plan and candidate.plan.code,
        "code": each.code,
        "reason": each.reason,
        "missing": [product.code for product in each.missing],
    }
