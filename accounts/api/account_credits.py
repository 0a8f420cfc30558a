"""What an account has of credits, and which incentives are for it, over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.credit_serializers import CreditsQuery, StatementSerializer
from accounts.api.incentive_views import EligibilityAnswer, EligibilityQuery, eligible
from accounts.credits.statement import statements
from accounts.models import CreditDraw, CreditGrant
from config.access.scoping import visible
from config.api.fields import CharField


class CreditsOfAccount:
    """Two questions about one account."""

    @extend_schema(
        responses={
            200: inline_serializer(
                "Credits",
                {
                    "next": CharField(allow_null=True),
                    "previous": CharField(allow_null=True),
                    "results": StatementSerializer(many=True),
                },
            )
        },
    )
    @action(
        detail=True,
        query_serializer_class=CreditsQuery,
        filterset_class=None,
        needs=("accounts.view_account", "accounts.view_creditgrant", "accounts.view_creditdraw"),
    )
    def credits(self, request, code: str) -> Response:
        """What the account has of every unit of credits on the day, and how that came about."""
        account, on = self.get_object(), self.get_query().get("on") or timezone.localdate()
        found = statements(
            grants=visible(CreditGrant.objects.filter(account=account), request.user),
            draws=visible(CreditDraw.objects.filter(account=account), request.user),
            on=on,
        )
        rows = StatementSerializer(found, many=True).data
        return Response({"next": None, "previous": None, "results": rows})

    @extend_schema(
        responses={
            200: inline_serializer(
                "Eligibilities",
                {
                    "next": CharField(allow_null=True),
                    "previous": CharField(allow_null=True),
                    "results": EligibilityAnswer(many=True),
                },
            )
        },
    )
    @action(
        detail=True,
        query_serializer_class=EligibilityQuery,
        filterset_class=None,
        needs=("accounts.view_account", "pricing.view_incentive", "pricing.view_plan"),
    )
    def incentives(self, request, code: str) -> Response:
        """What every incentive that is open says to the account about a plan, and why."""
        account, query = self.get_object(), self.get_query()
        found = eligible(
            account=account,
            plans=[(query["plan"], query.get("amount"))],
            interval=query["interval"],
            on=query.get("on") or timezone.localdate(),
            actor=request.user,
        )
        rows = EligibilityAnswer(found, many=True).data
        return Response({"next": None, "previous": None, "results": rows})
