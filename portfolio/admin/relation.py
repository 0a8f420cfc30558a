"""How products belong together, in the admin: row by row."""

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from config.access.scoping import visible
from config.admin.formatting import number, percent
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.admin.spreadsheets import Spreadsheets
from config.errors import DomainError
from portfolio.models import CoherenceOverride, Integration, Product, Sequence, WorkflowEdge
from portfolio.sequencing import usual_adoption


class EitherFilter(DropdownFilter):
    """By a product, on whichever side."""

    title = "product"
    parameter_name = "product"

    def lookups(self, request, model_admin):
        products = visible(Product.objects.all(), request.user).order_by("name")
        return [(product.code, product.name) for product in products]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        found = Q()
        for side in self.sides:
            found |= Q(**{f"{side}__code": self.value()})
        return queryset.filter(found)


class PairFilter(EitherFilter):
    sides = ("product_a", "product_b")


class FlowFilter(EitherFilter):
    sides = ("from_product", "to_product")


class StepFilter(EitherFilter):
    sides = ("before", "after")


class RelationAdmin(Spreadsheets, ModelAdmin):
    """Rows of two products, which stay those of these two."""

    section = Section.PORTFOLIO
    sides: tuple[str, str] = ("product_a", "product_b")
    sheet_key = sides

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.sides)

    def get_search_fields(self, request):
        return [f"{side}__{name}" for side in self.sides for name in ("name", "code")]

    def get_autocomplete_fields(self, request):
        return self.sides

    def response_post_save_add(self, request, obj):
        return self._to_pair(obj)

    def response_post_save_change(self, request, obj):
        return self._to_pair(obj)

    def _to_pair(self, row) -> HttpResponseRedirect:
        """Where one sees what the row did to the two products."""
        ids = [getattr(row, f"{side}_id") for side in self.sides]
        return HttpResponseRedirect(reverse("admin:portfolio_product_pair", args=ids))


@admin.register(Integration)
class IntegrationAdmin(RelationAdmin):
    menu_place = 6
    icon = "hub"
    list_display = ["__str__", "depth", "status", "shares_data", "syncs_workflow", "says_why"]
    list_filter = [
        PairFilter,
        ("depth", ChoicesDropdownFilter),
        ("status", ChoicesDropdownFilter),
    ]
    fixed_fields = ("product_a", "product_b")
    fieldsets = [
        (None, {"fields": [("product_a", "product_b")]}),
        ("How deeply", {"fields": [("depth", "status"), ("shares_data", "syncs_workflow")]}),
        ("Why both", {"fields": ["better_together"]}),
    ]
    empty_hint = (
        "An integration says how deeply two products work together, and why a customer should "
        "have both. Add one for every two products that are sold together."
    )

    @display(description="better together", boolean=True)
    def says_why(self, integration: Integration) -> bool:
        return bool(integration.better_together)


@admin.register(WorkflowEdge)
class WorkflowEdgeAdmin(RelationAdmin):
    menu_place = 7
    icon = "moving"
    sides = sheet_key = ("from_product", "to_product")
    list_display = ["__str__", "description"]
    list_filter = [FlowFilter]
    fixed_fields = ("from_product", "to_product")
    fields = [("from_product", "to_product"), "description"]
    empty_hint = (
        "A workflow says that work flows from one product into another: a lead into the CRM, a "
        "won deal into the quote. Add one for every hand-over."
    )


@admin.register(Sequence)
class SequenceAdmin(RelationAdmin):
    menu_place = 8
    icon = "low_priority"
    sides = sheet_key = ("before", "after")
    list_display = ["__str__", "kind", "adoption"]
    list_filter = [StepFilter, ("kind", ChoicesDropdownFilter)]
    fixed_fields = ("before", "after")
    fields = [("before", "after"), ("kind", "min_adoption")]
    empty_hint = (
        "A sequence says that one product comes before another: the data platform before the "
        "reports over it. Offers wait until the first is adopted."
    )

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        try:
            usual = usual_adoption(on=timezone.localdate())
        except DomainError as refusal:
            messages.warning(request, str(refusal))
            return initial
        return {"min_adoption": usual.normalize(), **initial}

    @display(description="least adoption", ordering="min_adoption")
    def adoption(self, sequence: Sequence) -> str:
        return percent(sequence.min_adoption)


@admin.register(CoherenceOverride)
class CoherenceOverrideAdmin(RelationAdmin):
    menu_place = 9
    icon = "gavel"
    sheet_key = ("product_a", "product_b", "question")
    list_display = ["__str__", "figure", "note"]
    list_filter = [PairFilter, ("question", ChoicesDropdownFilter)]
    fixed_fields = ("product_a", "product_b", "question")
    fields = [("product_a", "product_b"), ("question", "score"), "note"]
    empty_hint = (
        "A judgement puts a score of yours in place of a computed one, with a note that says "
        "why. Begin on the page of a portfolio's coherence: choose two products."
    )

    @display(description="score", ordering="score")
    def figure(self, override: CoherenceOverride) -> str:
        return number(override.score, 2)
