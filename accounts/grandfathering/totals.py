"""What a policy means for the whole book: money with it, without it, and if nothing ever moved."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import add
from typing import NamedTuple

from accounts.grandfathering.outcome import HORIZON, Outcome, Path
from config.periods import add_months

FIRST_DAYS = 90
MOST_COURSES = 20_000  # futures whose revenue is remembered
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

    def add(self, course: Course) -> None:
        self.now += course.now
        self.by_policy = list(map(add, self.by_policy, course.policy))
        self.by_forced = list(map(add, self.by_forced, course.forced))

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
class Totals:
    """Sums over the outcomes that were added; accounts are counted once."""

    day: date
    red: frozenset[int] = frozenset()
    above: Decimal = Decimal("0.3")
    lines: int = 0
    statuses: Counter = field(default_factory=Counter)
    money: dict[str, Money] = field(default_factory=lambda: defaultdict(Money))
    uplifts: Counter = field(default_factory=Counter)
    accounts: set[int] = field(default_factory=set)
    accounts_above: set[int] = field(default_factory=set)
    accounts_red: set[int] = field(default_factory=set)
    accounts_new: set[int] = field(default_factory=set)
    parts: dict[tuple, Money] = field(default_factory=lambda: defaultdict(Money))
    _courses: dict = field(default_factory=dict, repr=False)

    def add(self, outcome: Outcome, *, segment: str | None, region: str | None) -> None:
        """Count one outcome in."""
        line = outcome.line
        self.lines += len(outcome.lines)
        self.statuses[outcome.status] += 1
        self.accounts.add(line.account_id)
        if line.account_id in self.red:
            self.accounts_red.add(line.account_id)
        if (self.day - line.held_since).days < FIRST_DAYS:
            self.accounts_new.add(line.account_id)
        uplift = outcome.uplift
        if uplift is not None:
            self.uplifts[band_of(uplift)] += 1
            if uplift > self.above:
                self.accounts_above.add(line.account_id)
        currency, plan = line.subscription.currency, (line.bundle_plan or line.plan).code
        sums = [self.money[currency]]
        keys = (("segment", segment), ("region", region), ("plan", plan))
        sums += [self.parts[(currency, *key)] for key in keys]
        course = self._course(outcome, currency)
        for money in sums:
            money.add(course)

    def _course(self, outcome: Outcome, currency: str) -> Course:
        """What the outcome brings; lines of one future share it."""
        key = (outcome.policy, outcome.forced, outcome.amount, outcome.months, currency)
        known = tuple(id(each) if isinstance(each, Path) else each for each in key)
        if len(self._courses) > MOST_COURSES:
            self._courses.clear()
        if known not in self._courses:
            # The paths are kept beside it: as long as it is known, their ids are theirs.
            self._courses[known] = course_of(outcome, self.day), key
        return self._courses[known][0]

    def told(self) -> dict:
        """All of it as plain values; amounts are minor units, the order is that of the codes."""
        parts = sorted(self.parts.items(), key=lambda item: [str(key) for key in item[0]])
        return {
            "lines": self.lines,
            "accounts": len(self.accounts),
            "statuses": dict(sorted(self.statuses.items())),
            "uplifts": {band: self.uplifts[band] for band in bands() if self.uplifts[band]},
            "above": str(self.above),
            "at_risk": {
                "above": _named(self.accounts_above),
                "red": _named(self.accounts_red),
                "first_days": _named(self.accounts_new),
            },
            "money": [
                {"currency": currency, **_sums(money), "months": _months(money, self.day)}
                for currency, money in sorted(self.money.items())
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
