"""Published figures in the admin."""

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.admin.spreadsheets import Spreadsheets
from portfolio.benchmarks import band
from portfolio.models import Benchmark


@admin.register(Benchmark)
class BenchmarkAdmin(Spreadsheets, ModelAdmin):
    section = Section.FIGURES
    icon = "straighten"
    sheet_key = ("key", "published_on")
    list_display = ["name", "figure", "basis", "published_on", "source"]
    list_filter = [("unit", ChoicesDropdownFilter)]
    search_fields = ["key", "name"]
    fixed_fields = ("key",)
    fieldsets = [
        (None, {"fields": [("name", "key"), ("low", "high"), ("unit", "basis")]}),
        ("Where it comes from", {"fields": ["source", "published_on"]}),
    ]
    empty_hint = "A benchmark is a figure that somebody published, to compare with."

    @display(description="figure", ordering="low")
    def figure(self, benchmark: Benchmark) -> str:
        return band(benchmark)
