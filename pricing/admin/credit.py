"""Credits in the admin: units with their burn table, and what a credit is worth."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
)

from config.access.scoping import visible
from config.admin import asof
from config.admin.decisions import DayForm, decide
from config.admin.filters import AutocompleteFilter
from config.admin.formatting import money
from config.admin.forms import ReasonField
from config.admin.navigation import Section
from config.admin.options import ModelAdmin, ReadOnly, StackedInline
from config.admin.panels import panel
from config.money import AMOUNT_DIGITS
from portfolio.models import Threshold
from pricing.burning import end_rate, set_rate
from pricing.credit_values import SPREAD, Fairness, fairness
from pricing.models import BurnRate, CreditTerms, CreditUnit, Feature, Price, ValueType


class TermsInline(StackedInline):
    """What a credit pack is worth beside its price."""

    model = CreditTerms
    fields = [("unit", "valid_months"), ("on_empty", "overage_charge"), "priority"]
    verbose_name_plural = "credits: what the pack grants beside its price"
    max_num = 1

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "overage_charge":
            plan = request.resolver_match.kwargs.get("object_id")
            field.queryset = field.queryset.filter(plan=plan if str(plan).isdigit() else None)
        return field


class RateForm(forms.Form):
    """What `set_rate` needs to know; it offers the features that the actor may see."""

    feature = forms.ModelChoiceField(
        Feature.objects.filter(value_type=ValueType.QUANTITY).select_related("product"),
        widget=UnfoldAdminSelectWidget,
    )
    credits = forms.DecimalField(
        label="Credits per unit", **AMOUNT_DIGITS, widget=UnfoldAdminDecimalFieldWidget
    )
    starts_on = forms.DateField(
        label="First day", widget=UnfoldAdminSingleDateWidget, help_text="YYYY-MM-DD"
    )
    change_reason = ReasonField()

    def __init__(self, *args, actor, unit: CreditUnit, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        features = self.fields["feature"].queryset.filter(product__portfolio=unit.portfolio_id)
        self.fields["feature"].queryset = visible(features, actor).order_by("product", "rank")
        self.fields["feature"].label_from_instance = lambda row: f"{row.product}: {row}"


class EndForm(DayForm):
    change_reason = ReasonField()


@admin.register(CreditUnit)
class CreditUnitAdmin(ModelAdmin):
    section = Section.PRICES
    menu_place = 6
    icon = "toll"
    list_display = ["name", "code", "portfolio", "on_empty"]
    list_filter = [("portfolio", RelatedDropdownFilter)]
    list_select_related = ["portfolio"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["portfolio"]
    fixed_fields = ("code", "portfolio")
    actions_detail = ["set_rate"]
    fieldsets = [(None, {"fields": [("name", "code"), ("portfolio", "on_empty")]})]
    empty_hint = (
        "A unit is what credits are called. Add it, say on its page what features cost in it, and "
        "name it on the page of a credit pack."
    )

    @action(description="Set a burn rate", permissions=["pricing.add_burnrate"], icon="add")
    def set_rate(self, request, object_id):
        unit = self.get_object_or_404(request, object_id)
        return decide(
            self,
            request,
            form=RateForm(request.POST or None, actor=request.user, unit=unit),
            title="Set a burn rate",
            meaning=(
                f"From the day you name a unit of the feature costs so many {unit}. A rate is "
                "binding at once and never edited; the one until then ends."
            ),
            call=lambda change_reason, **wanted: set_rate(unit=unit, **wanted),
            done="The burn table has the rate.",
            back=reverse("admin:pricing_creditunit_change", args=[unit.pk]),
        )


@admin.register(BurnRate)
class BurnRateAdmin(ReadOnly, ModelAdmin):
    section = Section.PRICES
    menu_place = 7
    icon = "local_fire_department"
    list_display = ["feature", "unit", "per_unit", "starts_on", "ends_on", "standing"]
    as_of = "in_force"
    list_filter = [("unit", RelatedDropdownFilter), ("feature", AutocompleteFilter)]
    list_select_related = ["feature", "unit"]
    sortable_by = []
    ordering = ["-id"]
    actions_detail = ["end"]
    fields = ["unit", "feature", "per_unit", "starts_on", "ends_on"]
    readonly_fields = ["per_unit"]
    empty_hint = "Set the first rate on the page of a credit unit."

    @display(description="credits per unit")
    def per_unit(self, rate: BurnRate) -> str:
        return f"{rate.credits.normalize():f}"

    @action(description="End it", permissions=["pricing.change_burnrate"], icon="stop")
    def end(self, request, object_id):
        rate = self.get_object_or_404(request, object_id)
        return decide(
            self,
            request,
            form=EndForm(request.POST or None),
            title="End the rate",
            meaning=(
                f"A unit of {rate.feature} costs {self.per_unit(rate)} {rate.unit} since "
                f"{rate.starts_on}. From the day you name it cannot be drawn with credits."
            ),
            call=lambda on, change_reason: end_rate(rate=rate, on=on),
            done=f"{rate.feature} has no rate from that day on.",
            back=reverse("admin:pricing_creditunit_change", args=[rate.unit_id]),
        )


@panel(
    "pricing.creditunit",
    title="Burn table",
    template="pricing/burn_table.html",
    permission="pricing.view_burnrate",
    rank=10,
    above=True,
)
def burn_table(request, unit: CreditUnit) -> dict:
    """What features cost on the day."""
    on = asof.day(request)[0]
    rates = visible(BurnRate.objects.in_force(on=on), request.user).filter(unit=unit)
    rates = rates.select_related("feature__product").order_by("feature__product", "feature__rank")
    return {
        "on": on,
        "unit": unit,
        "rates": [(rate, f"{rate.credits.normalize():,f}") for rate in rates],
    }


@panel(
    "pricing.creditunit",
    title="What a credit is worth",
    template="pricing/credit_worth.html",
    permission="pricing.view_price",
    rank=20,
    above=True,
)
def worth(request, unit: CreditUnit) -> dict:
    """The price of a unit alone over the credits it costs, by feature."""
    on = asof.day(request)[0]
    prices = visible(Price.objects.all(), request.user)
    most = Threshold.objects.values_on(on).get(SPREAD)
    found = fairness(units=[unit], prices=prices, on=on)
    return {"most": most, "worths": [_shown(each, most) for each in found]}


def _shown(each: Fairness, most) -> dict:
    spread = each.spread
    values = sorted(each.values, key=lambda value: value.value)
    return {
        "currency": each.currency,
        "spread": None if spread is None else f"{spread:.1f}",
        "is_wide": most is not None and spread is not None and spread > most,
        "rows": [
            (
                value.rate.feature,
                money(value.unit, each.currency),
                f"{value.rate.credits.normalize():,f}",
                money(round(value.value, 6), each.currency),
            )
            for value in values
        ],
    }
