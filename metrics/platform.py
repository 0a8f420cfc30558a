"""Customers with one product and with several at an opening, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metrics.inputs.pairs import Pairs
from metrics.registry import Interval, Question, Warn
from metrics.retention import Money, added_up, ratio_interval
from metrics.statistics import FEW, RESAMPLES, SEED, around, between, resampled, wilson
from metrics.strata import Arm, stratified, warning

SIDES = ("multi", "single")
YEARS = (1, 2, 3, 5)  # where bands of age end


@dataclass(frozen=True)
class Side:
    """Who held so many products at the opening; arrays have an item for each of them."""

    name: str
    chosen: np.ndarray
    opening: np.ndarray
    closing: np.ndarray

    @property
    def n(self) -> int:
        return len(self.opening)

    @property
    def lost(self) -> int:
        return self.n - int(np.count_nonzero(self.closing))

    @cached_property
    def money(self) -> Money:
        return added_up([(self.opening, self.closing, 1)])

    @property
    def nrr(self) -> float:
        return self.money.ratio

    @property
    def error(self) -> float:
        """The standard error of the NRR."""
        return self.money.error(self.n)

    def told(self, level: float) -> dict:
        key = {"products_at_opening": self.name}
        if not self.n:
            return {"key": key, "value": None, "nrr": None, "grr": None, "logo_churn": None, "n": 0}
        left = np.minimum(self.opening, self.closing)
        interval = self._interval(level)
        churn = wilson(self.lost, self.n, level)
        return {
            "key": key,
            "value": self.nrr,
            "nrr": self.nrr,
            "grr": float(left.sum() / self.money.before),
            "logo_churn": self.lost / self.n,
            "lost": self.lost,
            "n": self.n,
            "opening": round(self.money.before),
            "closing": round(self.money.after),
            "interval": vars(interval) if interval else None,
            "churn_interval": vars(churn),
        }

    def _interval(self, level: float) -> Interval | None:
        if self.n < FEW:
            return ratio_interval(self.closing, self.opening, self.n, level)
        return around(self.nrr, self.error, level, "delta")


def sides(pairs: Pairs) -> dict[str, Side]:
    several = pairs.at_opening("products") >= 2
    chosen = {"multi": pairs.paying & several, "single": pairs.paying & ~several}
    return {name: Side(name, mask, *pairs.taken(mask)) for name, mask in chosen.items()}


def difference_interval(multi: Side, single: Side, level: float) -> Interval | None:
    """Of the difference of two ratios of independent groups; by bootstrap where one is small."""
    if min(multi.n, single.n) < 2:
        return None
    if min(multi.n, single.n) < FEW:
        one, two = (_resampled(side) for side in (multi, single))
        return between(one - two[::-1], level)
    error = (multi.error**2 + single.error**2) ** 0.5
    return around(multi.nrr - single.nrr, error, level, "delta")


def _resampled(side: Side) -> np.ndarray:
    """The ratio of each resample; a large group varies little, and is drawn by its error."""
    if side.n < FEW:
        closing, opening = resampled(side.closing, side.opening)
        return closing.sum(axis=1) / opening.sum(axis=1)
    return np.random.default_rng(SEED).normal(side.nrr, side.error, RESAMPLES)


def simpson(
    pairs: Pairs, found: dict[str, Side], question: Question
) -> tuple[list[dict], list[Warn]]:
    """Logo churn of the two sides inside strata: segments first, then regions, ages and sizes."""
    checks, warnings = [], []
    # Each account as one of four, and those on neither side as a fifth: side by whether it left.
    single, gone = found["single"].chosen, pairs.closing == 0
    states = 2 * single.view(np.uint8) + gone.view(np.uint8)
    states[~pairs.paying] = 2 * len(SIDES)
    width = 2 * len(SIDES) + 1
    for by, (labels, names) in _labels(pairs, found, question).items():
        cells = labels.astype(np.int32) * width + states
        counts = np.bincount(cells, minlength=len(names) * width)
        arms = [
            tuple(Arm(gone, stayed + gone) for stayed, gone in (row[:2], row[2:4]))
            for row in counts.reshape(-1, width).tolist()
        ]
        check = stratified(by, dict(zip(names, arms, strict=True)))
        if check:
            checks.append(check.as_dict())
            warnings += [warning(check)] if check.is_reversed else []
    return checks, warnings


def _labels(
    pairs: Pairs, sides: dict[str, Side], question: Question
) -> dict[str, tuple[np.ndarray, list[str]]]:
    """For each account the place of its stratum, and the strata's names."""
    found = {}
    for by in ("segment", "region"):
        names = question.catalog.names(by)
        keys, labels = pairs.classed(by)
        found[by] = labels, [names.get(key, "none") for key in keys]
    age = np.int32(question.start.toordinal()) - pairs.of_account("first")
    bands = [f"up to {years} y" for years in YEARS]
    edges = [np.int32(365 * years) for years in YEARS]
    found["age"] = _above(age, edges), [*bands, f"over {YEARS[-1]} y"]
    paid = np.concatenate([side.opening for side in sides.values()])
    cuts = np.quantile(paid, [0.25, 0.5, 0.75], overwrite_input=True)
    quarters = ["lowest quarter", "second quarter", "third quarter", "highest quarter"]
    found["size"] = _above(pairs.opening, cuts), quarters
    return found


def _above(values: np.ndarray, edges: Iterable) -> np.ndarray:
    """How many of a few edges each value lies above; quicker than a search."""
    found = np.zeros(len(values), dtype=np.uint8)
    for edge in edges:
        found += values > edge
    return found
