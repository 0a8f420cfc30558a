"""What an account has of credits, and how far credits go: pages to look at."""

from datetime import timedelta

from django import forms
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.credits.planning import plan_credits
from accounts.credits.statement import statements
from accounts.models import Account, CreditDraw, CreditGrant
from config.access.scoping import visible
from config.admin import asof
from config.admin.additions import add_action
from config.admin.formatting import money
from config.admin.panels import panel
from config.errors import DomainError
from config.money import AMOUNT_DIGITS
from pricing.admin.credit import CreditUnitAdmin
from pricing.models import BurnRate, CreditUnit, Feature

SEES = ["pricing.view_creditunit", "pricing.view_burnrate", "accounts.view_creditgrant"]
SHOWN = 10
MONTH = timedelta(days=30)


@panel(
    "accounts.account",
    title="Credits",
    template="accounts/credits.html",
    permission="accounts.view_creditgrant",
    rank=30,
    above=True,
)
def credits(request, account: Account) -> dict | None:
    """The statement of every unit on the day, and the latest uses; nothing without credits."""
    on = asof.day(request)[0]
    draws = visible(CreditDraw.objects.filter(account=account), request.user)
    grants = visible(CreditGrant.objects.filter(account=account), request.user)
    found = statements(grants=grants, draws=draws, on=on)
    if not found:
        return None
    latest = draws.until(on=on).select_related("unit", "feature").order_by("-drawn_on", "-id")
    return {
        "on": on,
        "account": account,
        "statements": [(each, money(each.overage_amount, account.currency)) for each in found],
        "draws": latest[:SHOWN],
    }


class PlanForm(forms.Form):
    """A plan of use: so many units of each feature that the unit pays for."""

    account = forms.CharField(
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="By its code: what it has and will have counts. Empty: only the credits below.",
    )
    credits = forms.DecimalField(
        **AMOUNT_DIGITS,
        min_value=0,
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="Credits to start with, on top of the account's.",
    )
    starts_on = forms.DateField(label="From", widget=UnfoldAdminSingleDateWidget)
    ends_on = forms.DateField(label="Until, without that day", widget=UnfoldAdminSingleDateWidget)

    def __init__(self, *args, actor, features: list[Feature], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.features = actor, features
        for feature in features:
            self.fields[f"units_{feature.pk}"] = forms.DecimalField(
                **AMOUNT_DIGITS,
                label=f"{feature.product}: {feature}",
                min_value=0,
                required=False,
                widget=UnfoldAdminDecimalFieldWidget,
            )

    def clean_account(self) -> Account | None:
        code = self.cleaned_data["account"]
        if not code:
            return None
        account = visible(Account.objects.filter(code=code), self.actor).first()
        if account is None:
            raise forms.ValidationError("There is no such account.")
        return account

    def clean(self) -> dict:
        days = [self.cleaned_data.get(name) for name in ("starts_on", "ends_on")]
        if all(days) and days[0] >= days[1]:
            self.add_error("ends_on", "It must end after it starts.")
        return self.cleaned_data

    def wanted(self) -> dict:
        """What the decision needs to know."""
        given = self.cleaned_data
        planned = [(each, given[f"units_{each.pk}"]) for each in self.features]
        return {
            **{name: given[name] for name in ("account", "starts_on", "ends_on")},
            "credits": given["credits"] or 0,
            "planned": [(feature, units) for feature, units in planned if units],
        }


@add_action(CreditUnitAdmin)
@action(description="How far do credits go?", permissions=SEES, icon="query_stats")
def simulate(self, request, object_id):
    """Planned use against credits: what is used, what remains, when nothing is left."""
    unit, today = self.get_object_or_404(request, object_id), timezone.localdate()
    form = PlanForm(
        request.GET if "starts_on" in request.GET else None,
        actor=request.user,
        features=_features(unit, request.user, today),
        initial={"starts_on": today, "ends_on": today + MONTH},
    )
    found = None
    if form.is_valid():
        try:
            found = plan_credits(unit=unit, **form.wanted())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    context = {
        **self.admin_site.each_context(request),
        "opts": self.model._meta,
        "title": f"How far do {unit} go?",
        "unit": unit,
        "form": form,
        "found": found,
        "media": self.media + form.media,
    }
    return TemplateResponse(request, "accounts/credit_plan.html", context)


def _features(unit: CreditUnit, actor, on) -> list[Feature]:
    rates = visible(BurnRate.objects.in_force(on=on), actor).filter(unit=unit)
    features = visible(Feature.objects.filter(pk__in=rates.values("feature")), actor)
    return list(features.select_related("product").order_by("product", "rank"))
