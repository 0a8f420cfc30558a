"""What can be asked about how products belong together."""

from django.db.models import Q, QuerySet

from config.api.filters import CodeFilter, FilterSet
from portfolio.models import (
    CoherenceOverride,
    CustomerNeed,
    Integration,
    Persona,
    Sequence,
    WorkflowEdge,
)


class EitherFilter(CodeFilter):
    """Rows that name the product on one of two sides."""

    def __init__(self, *sides: str) -> None:
        super().__init__(help_text="On either side.")
        self.sides = sides

    def filter(self, rows: QuerySet, value: str) -> QuerySet:
        if not value:
            return rows
        return rows.filter(*[_any_of(self.sides, value)])


def _any_of(sides: tuple[str, ...], code: str) -> Q:
    found = Q()
    for side in sides:
        found |= Q(**{f"{side}__code": code})
    return found


class LinkedFilter(CodeFilter):
    """Rows linked with the row of another model that has the code; each of them once."""

    def __init__(self, path: str, **kwargs) -> None:
        super().__init__(**kwargs)
        self.path = path

    def filter(self, rows: QuerySet, value: str) -> QuerySet:
        return rows.filter(**{f"{self.path}__code": value}) if value else rows


class PersonaFilter(FilterSet):
    product = LinkedFilter("products", help_text="Who works with the product.")

    class Meta:
        model = Persona
        fields = []


class NeedFilter(FilterSet):
    product = LinkedFilter("products", help_text="What the product is for.")

    class Meta:
        model = CustomerNeed
        fields = []


class IntegrationFilter(FilterSet):
    product = EitherFilter("product_a", "product_b")

    class Meta:
        model = Integration
        fields = ["product_a", "product_b", "depth", "shares_data", "syncs_workflow", "status"]


class CoherenceOverrideFilter(FilterSet):
    product = EitherFilter("product_a", "product_b")

    class Meta:
        model = CoherenceOverride
        fields = ["product_a", "product_b", "question"]


class WorkflowEdgeFilter(FilterSet):
    # The parameter's name is a word of the language.
    locals()["from"] = CodeFilter("from_product__code")
    to = CodeFilter("to_product__code")
    product = EitherFilter("from_product", "to_product")

    class Meta:
        model = WorkflowEdge
        fields = []


class SequenceFilter(FilterSet):
    product = EitherFilter("before", "after")

    class Meta:
        model = Sequence
        fields = ["before", "after", "kind"]
