"""What was foreseen of a policy, for people: a table to take away, and whom to tell by when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from accounts.grandfathering.outcome import AHEAD
from accounts.models import Account, PreviewLine
from accounts.promise_events import told_by
from pricing.models import GrandfatheringPolicy

PIECE = 2_000
HEADER = [
    "account",
    "line",
    "plan",
    "status",
    "exception",
    "currency",
    "amount",
    "list_amount",
    "uplift",
    "successor",
    "successor_on",
    *(f"{name}_{n}" for n in range(1, AHEAD + 1) for name in ("day", "policy", "forced")),
]


@dataclass(frozen=True)
class Notice:
    """A customer who is to be told by a day that a line costs more from another day on."""

    account: str
    line: int
    currency: str
    moves_on: date
    tell_by: date
    was: Decimal
    becomes: Decimal


def with_codes(totals: dict) -> dict:
    """The sums of a preview, with accounts at risk by their codes."""
    risks = totals["at_risk"]
    ids = {pk for each in risks.values() for pk in each["accounts"]}
    codes = dict(Account.objects.filter(pk__in=ids).values_list("pk", "code"))
    named = {
        name: {**each, "accounts": sorted(codes[pk] for pk in each["accounts"] if pk in codes)}
        for name, each in risks.items()
    }
    return {**totals, "at_risk": named}


def table(policy: GrandfatheringPolicy) -> Iterator[list]:
    """A row for each line of the last preview, as HEADER names its cells."""
    for row in _rows(policy):
        steps = zip(row.days, row.kept, row.forced, strict=False)
        plan = row.line.bundle_plan or row.line.plan
        yield [
            row.account.code,
            row.line_id,
            plan.code,
            row.status,
            row.exception,
            row.account.currency,
            row.amount.normalize(),
            row.list_amount and row.list_amount.normalize(),
            None if row.uplift is None else Decimal(f"{row.uplift:.6f}"),
            row.successor and row.successor.code,
            row.successor_on and str(row.successor_on),
            *(cell for day, *amounts in steps for cell in (str(day), *map(_short, amounts))),
        ]


def _short(amount: Decimal) -> Decimal:
    return amount.normalize()


def notices(policy: GrandfatheringPolicy, *, rows: QuerySet | None = None) -> list[Notice]:
    """Whom to tell by when that a price moves in one of the next renewals; the earliest first.

    Of all lines of the last preview, or of these.
    """
    found = []
    for row in _rows(policy, rows):
        was = row.amount
        for day, amount in zip(row.days, row.kept, strict=True):
            if amount > was:
                tell_by = told_by(day, policy)
                facts = row.account.code, row.line_id, row.account.currency
                found.append(Notice(*facts, day, tell_by, was, amount))
                break
            was = amount
    return sorted(found, key=lambda each: (each.tell_by, each.line))


def _rows(policy: GrandfatheringPolicy, rows: QuerySet | None = None) -> Iterator[PreviewLine]:
    rows = policy.preview_lines.all() if rows is None else rows
    rows = rows.select_related("account", "line__plan", "line__bundle_plan", "successor")
    return rows.order_by("id").iterator(chunk_size=PIECE)
