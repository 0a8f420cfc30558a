"""How ready an account is for more: five inputs, each from nothing to all, weighted."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count

from accounts.models import Account, BehaviourEvent, BehaviourKind, UsageDay, UsageKind
from accounts.opportunities.facts import adoption
from accounts.opportunities.standing import standing
from accounts.signals.asking import since, until
from portfolio.models import Threshold

DEFAULTS = {
    "readiness-weight-adoption": Decimal("0.3"),
    "readiness-weight-workflow": Decimal("0.2"),
    "readiness-weight-team": Decimal("0.2"),
    "readiness-weight-integration": Decimal("0.15"),
    "readiness-weight-adjacent": Decimal("0.15"),
    "readiness-days": Decimal(90),
    "readiness-full-workflow": Decimal(10),
    "readiness-full-events": Decimal(3),
}
USED_DAYS = 30
NOTHING = Decimal(0)
ALL = Decimal(1)


@dataclass(frozen=True)
class Contribution:
    """One input: what was counted, how much of all that counts that is, and its weight."""

    input: str
    name: str
    measured: Decimal
    normalised: Decimal
    weight: Decimal
    said: str

    @property
    def contribution(self) -> Decimal:
        return self.normalised * self.weight


@dataclass(frozen=True)
class Readiness:
    """A score from 0 to 1, and what it is made of."""

    account: Account
    on: date
    contributions: list[Contribution]

    @property
    def score(self) -> Decimal:
        return sum((each.contribution for each in self.contributions), NOTHING)


def readiness(*, account: Account, on: date) -> Readiness:
    """The weighted sum of adoption depth, workflow complexity, team growth, requests for
    integrations, and support questions about work beside ours.

    Adoption is the average share of what is granted that was used in the last 30 days; workflow
    the number of features in use, of readiness-full-workflow; the others count events of the last
    readiness-days, of readiness-full-events. More than that is still all. Weights are thresholds
    too; whatever they come to counts as the whole.
    """
    figures = DEFAULTS | Threshold.objects.values_on(on)
    days = int(figures["readiness-days"])
    events, full = _events(account, on, days), figures["readiness-full-events"]
    depth, features = _depth(account, on), _features(account, on)
    asked = events[BehaviourKind.INTEGRATION_REQUEST] + events[BehaviourKind.INTEGRATION_COMPLAINT]
    beside, grown = events[BehaviourKind.ADJACENT_QUESTION], events[BehaviourKind.TEAM_GROWTH]
    found = [
        ("adoption", "Adoption depth", depth, ALL, f"{depth:.0%} of what they have is used."),
        (
            "workflow",
            "Workflow complexity",
            features,
            figures["readiness-full-workflow"],
            f"{features} features in use.",
        ),
        ("team", "Team growth", grown, full, f"Grew {grown} times in {days} days."),
        ("integration", "Integration requests", asked, full, f"{asked} in {days} days."),
        ("adjacent", "Questions about work beside", beside, full, f"{beside} in {days} days."),
    ]
    weights = {code: figures[f"readiness-weight-{code}"] for code, *_ in found}
    whole = sum(weights.values()) or ALL
    contributions = [
        Contribution(code, name, Decimal(much), _part(much, most), weights[code] / whole, said)
        for code, name, much, most, said in found
    ]
    return Readiness(account, on, contributions)


def _part(much: Decimal | int, most: Decimal) -> Decimal:
    """How much of all that counts this is, from 0 to 1."""
    return min(Decimal(much) / most, ALL) if most > 0 else ALL if much else NOTHING


def _depth(account: Account, on: date) -> Decimal:
    held = standing(account=account, on=on).products
    used = adoption(account=account, products=held, on=on).values()
    return sum(used, NOTHING) / len(used) if used else NOTHING


def _features(account: Account, on: date) -> int:
    used = UsageDay.objects.filter(
        account=account,
        kind=UsageKind.USE,
        value__gt=0,
        day__gt=on - timedelta(days=USED_DAYS),
        day__lte=on,
    )
    return used.order_by().values("feature").distinct().count()


def _events(account: Account, on: date, days: int) -> dict[str, int]:
    rows = BehaviourEvent.objects.filter(account=account, at__gte=since(on, days), at__lt=until(on))
    counts = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    return {kind: counts.get(kind, 0) for kind in BehaviourKind.values}
