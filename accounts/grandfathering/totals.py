"""What a policy means for the whole book: money with it, without it, and if nothing ever moved."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.grandfathering.outcome import HORIZON, Outcome, Path, Status
from config.periods import add_months

FIRST_DAYS = 90
NAMED = 100  # accounts at risk that are named
BANDS = (0, 5, 10, 20, 30, 50, 100)  # percent; uplifts up to and including each


@dataclass
class Money:
    """Recurring revenue of a month in minor units of one currency."""

    now: int = 0
    policy: int = 0
    forced: int = 0
    frozen: int = 0
    by_month: dict[date, list[int]] = field(default_factory=dict)  # policy, forced

    @property
    def forgone(self) -> dict[date, int]:
        """By month, what the policy leaves that moving everybody would have brought."""
        return {month: forced - policy for month, (policy, forced) in self.by_month.items()}


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
        for money in sums:
            _add(money, outcome, self.day)

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
                {"currency": currency, **_sums(money), "months": _months(money)}
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


def _months(money: Money) -> list[dict]:
    return [
        {"month": str(month), "policy": policy, "forced": forced, "forgone": forced - policy}
        for month, (policy, forced) in sorted(money.by_month.items())
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


def _add(money: Money, outcome: Outcome, day: date) -> None:
    now = outcome.monthly(outcome.amount)
    money.now += now
    money.frozen += now
    for number in range(1, HORIZON + 1):
        month = add_months(day, number)
        both = money.by_month.setdefault(month, [0, 0])
        both[0] += outcome.monthly(at(outcome.policy, month, outcome.amount))
        both[1] += outcome.monthly(at(outcome.forced, month, outcome.amount))
    end = add_months(day, HORIZON)
    money.policy += outcome.monthly(at(outcome.policy, end, outcome.amount))
    money.forced += outcome.monthly(at(outcome.forced, end, outcome.amount))


def at(path: Path, day: date, amount: Decimal) -> Decimal:
    """What is paid on a day of a path that begins with an amount."""
    for on, paid, _ in path.steps:
        if on > day:
            break
        amount = paid
    return amount


def settled(totals: Totals) -> bool:
    """Whether the outcome of every line is decided: none has a price to which no step leads."""
    return not totals.statuses[Status.INCOMPATIBLE]
