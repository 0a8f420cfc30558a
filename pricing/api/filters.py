"""What plans can be asked."""

from django.db.models import QuerySet

from config.api.filters import CodeFilter, DateFilter, FilterSet
from portfolio.api.filters import StatusFilter
from pricing.models import Charge, Plan, PlanEnablement, PlanVersion


class PlanFilter(StatusFilter):
    portfolio = CodeFilter("product__portfolio__code")
    on_sale_on = DateFilter(method="on_sale", help_text="Plans that can be bought on the day.")

    class Meta:
        model = Plan
        fields = ["product", "kind", "is_public"]

    def on_sale(self, plans: QuerySet, _name: str, day) -> QuerySet:
        return plans.on_sale(on=day)


class PlanVersionFilter(FilterSet):
    on = DateFilter(method="in_force", help_text="Versions that apply on the day.")

    class Meta:
        model = PlanVersion
        fields = ["plan", "state"]

    def in_force(self, versions: QuerySet, _name: str, day) -> QuerySet:
        return versions.in_force(on=day)


class ChargeFilter(FilterSet):
    class Meta:
        model = Charge
        fields = ["plan", "code", "cadence"]


class PlanEnablementFilter(FilterSet):
    class Meta:
        model = PlanEnablement
        fields = ["product", "plan"]
