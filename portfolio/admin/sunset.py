"""How products end, and what strategic ones make possible, in the admin."""

from django.contrib import admin
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display

from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.admin.spreadsheets import Spreadsheets
from portfolio.models import SegmentEnablement, SunsetPlan


@admin.register(SunsetPlan)
class SunsetPlanAdmin(Spreadsheets, ModelAdmin):
    section = Section.PORTFOLIO
    menu_place = 23
    icon = "routine"
    sheet_key = ("product",)
    list_display = ["product", "after", "announced_on", "end_of_sale", "end_of_life"]
    list_filter = [
        ("successor", AutocompleteFilter),
        ("no_successor", BooleanRadioFilter),
    ]
    list_select_related = ["product", "successor"]
    search_fields = ["product__code", "product__name"]
    autocomplete_fields = ["product", "successor"]
    fixed_fields = ("product",)
    fieldsets = [
        (None, {"fields": ["product", ("successor", "no_successor"), "reason"]}),
        ("When customers are told", {"fields": [("notice_days", "announced_on")]}),
    ]
    empty_hint = (
        "When a product is on its way out, say here what its customers get instead. "
        "The days of its end are on the product itself."
    )

    @display(description="successor", ordering="successor")
    def after(self, plan: SunsetPlan) -> str:
        return str(plan.successor or "none")

    @display(description="end of sale", ordering="product__end_of_sale_on")
    def end_of_sale(self, plan: SunsetPlan):
        return plan.product.end_of_sale_on

    @display(description="end of life", ordering="product__end_of_life_on")
    def end_of_life(self, plan: SunsetPlan):
        return plan.product.end_of_life_on


@admin.register(SegmentEnablement)
class SegmentEnablementAdmin(ModelAdmin):
    """Reached from the page of the product."""

    icon = "key"
    list_display = ["product", "segment", "note"]
    list_filter = [("product", AutocompleteFilter)]
    list_select_related = ["product", "segment"]
    autocomplete_fields = ["product", "segment"]
    fixed_fields = ("product",)
    fields = ["product", "segment", "note"]
    empty_hint = "A strategic product names the segments that could not be sold to without it."
