"""What customers use and how well they are, in the admin: looked at, told, put right."""

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.health import band_of, limits
from accounts.models import Band, HealthScore, UsageDay
from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from pricing.quantities import spelled

COLOURS = {Band.RED: "danger", Band.YELLOW: "warning", Band.GREEN: "success"}


@admin.register(UsageDay)
class UsageDayAdmin(ModelAdmin):
    section = Section.USE
    icon = "monitoring"
    menu_place = 6
    menu_title = "Usage"
    list_display = ["account", "feature", "kind", "day", "amount"]
    list_filter = [
        ("account", AutocompleteFilter),
        ("feature", AutocompleteFilter),
        ("kind", ChoicesDropdownFilter),
    ]
    list_select_related = ["account", "feature"]
    sortable_by = []
    ordering = ["-id"]
    autocomplete_fields = ["account", "feature"]
    fixed_fields = ("account", "feature", "kind", "day")
    fieldsets = [(None, {"fields": [("account", "feature"), ("kind", "day"), "value"]})]
    deletable = False  # told again instead: nought
    empty_hint = "Usage comes over REST, or from a file: manage.py import_usage."

    @display(description="value")
    def amount(self, used: UsageDay) -> str:
        return spelled(used.value, used.feature.unit if used.kind == "use" else "")


@admin.register(HealthScore)
class HealthScoreAdmin(ModelAdmin):
    section = Section.USE
    icon = "ecg_heart"
    menu_place = 7
    list_display = ["account", "day", "score", "shown_band", "made_from"]
    list_filter = [("account", AutocompleteFilter), ("band", ChoicesDropdownFilter)]
    list_select_related = ["account"]
    sortable_by = []
    ordering = ["-id"]
    autocomplete_fields = ["account"]
    fixed_fields = ("account", "day")
    readonly_fields = ["shown_band"]
    fieldsets = [(None, {"fields": [("account", "day"), ("score", "shown_band"), "sources"]})]
    deletable = False  # told again instead
    empty_hint = "Scores come over REST: POST /api/v1/health-scores/batch/."

    def save_model(self, request, obj, form, change):
        obj.band = band_of(obj.score, limits(on=obj.day))
        super().save_model(request, obj, form, change)

    @display(description="band", label=COLOURS)
    def shown_band(self, score: HealthScore):
        return score.band and (score.band, score.get_band_display())

    @display(description="made from")
    def made_from(self, score: HealthScore) -> str:
        return ", ".join(score.sources)
