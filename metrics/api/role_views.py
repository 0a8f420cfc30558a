"""Whether products play their parts, over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.access.scoping import visible
from config.api import problems
from config.api.problems import Refusal
from config.api.serializers import DayQuery
from config.api.views import Endpoint
from metrics.role_evidence import SEES, Evidence, gather
from portfolio.catalog import CATALOG
from portfolio.models import Portfolio, Product, ProductRole


class AttachSerializer(serializers.Serializer):
    """The best attach rate from an anchor: of its customers, those who also hold the product."""

    anchor = serializers.CharField(source="anchor.code")
    holders = serializers.IntegerField()
    both = serializers.IntegerField()
    rate = serializers.FloatField()
    affinity = serializers.CharField()


class EvidenceConditionSerializer(serializers.Serializer):
    """A condition of a suggestion to end the product, with what it saw."""

    name = serializers.CharField()
    holds = serializers.BooleanField()
    sentence = serializers.CharField()
    facts = serializers.DictField()


class EndingSerializer(serializers.Serializer):
    """Suggested when every condition holds; somebody decides."""

    suggested = serializers.BooleanField()
    conditions = EvidenceConditionSerializer(many=True)


class EvidenceSerializer(serializers.Serializer):
    product = serializers.CharField()
    role = serializers.CharField(allow_null=True)
    entered = serializers.IntegerField(help_text="Customers who began with it.")
    entry_share = serializers.FloatField(allow_null=True, help_text="Of all customers ever.")
    best_attach = AttachSerializer(allow_null=True)
    ending = EndingSerializer()


class RolesSerializer(serializers.Serializer):
    """What customers' behaviour says of the role of each product of a portfolio."""

    portfolio = serializers.CharField()
    on = serializers.DateField()
    accounts = serializers.IntegerField(help_text="Customers there ever were by the day.")
    products = EvidenceSerializer(many=True)


class RolesView(Endpoint):
    """Of each product: how many customers began with it, the best attach rate from an anchor,
    and each condition under which its end would be suggested."""

    read_scope = "metrics:read"
    needs = (*CATALOG, *SEES)
    queryset = Portfolio.objects.all()
    query_serializer_class = DayQuery

    @extend_schema(responses=RolesSerializer, operation_id="portfolios_roles")
    def get(self, request, code: str) -> Response:
        portfolio = visible(self.queryset.all(), request.user).filter(code=code).first()
        if portfolio is None:
            raise Refusal(problems.NOT_FOUND)
        on = self.get_query().get("on") or timezone.localdate()
        seen = gather(on=on)
        products = list(visible(portfolio.products.order_by("code"), request.user))
        anchors = [each for each in products if each.role == ProductRole.ANCHOR]
        body = {
            "portfolio": portfolio.code,
            "on": on,
            "accounts": seen.book.entries.accounts,
            "products": [told(each, anchors, seen) for each in products],
        }
        return Response(RolesSerializer(body).data)


def told(product: Product, anchors: list[Product], seen: Evidence) -> dict:
    conditions = seen.ending(product)
    return {
        "product": product.code,
        "role": product.role,
        "entered": seen.book.entries.by_product.get(product.pk, 0),
        "entry_share": seen.book.entries.share(product),
        "best_attach": seen.best_attach(product, anchors),
        "ending": {"suggested": all(each.holds for each in conditions), "conditions": conditions},
    }
