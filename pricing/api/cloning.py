"""A product like another one, over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from config.api.fields import CharField
from config.api.related import CodeRelatedField
from config.api.serializers import Serializer
from config.api.views import ViewSet
from config.api.writing import write
from config.codes import LONGEST, CodeField
from portfolio.api.serializers import ProductSerializer
from portfolio.models import Portfolio, Product
from pricing.cloning import clone_product


class CloneInput(Serializer):
    """The new product; what else it has is as in the one it is like."""

    code = CharField(max_length=LONGEST, validators=CodeField().validators)
    name = CharField(max_length=200)
    portfolio = CodeRelatedField(
        queryset=Portfolio.objects.all(),
        required=False,
        help_text="That of the product if left out.",
    )


class CloningViewSet(ViewSet):
    read_scope = "catalog:read"
    write_scope = "catalog:write"
    queryset = Product.objects.select_related("portfolio").prefetch_related("personas", "needs")
    serializer_class = ProductSerializer
    needs = (
        "portfolio.view_product",
        "portfolio.add_product",
        "pricing.add_plan",
        "pricing.add_planversion",
        "pricing.add_charge",
    )
    requires_key = True

    @extend_schema(request=CloneInput, responses={201: ProductSerializer})
    @action(detail=True, methods=["post"])
    def clone(self, request, code: str) -> Response:
        """Adds a draft with the tiers of a product, their newest versions as drafts, and charges.

        Prices, dates and customers are not copied. The codes of the tiers follow from the new code.
        """
        return write(self, lambda: self._clone(request))

    def _clone(self, request) -> Response:
        product = self.get_object()
        wanted = CloneInput(data=request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        facts = {"portfolio": product.portfolio, **wanted.validated_data}
        ProductSerializer().check(Product(**facts))  # a code that is taken is a conflict
        copy = clone_product(product=product, on=timezone.localdate(), **facts)
        return self.respond(copy, status.HTTP_201_CREATED)
