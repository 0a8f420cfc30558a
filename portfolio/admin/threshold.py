"""Thresholds in the admin."""

from django.contrib import admin
from unfold.decorators import display

from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.admin.spreadsheets import Spreadsheets
from portfolio.models import Threshold


@admin.register(Threshold)
class ThresholdAdmin(Spreadsheets, ModelAdmin):
    section = Section.FIGURES
    icon = "tune"
    sheet_key = ("code", "starts_on")
    list_display = ["code", "figure", "starts_on", "ends_on", "standing", "source"]
    as_of = "in_force"
    search_fields = ["code"]
    fixed_fields = ("code",)
    fieldsets = [
        (None, {"fields": ["code", "value", "source"]}),
        ("When", {"fields": [("starts_on", "ends_on")]}),
    ]

    @display(description="value", ordering="value")
    def figure(self, threshold: Threshold) -> str:
        return f"{threshold.value.normalize():f}"
