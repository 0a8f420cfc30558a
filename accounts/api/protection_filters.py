"""What policies and what they promise can be asked."""

from accounts.models import EntitlementLock, GrandfatheringException, PreviewLine, PriceLock
from config.api.filters import BooleanFilter, CodeFilter, DateFilter, FilterSet
from pricing.models import GrandfatheringPolicy


class PolicyFilter(FilterSet):
    plan = CodeFilter("plans__code", help_text="Covers the plan.")
    effective_from = DateFilter("effective_on", lookup_expr="gte")

    class Meta:
        model = GrandfatheringPolicy
        fields = ["state", "effective_on"]


class LockFilter(FilterSet):
    on = DateFilter(method="held", help_text="Protects on the day.")

    def held(self, locks, _name: str, day):
        return locks.in_force(on=day)


class PriceLockFilter(LockFilter):
    class Meta:
        model = PriceLock
        fields = ["account", "policy", "root"]


class EntitlementLockFilter(LockFilter):
    class Meta:
        model = EntitlementLock
        fields = ["account", "policy", "root"]


class ExceptionFilter(FilterSet):
    approved = BooleanFilter("approver", lookup_expr="isnull", exclude=True)

    class Meta:
        model = GrandfatheringException
        fields = ["policy", "account", "kind"]


class PreviewLineFilter(FilterSet):
    class Meta:
        model = PreviewLine
        fields = ["policy", "account", "status"]
