"""What a metric is, what it is asked, and what it answers."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

import numpy as np

from config.registry import Registry


class Unit(StrEnum):
    PRODUCTS = "products"
    RATE = "rate"
    RATIO = "ratio"
    MONEY = "money"  # minor units, a month
    POINTS = "points"  # a difference of ratios
    MONEY_A_DAY = "money_a_day"  # minor units
    DAYS = "days"


@dataclass(frozen=True)
class Scope:
    """What is asked: a day or a period [start, end), month by month or not, of whom, how strictly.

    Codes are those of the catalog; None means all. `on` is the day that the asker stands on: of
    a period, its last day or today, whichever is earlier.
    """

    on: date
    start: date | None = None
    end: date | None = None
    interval: str | None = None
    trailing_months: int | None = None
    segment: str | None = None
    region: str | None = None
    product: str | None = None
    plan: str | None = None
    motion: str | None = None
    owner: int | None = None
    experiment: str | None = None
    feature: str | None = None
    cohort: date | None = None
    currency: str | None = None
    rates: str | None = None
    group_by: str | None = None
    basis: str | None = None
    min_support: int | None = None
    gap_days: int | None = None
    grain: str | None = None
    followed_to: date | None = None
    gross_margin: Decimal | None = None
    discount_rate: Decimal | None = None
    known_at: int | datetime | None = None
    level: float = 0.95


@dataclass(frozen=True)
class Warn:
    code: str
    detail: str


@dataclass(frozen=True)
class Interval:
    method: str
    level: float
    low: float
    high: float


@dataclass(frozen=True)
class Answer:
    """A figure with what it stands on; `members` are those that this metric alone has.

    `groups` are parts that the metric itself tells apart, each with its `key`.
    """

    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    n: int = 0
    interval: Interval | None = None
    warnings: list[Warn] = field(default_factory=list)
    members: dict = field(default_factory=dict)
    rows: list[dict] = field(default_factory=list)
    groups: list[dict] = field(default_factory=list)

    def told(self, **between: object) -> dict:
        """As it is answered, for the whole or as a group; `between` stands before its members."""
        return {
            "value": self.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "n": self.n,
            "interval": self.interval and asdict(self.interval),
            "warnings": [asdict(warning) for warning in self.warnings],
            **between,
            **self.members,
            "rows": self.rows,
            **({"groups": self.groups} if self.groups else {}),
        }


class Catalog(Protocol):
    """The catalog's facts, each read when first asked for."""

    products: dict[int, str]  # code by id

    def set_members(self, sets: np.ndarray) -> np.ndarray:
        """Sets x products: which product set has which product."""

    def thresholds(self, on: date) -> dict[str, Decimal]:
        """The thresholds that apply on the day."""

    def band(self, key: str, on: date) -> tuple[Decimal | None, Decimal | None]:
        """The ends of a published figure as it was known on the day."""

    def names(self, kind: str) -> dict[int, str]:
        """The codes of segments, regions or products by id, in their order."""


@dataclass(frozen=True)
class Question:
    """What a metric's function gets beside its input: the scope and the stretch that is meant."""

    scope: Scope
    catalog: Catalog
    start: date | None = None
    end: date | None = None

    @property
    def on(self) -> date:
        """The day of the figure: of a period, its last."""
        return self.end - timedelta(days=1) if self.end else self.scope.on

    @property
    def thresholds(self) -> dict[str, Decimal]:
        return self.catalog.thresholds(self.on)

    @property
    def min_support(self) -> int:
        asked = self.scope.min_support
        return asked if asked is not None else int(self.thresholds["minimum-support"])


Ids = dict[str, Any]  # filters, resolved to ids
Group = int | str | date | None


class Part(Protocol):
    """What an input gives of one stretch and group; `currencies` are those of its money."""

    currencies: tuple[str, ...]
    customers: int


@dataclass(frozen=True)
class Read:
    """What an input gives: for the whole and for each group one part for each asked stretch."""

    total: list[Part]
    groups: dict[Group, list[Part]] = field(default_factory=dict)


@dataclass(frozen=True)
class Input:
    """What metrics are computed from; one file in `metrics/inputs/` is one.

    `parameters` are what it can be asked beside the days and `level`; `groups` what it can be
    divided by. An input of a period is read for [start, end), any other for a day. `join` makes
    one part of those of several currencies by the rates of the day that `rates_of` names, see
    `metrics.exchange`. What reads rows whose changes are not counted `is_counted` not: such
    answers are computed each time.
    """

    read: Callable[["Asked"], Read]
    of_a_period: bool
    parameters: tuple[str, ...]
    groups: tuple[str, ...]
    has_series: bool = True
    is_counted: bool = True
    join: Callable[..., Any] | None = None
    rates_of: str = ""


Compute = Callable[[Any, Question], Answer]


@dataclass(frozen=True)
class Metric:
    """A figure of the catalog: the file in `metrics/definitions/` is all there is of it."""

    code: str
    title: str
    meaning: str
    formula: str
    unit: Unit
    reads: Input
    money: bool
    version: int
    compute: Compute
    own_parameters: tuple[str, ...]
    chart: str
    choices: dict[str, tuple[str, ...]]

    @property
    def parameters(self) -> tuple[str, ...]:
        """What it can be asked; see `Scope`."""
        series = ("start", "end", "interval")
        if self.reads.of_a_period:
            series = (*series, "trailing_months")
        days = ("on", *series) if self.reads.has_series else ("on",)
        grouping = ("group_by",) if self.reads.groups else ()
        own = (*self.own_parameters, *self.choices)
        return (*days, *self.reads.parameters, *grouping, *own, "level")


@dataclass(frozen=True)
class Asked:
    """A question with its filters resolved, for an input to read.

    `stretches` are the periods [start, end) that are asked for; of inputs of a day, each ends
    the day after the day that is meant. `rates` are those of the table that is asked for.
    """

    metric: Metric
    scope: Scope
    ids: Ids
    version: Any
    catalog: Catalog
    stretches: list[tuple[date | None, date]]
    rates: Any = None

    @property
    def days(self) -> list[date]:
        """The last day of each stretch."""
        return [end - timedelta(days=1) for _, end in self.stretches]


metrics: Registry[Metric] = Registry("metrics.definitions")


def metric(
    *,
    unit: Unit,
    formula: str,
    reads: Input,
    money: bool = False,
    version: int = 1,
    parameters: tuple[str, ...] = (),
    chart: str = "figures",
    choices: dict[str, tuple[str, ...]] | None = None,
) -> Callable[[Compute], Compute]:
    """Put a function on the list of metrics: its name is the code, its docstring the meaning.

    `parameters` are what this metric takes beside those of its input, `choices` the same with
    the values that each may have; `chart` names its picture.
    `version` is raised whenever the same question would get another answer. With `money`,
    several currencies are never added up.
    """

    def register(compute: Compute) -> Compute:
        code = compute.__name__.replace("_", "-")
        meaning = " ".join((compute.__doc__ or "").split())
        title = code.replace("-", " ").capitalize().replace("Mrr", "MRR").replace("Arpa", "ARPA")
        title = title.replace("mrr", "MRR").replace("acv", "ACV")
        own = (parameters, chart, choices or {})
        facts = (code, title, meaning, formula, unit, reads, money, version, compute, *own)
        metrics.add(code, Metric(*facts))
        return compute

    return register
