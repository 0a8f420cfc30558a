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


class StatusFilter(FilterSet):
    """Things that are sold, by where they stand on a day."""

    status = django_filters.ChoiceFilter(
        choices=ProductStatus.choices, method="with_status", help_text="On the day `on`, or today."
    )
    on = DateFilter(method="nothing", help_text="The day of `status`.")

    def with_status(self, rows: QuerySet, _name: str, status: str) -> QuerySet:
        day = self.form.cleaned_data["on"] or timezone.localdate()
        return rows.with_status(status, on=day)

    def nothing(self, rows: QuerySet, _name: str, _value: object) -> QuerySet:
        return rows


class ProductFilter(StatusFilter):
    persona = linked("personas", help_text="Who works with them.")
    need = linked("needs", help_text="What they are for.")

    class Meta:
        model = Product
        fields = ["portfolio", "role", "origin", "review_state", "is_core"]


class ThresholdFilter(FilterSet):
    on = DateFilter(method="in_force", help_text="Values that apply on the day.")

    class Meta:
        model = Threshold
        fields = ["code"]

    def in_force(self, thresholds: QuerySet, _name: str, day) -> QuerySet:
        return thresholds.in_force(on=day)
