"""Prices in the admin: looked at; the line of a release that is not published can be changed."""

from django.contrib import admin
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display

from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, TabularInline
from pricing.admin import columns
from pricing.admin.adjusting import PriceAdjusting
from pricing.admin.numbers import ShortNumbers
from pricing.models import Price, PriceTier


class TierInline(TabularInline):
    model = PriceTier
    form = ShortNumbers
    hide_title = True
    fields = ["from_quantity", "to_quantity", "unit_amount", "flat_amount"]
    verbose_name_plural = "bands, of graduated and volume prices"
    show_change_link = False

    def has_add_permission(self, request, obj=None) -> bool:
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None) -> bool:
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return _is_draft(obj) and super().has_delete_permission(request, obj)


@admin.register(Price)
class PriceAdmin(PriceAdjusting, ModelAdmin):
    section = Section.PRICES
    menu_place = 3
    icon = "payments"
    form = ShortNumbers
    list_display = ["charge", "terms", "book", "starts_on", "ends_on", "stands"]
    list_filter = [
        ("book", AutocompleteFilter),
        ("release", AutocompleteFilter),
        ("charge__plan__product", AutocompleteFilter),
        ("interval", ChoicesDropdownFilter),
        ("model", ChoicesDropdownFilter),
        ("cancelled", BooleanRadioFilter),
    ]
    list_select_related = ["charge__plan", "book", "release"]
    search_fields = ["charge__plan__code", "charge__plan__name"]
    sortable_by = []
    ordering = ["-id"]
    actions = ["adjust_prices"]
    as_of = "known"
    fixed_fields = ("charge", "currency", "interval", "stands", "starts_on", "ends_on", "release")
    readonly_fields = ["stands", "starts_on", "ends_on", "release", "book"]
    inlines = [TierInline]
    fieldsets = [
        (None, {"fields": [("charge", "book"), ("currency", "interval"), ("model", "is_end")]}),
        (
            "Amounts",
            {"fields": [("flat_amount", "unit_amount"), ("included_units", "package_size")]},
        ),
        ("More", {"fields": [("credits", "is_minimum")]}),
        ("When", {"fields": [("starts_on", "ends_on"), ("release", "stands")]}),
    ]
    deletable = False
    locks_first = "release"
    empty_hint = "Prices come with releases: draft one, have it approved, publish it."

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("charge__plan", "book", "release__book")
        return rows.prefetch_related("tiers")

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return _is_draft(obj) and super().has_change_permission(request, obj)

    @display(description="price")
    def terms(self, price: Price) -> str:
        return columns.terms(price)

    @display(description="stands")
    def stands(self, price: Price) -> str:
        if price.cancelled:
            return "cancelled"
        return "published" if price.published_at else price.release.get_state_display().lower()


def _is_draft(price: Price | None) -> bool:
    return price is None or (price.published_at is None and price.release.is_open)
