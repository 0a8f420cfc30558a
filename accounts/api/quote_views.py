"""The best way to buy a set of plans, and what a move between two costs, over REST."""

from datetime import date

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api.buying import take_buyer
from accounts.api.incentive_views import eligible
from accounts.api.quote_serializers import DiffQuery, QuoteAnswer, QuoteInput, told_quote
from accounts.models import Account
from config.access.models import ApiKey
from config.access.scopes import Scope
from config.api.permissions import check_scope
from config.api.problems import NOT_FOUND, Refusal
from config.api.views import Endpoint, ViewSet
from pricing.api.comparing import DifferenceSerializer
from pricing.comparison import diff
from pricing.models import Plan
from pricing.offers import Market, prices_by_code
from pricing.plan_prices import Prices
from pricing.quoting import Quote, quote


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
        account = asked.get("account")
        buyer = take_buyer(asked, on=on)
        found = quote(buyer=buyer, on=on, **asked)
        return Response(told_quote(found, self._incentives(found, account)))

    def _incentives(self, found: Quote, account: Account | None) -> list[dict]:
        """What open incentives say to the account about everything that it could buy here."""
        covers = [cover for cover in (found.a_la_carte, *found.covers) if cover]
        offers = {offer.plan: offer for cover in covers for offer in cover.offers}
        if account is None or not self.request.user.has_perm("pricing.view_incentive"):
            return []
        return eligible(
            account=account,
            plans=[(plan, offer.total) for plan, offer in offers.items()],
            interval=found.market.interval,
            on=found.on,
            actor=self.request.user,
        )


class PlanDiffViewSet(ViewSet):
    queryset = Plan.objects.select_related("product", "portfolio")
    serializer_class = DifferenceSerializer
    read_scope = Scope.CATALOG_READ
    pagination_class = None
    query_serializer_class = DiffQuery

    @extend_schema(responses=DifferenceSerializer)
    def diff(self, request, code: str, other: str) -> Response:
        """Exactly what changes for who moves from this plan to the other on a day.

        With an account, or a currency, also what it costs them before and after.
        """
        old, asked = self.get_object(), self.get_query()
        new = self.get_queryset().filter(code=other).first()
        if new is None:
            raise Refusal(NOT_FOUND)
        on = asked.pop("on", None) or timezone.localdate()
        found = diff(old=old, new=new, on=on, prices=self._prices([old, new], asked, on))
        return Response(DifferenceSerializer(found).data)

    def _prices(self, plans: list[Plan], asked: dict, on: date) -> Prices | None:
        if "currency" not in asked:
            return None
        if isinstance(self.request.auth, ApiKey):
            check_scope(self.request.auth, Scope.PRICES_READ)
        market = Market(take_buyer(asked, on=on), asked["currency"], asked["interval"])
        return prices_by_code(plans=plans, market=market, on=on)
