"""What opportunities and what is known around them can be asked."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import CharFilter

from accounts.models import (
    OPEN,
    Account,
    BehaviourEvent,
    Exposure,
    Feedback,
    ObjectionRaised,
    Opportunity,
    Stakeholder,
    ValueOutcome,
)
from config.api.filters import BooleanFilter, CodeFilter, DateFilter, FilterSet, IntegerFilter


class OpportunityFilter(FilterSet):
    """Who to reach out to, and about what: by potential, plan, industry and market."""

    owner = CharFilter("owner__user__email", help_text="By e-mail.")
    open = BooleanFilter(method="undecided", help_text="Not decided yet.")
    segment = CodeFilter(method="classified", help_text="Of the account, on the day `on`.")
    region = CodeFilter(method="classified", help_text="Of the account, on the day `on`.")
    on = DateFilter(method="nothing", help_text="The day of `segment` and `region`; or today.")
    industry = CharFilter("account__industry", help_text="Of the account.")
    employees_from = IntegerFilter("account__employees", "gte", help_text="At least so many.")
    expected_from = IntegerFilter(
        "expected_mrr", "gte", help_text="At least so much a month, in minor units."
    )
    experiment = CodeFilter("variant__experiment__code")
    variant = CodeFilter("variant__code")

    class Meta:
        model = Opportunity
        fields = [
            "account",
            "motion",
            "stage",
            "product",
            "from_plan",
            "target_plan",
            "origin",
            "loss_reason",
            "defer_reason",
            "opened_on",
            "decided_on",
        ]

    def undecided(self, rows: QuerySet, _name: str, wanted: bool) -> QuerySet:
        return rows.filter(stage__in=OPEN) if wanted else rows.exclude(stage__in=OPEN)

    def classified(self, rows: QuerySet, name: str, code: str) -> QuerySet:
        on: date = self.form.cleaned_data["on"] or timezone.localdate()
        return rows.filter(account__in=Account.objects.classified(on=on, **{name: code}))

    def nothing(self, rows: QuerySet, _name: str, _value: object) -> QuerySet:
        return rows


class OfOpportunityFilter(FilterSet):
    account = CodeFilter("opportunity__account__code")


class StakeholderFilter(OfOpportunityFilter):
    class Meta:
        model = Stakeholder
        fields = ["opportunity", "contact"]


class ObjectionFilter(OfOpportunityFilter):
    motion = CharFilter("opportunity__motion")

    class Meta:
        model = ObjectionRaised
        fields = ["opportunity", "kind", "response"]


class FeedbackFilter(OfOpportunityFilter):
    class Meta:
        model = Feedback
        fields = ["opportunity", "outcome", "reason"]


class ExposureFilter(FilterSet):
    class Meta:
        model = Exposure
        fields = ["account", "product", "kind", "shown_on"]


class ValueOutcomeFilter(FilterSet):
    class Meta:
        model = ValueOutcome
        fields = ["account", "product", "achieved_on"]


class BehaviourFilter(FilterSet):
    class Meta:
        model = BehaviourEvent
        fields = ["account", "kind", "product", "key"]
