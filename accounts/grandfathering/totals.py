"""What a policy means for the whole book: money with it, without it, and if nothing ever moved."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from accounts.grandfathering.outcome import HORIZON, Outcome, Path
from config.periods import add_months

FIRST_DAYS = 90
MOST_ALIKE = 20_000  # kinds of holdings that are counted before they are added up
NAMED = 100  # accounts at risk that are named
BANDS = (0, 5, 10, 20, 30, 50, 100)  # percent; uplifts up to and including each


class Course(NamedTuple):
    """Recurring revenue of a line, a month, in minor units: now, then month by month."""

    now: int
    policy: tuple[int, ...]
    forced: tuple[int, ...]


@dataclass
class Money:
    """Recurring revenue of a month in minor units of one currency."""

    now: int = 0
    by_policy: list[int] = field(default_factory=lambda: [0] * HORIZON)
    by_forced: list[int] = field(default_factory=lambda: [0] * HORIZON)

    def add(self, course: Course, times: int) -> None:
        self.now += course.now * times
        self.by_policy = [a + b * times for a, b in zip(self.by_policy, course.policy, strict=True)]
        self.by_forced = [a + b * times for a, b in zip(self.by_forced, course.forced, strict=True)]

    @property
    def policy(self) -> int:
        return self.by_policy[-1]

    @property
    def forced(self) -> int:
        return self.by_forced[-1]

    @property
    def frozen(self) -> int:
        return self.now

    @property
    def forgone(self) -> list[int]:
        """Month by month, what the policy leaves that moving everybody would have brought."""
        return [
            forced - policy for policy, forced in zip(self.by_policy, self.by_forced, strict=True)
        ]


@dataclass
class Sums:
    """Money by currency, and by segment, region and plan, which are the market of a holding."""

    statuses: Counter = field(default_factory=Counter)
    uplifts: Counter = field(default_factory=Counter)
    money: dict[str, Money] = field(default_factory=lambda: defaultdict(Money))
    parts: dict[tuple, Money] = field(default_factory=lambda: defaultdict(Money))

    def add(self, outcome: Outcome, course: Course, times: int, market: Sequence) -> None:
        """Add so many holdings that are held alike."""
        currency = outcome.line.subscription.currency
        self.statuses[outcome.status] += times
        if outcome.uplift is not None:
            self.uplifts[band_of(outcome.uplift)] += times
        self.money[currency].add(course, times)
        for key in zip(("segment", "region", "plan"), market, strict=True):
            self.parts[(currency, *key)].add(course, times)


@dataclass
class Totals:
    """Sums over the outcomes that were added; accounts are counted once.

    Holdings that are held alike are counted first, and their money is added up together.
    """

    day: date
    red: frozenset[int] = frozenset()
    above: Decimal = Decimal("0.3")
    lines: int = 0
    accounts: set[int] = field(default_factory=set)
    accounts_above: set[int] = field(default_factory=set)
    accounts_red: set[int] = field(default_factory=set)
    accounts_new: set[int] = field(default_factory=set)
    _alike: dict[tuple, list] = field(default_factory=dict, repr=False)
    _sums: Sums = field(default_factory=Sums, repr=False)

    def add(self, outcome: Outcome, *, segment: str | None, region: str | None) -> None:
        """Count one outcome in."""
        line, uplift = outcome.line, outcome.future.uplift
        account = line.account_id
        self.lines += len(outcome.lines)
        self.accounts.add(account)
        if account in self.red:
            self.accounts_red.add(account)
        if (self.day - line.held_since).days < FIRST_DAYS:
            self.accounts_new.add(account)
        if uplift is not None and uplift > self.above:
            self.accounts_above.add(account)
        plan = (line.bundle_plan or line.plan).code
        key = id(outcome.future), segment, region, plan  # it is kept beside: its id is its own
        if key in self._alike:
            self._alike[key][1] += 1
            return
        if len(self._alike) >= MOST_ALIKE:
            self._add_up()
        self._alike[key] = [outcome, 1]

    def _add_up(self) -> None:
        for (_, *market), (outcome, times) in self._alike.items():
            self._sums.add(outcome, course_of(outcome, self.day), times, market)
        self._alike.clear()

    @property
    def sums(self) -> Sums:
        self._add_up()
        return self._sums

    @property
    def money(self) -> dict[str, Money]:
        """By currency."""
        return self.sums.money

    @property
    def uplifts(self) -> Counter:
        """How many holdings by band."""
        return self.sums.uplifts

    def told(self) -> dict:
        """All of it as plain values; amounts are minor units, the order is that of the codes."""
        sums = self.sums
        parts = sorted(sums.parts.items(), key=lambda item: [str(key) for key in item[0]])
        return {
            "lines": self.lines,
            "accounts": len(self.accounts),
            "statuses": dict(sorted(sums.statuses.items())),
            "uplifts": {band: sums.uplifts[band] for band in bands() if sums.uplifts[band]},
            "above": str(self.above),
            "at_risk": {
                "above": _named(self.accounts_above),
                "red": _named(self.accounts_red),
                "first_days": _named(self.accounts_new),
            },
            "money": [
                {"currency": currency, **_sums(money), "months": _months(money, self.day)}
                for currency, money in sorted(sums.money.items())
            ],
            "parts": [
                {"currency": currency, "of": kind, "code": code, **_sums(money)}
                for (currency, kind, code), money in parts
            ],
        }


def _named(accounts: set[int]) -> dict:
    return {"number": len(accounts), "accounts": sorted(accounts)[:NAMED]}


def _sums(money: Money) -> dict:
    return {name: getattr(money, name) for name in ("now", "policy", "forced", "frozen")}


def _months(money: Money, day: date) -> list[dict]:
    both = zip(money.by_policy, money.by_forced, strict=True)
    return [
        {
            "month": str(add_months(day, number)),
            "policy": policy,
            "forced": forced,
            "forgone": forced - policy,
        }
        for number, (policy, forced) in enumerate(both, start=1)
    ]


def bands() -> list[str]:
    """The names of all bands, in their order."""
    edges = [Decimal(edge) / 100 for edge in BANDS]
    return [band_of(Decimal(-1)), *map(band_of, edges), band_of(edges[-1] + 1)]


def band_of(uplift: Decimal) -> str:
    """The band of an uplift, a fraction: “falls”, “none”, “up to 5 %” and so on."""
    percent = uplift * 100
    if percent < 0:
        return "falls"
    for edge in BANDS:
        if percent <= edge:
            return f"up to {edge} %" if edge else "none"
    return f"above {BANDS[-1]} %"


def course_of(outcome: Outcome, day: date) -> Course:
    """What an outcome brings over the months from a day on."""
    months = [add_months(day, number) for number in range(1, HORIZON + 1)]
    policy, forced = (
        tuple(outcome.monthly(at(path, month, outcome.amount)) for month in months)
        for path in (outcome.policy, outcome.forced)
    )
    return Course(outcome.monthly(outcome.amount), policy, forced)


def at(path: Path, day: date, amount: Decimal) -> Decimal:
    """What is paid on a day of a path that begins with an amount."""
    for on, paid, _ in path.steps:
        if on > day:
            break
        amount = paid
    return amount
