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


def of_either(*sides: str) -> CodeFilter:
    """Rows that name the product on one of two sides."""

    def found(rows: QuerySet, _name: str, code: str) -> QuerySet:
        one, other = (Q(**{f"{side}__code": code}) for side in sides)
        return rows.filter(one | other)

    return CodeFilter(method=found, help_text="On either side.")


def linked(path: str, help_text: str) -> CodeFilter:
    """Rows linked with the row of another model that has the code."""

    def found(rows: QuerySet, _name: str, code: str) -> QuerySet:
        return rows.filter(**{f"{path}__code": code})

    return CodeFilter(method=found, help_text=help_text)


class PersonaFilter(FilterSet):
    product = linked("products", help_text="Who works with the product.")

    class Meta:
        model = Persona
        fields = []


class NeedFilter(FilterSet):
    product = linked("products", help_text="What the product is for.")

    class Meta:
        model = CustomerNeed
        fields = []


class IntegrationFilter(FilterSet):
    product = of_either("product_a", "product_b")

    class Meta:
        model = Integration
        fields = ["product_a", "product_b", "depth", "shares_data", "syncs_workflow", "status"]


class CoherenceOverrideFilter(FilterSet):
    product = of_either("product_a", "product_b")

    class Meta:
        model = CoherenceOverride
        fields = ["product_a", "product_b", "question"]


class WorkflowEdgeFilter(FilterSet):
    # The parameter's name is a word of the language.
    locals()["from"] = CodeFilter("from_product__code")
    to = CodeFilter("to_product__code")
    product = of_either("from_product", "to_product")

    class Meta:
        model = WorkflowEdge
        fields = []


class SequenceFilter(FilterSet):
    product = of_either("before", "after")

    class Meta:
        model = Sequence
        fields = ["before", "after", "kind"]
