"""A quote in the admin: what plans cost a customer or a market, every way beside another."""

from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.buyers import buyer_of
from accounts.models import Account
from accounts.offering import Offered, offered
from config.access.scoping import visible
from config.admin import asof
from config.admin.formatting import percent, total
from config.errors import DomainError
from config.money import AMOUNT_DIGITS, validate_currency
from portfolio.models import ProductStatus, Region, Segment
from pricing.admin.ladders import drawn
from pricing.admin.links import page_of
from pricing.models import Incentive, Interval, Plan
from pricing.quoting import MOST, Cover, Quote, quote
from pricing.resolution import Buyer

ROWS = 4  # shown at first; all there may be once somebody fills them
SEES = ["pricing.view_price", "pricing.view_plan", "pricing.view_bundleitem"]


class QuoteForm(forms.Form):
    """Who buys, and what; each plan once."""

    account = forms.CharField(
        label="Customer",
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Its code. Empty: a segment and region instead.",
    )
    segment = forms.ModelChoiceField(
        None, required=False, empty_label="any", widget=UnfoldAdminSelectWidget
    )
    region = forms.ModelChoiceField(
        None, required=False, empty_label="any", widget=UnfoldAdminSelectWidget
    )
    currency = forms.CharField(
        required=False,
        max_length=3,
        validators=[validate_currency],
        widget=UnfoldAdminTextInputWidget,
        help_text="Empty: the customer's.",
    )
    interval = forms.ChoiceField(
        choices=Interval.choices, initial=Interval.MONTH, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args, actor, on, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        for name, model in (("segment", Segment), ("region", Region)):
            self.fields[name].queryset = visible(model.objects.all(), actor)
        rows = visible(Plan.objects.select_related("product"), actor).order_by("name")
        sold = [plan for plan in rows if plan.status(on=on) == ProductStatus.ON_SALE]
        self.plans = {plan.code: plan for plan in sold}
        choices = [("", "–"), *((p.code, f"{p} ({p.get_kind_display().lower()})") for p in sold)]
        filled = [number for number in range(MOST) if self.data.get(f"plan_{number}")]
        self.count = min(MOST, max([ROWS, *(number + 3 for number in filled)]))
        for number in range(self.count):
            self.fields[f"plan_{number}"] = forms.ChoiceField(
                label=f"Plan {number + 1}",
                choices=choices,
                required=False,
                widget=UnfoldAdminSelectWidget,
            )
            self.fields[f"quantity_{number}"] = forms.DecimalField(
                **AMOUNT_DIGITS,
                label=f"Quantity {number + 1}",
                required=False,
                min_value=Decimal("0.000001"),
                widget=UnfoldAdminDecimalFieldWidget(attrs={"placeholder": "1"}),
            )

    @property
    def rows(self) -> list[tuple]:
        return [(self[f"plan_{n}"], self[f"quantity_{n}"]) for n in range(self.count)]

    @property
    def market(self) -> list:
        return [self[name] for name in ("account", "segment", "region", "currency", "interval")]

    def clean_account(self) -> Account | None:
        code = self.cleaned_data["account"].strip()
        found = visible(Account.objects.filter(code=code), self.actor).first()
        if code and found is None:
            raise forms.ValidationError("There is no customer with this code.")
        return found

    def clean(self) -> dict:
        facts = super().clean()
        account = facts.get("account")
        if account and (facts.get("segment") or facts.get("region")):
            self.add_error("account", "Choose a customer, or a segment and region: not both.")
        facts["currency"] = facts.get("currency") or (account and account.currency)
        if not facts["currency"] and not self.errors:
            self.add_error("currency", "Name a currency, or a customer.")
        codes = [code for n in range(self.count) if (code := facts.get(f"plan_{n}"))]
        if not codes and not self.errors:
            self.add_error("plan_0", "Choose a plan.")
        for n in range(self.count):
            if codes.count(facts.get(f"plan_{n}")) > 1:
                self.add_error(f"plan_{n}", "Choose each plan once, with its quantity.")
        return facts

    def question(self, *, on) -> dict:
        """The keyword arguments of the decision."""
        facts = self.cleaned_data
        account, segment, region = (facts[name] for name in ("account", "segment", "region"))
        market = Buyer(segment=segment and segment.code, region=region and region.code)
        wanted = [
            (self.plans[code], facts[f"quantity_{n}"] or Decimal(1))
            for n in range(self.count)
            if (code := facts[f"plan_{n}"])
        ]
        return {
            "plans": wanted,
            "buyer": buyer_of(account=account, on=on) if account else market,
            "currency": facts["currency"],
            "interval": facts["interval"],
            "on": on,
        }


class Quoting:
    """The pages of accounts, with quotes: for one of them, or for any market."""

    actions_list = ("quote",)

    @action(description="Quote", permissions=SEES, icon="request_quote")
    def quote(self, request):
        """Separate prices and every bundle that helps, side by side; nothing is kept."""
        on, problem = asof.day(request)
        form = QuoteForm(
            request.GET if "interval" in request.GET else None,
            actor=request.user,
            on=on,
            initial=request.GET.dict(),
        )
        found, refusal = None, ""
        if form.is_bound and form.is_valid():
            try:
                found = quote(**form.question(on=on))
            except DomainError as error:
                refusal = str(error)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Quote",
            "form": form,
            "on": on,
            "on_problem": problem,
            "refusal": refusal,
            **(shown(found) if found else {}),
            "discounts": self._discounts(request, form, found) if found else [],
        }
        return TemplateResponse(request, "accounts/quote.html", context)

    def _discounts(self, request, form: QuoteForm, found: Quote) -> list[dict]:
        """What open incentives would take off each plan for the customer, where one is named."""
        account = form.cleaned_data["account"]
        if account is None or not request.user.has_perm("pricing.view_incentive"):
            return []
        distinct = {(o.plan.pk, o.quantity): o for cover in found.covers for o in cover.offers}
        offers = list(distinct.values())
        rows = offered(
            account=account,
            plans=[(offer.plan, offer.total) for offer in offers],
            interval=found.market.interval,
            on=found.on,
            incentives=visible(Incentive.objects.open(on=found.on), request.user),
        )
        currency = found.market.currency
        told = zip(offers, rows, strict=False)  # without incentives there are none
        return [_discount(each, offer.quantity, currency) for offer, each in told]

    @action(description="Quote", permissions=SEES, icon="request_quote")
    def quote_for(self, request, object_id):
        account = self.get_object_or_404(request, object_id)
        asked = urlencode({"account": account.code, "currency": account.currency})
        return HttpResponseRedirect(f"{reverse('admin:accounts_account_quote')}?{asked}")


def shown(found: Quote) -> dict:
    """A quote as its page draws it."""
    return {
        "found": found,
        "covers": [_cover(cover, found) for cover in found.covers],
        "ladders": [drawn(ladder) for ladder in found.ladders],
        "reasons": [
            {"line": line, "offer": offer, "steps": line.resolved.trace}
            for offer in {
                (offer.plan.pk, offer.quantity): offer
                for cover in found.covers
                for offer in cover.offers
            }.values()
            for line in (*offer.lines, *offer.once)
        ],
    }


def _discount(each: Offered, quantity: Decimal, currency: str) -> dict:
    first, *later = each.stretches or [None]
    return {
        "plan": each.plan,
        "quantity": quantity.normalize(),
        "list": total(each.amount, currency),
        "incentives": first.incentives if first else (),
        "net": total(first.amount, currency) if first else "",
        "until": first and first.ends_on,
        "later": [(stretch.starts_on, total(stretch.amount, currency)) for stretch in later],
        "verdicts": each.verdicts,
    }


def _cover(cover: Cover, found: Quote) -> dict:
    currency = found.market.currency
    separate = found.a_la_carte and cover.offers == found.a_la_carte.offers
    return {
        "name": "Each by itself" if separate else cover.name,
        "is_cheapest": cover is found.cheapest,
        "is_indicative": cover.is_indicative,
        "total": total(cover.total, currency),
        "once": total(cover.once, currency) if cover.once else "",
        "saved": "" if not cover.saved else _saved(cover, currency),
        "offers": [
            {
                "plan": offer.plan,
                "page": page_of(offer.plan),
                "quantity": offer.quantity.normalize(),
                "total": total(offer.total, currency),
                "by_usage": ", ".join(charge.code for charge in offer.by_usage),
            }
            for offer in cover.offers
        ],
    }


def _saved(cover: Cover, currency: str) -> str:
    amount = total(abs(cover.saved), currency)
    if cover.saved < 0:
        return f"{amount} dearer than each by itself"
    return f"{amount} cheaper ({percent(cover.share, 2)})"
