"""Lines in the admin: looked at, ended; begun on the page of their subscription."""

from django.contrib import admin
from django.urls import reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from accounts.admin import columns
from accounts.models import SubscriptionLine
from accounts.subscriptions import end_line
from config.admin.decisions import DayForm, decide
from config.admin.filters import AutocompleteFilter
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly


@admin.register(SubscriptionLine)
class SubscriptionLineAdmin(ReadOnly, ModelAdmin):
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
    actions_detail = ["end"]
    fieldsets = [
        (None, {"fields": [("subscription", "account"), ("plan", "charge"), "instance"]}),
        ("Terms", {"fields": [("quantity", "paid"), ("list_price", "revenue")]}),
        ("When", {"fields": [("starts_on", "ends_on"), ("recorded_at", "voided_at")]}),
        ("Lineage", {"fields": [("previous", "root"), "origin"]}),
    ]
    readonly_fields = ["paid", "list_price", "revenue", "voided_at", "recorded_at"]
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

    @action(
        description="End this line", permissions=["accounts.change_subscriptionline"], icon="stop"
    )
    def end(self, request, object_id):
        line = self.get_object_or_404(request, object_id)
        return decide(
            self,
            request,
            form=DayForm(request.POST or None),
            title=f"End {line.plan}",
            meaning=(
                f"{line.account} holds {line.plan} since {line.starts_on}. It will not be held "
                "from the day you name. A day on or before its start means it never was."
            ),
            call=lambda on: end_line(line=line, on=on),
            done=f"{line.plan} is ended.",
            back=reverse("admin:accounts_subscription_change", args=[line.subscription_id]),
        )
