"""What was noticed about a customer, how ready it is, and how good a rule is."""

from django.utils import timezone

from accounts.admin.signal import source_of
from accounts.models import Account, Opportunity, Signal, SignalRule
from accounts.signals.quality import quality
from accounts.signals.readiness import readiness
from config.access.scoping import visible
from config.admin import asof
from config.admin.panels import panel

MOST = 8


@panel(
    "accounts.account",
    title="What was noticed",
    template="accounts/signals.html",
    permission="accounts.view_signal",
    rank=32,
)
def noticed(request, account: Account) -> dict | None:
    """The last signals of the account, each with why, and what came of it or why nothing did."""
    rows = visible(Signal.objects.all(), request.user).filter(account=account)
    found = list(rows.select_related("rule", "opportunity__target_plan")[:MOST])
    return {"rows": found} if found else None


@panel(
    "accounts.account",
    title="Ready for more?",
    template="accounts/readiness.html",
    permission="accounts.view_behaviourevent",
    rank=34,
)
def ready(request, account: Account) -> dict | None:
    """The readiness score on the day with what it is made of."""
    if not request.user.has_perm("accounts.view_usageday"):
        return None
    return {"found": readiness(account=account, on=asof.day(request)[0])}


@panel(
    "accounts.opportunity",
    title="What opened it",
    template="accounts/signals.html",
    permission="accounts.view_signal",
    rank=15,
    above=True,
)
def opened_by(request, opportunity: Opportunity) -> dict | None:
    """The signal that opened it, and those that have spoken for it since."""
    rows = visible(Signal.objects.all(), request.user).filter(opportunity=opportunity)
    found = list(rows.select_related("rule").order_by("id")[:MOST])
    return {"rows": found, "of_opportunity": True} if found else None


@panel(
    "accounts.signalrule",
    title="How good it is",
    template="accounts/rule_quality.html",
    permission="accounts.view_signal",
    rank=10,
    above=True,
)
def how_good(request, rule: SignalRule) -> dict:
    """What it told, opened and won, of the accounts that the reader sees."""
    seen = visible(Signal.objects.all(), request.user).filter(rule=rule)
    found = next(each for each in quality(signals=seen) if each.rule == rule)
    reasons = sorted(found.reasons.items(), key=lambda each: -each[1])
    return {
        "found": found,
        "reasons": [(code.replace("_", " "), count) for code, count in reasons],
        "meaning": source_of(rule),
        "on": timezone.localdate(),
    }
