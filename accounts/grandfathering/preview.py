"""What a policy would do to every line that it covers; never writes."""

from collections.abc import Callable, Iterator

from accounts.grandfathering.outcome import Foresight, Outcome
from accounts.grandfathering.scope import chunks, in_force, lines_in_scope
from accounts.grandfathering.totals import Totals
from accounts.models import AccountProfile
from accounts.renewal_facts import facts_of
from pricing.models import GrandfatheringPolicy

Advance = Callable[[int], None]


def outcomes(policy: GrandfatheringPolicy, advance: Advance = lambda _: None) -> Iterator[Outcome]:
    """The outcome of every holding in scope, account by account; memory stays flat.

    `advance` is told how many lines were looked at, and may raise to give up.
    """
    exceptions = {each.account_id: each for each in in_force(policy)}
    foresight = Foresight(policy, exceptions)
    for lines in chunks(lines_in_scope(policy)):
        for facts in facts_of(lines=lines, since=policy.effective_on):
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
