"""Plan versions in the admin: a published one is ended, never edited."""

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from config.admin.spreadsheets import Spreadsheets
from pricing.models import PlanVersion, VersionState

KEPT = ("plan", "number", "state", "existing_treatment", "starts_on", "ends_on")


@admin.register(PlanVersion)
class PlanVersionAdmin(Spreadsheets, ModelAdmin):
    section = Section.PLANS
    menu_place = 1
    icon = "history_edu"
    sheet_key = ("plan", "number")
    list_display = [
        "plan",
        "number",
        "state",
        "existing_treatment",
        "starts_on",
        "ends_on",
        "standing",
    ]
    as_of = "in_force"
    list_filter = [("state", ChoicesDropdownFilter), ("plan", AutocompleteFilter)]
    list_select_related = ["plan"]
    search_fields = ["plan__code", "plan__name"]
    autocomplete_fields = ["plan"]
    fixed_fields = ("plan", "number")
    fieldsets = [
        (None, {"fields": [("plan", "number"), "state"]}),
        ("Existing customers", {"fields": ["existing_treatment"]}),
        ("When", {"fields": [("starts_on", "ends_on")]}),
    ]
    empty_hint = "A version says what a tier includes. Draft it, then publish it."

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("plan")

    def has_delete_permission(self, request, obj=None) -> bool:
        draft = obj is None or obj.state == VersionState.DRAFT
        return draft and super().has_delete_permission(request, obj)
