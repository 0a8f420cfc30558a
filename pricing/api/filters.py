"""What plans can be asked."""

from django.db.models import QuerySet

from config.api.filters import CodeFilter, DateFilter, FilterSet
from portfolio.api.filters import StatusFilter
from pricing.models import (
    BundleItem,
    Charge,
    Entitlement,
    Feature,
    MigrationPath,
    Plan,
    PlanEnablement,
    PlanVersion,
)


class PlanFilter(StatusFilter):
    portfolio = CodeFilter(
        method="of_portfolio", help_text="Plans of the portfolio, or of a product in it."
    )
    on_sale_on = DateFilter(method="on_sale", help_text="Plans that can be bought on the day.")

    class Meta:
        model = Plan
        fields = ["product", "kind", "is_public"]

    def of_portfolio(self, plans: QuerySet, _name: str, code: str) -> QuerySet:
        return plans.of_portfolio(code)

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
        fields = ["plan", "code", "cadence", "feature"]


class FeatureFilter(FilterSet):
    portfolio = CodeFilter("product__portfolio__code")

    class Meta:
        model = Feature
        fields = ["product", "value_type", "is_support", "value_rating", "on_exceed"]


class EntitlementFilter(FilterSet):
    plan = CodeFilter("plan_version__plan__code")

    class Meta:
        model = Entitlement
        fields = ["plan_version", "feature"]


class BundleItemFilter(FilterSet):
    bundle = CodeFilter("plan_version__plan__code")

    class Meta:
        model = BundleItem
        fields = ["plan_version", "plan", "optional"]


class MigrationPathFilter(FilterSet):
    class Meta:
        model = MigrationPath
        fields = ["from_plan", "to_plan", "kind", "allowed", "self_serve"]


class PlanEnablementFilter(FilterSet):
    class Meta:
        model = PlanEnablement
        fields = ["product", "plan"]
