"""Chance that falls alike on every machine."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


class Dice:
    """Seeded chance, made of `Random.random` and plain arithmetic alone.

    Python promises the sequence of `random` for a seed, not that of its other methods; logarithms
    and powers may differ in the last digit between machines, so there are none.
    """

    def __init__(self, seed: int) -> None:
        self._next = Random(seed).random  # noqa: S311  (a book to look at, not a secret)

    def chance(self, probability: float) -> bool:
        return self._next() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._next() * (high - low + 1))

    def small_between(self, low: int, high: int) -> int:
        """A whole number from low to high, smaller ones far more often: sizes of companies."""
        share = self._next()
        return low + int(share * share * share * (high - low + 1))

    def pick(self, things: Sequence[Thing], weights: Iterable[float]) -> Thing:
        """One of the things, each as often as its weight says."""
        reached = list(accumulate(weights))
        mark = self._next() * reached[-1]
        return next(
            (thing for thing, end in zip(things, reached, strict=True) if mark < end), things[-1]
        )
