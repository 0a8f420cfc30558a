"""Thresholds in the admin."""

from django.contrib import admin
from unfold.decorators import display

from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from portfolio.models import Threshold


@admin.register(Threshold)
class ThresholdAdmin(ModelAdmin):
    section = Section.FIGURES
    icon = "tune"
    list_display = ["code", "figure", "starts_on", "ends_on", "source"]
    search_fields = ["code"]
    fixed_fields = ("code",)
    fieldsets = [
        (None, {"fields": ["code", "value", "source"]}),
        ("When", {"fields": [("starts_on", "ends_on")]}),
    ]

    @display(description="value", ordering="value")
    def figure(self, threshold: Threshold) -> str:
        return f"{threshold.value.normalize():f}"
