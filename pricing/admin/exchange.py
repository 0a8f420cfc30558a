"""Exchange rates in the admin."""

from django.contrib import admin
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.admin.spreadsheets import Spreadsheets
from pricing.admin.numbers import ShortNumbers
from pricing.models import ExchangeRate, RateTable


@admin.register(RateTable)
class RateTableAdmin(ModelAdmin):
    section = Section.FIGURES
    icon = "currency_exchange"
    list_display = ["name", "code", "currency"]
    search_fields = ["code", "name"]
    fixed_fields = ("code", "currency")
    fieldsets = [(None, {"fields": [("name", "code"), "currency"]})]
    empty_hint = (
        "A table has the rates of one place into one currency. Figures in several currencies are "
        "added up where its code is given as rates."
    )


@admin.register(ExchangeRate)
class ExchangeRateAdmin(Spreadsheets, ModelAdmin):
    section = Section.FIGURES
    icon = "swap_horiz"
    form = ShortNumbers
    sheet_key = ("table", "currency", "starts_on")
    asks_why = ("rate", "per", "starts_on", "ends_on")
    list_display = ["currency", "figure", "table", "starts_on", "ends_on", "standing", "source"]
    as_of = "in_force"
    list_filter = [("table", RelatedDropdownFilter)]
    list_select_related = ["table"]
    search_fields = ["currency", "table__code"]
    autocomplete_fields = ["table"]
    fixed_fields = ("table", "currency")
    fieldsets = [
        (None, {"fields": [("table", "currency"), ("rate", "per"), "source"]}),
        ("When", {"fields": [("starts_on", "ends_on")]}),
    ]
    empty_hint = "A rate says what a currency is worth in that of its table, since when."

    @display(description="rate", ordering="rate")
    def figure(self, rate: ExchangeRate) -> str:
        return f"{rate.rate.normalize():f}" + (f" per {rate.per:,}" if rate.per > 1 else "")
