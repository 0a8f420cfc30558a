"""Charges in the admin."""

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.admin.spreadsheets import Spreadsheets
from pricing.models import Charge


@admin.register(Charge)
class ChargeAdmin(Spreadsheets, ModelAdmin):
    section = Section.PRICES
    menu_place = 4
    icon = "sell"
    sheet_key = ("plan", "code")
    list_display = ["code", "plan", "cadence", "feature"]
    list_display_links = ["code", "plan"]
    list_filter = [("cadence", ChoicesDropdownFilter)]
    list_select_related = ["plan", "feature"]
    search_fields = ["code", "plan__code", "plan__name"]
    autocomplete_fields = ["plan", "feature"]
    fixed_fields = ("plan", "code")
    fields = ["plan", "code", "cadence", "feature"]
    empty_hint = "A charge is a priced part of a plan, such as its base fee or its seats."

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("plan")
