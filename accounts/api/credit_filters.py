"""What credits of customers can be asked."""

from django.db.models import QuerySet
from django_filters import CharFilter

from accounts.models import CreditDraw, CreditGrant
from config.api.filters import DateFilter, FilterSet


class CreditGrantFilter(FilterSet):
    on = DateFilter(method="in_force", help_text="Grants that can be used on the day.")
    key = CharFilter("key")

    class Meta:
        model = CreditGrant
        fields = ["account", "unit", "source", "product", "plan"]

    def in_force(self, grants: QuerySet, _name: str, day) -> QuerySet:
        return grants.in_force(on=day)


class CreditDrawFilter(FilterSet):
    on = DateFilter("drawn_on", help_text="Draws of the day.")
    key = CharFilter("key")

    class Meta:
        model = CreditDraw
        fields = ["account", "unit", "feature", "kind"]
