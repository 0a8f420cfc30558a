"""Incentives in the admin."""

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from config.admin.formatting import money
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from pricing.admin.numbers import ShortNumbers
from pricing.models import Incentive, IncentiveKind

ASKS_WHY = ("kind", "value", "currency", "redeem_from", "redeem_until")


@admin.register(Incentive)
class IncentiveAdmin(ModelAdmin):
    section = Section.PRICES
    menu_place = 5
    icon = "sell"
    form = ShortNumbers
    asks_why = (*ASKS_WHY, "duration_days", "duration_periods", "max_total", "max_per_account")
    list_display = ["name", "code", "takes_off", "lasts", "redeem_from", "redeem_until", "stacking"]
    list_filter = [
        ("kind", ChoicesDropdownFilter),
        ("stacking", ChoicesDropdownFilter),
        ("segment", RelatedDropdownFilter),
    ]
    sortable_by = ["redeem_until"]
    search_fields = ["code", "name"]
    autocomplete_fields = [
        "plans",
        "required_products",
        "excluded_products",
        "segment",
        "region",
    ]
    fixed_fields = ("code",)
    fieldsets = [
        (None, {"fields": [("name", "code"), ("kind", "value"), ("currency", "plans")]}),
        (
            "Until when, and how long",
            {
                "fields": [
                    ("redeem_from", "redeem_until"),
                    ("duration_days", "duration_periods"),
                ]
            },
        ),
        (
            "For whom",
            {
                "fields": [
                    ("nth_product", "interval"),
                    ("required_products", "excluded_products"),
                    ("segment", "region"),
                    "reacquire_days",
                ]
            },
        ),
        (
            "How often, and with which others",
            {
                "fields": [
                    ("max_total", "max_per_account"),
                    ("stacking", "rank"),
                    "on_locked",
                ]
            },
        ),
    ]
    empty_hint = (
        "An incentive lowers prices for some time: say until when it can be had, and how long it "
        "lasts. A discount without an end cannot be saved."
    )

    @display(description="takes off")
    def takes_off(self, incentive: Incentive) -> str:
        if incentive.kind == IncentiveKind.PERCENT:
            return f"{incentive.value.normalize():f} %"
        if incentive.kind == IncentiveKind.AMOUNT:
            return money(incentive.value, incentive.currency)
        return "everything"

    @display(description="lasts")
    def lasts(self, incentive: Incentive) -> str:
        if incentive.duration_days is not None:
            return f"{incentive.duration_days} days"
        return f"{incentive.duration_periods} intervals"
