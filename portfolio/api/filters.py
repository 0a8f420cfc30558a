"""What the catalog can be asked."""

import django_filters
from django.db.models import QuerySet
from django.utils import timezone

from config.api.filters import DateFilter, FilterSet
from portfolio.api.relation_filters import linked
from portfolio.models import Portfolio, Product, ProductStatus, Threshold


class PortfolioFilter(FilterSet):
    class Meta:
        model = Portfolio
        fields = ["model", "default_channel"]


class ProductFilter(FilterSet):
    status = django_filters.ChoiceFilter(
        choices=ProductStatus.choices, method="with_status", help_text="On the day `on`, or today."
    )
    on = DateFilter(method="nothing", help_text="The day of `status`.")
    persona = linked("personas", help_text="Who works with them.")
    need = linked("needs", help_text="What they are for.")

    class Meta:
        model = Product
        fields = ["portfolio", "role", "origin", "review_state", "is_core"]

    def with_status(self, products: QuerySet, _name: str, status: str) -> QuerySet:
        day = self.form.cleaned_data["on"] or timezone.localdate()
        return products.with_status(status, on=day)

    def nothing(self, products: QuerySet, _name: str, _value: object) -> QuerySet:
        return products


class ThresholdFilter(FilterSet):
    on = DateFilter(method="in_force", help_text="Values that apply on the day.")

    class Meta:
        model = Threshold
        fields = ["code"]

    def in_force(self, thresholds: QuerySet, _name: str, day) -> QuerySet:
        return thresholds.in_force(on=day)
