"""Who shares work, by which rules, and who was given what, over REST."""

from contextlib import contextmanager
from hashlib import sha256

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts import ownership
from accounts.api import routing_filters as filters
from accounts.api import routing_serializers as serializers
from accounts.api.owner_views import OwnersFrame
from accounts.models import (
    Absence,
    Account,
    NamedAccount,
    Pool,
    RebalancingProposal,
    RoutingDecision,
    RoutingRuleSet,
)
from accounts.routing import proposals
from accounts.routing.assigning import (
    active_set,
    assign_by_rules,
    explain,
    lock_pools,
    pools_in_force,
    question_of,
)
from accounts.routing.book import people_of
from accounts.routing.rule_sets import activate
from accounts.routing.simulation import check_size, simulate
from config.access.scoping import visible
from config.api.authentication import client_of
from config.api.batches import Batched
from config.api.idempotency import HEADER
from config.api.views import (
    ID_IN_ADDRESS,
    Addable,
    Deletable,
    Endpoint,
    ModelViewSet,
    ReadOnlyViewSet,
)
from config.api.writing import write

SIMULATE = ("accounts.simulate_routingruleset",)
ACTIVATE = ("accounts.activate_routingruleset",)
APPROVE = ("accounts.approve_rebalancingproposal",)


class ById(OwnersFrame):
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("id",)


class PoolViewSet(OwnersFrame, Deletable, ModelViewSet):
    queryset = Pool.objects.prefetch_related("members")
    serializer_class = serializers.PoolSerializer
    filterset_class = filters.PoolFilter
    ordering = ("code",)
    ordering_fields = ("code", "name")


class AbsenceViewSet(ById, Deletable, ModelViewSet):
    queryset = Absence.objects.all()
    serializer_class = serializers.AbsenceSerializer
    filterset_class = filters.AbsenceFilter


class NamedAccountViewSet(ById, Deletable, ModelViewSet):
    queryset = NamedAccount.objects.select_related("account")
    serializer_class = serializers.NamedAccountSerializer
    filterset_class = filters.NamedAccountFilter


class RuleSetViewSet(ById, Deletable, ModelViewSet):
    queryset = RoutingRuleSet.objects.select_related("author").prefetch_related(
        "rules__product", "rules__segment", "rules__region", "rules__pool"
    )
    serializer_class = serializers.RuleSetSerializer
    filterset_class = filters.RuleSetFilter
    requires_match = True

    @extend_schema(request=serializers.SimulateInput, responses=serializers.RuleSetSerializer)
    @action(detail=True, methods=["post"], needs=SIMULATE, requires_match=False)
    def simulate(self, request, pk: str) -> Response:
        """Rehearses the set on every account; what it found is its `report`."""
        return write(self, lambda: self._simulate(request))

    def _simulate(self, request) -> Response:
        wanted = serializers.SimulateInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        on = wanted.validated_data.get("on") or timezone.localdate()
        rule_set = self.get_object()
        check_size()
        return self.respond(simulate(rule_set=rule_set, on=on))

    @extend_schema(request=None, responses=serializers.RuleSetSerializer)
    @action(detail=True, methods=["post"], needs=ACTIVATE, write_scope=None)
    def activate(self, request, pk: str) -> Response:
        """Lets the version that If-Match names decide from now on; never by a key."""
        return write(self, lambda: self._activate(request))

    def _activate(self, request) -> Response:
        rule_set = self.get_object()
        on = timezone.localdate()
        return self.respond(activate(rule_set=rule_set, by=request.user, on=on))


class DecisionViewSet(ById, ReadOnlyViewSet):
    queryset = RoutingDecision.objects.select_related("account", "product", "rule", "member__user")
    serializer_class = serializers.DecisionSerializer
    filterset_class = filters.DecisionFilter


class AssignViewSet(Batched, Addable, ById, ReadOnlyViewSet):
    """Gives accounts away by the active rules; a key that comes again has the same decision."""

    queryset = DecisionViewSet.queryset
    serializer_class = serializers.DecisionSerializer
    input_serializer_class = serializers.AssignByRulesInput
    requires_key = True
    needs = ("accounts.add_routingdecision", "accounts.add_assignment")
    http_method_names = ["post"]

    @extend_schema(
        request=serializers.AssignByRulesInput, responses={201: serializers.DecisionSerializer}
    )
    def create(self, request) -> Response:
        """Gives an account, or a deal of it, to whom the active rules find."""
        return super().create(request)

    def add(self, data: object) -> RoutingDecision:
        wanted = serializers.AssignByRulesInput(data=data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        asked = dict(wanted.validated_data)
        account, on = asked.pop("account"), asked.pop("starts_on", None) or timezone.localdate()
        product = asked["product"].code if "product" in asked else ""
        given = (client_of(self.request), self.request.headers[HEADER], account.code, product)
        return assign_by_rules(
            account=account,
            question=question_of(on=on, **asked),
            key=_hash(*given, asked.get("motion", "")),
            by=self.request.user,
        )

    @contextmanager
    def adding(self, rows: list[dict]):
        codes = [row["account"] for row in rows if isinstance(row.get("account"), str)]
        accounts = visible(Account.objects.filter(code__in=codes), self.request.user)
        for account in accounts.order_by("pk"):
            ownership.lock(account)
        lock_pools(pools_in_force())
        yield


class ExplainView(Endpoint):
    """Who would be given an account, or a deal of it, step by step; never writes."""

    read_scope = OwnersFrame.read_scope
    needs = ("accounts.view_account", "accounts.view_routingdecision")
    query_serializer_class = serializers.ExplainQuery
    http_method_names = ["get", "head"]

    @extend_schema(responses={200: serializers.ExplainedSerializer, 409: None})
    def get(self, request) -> Response:
        asked = dict(self.get_query())
        account, on = asked.pop("account"), asked.pop("on", None) or timezone.localdate()
        rule_set = asked.pop("rule_set", None) or active_set()
        found = explain(account=account, question=question_of(on=on, **asked), rule_set=rule_set)
        pick = found.outcome.pick
        member = people_of([pick.member])[pick.member] if pick else None
        body = {
            "account": account.code,
            "on": on,
            "rule_set": rule_set.pk,
            "owner_model": found.outcome.owner_model,
            "how": pick and pick.how,
            "rule": pick.rule.rank if pick and pick.rule else None,
            "member": pick and pick.member,
            "owner": member and member.user.email,
            "role": pick and pick.role,
            "trace": found.trace,
        }
        return Response(serializers.ExplainedSerializer(body).data)


class ProposalViewSet(ById, ReadOnlyViewSet):
    queryset = RebalancingProposal.objects.select_related(
        "pool", "author", "approver"
    ).prefetch_related("moves__account")
    serializer_class = serializers.ProposalSerializer
    filterset_class = filters.ProposalFilter
    requires_match = False

    @extend_schema(request=None, responses=serializers.ProposalSerializer)
    @action(detail=True, methods=["post"], needs=APPROVE, write_scope=None, requires_match=True)
    def approve(self, request, pk: str) -> Response:
        """Lets the moves happen; never by a key, nor by who proposed it."""
        return self._decide(proposals.approve)

    @extend_schema(request=None, responses=serializers.ProposalSerializer)
    @action(detail=True, methods=["post"], needs=APPROVE, write_scope=None)
    def reject(self, request, pk: str) -> Response:
        """Leaves everything as it is."""
        return self._decide(proposals.reject)

    def _decide(self, decision) -> Response:
        return write(
            self,
            lambda: self._fresh(decision(proposal=self.get_object(), by=self.request.user)),
        )

    def _fresh(self, proposal: RebalancingProposal, status: int = status.HTTP_200_OK) -> Response:
        return self.respond(self.queryset.get(pk=proposal.pk), status)


class RebalancingViewSet(ProposalViewSet):
    needs = ("accounts.add_rebalancingproposal",)
    http_method_names = ["post"]

    @extend_schema(
        request=serializers.ProposeInput, responses={201: serializers.ProposalSerializer}
    )
    def create(self, request) -> Response:
        """Proposes the moves that even out a pool; somebody else approves them."""
        return write(self, lambda: self._propose(request))

    def _propose(self, request) -> Response:
        wanted = serializers.ProposeInput(data=request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        asked = dict(wanted.validated_data)
        proposal = proposals.propose(
            pool=asked.pop("pool"), on=asked.pop("starts_on"), by=request.user, **asked
        )
        return self._fresh(proposal, status.HTTP_201_CREATED)


def _hash(*parts: str) -> str:
    """The key of a decision: whose request, which one, and about what."""
    return sha256(":".join(parts).encode()).hexdigest()
