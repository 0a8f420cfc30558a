"""What pools, rules and decisions can be asked."""

from django_filters import CharFilter

from accounts.api.owner_filters import OnADay
from accounts.models import (
    Absence,
    NamedAccount,
    Pool,
    RebalancingProposal,
    RoutingDecision,
    RoutingRuleSet,
)
from config.api.filters import FilterSet


class PoolFilter(FilterSet):
    class Meta:
        model = Pool
        fields = ["name", "measure"]


class AbsenceFilter(OnADay):
    class Meta:
        model = Absence
        fields = ["member"]


class NamedAccountFilter(OnADay):
    owner = CharFilter("member__user__email", help_text="By e-mail.")

    class Meta:
        model = NamedAccount
        fields = ["account", "role", "member"]


class RuleSetFilter(FilterSet):
    class Meta:
        model = RoutingRuleSet
        fields = ["state", "number"]


class DecisionFilter(FilterSet):
    owner = CharFilter("member__user__email", help_text="By e-mail.")

    class Meta:
        model = RoutingDecision
        fields = [
            "account",
            "product",
            "motion",
            "member",
            "rule_set",
            "owner_model",
            "how",
            "starts_on",
        ]


class ProposalFilter(FilterSet):
    class Meta:
        model = RebalancingProposal
        fields = ["pool", "state"]
