"""What customers can be asked."""

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Account, AccountProfile, Subscription, SubscriptionLine
from config.api.filters import CodeFilter, DateFilter, FilterSet


class AccountFilter(FilterSet):
    segment = CodeFilter(method="classified", help_text="On the day `on`, or today.")
    region = CodeFilter(method="classified", help_text="On the day `on`, or today.")
    on = DateFilter(method="nothing", help_text="The day of `segment` and `region`.")

    class Meta:
        model = Account
        fields = ["name", "parent", "country", "industry", "currency", "created_on"]

    def classified(self, accounts: QuerySet, name: str, code: str) -> QuerySet:
        day = self.form.cleaned_data["on"] or timezone.localdate()
        return accounts.classified(on=day, **{name: code})

    def nothing(self, accounts: QuerySet, _name: str, _value: object) -> QuerySet:
        return accounts


class ProfileFilter(FilterSet):
    on = DateFilter(method="in_force", help_text="Profiles that apply on the day.")

    class Meta:
        model = AccountProfile
        fields = ["account", "segment", "region", "source"]

    def in_force(self, profiles: QuerySet, _name: str, day) -> QuerySet:
        return profiles.in_force(on=day)


class SubscriptionFilter(FilterSet):
    class Meta:
        model = Subscription
        fields = ["account", "currency", "starts_on", "ends_on"]


class LineFilter(FilterSet):
    on = DateFilter(method="live", help_text="Lines that are held on the day.")

    class Meta:
        model = SubscriptionLine
        fields = ["account", "subscription", "product", "plan", "origin"]

    def live(self, lines: QuerySet, _name: str, day) -> QuerySet:
        return lines.live(on=day)
