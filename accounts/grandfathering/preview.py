"""What a policy would do to every line that it covers; never writes."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from accounts.grandfathering.foresight import Foresight
from accounts.grandfathering.outcome import Outcome
from accounts.grandfathering.scope import chunks, lines_in_scope
from accounts.grandfathering.totals import Totals
from accounts.health import FRESH, OTHERWISE
from accounts.models import AccountProfile, Band, HealthScore
from accounts.renewal_facts import facts_of
from portfolio.models import Threshold
from pricing.models import GrandfatheringPolicy

STEEP = "policy-steep-uplift"
Advance = Callable[[int], None]


def outcomes(policy: GrandfatheringPolicy, advance: Advance = lambda _: None) -> Iterator[Outcome]:
    """The outcome of every holding in scope, account by account; memory stays flat.

    `advance` is told how many lines were looked at, and may raise to give up.
    """
    foresight = Foresight.of(policy)
    for lines in chunks(lines_in_scope(policy)):
        for facts in facts_of(lines=lines, since=policy.effective_on, policy=policy):
            yield foresight.outcome(facts)
        advance(len(lines))


def totals_of(policy: GrandfatheringPolicy, found: Iterator[Outcome], **facts) -> Totals:
    """The sums over outcomes, with the segment and region of each account on the first day."""
    totals = Totals(policy.effective_on, **facts)
    markets = _Markets(policy)
    for outcome in found:
        segment, region = markets.of(outcome.line.account_id)
        totals.add(outcome, segment=segment, region=region)
    return totals


def risks(policy: GrandfatheringPolicy) -> dict:
    """By what accounts are told to be at risk: a red health, an uplift above the threshold."""
    day = policy.effective_on
    thresholds = Threshold.objects.values_on(day)
    scores = HealthScore.objects.filter(account__in=lines_in_scope(policy).values("account"))
    latest = scores.latest_of_each(on=day, days=int(thresholds.get(FRESH, OTHERWISE[FRESH])))
    red = frozenset(row.account_id for row in latest.iterator() if row.band == Band.RED)
    return {"red": red, "above": thresholds.get(STEEP, Decimal("0.3"))}


class _Markets:
    """The market of each account on a day; read once."""

    def __init__(self, policy: GrandfatheringPolicy) -> None:
        rows = AccountProfile.objects.in_force(on=policy.effective_on)
        rows = rows.filter(account__in=lines_in_scope(policy).values("account"))
        self.known = {
            account: (segment, region)
            for account, segment, region in rows.values_list(
                "account", "segment__code", "region__code"
            ).iterator()
        }

    def of(self, account: int) -> tuple[str | None, str | None]:
        return self.known.get(account, (None, None))
