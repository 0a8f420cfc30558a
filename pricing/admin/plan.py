"""Tiers in the admin."""

from django.contrib import admin
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display

from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, TabularInline
from config.admin.spreadsheets import Spreadsheets
from portfolio.admin.product import STATUS_COLOURS, StatusFilter
from pricing.models import Charge, Plan, PlanVersion


class ChargeInline(TabularInline):
    model = Charge
    fields = ["code", "cadence"]
    verbose_name_plural = "charges: the priced parts"


class VersionInline(TabularInline):
    model = PlanVersion
    fields = ["number", "state", "existing_treatment", "starts_on", "ends_on"]
    verbose_name_plural = "versions: what it includes, since when"

    def has_change_permission(self, request, obj=None) -> bool:
        return False  # a version has a page of its own; here one adds the next

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Plan)
class PlanAdmin(Spreadsheets, ModelAdmin):
    section = Section.PLANS
    icon = "stacks"
    menu_title = "Tiers"
    list_display = [
        "name",
        "code",
        "product",
        "rank",
        "is_public",
        "status",
        "available_from",
        "end_of_sale_on",
    ]
    list_filter = [
        StatusFilter,
        ("product", AutocompleteFilter),
        ("is_public", BooleanRadioFilter),
    ]
    as_of = True
    list_select_related = ["product"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["product"]
    fixed_fields = ("code", "product", "rank")
    inlines = [ChargeInline, VersionInline]
    fieldsets = [
        (None, {"fields": [("name", "code"), ("product", "rank"), "is_public"]}),
        ("When", {"fields": [("available_from", "end_of_sale_on"), "end_of_life_on"]}),
    ]
    empty_hint = "A tier is a product at a price. Give the smallest rank 1, the next rank 2."

    @display(description="status", label=STATUS_COLOURS)
    def status(self, plan: Plan) -> str:
        return plan.status(on=plan.shown_on).label
