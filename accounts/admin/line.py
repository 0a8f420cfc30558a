"""Lines in the admin: looked at, changed, renewed, ended; begun with their subscription."""

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.admin import columns
from accounts.admin.line_verbs import LineVerbs
from accounts.models import SubscriptionLine
from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly


@admin.register(SubscriptionLine)
class SubscriptionLineAdmin(LineVerbs, ReadOnly, ModelAdmin):
    section = Section.CUSTOMERS
    menu_place = 2
    icon = "list_alt"
    list_display = [
        "account",
        "plan",
        "quantity",
        "paid",
        "revenue",
        "starts_on",
        "ends_on",
        "standing",
    ]
    as_of = "live"
    list_filter = [
        ("account", AutocompleteFilter),
        ("product", AutocompleteFilter),
        ("origin", ChoicesDropdownFilter),
    ]
    list_select_related = ["account", "plan", "subscription"]
    sortable_by = []
    ordering = ["-id"]
    actions_detail = ["alter", "renew", "end"]
    fieldsets = [
        (None, {"fields": [("subscription", "account"), ("plan", "charge"), "instance"]}),
        ("Terms", {"fields": [("quantity", "paid"), ("list_price", "revenue")]}),
        ("When", {"fields": [("starts_on", "ends_on"), ("recorded_at", "voided_at")]}),
        ("Held by", {"fields": [("price", "plan_version"), "floor_version"]}),
        ("In a bundle", {"fields": [("bundle_plan", "bundle_version")]}),
        ("Lineage", {"fields": [("previous", "root"), "origin"]}),
    ]
    readonly_fields = [
        "price",
        "bundle_plan",
        "bundle_version",
        "floor_version",
        "paid",
        "list_price",
        "revenue",
        "voided_at",
        "recorded_at",
    ]
    empty_hint = "Lines come with subscriptions: start one from the page of an account."

    @display(description="paid")
    def paid(self, line: SubscriptionLine) -> str:
        return columns.paid(line)

    @display(description="list price")
    def list_price(self, line: SubscriptionLine) -> str:
        return columns.list_price(line)

    @display(description="MRR")
    def revenue(self, line: SubscriptionLine) -> str:
        return columns.revenue(line)
