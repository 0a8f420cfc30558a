"""What a policy would do, tried on the first customers that it covers while it is written."""

from dataclasses import dataclass

from accounts.grandfathering.foresight import Foresight
from accounts.grandfathering.outcome import Outcome
from accounts.grandfathering.preview import totals_of
from accounts.grandfathering.scope import chunks, lines_in_scope
from accounts.renewal_facts import facts_of
from pricing.models import GrandfatheringPolicy

TRIED = 200  # customers


@dataclass(frozen=True)
class Trial:
    """How many lines it covers, and of the first customers' what becomes of them, as `Totals`
    tells it and holding by holding."""

    covered: int
    totals: dict
    outcomes: list[Outcome]


def tried(policy: GrandfatheringPolicy) -> Trial:
    """The outcomes of a policy with its scope, by the function that previews and renews."""
    lines = lines_in_scope(policy)
    some = next(chunks(lines, TRIED), [])
    foresight = Foresight.of(policy)
    facts = facts_of(lines=some, since=policy.effective_on, policy=policy)
    found = [foresight.outcome(each) for each in facts]
    return Trial(lines.count(), totals_of(policy, iter(found)).told(), found)
