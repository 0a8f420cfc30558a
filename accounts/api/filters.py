"""What customers can be asked."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import CharFilter

from accounts.long_discounts import long_discounts
from accounts.models import Account, AccountProfile, Subscription, SubscriptionLine
from config.api.filters import CodeFilter, DateFilter, FilterSet, IntegerFilter


class AccountFilter(FilterSet):
    segment = CodeFilter(method="classified", help_text="On the day `on`, or today.")
    region = CodeFilter(method="classified", help_text="On the day `on`, or today.")
    owner = CharFilter(method="looked_after", help_text="By e-mail, on the day `on`, or today.")
    on = DateFilter(method="nothing", help_text="The day of `segment`, `region` and `owner`.")

    class Meta:
        model = Account
        fields = [
            "name",
            "parent",
            "country",
            "industry",
            "fiscal_year_starts",
            "procurement_required",
            "currency",
            "created_on",
        ]

    def classified(self, accounts: QuerySet, name: str, code: str) -> QuerySet:
        return accounts.classified(on=self._day(), **{name: code})

    def looked_after(self, accounts: QuerySet, _name: str, email: str) -> QuerySet:
        return accounts.looked_after(on=self._day(), member__user__email=email)

    def _day(self) -> date:
        return self.form.cleaned_data["on"] or timezone.localdate()

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
    on = DateFilter(method="running", help_text="Subscriptions that run on the day.")

    class Meta:
        model = Subscription
        fields = ["account", "currency", "starts_on", "ends_on"]

    def running(self, subscriptions: QuerySet, _name: str, day) -> QuerySet:
        return subscriptions.in_force(on=day)


class LineFilter(FilterSet):
    on = DateFilter(method="live", help_text="Lines that are held on the day.")

    discounted_months = IntegerFilter(
        method="discounted",
        min_value=0,
        max_value=600,
        help_text="Below the list price for more months than that, on the day `on`, or today.",
    )

    class Meta:
        model = SubscriptionLine
        fields = ["account", "subscription", "product", "plan", "origin"]

    def live(self, lines: QuerySet, _name: str, day) -> QuerySet:
        return lines.live(on=day)

    def discounted(self, lines: QuerySet, _name: str, months) -> QuerySet:
        on = self.form.cleaned_data["on"] or timezone.localdate()
        return long_discounts(lines, months=int(months), on=on)
