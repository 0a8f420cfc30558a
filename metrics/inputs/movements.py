"""What moved in a period: who came, grew, shrank and went, and why those that stayed changed."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain

from accounts.models.ledger import Part
from metrics.columns.window import DAY
from metrics.exchange import Rates, shared, whole
from metrics.inputs import moved
from metrics.models import KINDS
from metrics.movement_sums import read_sums
from metrics.registry import Asked, Input, Read

PARAMETERS = ("segment", "region", "product", "plan", "cohort", "currency", "known_at", "gap_days")
GROUPS = ("segment", "region", "product", "cohort", "currency")
REASONS = tuple(Part.values)
NOTHING: dict[str, int] = dict.fromkeys((*KINDS, *REASONS), 0)
UPSELLS = (Part.TIER_UPSELL, Part.FEATURE_UPSELL, Part.CAPACITY_UPSELL)


@dataclass(frozen=True)
class Movements:
    """What moved in a period; money in minor units, losses negative.

    `opening` and `closing` were not added up from the movements between them. `opened` and
    `closed` are the accounts that pay before and at the end. `pieces` are what moved in each
    piece of the period in which one rate applies. `fx` is what rates moved, of money that was
    converted: `sound` tells whether all reconciled before it was.
    """

    opening: int
    closing: int
    opened: int
    closed: int
    moved: dict[str, int]  # by kind and by part; `upsells` is how many transactions there were
    counts: dict[str, int]  # accounts and days, by kind
    currencies: tuple[str, ...]
    pieces: tuple[dict[str, int], ...] = ()
    fx: int | None = None
    sound: bool = True

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
        change = self.change + (self.fx or 0)
        return (
            self.sound
            and self.opening + change == self.closing
            and explained == (self.moved["expansion"] + self.moved["contraction"])
        )


def read(asked: Asked) -> Read:
    """From the sums where they know what is asked, else account by account."""
    summed = set(asked.ids) <= {"currency"} and asked.scope.group_by in (None, "currency")
    if summed and asked.version.known is None and not asked.scope.gap_days:
        return _of_sums(asked)
    return moved.read(asked, Movements)


def _of_sums(asked: Asked) -> Read:
    currency = asked.ids.get("currency")
    cut = moved.pieces_of(asked) if asked.rates and currency else [[] for _ in asked.stretches]
    found = read_sums([*asked.stretches, *chain(*cut)], asked.version, currency)
    after = len(asked.stretches)
    pieces = []
    for each in cut:
        pieces.append([found.get((after + place, currency), NOTHING) for place in range(len(each))])
        after += len(each)
    every = range(len(asked.stretches))
    groups = defaultdict(list)
    if asked.scope.group_by:
        for name in sorted({name for _, name in found}):
            groups[name] = [
                _told([(name, found.get((place, name)))], pieces[place]) for place in every
            ]
    total = [
        _told([(name, row) for (at, name), row in found.items() if at == place], pieces[place])
        for place in every
    ]
    return Read(total, dict(groups))


def _told(rows: list[tuple[str, dict | None]], pieces: list[dict[str, int]]) -> Movements:
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
        tuple(pieces),
    )


def _added(rows: list[dict[str, int]]) -> dict[str, int]:
    total: Counter = Counter()
    for row in rows:
        total.update(row)
    return total


def _says(row: dict) -> bool:
    return any(row.values())


def join(parts: dict[str, Movements], rates: Rates, start: date, end: date) -> Movements:
    """Movements of several currencies in that of the rates.

    What is paid before the period and at its end counts at the rate of that day, what moves at
    the rate of its own day. The rest is what the rates moved. Raises NoRate.
    """
    opening = _worth(rates, start - DAY, {name: part.opening for name, part in parts.items()})
    closing = _worth(rates, end - DAY, {name: part.closing for name, part in parts.items()})
    exact: dict[str, Decimal] = defaultdict(Decimal)
    for currency, part in parts.items():
        cut = rates.pieces(currency, start, end)
        for (since, _), piece in zip(cut, part.pieces, strict=True):
            if any(piece[name] for name in (*KINDS, *REASONS)):
                factor = rates.factor(currency, since)
                for name in (*KINDS, *REASONS):
                    exact[name] += piece[name] * factor
    ends = whole(opening), whole(closing)
    steps = {kind: exact[kind] for kind in KINDS}
    steps["fx"] = closing - opening - sum(steps.values())
    steps = shared(steps, ends[1] - ends[0])
    explained = steps["expansion"] + steps["contraction"]
    reasons = shared({reason: exact[reason] for reason in REASONS}, explained)
    return Movements(
        *ends,
        sum(part.opened for part in parts.values()),
        sum(part.closed for part in parts.values()),
        {**steps, **reasons, "upsells": sum(part.moved["upsells"] for part in parts.values())},
        {kind: sum(part.counts[kind] for part in parts.values()) for kind in KINDS},
        (rates.currency,),
        fx=steps["fx"],
        sound=all(part.reconciles for part in parts.values()),
    )


def _worth(rates: Rates, on: date, money: dict[str, int]) -> Decimal:
    """Money by currency, added up; where there is none no rate is needed."""
    return sum(
        (amount * rates.factor(currency, on) for currency, amount in money.items() if amount),
        Decimal(0),
    )


MOVEMENTS = Input(read, True, PARAMETERS, GROUPS, join=join, rates_of="own_day")
