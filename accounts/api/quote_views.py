"""The best way to buy a set of plans, over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api.buying import take_buyer
from accounts.api.quote_serializers import QuoteAnswer, QuoteInput, told_quote
from config.access.scopes import Scope
from config.api.views import Endpoint
from pricing.quoting import quote


class QuoteView(Endpoint):
    """Separate prices, every bundle and platform that helps, the cheapest of all; never writes."""

    write_scope = Scope.QUOTES_CREATE
    needs = ("pricing.view_price", "pricing.view_plan", "pricing.view_bundleitem")
    http_method_names = ["post"]

    @extend_schema(request=QuoteInput, responses={200: QuoteAnswer, 409: None})
    def post(self, request) -> Response:
        wanted = QuoteInput(data=request.data, context={"request": request})
        wanted.is_valid(raise_exception=True)
        asked = dict(wanted.validated_data)
        on = asked.pop("on", None) or timezone.localdate()
        buyer = take_buyer(asked, on=on)
        return Response(told_quote(quote(buyer=buyer, on=on, **asked)))
