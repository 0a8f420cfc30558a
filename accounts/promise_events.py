"""What policies promise to customers, told to other systems."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from accounts.models import PreviewLine
from config.outbox import emit
from config.outbox.events import emit_many
from config.outbox.kinds import kind, row_kind
from pricing.models import GrandfatheringPolicy

row_kind(
    "grandfathering_exception.changed",
    about="accounts.grandfatheringexception",
    path="grandfathering-exceptions",
    key="7",
    meaning="An exception to a policy was added, changed, approved or deleted.",
)


@kind(
    "grandfathering_policy.applied",
    about="pricing.grandfatheringpolicy",
    path="grandfathering-policies",
    key="crm-2026",
    example={"effective_on": "2026-07-01", "locks": 42},
)
def policy_applied(policy: GrandfatheringPolicy, *, locks: int) -> None:
    """Every line of a policy is locked: one event for all of them."""
    payload = {"effective_on": policy.effective_on, "locks": locks}
    emit("grandfathering_policy.applied", f"/grandfathering-policies/{policy.code}/", payload)


@kind(
    "account.protected",
    about="accounts.account",
    path="accounts",
    key="acme",
    example={
        "policy": "crm-2026",
        "lines": 2,
        "starts_on": "2026-07-01",
        "moves_on": "2027-01-01",
        "tell_by": "2026-12-02",
    },
)
def accounts_protected(policy: GrandfatheringPolicy, rows: Iterable[PreviewLine]) -> None:
    """Lines of an account keep what they have; from `moves_on` the first of them costs more.

    The customer is to be told of it by `tell_by`; both are null while nothing that is known moves
    a price in the next renewals.
    """
    found = defaultdict(list)
    for row in rows:
        found[row.account.code].append(row)
    told = []
    for code, lines in found.items():
        moves_on = min((day for row in lines if (day := row.moves_on)), default=None)
        payload = {
            "policy": policy.code,
            "lines": len(lines),
            "starts_on": policy.effective_on,
            "moves_on": moves_on,
            "tell_by": told_by(moves_on, policy),
        }
        told.append((f"/accounts/{code}/", payload))
    emit_many("account.protected", told)


@kind(
    "account.notice_due",
    about="accounts.account",
    path="accounts",
    key="acme",
    example={
        "policy": "crm-2026",
        "lines": 1,
        "moves_on": "2027-01-01",
        "tell_by": "2026-12-02",
    },
)
def notices_due(policy: str, due: Iterable[tuple[str, date, date]]) -> int:
    """The last day has come to tell an account that lines of it will cost more from `moves_on`.

    Told by the nightly work, once, also for days on which that was missed; not where the
    protection ended before.
    """
    lines = Counter(due)  # of code, day of the move and day of the notice
    told = [
        (
            f"/accounts/{account}/",
            {"policy": policy, "lines": number, "moves_on": moves_on, "tell_by": tell_by},
        )
        for (account, moves_on, tell_by), number in sorted(lines.items())
    ]
    emit_many("account.notice_due", told)
    return len(told)


def told_by(moves_on: date | None, policy: GrandfatheringPolicy) -> date | None:
    """The last day on which a customer may be told of a price that moves."""
    return moves_on and moves_on - timedelta(days=policy.notice_days)
