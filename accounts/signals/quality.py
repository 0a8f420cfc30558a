"""How good the rules are: what they told, what that opened, and what was won of it."""

from dataclasses import dataclass, field
from datetime import date
from statistics import median

from django.db.models import Count, F, QuerySet

from accounts.models import Opportunity, Signal, SignalRule, SignalState, Stage

WON = (Stage.WON, Stage.ADOPTED)


@dataclass
class Quality:
    """One rule: signals that fired and that did not, opportunities opened and won, and how soon.

    `median_days` is from opening to the day it was won.
    """

    rule: SignalRule
    fired: int = 0
    suppressed: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    opened: int = 0
    won: int = 0
    median_days: float | None = None

    @property
    def win_rate(self) -> float | None:
        return self.won / self.opened if self.opened else None


def quality(
    *,
    since: date | None = None,
    until: date | None = None,
    signals: QuerySet[Signal] | None = None,
) -> list[Quality]:
    """Every rule with what became of its signals of these days, `until` not included; 4 queries.

    `signals` narrows to those that somebody may see.
    """
    seen = Signal.objects.all() if signals is None else signals
    if since:
        seen = seen.filter(on__gte=since)
    if until:
        seen = seen.filter(on__lt=until)
    found = {rule.pk: Quality(rule) for rule in SignalRule.objects.order_by("rank")}
    counts = seen.order_by().values_list("rule", "state", "reason").annotate(n=Count("pk"))
    for rule, state, reason, count in counts:
        if state == SignalState.FIRED:
            found[rule].fired = count
        else:
            found[rule].suppressed += count
            found[rule].reasons[reason] = count
    opened = Opportunity.objects.filter(signal__in=seen)
    for rule, count in opened.order_by().values_list("signal__rule").annotate(n=Count("pk")):
        found[rule].opened = count
    _won(found, opened.filter(stage__in=WON))
    return list(found.values())


def _won(found: dict[int, Quality], rows: QuerySet[Opportunity]) -> None:
    days: dict[int, list[int]] = {}
    for rule, took in rows.values_list("signal__rule", F("decided_on") - F("opened_on")):
        days.setdefault(rule, []).append(took.days)
    for rule, each in days.items():
        found[rule].won, found[rule].median_days = len(each), median(each)
