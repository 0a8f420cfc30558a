"""What a change, a cancellation or a renewal would do to a subscription, before it is done."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.db.models import Q
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
)

from accounts.admin import columns
from accounts.models import Subscription, SubscriptionLine
from accounts.terms import LONGEST_TERM, NewTerm
from config.access.scoping import visible
from config.admin.formatting import minor
from config.money import AMOUNT_DIGITS
from pricing.models import Charge, Interval, Plan

Effects = Callable[[object], list[str]]


def effects(subscription: Subscription) -> Effects:
    """Told after a decision, in its transaction: what it began, ended, and never let be."""
    before = _states(subscription)

    def told(_result: object) -> list[str]:
        after = _states(subscription)
        changed = [each for pk, each in after.items() if before.get(pk) != each]
        sentences = [_sentence(line, before.get(line[0])) for line in changed]
        return sentences + _revenue(subscription, changed)

    return told


def _states(subscription: Subscription) -> dict[int, tuple]:
    lines = subscription.lines.select_related("plan", "subscription", "bundle_plan")
    return {
        line.pk: (line.pk, line.starts_on, line.ends_on, line.voided_at is not None, _named(line))
        for line in lines.order_by("starts_on", "id")
    }


def _named(line: SubscriptionLine) -> str:
    inside = f" in {line.bundle_plan}" if line.bundle_plan_id else ""
    many = f", {columns.quantity(line)}" if line.quantity else ""
    return f"{line.plan}{inside}{many}, {columns.paid(line)}"


def _sentence(now: tuple, before: tuple | None) -> str:
    _, starts_on, ends_on, is_void, name = now
    if is_void:
        return f"Never was: {name} from {starts_on}."
    if before is None:
        until = f" until {ends_on}" if ends_on else ""
        return f"Begins on {starts_on}{until}: {name}."
    return f"Ends on {ends_on}: {name}." if ends_on else f"Goes on: {name}."


def _revenue(subscription: Subscription, changed: list[tuple]) -> list[str]:
    """Recurring revenue of a month on the last day that the decision is about."""
    days = [day for each in changed for day in each[1:3] if day and not each[3]]
    if not days:
        return ["Nothing moves."] if not changed else []
    day = max(days)
    held = subscription.lines.live(on=day)
    total = minor(sum(line.mrr for line in held), subscription.currency)
    return [f"From {day} on {subscription} brings {total} a month."]


def renewals_moved(found: NewTerm) -> list[str]:
    """Told after another term: when the subscription renews, and when it would have."""
    months = found.subscription.term_months
    days, before = (
        ", ".join(map(str, each)) or "no day" for each in (found.renews_on, found.renewed_on_before)
    )
    return [
        f"Committed for {months} months at a time instead of {found.months_before}.",
        f"Renews on {days}, instead of {before}.",
    ]


class TermForm(forms.Form):
    """How long each term is to be."""

    term_months = forms.IntegerField(
        label="Months at a time",
        min_value=1,
        max_value=LONGEST_TERM,
        widget=UnfoldAdminIntegerFieldWidget,
    )


class OnForm(forms.Form):
    """The day on which it takes effect."""

    on = forms.DateField(label="On", widget=UnfoldAdminSingleDateWidget, help_text="YYYY-MM-DD")


class AlterForm(OnForm):
    """What a customer wants to hold; what is left empty stays as it is."""

    charge = forms.ModelChoiceField(
        queryset=Charge.objects.none(),
        required=False,
        label="Another plan",
        widget=UnfoldAdminSelectWidget,
        help_text="At its price on that day; a path between the plans may say at the end of the "
        "term.",
    )
    quantity = forms.DecimalField(
        **AMOUNT_DIGITS,
        min_value=0,
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="Counted at the price held.",
    )
    interval = forms.ChoiceField(
        choices=[("", "as it is"), *Interval.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
        label="Paid by the",
    )
    amount = forms.DecimalField(
        **AMOUNT_DIGITS,
        min_value=0,
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
        label="Agreed amount",
        help_text="Only for terms that were agreed: no price moves them afterwards.",
    )

    def __init__(self, *args, actor, line: SubscriptionLine, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["charge"].queryset = targets(line, actor)
        self.fields["charge"].label_from_instance = _target


def targets(line: SubscriptionLine, actor):
    """Recurring charges of the plans that the line could become, as far as the actor sees them."""
    portfolio = line.product.portfolio_id if line.product_id else None
    wanted = Q(product=line.product_id) | Q(portfolio=portfolio)
    plans = visible(Plan.objects.filter(wanted), actor)
    charges = visible(Charge.objects.filter(plan__in=plans), actor)
    return charges.select_related("plan__product").order_by("plan__kind", "plan__rank", "code")


def _target(charge: Charge) -> str:
    code = "" if charge.code == "base" else f", {charge.code}"
    return f"{charge.plan} ({charge.plan.get_kind_display().lower()}{code})"


def first_day(line: SubscriptionLine) -> date:
    """The day that a form proposes."""
    return max(timezone.localdate(), line.starts_on)
