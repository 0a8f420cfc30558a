"""What a metric is, what it is asked, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

import numpy as np

from config.registry import Registry


class Unit(StrEnum):
    PRODUCTS = "products"
    RATE = "rate"
    RATIO = "ratio"


class Grain(StrEnum):
    """How finely a metric needs the product sets told apart."""

    SIZES = "sizes"  # how many products a set has
    SETS = "sets"  # which products


@dataclass(frozen=True)
class Scope:
    """What is asked: a day or a series of months, of whom, and how strictly.

    A series answers one row for each calendar month of [start, end); the headline figure is then
    that of its last day. Codes are those of the catalog; None means all.
    """

    on: date
    start: date | None = None
    end: date | None = None
    interval: str | None = None
    segment: str | None = None
    region: str | None = None
    product: str | None = None
    currency: str | None = None
    group_by: str | None = None
    min_support: int | None = None
    level: float = 0.95


@dataclass(frozen=True)
class Holdings:
    """What a group of accounts holds on one day, summed by product set or by its size.

    `keys` are ids of product sets or sizes, in ascending order; beside each the number of
    accounts, their monthly recurring revenue in minor units, and the sum of its squares.
    `currencies` are those the money is in: more than one cannot be added up.
    """

    keys: np.ndarray
    accounts: np.ndarray
    mrr: np.ndarray
    mrr_squared: np.ndarray
    currencies: tuple[str, ...] = ()


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
    """A figure with what it stands on; `members` are those that this metric alone has."""

    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    n: int = 0
    interval: Interval | None = None
    warnings: list[Warn] = field(default_factory=list)
    members: dict = field(default_factory=dict)
    rows: list[dict] = field(default_factory=list)


@dataclass(frozen=True)
class Question:
    """What a metric's function gets beside the holdings: the scope and the catalog's facts."""

    scope: Scope
    thresholds: dict[str, Decimal]
    products: dict[int, str]  # code by id
    set_members: Callable[[np.ndarray], np.ndarray]  # sets x products: which set has which
    each_account: Callable[[], np.ndarray]  # n x 2: revenue and number of products

    @property
    def min_support(self) -> int:
        asked = self.scope.min_support
        return asked if asked is not None else int(self.thresholds["minimum-support"])


Compute = Callable[[Holdings, Question], Answer]


@dataclass(frozen=True)
class Metric:
    """A figure of the catalog: the file in `metrics/definitions/` is all there is of it."""

    code: str
    title: str
    meaning: str
    formula: str
    unit: Unit
    grain: Grain
    money: bool
    version: int
    compute: Compute

    @property
    def parameters(self) -> tuple[str, ...]:
        """What it can be asked; see `Scope`."""
        common = ("on", "start", "end", "interval", "segment", "region", "product", "currency")
        own = ("min_support",) if self.grain is Grain.SETS else ()
        return (*common, "group_by", "level", *own)


metrics: Registry[Metric] = Registry("metrics.definitions")


def metric(
    *,
    unit: Unit,
    formula: str,
    grain: Grain = Grain.SIZES,
    money: bool = False,
    version: int = 1,
) -> Callable[[Compute], Compute]:
    """Put a function on the list of metrics: its name is the code, its docstring the meaning.

    `version` is raised whenever the same question would get another answer.
    """

    def register(compute: Compute) -> Compute:
        code = compute.__name__.replace("_", "-")
        meaning = " ".join((compute.__doc__ or "").split())
        title = code.replace("-", " ").capitalize()
        metrics.add(
            code, Metric(code, title, meaning, formula, unit, grain, money, version, compute)
        )
        return compute

    return register
