"""The account ledger in the admin: what every figure is a sum of."""

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.models import LedgerEntry, Part
from config.admin.filters import AutocompleteFilter
from config.admin.formatting import minor
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly


def _part(name: str, label: str):
    """A read-only field that shows one part of the change as money."""

    @display(description=label)
    def show(self, entry: LedgerEntry) -> str:
        return minor(getattr(entry, name), entry.currency)

    return show


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly, ModelAdmin):
    section = Section.FIGURES
    menu_place = 1
    icon = "receipt_long"
    list_display = ["position", "effective_on", "account", "kind", "sign", "before", "after"]
    list_filter = [("account", AutocompleteFilter), ("kind", ChoicesDropdownFilter)]
    list_select_related = ["account"]
    sortable_by = ["position"]
    ordering = ["-position"]
    fieldsets = [
        (None, {"fields": [("account", "effective_on"), ("position", "recorded_at")]}),
        ("Meaning", {"fields": [("kind", "sign"), "is_first"]}),
        ("Holds", {"fields": [("set_before", "set_after")]}),
        ("Pays in a month", {"fields": [("before", "after")]}),
        ("Parts of the change", {"fields": [f"part_{name}" for name in Part.values]}),
        (
            "Segment and region",
            {"fields": [("segment_before", "segment_after"), ("region_before", "region_after")]},
        ),
    ]
    empty_hint = "Entries are written when a subscription starts, changes or ends."

    before = _part("mrr_before", "before")
    after = _part("mrr_after", "after")


for _value, _label in Part.choices:
    setattr(LedgerEntryAdmin, f"part_{_value}", _part(_value, _label))
