"""Migration paths in the admin."""

from django.contrib import admin
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter

from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from pricing.models import MigrationPath


@admin.register(MigrationPath)
class MigrationPathAdmin(ModelAdmin):
    section = Section.PLANS
    menu_place = 9
    icon = "moving"
    list_display = ["from_plan", "to_plan", "kind", "allowed", "self_serve", "timing"]
    list_display_links = ["from_plan", "to_plan"]
    list_filter = [
        ("from_plan", AutocompleteFilter),
        ("kind", ChoicesDropdownFilter),
        ("allowed", BooleanRadioFilter),
        ("self_serve", BooleanRadioFilter),
    ]
    list_select_related = ["from_plan", "to_plan"]
    search_fields = ["from_plan__code", "from_plan__name", "to_plan__code", "to_plan__name"]
    autocomplete_fields = ["from_plan", "to_plan"]
    fixed_fields = ("from_plan", "to_plan")
    fieldsets = [
        (None, {"fields": [("from_plan", "to_plan"), "kind"]}),
        ("How", {"fields": [("allowed", "self_serve"), "timing", "note"]}),
    ]
    empty_hint = "A path says how customers get from one plan to another, such as an upgrade."

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("from_plan", "to_plan")
