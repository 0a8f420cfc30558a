"""Putting accounts into segments and regions in the admin."""

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from accounts.models import AccountProfile
from accounts.profiles import classify
from config.admin.navigation import Section
from config.admin.options import ModelAdmin


@admin.register(AccountProfile)
class AccountProfileAdmin(ModelAdmin):
    section = Section.CUSTOMERS
    icon = "badge"
    list_display = ["account", "segment", "region", "starts_on", "ends_on", "standing", "source"]
    as_of = "in_force"
    list_filter = [
        ("segment", RelatedDropdownFilter),
        ("region", RelatedDropdownFilter),
        ("source", ChoicesDropdownFilter),
    ]
    list_select_related = ["account", "segment", "region"]
    sortable_by = []
    ordering = ["-id"]
    autocomplete_fields = ["account", "segment", "region"]
    fields = ["account", "segment", "region", "starts_on"]
    deletable = False
    menu_place = 4
    empty_hint = "Without a profile, a customer appears in no segment and no region."

    def save_model(self, request, obj, form, change):
        profile = classify(**form.cleaned_data)
        obj.pk = profile.pk  # of the same first day: the row that was there
        obj.refresh_from_db()

    def has_change_permission(self, request, obj=None) -> bool:
        return False  # history: the next profile ends the one before
