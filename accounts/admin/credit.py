"""Credits of customers in the admin: granted by hand, looked at, corrected, taken back."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
)

from accounts.admin.account import AccountAdmin
from accounts.credits.drawing import correct
from accounts.credits.granting import grant, withdraw
from accounts.models import CreditDraw, CreditGrant, GrantSource
from config.access.scoping import visible
from config.admin.additions import add_action
from config.admin.decisions import decide
from config.admin.filters import AutocompleteFilter
from config.admin.formatting import money
from config.admin.forms import ReasonField
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly
from config.money import AMOUNT_DIGITS
from portfolio.models import Product
from pricing.models import CreditUnit

BY_HAND = [choice for choice in GrantSource.choices if choice[0] != GrantSource.PLAN]


def _short(number) -> str:
    return f"{number.normalize():,f}"


class GrantForm(forms.Form):
    """What `grant` needs to know; it offers the rows that the actor may see."""

    unit = forms.ModelChoiceField(CreditUnit.objects.all(), widget=UnfoldAdminSelectWidget)
    credits = forms.DecimalField(**AMOUNT_DIGITS, widget=UnfoldAdminDecimalFieldWidget)
    source = forms.ChoiceField(
        choices=BY_HAND, initial=GrantSource.PROMO, widget=UnfoldAdminSelectWidget
    )
    starts_on = forms.DateField(
        label="First day", widget=UnfoldAdminSingleDateWidget, help_text="YYYY-MM-DD"
    )
    ends_on = forms.DateField(
        label="First day on which they are gone",
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        help_text="YYYY-MM-DD; empty: never.",
    )
    product = forms.ModelChoiceField(
        Product.objects.all(),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="Only for features of this product; empty: of any.",
    )
    priority = forms.IntegerField(
        min_value=0,
        max_value=32767,
        initial=100,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="Credits with a lower number are used first.",
    )
    cost = forms.DecimalField(
        **AMOUNT_DIGITS,
        min_value=0,
        initial=0,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="What the customer pays for all of it; credits that are free are used first.",
    )
    change_reason = ReasonField()

    def __init__(self, *args, actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("unit", "product"):
            self.fields[name].queryset = visible(self.fields[name].queryset, actor)


class WhyForm(forms.Form):
    """Why it is taken back."""

    change_reason = ReasonField()


@add_action(AccountAdmin)
@action(description="Grant credits", permissions=["accounts.add_creditgrant"], icon="toll")
def grant_credits(self, request, object_id):
    account = self.get_object_or_404(request, object_id)

    def give(change_reason: str, **facts) -> None:
        wanted = CreditGrant(account=account, reason=change_reason, **facts)
        grant(wanted=wanted, on=timezone.localdate())

    return decide(
        self,
        request,
        form=GrantForm(request.POST or None, actor=request.user),
        title=f"Grant credits to {account}",
        meaning=(
            f"{account} may use them from the first day on. What it owes is paid first. Credits "
            "of a subscription come by themselves."
        ),
        call=give,
        done=f"{account} has the credits.",
        back=reverse("admin:accounts_account_change", args=[account.pk]),
    )


@admin.register(CreditGrant)
class CreditGrantAdmin(ReadOnly, ModelAdmin):
    section = Section.CUSTOMERS
    menu_place = 7
    icon = "savings"
    list_display = ["account", "granted", "left", "source", "starts_on", "ends_on", "standing"]
    as_of = "in_force"
    list_filter = [
        ("account", AutocompleteFilter),
        ("unit", RelatedDropdownFilter),
        ("source", ChoicesDropdownFilter),
    ]
    list_select_related = ["account", "unit", "balance"]
    sortable_by = []
    ordering = ["-id"]
    actions_detail = ["withdraw"]
    fieldsets = [
        (None, {"fields": [("account", "source"), ("granted", "left"), "reason"]}),
        ("How they are used", {"fields": [("priority", "product"), "cost"]}),
        ("From", {"fields": [("plan", "line"), "key"]}),
        ("When", {"fields": [("starts_on", "ends_on"), "recorded_at"]}),
    ]
    readonly_fields = ["granted", "left", "recorded_at"]
    empty_hint = (
        "Grant credits on the page of an account; those of a subscription come by themselves."
    )

    @display(description="credits")
    def granted(self, row: CreditGrant) -> str:
        return f"{_short(row.credits)} {row.unit}"

    @display(description="left now")
    def left(self, row: CreditGrant) -> str:
        return _short(row.balance.left)

    @action(description="Take back", permissions=["accounts.add_creditdraw"], icon="undo")
    def withdraw(self, request, object_id):
        row = self.get_object_or_404(request, object_id)
        now = timezone.now()
        return decide(
            self,
            request,
            form=WhyForm(request.POST or None),
            title="Take back what is left",
            meaning=f"{row.account} has {self.left(row)} of {self.granted(row)} left.",
            call=lambda change_reason: withdraw(
                grant=row, reason=change_reason, at=now, on=timezone.localdate(now)
            ),
            done="Nothing of it is left.",
            back=reverse("admin:accounts_creditgrant_change", args=[row.pk]),
        )


@admin.register(CreditDraw)
class CreditDrawAdmin(ReadOnly, ModelAdmin):
    section = Section.CUSTOMERS
    menu_place = 8
    icon = "local_fire_department"
    list_display = ["at", "account", "kind", "feature", "used", "drawn", "beyond"]
    list_filter = [
        ("account", AutocompleteFilter),
        ("unit", RelatedDropdownFilter),
        ("feature", AutocompleteFilter),
        ("kind", ChoicesDropdownFilter),
    ]
    list_select_related = ["account", "unit", "feature"]
    sortable_by = []
    ordering = ["-id"]
    actions_detail = ["correct"]
    fieldsets = [
        (None, {"fields": [("account", "kind"), ("feature", "used"), ("drawn", "rate")]}),
        ("Paid by", {"fields": ["paid", "beyond"]}),
        ("When", {"fields": [("at", "drawn_on"), ("key", "recorded_at")]}),
        ("Why", {"fields": ["corrects", "reason"]}),
    ]
    readonly_fields = ["used", "drawn", "beyond", "paid", "at", "recorded_at"]
    empty_hint = "Products report what is used by POST /api/v1/credit-draws/."

    @display(description="units")
    def used(self, row: CreditDraw) -> str:
        return _short(row.units) if row.feature_id else ""

    @display(description="credits")
    def drawn(self, row: CreditDraw) -> str:
        return f"{_short(row.credits)} {row.unit}"

    @display(description="beyond the credits")
    def beyond(self, row: CreditDraw) -> str:
        if not row.overage:
            return ""
        return f"{_short(row.overage)} for {money(row.overage_amount, row.account.currency)}"

    @display(description="grants")
    def paid(self, row: CreditDraw) -> str:
        parts = row.allocations.select_related("grant__unit")
        return "; ".join(f"{_short(part.credits)} of {part.grant}" for part in parts) or "nothing"

    @action(description="Correct it", permissions=["accounts.add_creditdraw"], icon="undo")
    def correct(self, request, object_id):
        row = self.get_object_or_404(request, object_id)
        now = timezone.now()
        return decide(
            self,
            request,
            form=WhyForm(request.POST or None),
            title="Correct the use",
            meaning=(
                f"{row.account} used {self.drawn(row)} on {row.drawn_on}. Every grant gets back "
                "what it paid; the use stays in the list, and the correction beside it."
            ),
            call=lambda change_reason: correct(
                draw=row, reason=change_reason, at=now, on=timezone.localdate(now)
            ),
            done="The use is corrected.",
            back=reverse("admin:accounts_creditdraw_change", args=[row.pk]),
        )
