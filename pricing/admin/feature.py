"""Features in the admin."""

from django.contrib import admin
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter

from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin
from pricing.models import Feature


@admin.register(Feature)
class FeatureAdmin(ModelAdmin):
    section = Section.PLANS
    menu_place = 8
    icon = "checklist"
    list_display = ["name", "code", "product", "value_type", "unit", "value_rating", "rank"]
    list_filter = [
        ("product", AutocompleteFilter),
        ("value_type", ChoicesDropdownFilter),
        ("is_support", BooleanRadioFilter),
    ]
    list_select_related = ["product"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["product"]
    fixed_fields = ("code", "product", "value_type")
    fieldsets = [
        (None, {"fields": [("name", "code"), ("product", "rank")]}),
        ("What plans say of it", {"fields": [("value_type", "unit"), "levels"]}),
        ("What it is to customers", {"fields": [("value_rating", "is_support")]}),
        ("Above the limit", {"fields": [("on_exceed", "grace_days")]}),
    ]
    empty_hint = "A feature is what a product can do, or how much of it. Plans grant features."
