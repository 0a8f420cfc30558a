"""What customers use and how well they are, over REST: told in batches, read in lists."""

from collections.abc import Sequence
from functools import lru_cache

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.bulk_reading import (
    Faults,
    check_once,
    fault,
    read_code,
    read_day,
    read_rows,
    resolve_codes,
)
from accounts.api.usage_serializers import (
    HealthInput,
    HealthSerializer,
    TakenSerializer,
    UsageInput,
    UsageSerializer,
)
from accounts.health import Scored, record_health
from accounts.models import Account, HealthScore, UsageDay, UsageKind
from accounts.usage import Taken, Used, record_usage, usage_of
from config.access.scopes import Scope
from config.api.batches import BatchInput
from config.api.fields import decimal_of
from config.api.filters import CodeFilter, DateFilter, FilterSet
from config.api.views import ID_IN_ADDRESS, Addable, ReadOnlyViewSet
from config.api.writing import write
from pricing.models import Feature

LONGEST_SOURCE, MOST_SOURCES = 60, 20


class UsageFilter(FilterSet):
    account = CodeFilter("account__code")
    feature = CodeFilter("feature__code")
    first_day = DateFilter("day", lookup_expr="gte", help_text="From this day on.")
    last_day = DateFilter("day", lookup_expr="lte", help_text="Up to and with this day.")

    class Meta:
        model = UsageDay
        fields = ["kind", "day"]


class HealthFilter(FilterSet):
    first_day = DateFilter("day", lookup_expr="gte", help_text="From this day on.")
    last_day = DateFilter("day", lookup_expr="lte", help_text="Up to and with this day.")

    class Meta:
        model = HealthScore
        fields = ["account", "band", "day"]


class ToldViewSet(Addable, ReadOnlyViewSet):
    """Rows that are told day by day: one, or up to 500 at once by few statements."""

    read_scope = Scope.CATALOG_READ
    write_scope = Scope.USAGE_WRITE
    requires_key = True
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)
    input_serializer_class: type

    @extend_schema(responses={201: TakenSerializer})
    @action(detail=False, methods=["post"])
    def batch(self, request) -> Response:
        """Takes up to 500 rows, all or none; a fault of row 17 has a path like `rows.17.day`."""
        return write(self, self._take_all)

    def _take_all(self) -> Response:
        wanted = BatchInput(data=self.request.data)
        wanted.is_valid(raise_exception=True)
        taken = self.take(wanted.validated_data["rows"])
        return Response(TakenSerializer(taken).data, status=status.HTTP_201_CREATED)

    def take(self, rows: Sequence[dict]) -> Taken:
        raise NotImplementedError


def read_kind(value: object) -> str:
    if value not in UsageKind.values:
        raise fault("invalid_choice", f"Must be one of {', '.join(UsageKind.values)}.")
    return value


@lru_cache(maxsize=10_000)
def _amount(value: str):
    return decimal_of(value)


def read_value(value: object):
    found = _amount(value) if isinstance(value, str) and len(value) < 20 else None
    if found is None or found < 0:
        raise fault("invalid", 'Must be a number from 0 on as text, such as "19.5".')
    return found


USAGE = {
    "account": read_code,
    "feature": read_code,
    "kind": read_kind,
    "day": read_day,
    "value": read_value,
}


class UsageViewSet(ToldViewSet):
    queryset = UsageDay.objects.select_related("account", "feature")
    serializer_class = UsageSerializer
    filterset_class = UsageFilter
    input_serializer_class = UsageInput

    @extend_schema(request=UsageInput, responses={201: UsageSerializer})
    def create(self, request) -> Response:
        """Tells what was used on a day; told again, the new value holds."""
        return super().create(request)

    def add(self, data: object) -> UsageDay:
        wanted = UsageInput(data=data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        told = wanted.validated_data
        used = Used(**{**told, "account": told["account"].pk, "feature": told["feature"].pk})
        record_usage([used])
        return usage_of(used)

    def take(self, rows: Sequence[dict]) -> Taken:
        faults, actor = Faults(), self.request.user
        read = read_rows(rows, USAGE, optional={"kind": UsageKind.USE.value}, faults=faults)
        asked = {"actor": actor, "faults": faults}
        accounts = resolve_codes(read, "account", Account.objects.only("code"), **asked)
        features = resolve_codes(read, "feature", Feature.objects.only("code"), **asked)
        faults.check()
        used = [
            Used(
                accounts[row["account"]].pk,
                features[row["feature"]].pk,
                row["kind"],
                row["day"],
                row["value"],
            )
            for row in read
        ]
        check_once([each.key for each in used], faults, "day")
        faults.check()
        return record_usage(used)


def read_score(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 100:
        raise fault("invalid", "Must be an integer from 0 to 100.")
    return value


def read_sources(value: object) -> tuple[str, ...]:
    texts = value if isinstance(value, list) and len(value) <= MOST_SOURCES else [None]
    if not all(
        isinstance(t, str) and t.isprintable() and 0 < len(t) <= LONGEST_SOURCE for t in texts
    ):
        raise fault("invalid", f"Must be up to {MOST_SOURCES} short texts.")
    return tuple(texts)


HEALTH = {
    "account": read_code,
    "day": read_day,
    "score": read_score,
    "sources": read_sources,
}


class HealthViewSet(ToldViewSet):
    queryset = HealthScore.objects.select_related("account")
    serializer_class = HealthSerializer
    filterset_class = HealthFilter
    input_serializer_class = HealthInput

    @extend_schema(request=HealthInput, responses={201: HealthSerializer})
    def create(self, request) -> Response:
        """Tells how well an account is on a day; told again, the new score holds."""
        return super().create(request)

    def add(self, data: object) -> HealthScore:
        wanted = HealthInput(data=data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        told = wanted.validated_data
        account = told.pop("account")
        record_health([Scored(account.pk, **{**told, "sources": tuple(told["sources"])})])
        return self.queryset.get(account=account, day=told["day"])

    def take(self, rows: Sequence[dict]) -> Taken:
        faults = Faults()
        read = read_rows(rows, HEALTH, optional={"sources": ()}, faults=faults)
        accounts = resolve_codes(
            read, "account", Account.objects.only("code"), actor=self.request.user, faults=faults
        )
        faults.check()
        scored = [
            Scored(accounts[row["account"]].pk, row["day"], row["score"], row["sources"])
            for row in read
        ]
        check_once([each.key for each in scored], faults, "day")
        faults.check()
        return record_health(scored)
