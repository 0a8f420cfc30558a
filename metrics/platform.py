"""Customers with one product and with several at an opening, side by side."""

from dataclasses import dataclass

import numpy as np

from metrics.columns.window import numbered
from metrics.inputs.pairs import Pairs
from metrics.registry import Interval, Question, Warn
from metrics.retention import ratio_error, ratio_interval
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

    @property
    def nrr(self) -> float:
        return float(self.closing.sum() / self.opening.sum())

    def told(self, level: float) -> dict:
        key = {"products_at_opening": self.name}
        if not self.n:
            return {"key": key, "value": None, "nrr": None, "grr": None, "logo_churn": None, "n": 0}
        left = np.minimum(self.opening, self.closing)
        interval = ratio_interval(self.closing, self.opening, self.n, level)
        churn = wilson(self.lost, self.n, level)
        return {
            "key": key,
            "value": self.nrr,
            "nrr": self.nrr,
            "grr": float(left.sum() / self.opening.sum()),
            "logo_churn": self.lost / self.n,
            "lost": self.lost,
            "n": self.n,
            "opening": round(self.opening.sum()),
            "closing": round(self.closing.sum()),
            "interval": vars(interval) if interval else None,
            "churn_interval": vars(churn),
        }


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
    error = sum(ratio_error(each.closing, each.opening, each.n) ** 2 for each in (multi, single))
    return around(multi.nrr - single.nrr, error**0.5, level, "delta")


def _resampled(side: Side) -> np.ndarray:
    """The ratio of each resample; a large group varies little, and is drawn by its error."""
    if side.n < FEW:
        drawn = resampled(side.n)
        return side.closing[drawn].sum(axis=1) / side.opening[drawn].sum(axis=1)
    error = ratio_error(side.closing, side.opening, side.n)
    return np.random.default_rng(SEED).normal(side.nrr, error, RESAMPLES)


def simpson(
    pairs: Pairs, found: dict[str, Side], question: Question
) -> tuple[list[dict], list[Warn]]:
    """Logo churn of the two sides inside strata: segments first, then regions, ages and sizes."""
    checks, warnings = [], []
    # Each account as one of four, and those on neither side as a fifth: side by whether it left.
    states = np.full(len(pairs.paying), 2 * len(SIDES), dtype=np.int32)
    for place, name in enumerate(SIDES):
        chosen = found[name].chosen
        states[chosen] = 2 * place + (pairs.closing[chosen] == 0)
    width = 2 * len(SIDES) + 1
    for by, (labels, names) in _labels(pairs, question).items():
        counts = np.bincount(labels * width + states, minlength=len(names) * width)
        arms = [
            tuple(Arm(gone, stayed + gone) for stayed, gone in (row[:2], row[2:4]))
            for row in counts.reshape(-1, width).tolist()
        ]
        check = stratified(by, dict(zip(names, arms, strict=True)))
        if check:
            checks.append(check.as_dict())
            warnings += [warning(check)] if check.is_reversed else []
    return checks, warnings


def _labels(pairs: Pairs, question: Question) -> dict[str, tuple[np.ndarray, list[str]]]:
    """For each account the place of its stratum, and the strata's names."""
    found = {}
    for by in ("segment", "region"):
        names = question.catalog.names(by)
        keys, labels = numbered(pairs.at_opening(by))
        found[by] = labels, [names.get(key, "none") for key in keys]
    age = np.int32(question.start.toordinal()) - pairs.of_account("first")
    bands = [f"up to {years} y" for years in YEARS]
    edges = np.array([365 * years for years in YEARS], dtype=np.int32)
    found["age"] = np.searchsorted(edges, age), [*bands, f"over {YEARS[-1]} y"]
    paid = pairs.opening[pairs.paying]
    cuts = np.quantile(paid, [0.25, 0.5, 0.75])
    quarters = ["lowest quarter", "second quarter", "third quarter", "highest quarter"]
    found["size"] = np.searchsorted(cuts, pairs.opening), quarters
    return found
