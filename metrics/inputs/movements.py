"""What moved in a period: who came, grew, shrank and went, and why those that stayed changed."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from accounts.models.ledger import Part
from metrics.inputs import moved
from metrics.models import KINDS
from metrics.movement_sums import read_sums
from metrics.registry import Asked, Input, Read

PARAMETERS = ("segment", "region", "product", "plan", "cohort", "currency", "known_at", "gap_days")
GROUPS = ("segment", "region", "product", "cohort", "currency")
REASONS = tuple(Part.values)
UPSELLS = (Part.TIER_UPSELL, Part.FEATURE_UPSELL, Part.CAPACITY_UPSELL)


@dataclass(frozen=True)
class Movements:
    """What moved in a period; money in minor units, losses negative.

    `opening` and `closing` were not added up from the movements between them. `opened` and
    `closed` are the accounts that pay before and at the end.
    """

    opening: int
    closing: int
    opened: int
    closed: int
    moved: dict[str, int]  # by kind and by part; `upsells` is how many transactions there were
    counts: dict[str, int]  # accounts and days, by kind
    currencies: tuple[str, ...]

    @property
    def customers(self) -> int:
        """How many it is about: who pays at the opening, came, or came back."""
        return self.opened + self.counts["new"] + self.counts["reactivation"]

    @property
    def change(self) -> int:
        return sum(self.moved[kind] for kind in KINDS)

    @property
    def reconciles(self) -> bool:
        """Whether the opening and what moved make the closing, and parts what they explain."""
        explained = sum(self.moved[part] for part in REASONS)
        return self.opening + self.change == self.closing and explained == (
            self.moved["expansion"] + self.moved["contraction"]
        )


def read(asked: Asked) -> Read:
    """From the sums where they know what is asked, else account by account."""
    summed = set(asked.ids) <= {"currency"} and asked.scope.group_by in (None, "currency")
    if summed and asked.version.known is None and not asked.scope.gap_days:
        return _of_sums(asked)
    return moved.read(asked, Movements)


def _of_sums(asked: Asked) -> Read:
    found = read_sums(asked.stretches, asked.version, asked.ids.get("currency"))
    every = range(len(asked.stretches))
    groups = defaultdict(list)
    if asked.scope.group_by:
        for currency in sorted({currency for _, currency in found}):
            groups[currency] = [
                _told([(currency, found.get((place, currency)))]) for place in every
            ]
    total = [
        _told([(currency, row) for (at, currency), row in found.items() if at == place])
        for place in every
    ]
    return Read(total, dict(groups))


def _told(rows: list[tuple[str, dict | None]]) -> Movements:
    """The sums of a stretch in one currency or, where nobody adds them up, in several."""
    present = [(currency, row) for currency, row in rows if row and _says(row)]
    # Nearly always there is one currency.
    row = present[0][1] if len(present) == 1 else _added([row for _, row in present])
    return Movements(
        row["opening"],
        row["closing"],
        row["opened"],
        row["closed"],
        {name: row[name] for name in (*KINDS, *REASONS, "upsells")},
        {kind: row[f"{kind}_count"] for kind in KINDS},
        tuple(sorted(currency for currency, _ in present)),
    )


def _added(rows: list[dict[str, int]]) -> dict[str, int]:
    total: Counter = Counter()
    for row in rows:
        total.update(row)
    return total


def _says(row: dict) -> bool:
    return any(row.values())


MOVEMENTS = Input(read, True, PARAMETERS, GROUPS)
