"""Discounts that customers got, in the admin: looked at; and where one became the price."""

from django.contrib import admin
from django.template.response import TemplateResponse
from unfold.decorators import action, display

from accounts.long_discounts import MONTHS, long_discounts
from accounts.models import IncentiveRedemption, SubscriptionLine
from config.access.scoping import visible
from config.admin import asof
from config.admin.filters import AutocompleteFilter
from config.admin.formatting import minor, money, percent
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly
from portfolio.models import Threshold

SHOWN = 200
CHOICES = (6, 12, 24)  # months
A_YEAR = 12


@admin.register(IncentiveRedemption)
class IncentiveRedemptionAdmin(ReadOnly, ModelAdmin):
    section = Section.CUSTOMERS
    menu_place = 6
    menu_title = "Discounts"
    icon = "sell"
    list_display = ["account", "incentive", "taken_off", "starts_on", "ends_on", "standing"]
    as_of = "running"
    list_filter = [("account", AutocompleteFilter), ("incentive", AutocompleteFilter)]
    list_select_related = ["account", "incentive"]
    sortable_by = []
    ordering = ["-id"]
    actions_list = ["became_the_price"]
    fieldsets = [
        (None, {"fields": [("account", "incentive"), ("line", "taken_off")]}),
        ("When", {"fields": [("starts_on", "ends_on"), "recorded_at"]}),
    ]
    readonly_fields = ["taken_off", "recorded_at"]
    empty_hint = "Name an incentive where a subscription is started; its end is written at once."

    @display(description="taken off each interval")
    def taken_off(self, row: IncentiveRedemption) -> str:
        return money(row.discount, row.account.currency)

    @action(
        description="Where a discount became the price",
        permissions=["accounts.view_subscriptionline"],
        icon="hourglass_bottom",
    )
    def became_the_price(self, request):
        """Lines below their list price for longer than the threshold, the longest first."""
        on, problem = asof.day(request)
        months = int(Threshold.objects.values_on(on).get(MONTHS, A_YEAR))
        asked = request.GET.get("months", "")
        months = int(asked) if asked.isdecimal() and int(asked) <= 600 else months
        lines = visible(SubscriptionLine.objects.all(), request.user)
        found = long_discounts(lines, months=months, on=on).select_related(
            "account", "plan", "product", "subscription"
        )
        rows = [_row(line) for line in found.order_by("since", "id")[: SHOWN + 1]]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "Where a discount became the price",
            "on": on,
            "on_problem": problem,
            "months": months,
            "choices": CHOICES,
            "rows": rows[:SHOWN],
            "shown": SHOWN,
            "more": len(rows) > SHOWN,
        }
        return TemplateResponse(request, "accounts/long_discounts.html", context)


def _row(line: SubscriptionLine) -> dict:
    currency = line.subscription.currency
    return {
        "line": line,
        "paid": money(line.amount, currency),
        "listed": money(line.list_amount, currency),
        "share": percent(1 - line.amount / line.list_amount, 1),
        "revenue": minor(line.mrr, currency),
    }
