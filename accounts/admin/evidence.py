"""What customers were shown, reached and did, in the admin."""

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from accounts.admin.opportunity_reports import Gaps
from accounts.models import BehaviourEvent, Exposure, ValueOutcome
from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly


class Known(ModelAdmin):
    section = Section.SELLING
    list_select_related = ["account", "product"]
    sortable_by = []
    ordering = ["-id"]
    autocomplete_fields = ["account", "product"]
    deletable = False


@admin.register(Exposure)
class ExposureAdmin(Gaps, Known):
    menu_place = 3
    icon = "visibility"
    list_display = ["account", "product", "kind", "shown_on"]
    list_filter = [
        ("account", AutocompleteFilter),
        ("product", AutocompleteFilter),
        ("kind", ChoicesDropdownFilter),
    ]
    actions_list = ["gaps"]
    fields = [("account", "product"), ("kind", "shown_on"), "note"]
    fixed_fields = ("account", "product")
    empty_hint = "Write down which product a customer was shown: nobody buys what they do not know."


@admin.register(ValueOutcome)
class ValueOutcomeAdmin(Known):
    menu_place = 4
    icon = "emoji_events"
    list_display = ["account", "product", "achieved_on", "description"]
    list_filter = [("account", AutocompleteFilter), ("product", AutocompleteFilter)]
    fields = [("account", "product"), "achieved_on", "description"]
    fixed_fields = ("account", "product")
    empty_hint = "Write down what a customer reached: before that, offering more is too early."


@admin.register(BehaviourEvent)
class BehaviourEventAdmin(ReadOnly, Known):
    menu_place = 5
    icon = "ads_click"
    list_display = ["account", "kind", "product", "feature", "at"]
    list_filter = [("account", AutocompleteFilter), ("kind", ChoicesDropdownFilter)]
    list_select_related = ["account", "product", "feature"]
    fields = [("account", "kind"), ("product", "feature"), ("at", "key")]
    empty_hint = "Other systems tell of these at /api/v1/behaviour-events/, each once by its key."
